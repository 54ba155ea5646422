#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The packages of `make deb`, which runs this after lintian: each by itself,
all of them installed into a root of their own, and purged from it."""
import glob, os, re, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import BUILD, Tap

t = Tap()
SRC = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
NAMES = ['kaocheng', 'kaocheng-verify', 'kaocheng-witness', 'libkaocheng-dev']
VERSION = re.search(r'^VERSION := (\S+)', open(SRC + '/Makefile').read(),
                    re.M).group(1)
top = tempfile.mkdtemp(prefix='kc-deb-')
ENV = {'PATH': '/usr/sbin:/sbin:' + os.environ['PATH'], 'HOME': top,
       'LANG': 'C'}


def run(*argv):
    r = subprocess.run(argv, env=ENV, cwd=top, text=True, timeout=120,
                       stdin=subprocess.DEVNULL, capture_output=True)
    return r


def deb(name):
    found = glob.glob('%s/deb/%s_%s_*.deb' % (os.path.abspath(BUILD), name,
                                              VERSION))
    return found[0] if len(found) == 1 else ''


def contents(name):
    out = run('dpkg-deb', '-c', deb(name)).stdout
    return [l.split(None, 5)[5].lstrip('.') for l in out.splitlines()
            if not l.startswith('d')]


def whose():
    """A file is in one package, and the auditor needs one package."""
    all_of = {n: contents(n) for n in NAMES}
    every = [f for n in NAMES for f in all_of[n]]
    t.ok(len(every) == len(set(every)), 'no file is in two packages')
    bins = {n: sorted(f[9:] for f in all_of[n] if f.startswith('/usr/bin/'))
            for n in NAMES}
    t.same(bins, {
        'kaocheng': ['kaocheng', 'kaocheng-paper', 'kaocheng-sender',
                     'kaocheng-signer', 'kaochengd'],
        'kaocheng-verify': ['kaocheng-verify'],
        'kaocheng-witness': ['kaocheng-witness'], 'libkaocheng-dev': []},
        'each program is in its package')
    for f in ('/lib/systemd/system/kaochengd.service',
              '/usr/lib/sysusers.d/kaocheng.conf',
              '/usr/lib/tmpfiles.d/kaocheng.conf',
              '/etc/kaocheng/kaocheng.yaml',
              '/usr/share/bash-completion/completions/kaocheng',
              '/usr/share/kaocheng/policies/nantong-2022.yaml',
              '/usr/share/man/man1/kaocheng.1.gz',
              '/usr/share/man/man5/kaocheng.yaml.5.gz'):
        t.ok(f in all_of['kaocheng'], f)
    for n in NAMES:
        pages = {f for f in all_of[n] if '/man/' in f}
        t.same({f for f in pages if '/zh_CN/' not in f},
               {f.replace('/zh_CN', '') for f in pages if '/zh_CN/' in f},
               n + ': each page in both languages')
        names = {os.path.basename(f).removesuffix('.gz') for f in all_of[n]}
        t.same({m for m in names if m.endswith('.md') and os.path.exists(
            '%s/docs/%s.zh-CN.md' % (SRC, m[:-3]))
                and m[:-3] + '.zh-CN.md' not in names}, set(),
               n + ': each guide in both languages')
    run('dpkg-deb', '-x', deb('kaocheng-verify'), top + '/auditor')
    r = run(top + '/auditor/usr/bin/kaocheng-verify', '--version')
    t.ok(r.returncode == 0 and VERSION in r.stdout,
         'the verifier runs with nothing else installed', r)
    r = run(top + '/auditor/usr/bin/kaocheng-verify', '--lang', 'zh', '--help')
    t.ok(re.search('[一-龥]', r.stdout + r.stderr), 'and in Chinese', r)


def in_a_root():
    root = top + '/root'
    for d in ('info', 'updates', 'triggers'):
        os.makedirs(root + '/var/lib/dpkg/' + d)
    open(root + '/var/lib/dpkg/status', 'w').close()
    dpkg = ([] if os.getuid() == 0 else ['fakeroot']) + [
        'dpkg', '--root=' + root, '--force-depends',
        '--force-script-chrootless', '--log=/dev/null']

    def files():
        return sorted(os.path.join(d, n)[len(root):]
                      for d, _, names in os.walk(root) for n in names
                      if '/var/lib/dpkg' not in d)
    r = run(*dpkg, '--unpack', *[deb(n) for n in NAMES])
    t.ok(r.returncode == 0, 'they unpack beside each other', r.stderr)
    r = run(root + '/usr/bin/kaocheng', '--version')
    t.ok(r.returncode == 0 and VERSION in r.stdout,
         'kaocheng runs from there', r)
    script = open(root + '/var/lib/dpkg/info/kaocheng.postinst').read()
    t.ok(0 < script.find('systemd-sysusers') < script.find(
        'systemd-tmpfiles') < script.find('deb-systemd-invoke'),
        'the user comes before his directory, and that before the start')
    t.ok('debian-installed' in script,
         'nobody enables the daemon but the operator')
    r = run(*dpkg, '--purge', *NAMES)
    t.ok(r.returncode == 0 and files() == [],
         'purged, they leave nothing', (r.stderr, files()))


for name in NAMES:
    t.ok(deb(name), 'there is one package %s of %s' % (name, VERSION))
whose()
in_a_root()
shutil.rmtree(top)
t.done()
