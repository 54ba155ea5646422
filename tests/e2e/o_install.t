#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `make install` puts in place works from there; `make uninstall` takes
all of it away, and nothing else."""
import glob, os, re, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import BUILD, Tap

t = Tap()
SRC = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
top = tempfile.mkdtemp(prefix='kc-install-')
ROOT = top + '/root'
USR = ROOT + '/usr/local'
ENV = {'PATH': '/usr/sbin:' + os.environ['PATH'], 'HOME': top, 'LANG': 'C'}


def run(*argv, **more):
    return subprocess.run(argv, env=dict(ENV, **more), cwd=top, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=120)


def make(what):
    """With the flags that the programs were made with: they have the folder
    as the Makefile names it, and would be made again under another name."""
    env = dict(os.environ, BUILD=re.sub('-(debug|tsan)$', '',
                                        os.path.relpath(BUILD, SRC)))
    for flag in ('debug', 'tsan'):
        if BUILD.endswith('-' + flag):
            env[flag.upper()] = '1'
    r = subprocess.run(['make', '-s', '--no-print-directory', what,
                        'PREFIX=/usr/local', 'DESTDIR=' + ROOT], env=env,
                       cwd=SRC, capture_output=True, text=True, timeout=300)
    t.ok(r.returncode == 0 and '  CC  ' not in r.stdout + r.stderr,
         'make ' + what + ' makes nothing anew', (r.stdout, r.stderr))


def files():
    return sorted(os.path.join(d, n)[len(ROOT):]
                  for d, _, names in os.walk(ROOT) for n in names)


def works():
    kc = USR + '/bin/kaocheng'
    version = re.search(r'^VERSION := (\S+)', open(SRC + '/Makefile').read(),
                        re.M).group(1)
    for name in ('kaocheng', 'kaochengd', 'kaocheng-verify',
                 'kaocheng-witness', 'kaocheng-paper', 'kaocheng-sender',
                 'kaocheng-signer'):
        r = run(USR + '/bin/' + name, '--version')
        t.ok(r.returncode == 0 and version in r.stdout,
             name + ' tells the version of the Makefile', (r.stdout, r.stderr))
        t.ok(glob.glob(USR + '/share/man/man?/' + name + '.[18]'),
             'and has its page')
        t.ok(glob.glob(USR + '/share/man/zh_CN/man?/' + name + '.[18]'),
             'in Chinese too')
    t.ok('账本' in run(kc, '--lang', 'zh', 'help').stdout,
         'the Chinese catalogue is found beside the programs')
    r = run('bash', '-c', '. %s/share/bash-completion/completions/kaocheng'
            % USR)
    t.ok(r.returncode == 0, 'the completion is a script of bash', r.stderr)
    units = glob.glob(USR + '/lib/systemd/system/*.service')
    text = ''.join(open(u).read() for u in units)
    t.ok(len(units) == 3 and '@' not in re.sub('#.*|SystemCall.*', '', text)
         and 'ExecStart=/usr/local/bin/kaochengd -c /etc/kaocheng/' in text,
         'the units name what was installed', text)
    for unit in units:
        hardened(unit)
        itself(unit)


def hardened(unit):
    """As systemd itself counts: at most 1.5 of 10."""
    name = os.path.basename(unit)
    if not shutil.which('systemd-analyze'):
        t.ok(True, name + ' # skip no systemd-analyze')
        return
    r = run('systemd-analyze', 'security', '--no-pager', '--offline=true',
            '--threshold=15', unit)
    t.ok(r.returncode == 0 and 'Overall exposure level' in r.stdout,
         name + ' is exposed by at most 1.5', (r.stdout[-200:], r.stderr))


def itself(unit):
    """Systemd 252 has no group of calls by which a program gives up more, and
    ends one that makes them (tests/boot has them all made)."""
    lines = open(unit).read().splitlines()
    has = ' '.join(l for l in lines if l.startswith('SystemCallFilter='))
    wants = ('seccomp', 'landlock_create_ruleset', 'landlock_add_rule',
             'landlock_restrict_self')
    missing = [w for w in wants if not re.search('[= ]%s\\b' % w, has)]
    t.ok('watch' in unit or not missing,
         os.path.basename(unit) + ' may give up calls and files', missing)


def monitor():
    """Its unit and its timer are what systemd takes, and its options those of
    the command that it runs."""
    at = USR + '/lib/systemd/system/kaocheng-watch.'
    service, conf = open(at + 'service').read(), open(
        USR + '/share/kaocheng/watch.conf').read()
    line = re.search('^ExecStart=/usr/local/bin/kaocheng (.*) [$]WATCH$',
                     service, re.M).group(1).split()
    words = re.search('^WATCH=(.*)$', conf, re.M).group(1).split()
    words = [top + '/none' if w.startswith('/etc/') else w for w in words]
    r = run(USR + '/bin/kaocheng', *line, *words)
    t.ok(r.returncode != 2 and top + '/none' in r.stderr,
         'it reads its options, up to the trust file that is not there', r)
    if shutil.which('systemd-analyze', path=ENV['PATH']) is None:
        t.ok(True, 'the units # SKIP no systemd-analyze')
        return
    r = run('systemd-analyze', 'verify', '--man=no', at + 'service',
            at + 'timer')
    said = [l for l in r.stderr.splitlines() if 'kaocheng-watch' in l and
            'is not executable' not in l]
    t.ok(not said, 'systemd takes both', r)


def settings():
    """A ledger that init made, and the settings that systemd's unit reads."""
    kc, led = USR + '/bin/kaocheng', top + '/led'
    r = run(kc, 'init', led, '--origin', 'example.org/o', '--unprotected',
            '--year', '2026', '--at', '2026-01-05T01:00:00Z')
    t.ok(r.returncode == 0, 'a ledger is founded with what is installed',
         (r.stdout, r.stderr))
    text = open(USR + '/share/kaocheng/kaocheng.yaml').read()
    text = text.replace('/var/lib/kaocheng', led).replace(
        '/run/kaocheng', top)
    os.mkdir(top + '/etc')
    open(top + '/etc/kaocheng.yaml', 'w').write(text)
    r = run(USR + '/bin/kaochengd', '-n', '-c', top + '/etc/kaocheng.yaml')
    t.ok(r.returncode == 0, 'and the settings that lie there fit it', r.stderr)
    lines = [re.sub('^#', '', l) for l in text.split('\n')
             if not re.match(r'# \S', l)]
    open(top + '/etc/all.yaml', 'w').write('\n'.join(lines).replace(
        '/mnt/audit', top))
    r = run(USR + '/bin/kaochengd', '-n', '-c', top + '/etc/all.yaml')
    t.ok(r.returncode == 0, 'with all that they propose too', r.stderr)


