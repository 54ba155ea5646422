#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command line without a ledger: wrong commands, help, the manual page and
the catalogue held against the sources, passphrases of keys, policies."""
import os, re, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap

BUILD = os.path.abspath(os.environ.get('BUILD', 'build'))
CLI = BUILD + '/bin/kaocheng'
t = Tap()
top = tempfile.mkdtemp(prefix='kc-')
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C',
       'XDG_STATE_HOME': top + '/state', 'ASAN_OPTIONS': 'detect_leaks=1'}


def kc(*argv, env=None, text=True, stdin=None):
    return subprocess.run([CLI] + [str(a) for a in argv], env=env or ENV,
                          capture_output=True, text=text, input=stdin,
                          cwd=top, timeout=60)


def words():
    r = kc()
    t.ok(r.returncode == 0 and r.stdout.index('examples') <
         r.stdout.index('commands'), 'help begins with examples', r.stdout)
    r = kc('scor')
    t.ok(r.returncode == 2 and 'did you mean "score"' in r.stderr,
         'a misspelt command is answered with the nearest', r.stderr)
    r = kc('prededuct', 'cnofirm', '--lang', 'zh')
    t.ok(r.returncode == 2 and '是否想写“confirm”' in r.stderr,
         'a misspelt verb too, in Chinese', r.stderr)
    r = kc('prededuct')
    t.ok(r.returncode == 2 and 'prededuct decide' in r.stdout,
         'a noun alone lists its verbs', r.stdout)
    r = kc('prededuct', 'decide', '--help', '--lang', 'zh')
    t.ok(r.returncode == 0 and '--evidence' in r.stdout and
         '考核责任单位' in r.stdout and
         'full（全额扣分） | half（减半扣分） | exempt（免予扣分）' in r.stdout,
         'help on a kind has its fields, words and signers', r.stdout)
    for verb, usage in (('prededuct decide', ' UNIT TARGET SITUATION --as'),
                        ('remind ack', ' [ABOUT] --as'),
                        ('clock confirm', ' --as ACTOR --as')):
        t.ok('kaocheng ' + verb + usage in kc(*verb.split(), '--help').stdout,
             'and what is named without an option: ' + verb)
    t.ok('E-RET-CAP' in kc('help', 'E-RET-CAP').stdout,
         'help on a refusal')
    t.ok('10 ' in kc('help', 'exit-codes').stdout, 'help on exit codes')
    r = kc('help', 'roles', '--lang', 'zh')
    t.ok('  estab ' in r.stdout and '编办：登记单位；单位更名' in r.stdout and
         '  clerk ' in r.stdout, 'help on roles, and what each signs', r.stdout)
    t.ok('refund.grant' in kc('help', 'kinds').stdout, 'help on kinds')
    t.same(kc('--version').stdout.split()[0], 'kaocheng', '--version')
    t.same(kc('score', '--dir').returncode, 2, 'an option without its value')
    t.same(kc('score', '--dir', 'a', '--dir', 'b').returncode, 2,
           'an option given twice')
    t.same(kc('score', '--frobnicate', '--dir', 'a').returncode, 2,
           'an unknown option')
    r = kc('score', '--yaer=2022', '--dir', 'a')
    t.ok(r.returncode == 2 and 'did you mean --year?' in r.stderr,
         'a misspelt option is answered with the nearest', r.stderr)
    r = kc('policy', 'show', '--retry', '--dir', 'a')
    t.ok(r.returncode == 2 and 'unknown option --retry' in r.stderr,
         'an option of another command is not taken', r.stderr)
    r = kc('--dir', 'a', 'score', '--', '--year')
    t.ok(r.returncode == 3 and 'a: there is no ledger' in r.stderr,
         'after -- all is an argument', r.stderr)
    r = kc('target', 'draft', 'T', '--class', 'key', '--title', '--yes',
           '--as=x', '--weight=-1', '--dry-run', '--dir', 'a')
    t.ok('unknown option' not in r.stderr and 'takes a value' not in r.stderr,
         'a value may begin with a dash', r.stderr)
    t.same(kc('score', '--dir', top + '/none').returncode, 3,
           'a directory without a ledger is not found')
    t.same(kc('score', '--socket', top + '/none').returncode, 7,
           'no daemon is 7')
    r = kc('trail', '--dir', 'a')
    t.ok('usage   kaocheng trail UNIT' in r.stderr,
         'a usage error says how it is used', r.stderr)
    os.mkdir(top + '/empty')
    r = kc('score', '--dir', 'empty')
    t.ok(r.returncode == 3 and 'no ledger here' in r.stderr,
         'an empty directory holds none', r.stderr)
    with open('/dev/full', 'w') as full:
        r = subprocess.run([CLI, 'version', '--json'], env=ENV, stdout=full,
                           stderr=subprocess.PIPE, text=True)
    t.ok(r.returncode == 1 and 'could not be written' in r.stderr,
         'JSON that cannot be written is said', r.stderr)
    r = subprocess.run(['bash', '-c', '"$0" version >&-', CLI], env=ENV,
                       capture_output=True)
    t.same(r.returncode, 1, 'nor is a closed stream written to')
    t.same(kc('score', '--dir', 'a', '-o', 'xml').returncode, 2,
           'an unknown format')
    with open('/dev/full', 'w') as full:
        t.same(subprocess.run([CLI, 'help'], env=ENV, stdout=full,
                              stderr=subprocess.DEVNULL).returncode, 1,
               'what cannot be written is not done')
    for env, word in ((dict(LANG='zh_CN.UTF-8'), '命令'),
                      (dict(LANG='zh_CN.UTF-8', LC_MESSAGES='en_US.UTF-8'),
                       'commands'),
                      (dict(LANG='en_US.UTF-8', LANGUAGE='zh_CN:en'), '命令'),
                      (dict(LC_ALL='C', LANGUAGE='zh_CN'), 'commands')):
        t.ok(word in kc(env=dict(ENV, **env)).stdout,
             'language by %s' % env)
    r = subprocess.run(['bash', '-n'], input=kc('completion', 'bash').stdout,
                       text=True, capture_output=True)
    t.same(r.returncode, 0, 'the completion script is bash')


def manual():
    """Every command, option, exit code and variable of help is in the page."""
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..')
    with open(root + '/docs/man/kaocheng.1') as f:
        page = f.read()
    plain = re.sub(r'(^\.It|[.,]|\b(Cm|Fl|Ev|Ar|Oo|Oc|Op)\b)',
                   ' ', page, flags=re.M)
    plain = ' ' + re.sub(r'\s+', ' ', plain) + ' '
    blocks = kc('help').stdout.split('\n\n')
    words = [re.split(r'\s{2,}', l.strip())[0] for b in blocks
             for l in b.split('\n')[1:] if l.startswith('  ')]
    commands = [w for w in words if re.fullmatch(r'[a-z]+( [a-z-]+)?', w)]
    options = [w.split()[0][1:] for w in words if w.startswith('-')]
    for c in commands:
        own = kc(*c.split(), '--help').stdout
        options += [l.split()[0][1:] for l in own.split('\n')
                    if l.startswith('  --') and 'signed by' not in own]
    names = [n.strip(',') for l in kc('help', 'environment').stdout.split('\n')
             for n in re.findall(r'^  ([A-Z_, ]+?)(?:  |$)', l)
             for n in n.split()]
    codes = [l.split()[0] for l in
             kc('help', 'exit-codes').stdout.split('\n') if l]
    missing = [w for w in commands + options + names
               if ' %s ' % w not in plain]
    missing += [c for c in codes if '\n.It %s\n' % c not in page]
    t.ok(len(commands) > 80 and len(set(options)) > 35 and len(names) > 7 and
         len(codes) == 12 and not missing,
         'the manual page has all of help', missing)
    used = set()
    for at, _, files in os.walk(root + '/cli'):
        for f in files:
            with open(at + '/' + f) as src:
                used |= set(re.findall(r'getenv\("(\w+)"\)', src.read()))
    t.ok(used <= set(names), 'and no variable is read in silence',
         used - set(names))


def catalogue():
    """Every sentence of the programs has a Chinese one."""
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..')
    files = sorted(os.path.relpath(d + '/' + f, root + '/cli')
                   for d, _, fs in os.walk(root + '/cli')
                   for f in fs if f.endswith('.c'))
    subprocess.run(['xgettext', '-k_', '-kN_', '--from-code=UTF-8', '-o',
                    top + '/k.pot'] + files, cwd=root + '/cli', check=True)
    r = subprocess.run(['msgcmp', root + '/po/zh_CN.po', top + '/k.pot'],
                       capture_output=True, text=True)
    t.same(r.returncode, 0, 'the Chinese catalogue is complete')
    if r.returncode:
        print('# ' + r.stderr.replace('\n', '\n# '))
    r = subprocess.run(['msgfmt', '--check-format', '-o', '/dev/null',
                        root + '/po/zh_CN.po'])
    t.same(r.returncode, 0, 'and its formats fit')


def passphrases():
    """Another one for the same key; what goes wrong changes nothing."""
    for n in ('1', '2'):
        with open(top + '/p' + n, 'w') as f:
            f.write('passphrase %s\n' % n)
    file, one, two = top + '/pw.key', top + '/p1', top + '/p2'

    def key(*args):
        return kc('key', *args, '--passphrase-file', one)
    key('new', 'p.w', file)
    with open(file) as f:
        was = f.read()
    r = kc('key', 'passwd', file, '--passphrase-file', two,
           '--new-passphrase-file', one)
    with open(file) as f:
        t.ok(r.returncode == 4 and f.read() == was,
             'a wrong passphrase changes nothing', r.stderr)
    r = key('passwd', file, '--new-passphrase-file', two)
    with open(file) as f:
        now = f.read()
    t.ok(r.returncode == 0 and now != was and
         now.split('\n')[:3] == was.split('\n')[:3] and
         os.stat(file).st_mode & 0o777 == 0o600,
         'the same key, of the same day, under another', r.stderr)
    t.same([key('show', file, '--possession', 'x').returncode,
            kc('key', 'show', file, '--possession', 'x',
               '--passphrase-file', two).returncode], [4, 0],
           'which alone opens it')


def policies():
    policy = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                          '../../policies/nantong-2022.yaml')
    t.same(kc('policy', 'check', policy).returncode, 0, 'policy check')
    t.same(kc('policy', 'test', policy, '--quiet').returncode, 0,
           'policy test')
    text = open(policy).read().replace('  key:', '  kye:', 1)
    open(top + '/p.yaml', 'w').write(text)
    r = kc('policy', 'check', 'p.yaml')
    t.ok(r.returncode == 6 and 'p.yaml:' in r.stderr and '^' in r.stderr,
         'a misspelt key is shown with a caret', r.stderr)
    open(top + '/p.yaml', 'w').write('policy: x\n\033]0;owned\007: 1\n')
    r = kc('policy', 'check', 'p.yaml')
    t.ok('\033' not in r.stderr and '\\x1b]0;owned\\x07' in r.stderr,
         'escapes in a file reach no terminal', r.stderr)


try:
    words()
    manual()
    catalogue()
    passphrases()
    policies()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