def users():
    if shutil.which('systemd-sysusers', path=ENV['PATH']) is None:
        t.skip('users', 'no systemd-sysusers')
        return
    os.makedirs(ROOT + '/etc')
    for d in ('sysusers', 'tmpfiles'): # it reads /usr/lib of another root
        os.makedirs(ROOT + '/usr/lib', exist_ok=True)
        os.symlink('../local/lib/%s.d' % d, ROOT + '/usr/lib/%s.d' % d)
    r = run('systemd-sysusers', '--root=' + ROOT)
    who = open(ROOT + '/etc/passwd').read() if r.returncode == 0 else ''
    t.ok(sorted(re.findall(
        r'^(\S+?):x:\d+:\d+:[^:]*:/var/lib/\1:/usr/sbin/nologin$', who,
        re.M)) == ['kaocheng', 'kaocheng-watch', 'kaocheng-witness'],
        'each has its user', (r, who))
    if os.getuid() == 0:
        run('systemd-tmpfiles', '--root=' + ROOT, '--create',
            'kaocheng.conf', 'kaocheng-witness.conf',
            'kaocheng-watch.conf')
        modes = ['%o' % (os.stat(ROOT + '/var/lib/' + n).st_mode & 0o7777)
                 for n in ('kaocheng', 'kaocheng-witness',
                           'kaocheng-watch')]
        t.ok(modes == ['700'] * 3, 'and its directory', modes)
    else:
        t.skip('its directory', 'not root')
    for d in ('/etc', '/usr/lib', '/var'):
        shutil.rmtree(ROOT + d, ignore_errors=True)


def packages():
    """What it is built from is the same to `make deps` and to Debian."""
    deps = open(SRC + '/tests/lib/deps.sh').read()
    build = set(re.search(r'^build="(.*?)"', deps, re.M | re.S).group(1)
                .split()) - {'gcc', 'libc6-dev', 'make'} # build-essential
    control = open(SRC + '/daemon/debian/control').read()
    debian = set(re.split(r'[,\s]+', re.search(
        r'^Build-Depends: (.*?)\n\S', control, re.M | re.S).group(1)))
    t.ok(build == {p for p in debian if not p.startswith(('debhelper', 'dh-',
                                                         '(', '=', '13'))},
         'deps.sh and the package have the same list', build ^ debian)


packages()
make('install')
works()
monitor()
settings()
users()
strange = USR + '/bin/another'
open(strange, 'w').close()
make('uninstall')
t.ok(files() == [strange[len(ROOT):]], 'nothing of it is left, and all else is',
     files())
t.ok(not [d for d, _, _ in os.walk(ROOT) if 'kaocheng' in d[len(ROOT):]],
     'no directory of its own either')
shutil.rmtree(top)
t.done()
