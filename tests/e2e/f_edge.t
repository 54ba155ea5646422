#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What people type and paste: rates, texts, times, evidence, passphrases,
and the question before a signature, on a terminal and without one."""
import os, pty, re, shutil, signal, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap

BUILD = os.path.abspath(os.environ.get('BUILD', 'build'))
CLI = BUILD + '/bin/kaocheng'
t = Tap()
top = tempfile.mkdtemp(prefix='kc-')
NOW = '2022-07-04T01:00:00Z'
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C.UTF-8',
       'KAOCHENG_DIR': 'l', 'ASAN_OPTIONS': 'detect_leaks=1'}
AT = ('--at', NOW)
ESTAB = ('--as', 'estab.1', *AT)


def run(*argv, env=None, text=True):
    return subprocess.run([CLI] + [str(a) for a in argv], env=env or ENV,
                          capture_output=True, text=text, cwd=top,
                          stdin=subprocess.DEVNULL, timeout=60)


def ok(*argv, name=None):
    r = run(*argv, '--yes')
    t.ok(r.returncode == 0, name or ' '.join(map(str, argv[:3])),
         r.stdout + r.stderr)
    return r


def no(words, exit, *argv, name=None):
    r = run(*argv)
    t.ok(r.returncode == exit and all(w in r.stderr for w in words),
         name or 'refused: ' + ' '.join(map(str, argv[:4])),
         (r.returncode, r.stdout, r.stderr))
    return r


def put(name, data):
    with open(top + '/' + name, 'wb') as f:
        f.write(data if isinstance(data, bytes) else data.encode())
    return name


def size():
    r = run('replay', '--dir', 'l')
    return int(re.search(r'entries (\d+)', r.stdout).group(1))


def start():
    d = subprocess.Popen([BUILD + '/bin/kaochengd', '--dir', 'l',
                          '--test-clock', NOW], env=ENV, cwd=top,
                         stderr=open(top + '/log', 'a'))
    for _ in range(1000):
        if run('log', 'list').returncode == 0:
            return d
        time.sleep(0.01)
    raise SystemExit('the daemon does not answer')


def found():
    ok('init', 'l', '--origin', 'example.org/k', '--unprotected', *AT)


FIND = ('completion', 'find', 'R1', '--as', 'estab.1', *AT, '--dry-run')


def rates():
    """A number that is stored scaled has its unit."""
    put('e.pdf', 'x')
    for typed, said in (('80', '80% or 8000bp'), ('8000', '80% or 8000bp'),
                        ('81', '81% or 8100bp'), ('52.5', '52.5% or 5250bp'),
                        ('0.9', '0.9% or 90bp'), ('0', '0% or 0bp'),
                        ('100', '100% or 10000bp')):
        no((typed + ': say ' + said,), 2, *FIND, '--evidence', 'e.pdf',
           '--rate', typed)
    for typed in ('101%', '1e2%', '-5%', '80.001%', '10001bp', '080bp', '%',
                  'bp', '', 'eighty', '80 %', '20000'):
        no(('0% to 100%',), 2, *FIND, '--evidence', 'e.pdf', '--rate', typed)
    for typed, signed in (('80%', 8000), ('80％', 8000), ('52.5%', 5250),
                          ('8000bp', 8000), ('0bp', 0), ('100%', 10000)):
        r = run('completion', 'find', 'R1', '--as', 'estab.1', *AT,
                '--evidence', 'e.pdf', '--rate', typed, '--out', 'r.txt')
        with open(top + '/r.txt') as f:
            t.ok('\nrate %d\n' % signed in f.read(), typed + ' is taken',
                 r.stderr)
    r = run(*FIND, '--evidence', 'e.pdf', '--rate', '80', '--lang', 'zh')
    t.ok('80% 或 8000bp' in r.stderr, 'in Chinese too', r.stderr)


def written(*argv):
    r = run('duty', 'register', 'T1', '--duty', 'T1-D1', *argv, *ESTAB,
            '--out', 'x.txt')
    with open(top + '/x.txt') as f:
        return r.returncode, f.read(), r.stderr


def texts():
    code, text, err = written('--text', '@' + put(
        'n.txt', b'\xef\xbb\xbf\xe8\xbf\x9b\xe5\xba\xa6\r\n\xe4\xba\x8c\r\n'))
    t.ok(code == 0 and '\ntext 进度\n| 二\n' in text and
         'byte order mark' in err and 'CR LF' in err,
         'how an editor stored it is not part of a text', (text, err))
    code, text, err = written('--text', '@@x')
    t.ok(code == 0 and '\ntext @x\n' in text, '@@ is a text that begins with @',
         (text, err))
    for data, words in (
            ('甲\t乙\n', ('b.txt:1:2', 'TAB (U+0009)')),
            ('甲\n乙 \n丙', ('b.txt:2:2', 'blank at the end')),
            ('甲 ', ('b.txt:1:2', 'blank at the end')),
            ('\n甲', ('b.txt:1:1', 'first line is empty')),
            ('', ('b.txt', 'empty')),
            ('a\rb', ('b.txt:1:2', 'CR (U+000D)')),
            ('a\n甲‮', ('b.txt:2:2', 'bidirectional override (U+202E)')),
            ('a\x7f', ('b.txt:1:2', 'control character (U+007F)')),
            ('进度滞后'.encode('gb18030'), ('b.txt:1:1', 'GB18030',
                                        'iconv -f GB18030 -t UTF-8')),
            ('进度'.encode('utf-16'), ('b.txt:1:1', 'UTF-16')),
            (b'\x80\xff\x80', ('b.txt:1:1: not UTF-8',))):
        no(words, 2, 'duty', 'register', 'T1', '--duty', 'D', '--text',
           '@' + put('b.txt', data), *ESTAB, '--dry-run',
           name='a text of %r is refused where it stands' % data)
    no(('--name:1:2: TAB',), 2, 'unit', 'register', 'T1', '--group', 'gov',
       '--name', '甲\t乙', *ESTAB, '--dry-run',
       name='on the command line too')
    for name, words in (
            ('市\u200b局', ('--name:1:2', 'zero-width space (U+200B)')),
            ('e\u0301', ('--name:1:2', 'combining mark (U+0301)')),
            ('\u3000', ('ideographic space (U+3000)', 'begin or end a name')),
            (' 局', ('blank (U+0020)', 'begin or end a name')),
            ('局  局', ('--name:1:2', 'nor stand beside another')),
            ('Ｇ局', ('full-width letter (U+FF27)', 'in a name')),
            ('局\n局', ('line feed (U+000A)', 'in a name')),
            ('局\ufffd', ('replacement character (U+FFFD)',))):
        no(words, 2, 'unit', 'register', 'T1', '--group', 'gov', '--name',
           name, *ESTAB, '--dry-run', name='a name of %r is refused' % name)
    r = no(('directory',), 1, 'unit', 'register', 'T1', '--group', 'gov',
           '--name', '@' + top, *ESTAB, '--dry-run')
    with open('policies/nantong-2022.yaml', 'rb') as f:
        policy = f.read()
    r = run('policy', 'check', put('p.yaml', b'\xef\xbb\xbf' +
                                   policy.replace(b'\n', b'\r\n')))
    t.ok(r.returncode == 0 and 'CR LF' in r.stderr and
         'byte order mark' in r.stderr,
         'a policy from such an editor is the same policy', r.stderr)


def evidence():
    no(('is empty',), 2, *FIND, '--rate', '80%', '--evidence',
       put('empty.pdf', ''))
    no(('is a directory',), 2, *FIND, '--rate', '80%', '--evidence', top)
    no(('No such file',), 3, *FIND, '--rate', '80%', '--evidence', 'none.pdf')


def passphrases():
    ok('key', 'new', 'u.1', '--keys', 'kk', '--passphrase-file',
       put('p1', '口令\r\n'))
    ok('key', 'show', 'u.1', '--keys', 'kk', '--possession', 'example.org/k',
       '--passphrase-file', put('p2', '口令\n'),
       name='CR LF is not part of a passphrase')
    no(('first line, which is empty',), 2, 'key', 'new', 'u.2', '--keys',
       'kk', '--passphrase-file', put('p3', '\r\n'))


def times():
    last = run('log', 'list', '-o', 'csv', '--from', size() - 1).stdout
    printed = last.split('\n')[1].split(',')[1]
    sizes = set()
    for when in (printed, NOW, '2022-07-04', '2022-07-04 09:00',
                 '2022-07-04 09:00:00', '2022-07-04T09:00:00+08:00',
                 '2022-07-04T09:00:00.000+0800', '2022-07-03T21:00-04:00'):
        for source in ((), ('--dir', 'l')):
            r = run('unit', 'list', '--as-of', when, '-o', 'json', *source)
            t.same(r.returncode, 0, '--as-of %s %s' % (when, source))
            sizes.add(re.search(r'"size":(\d+)', r.stdout + '"size":0')
                      .group(1))
    t.same(sizes, {str(size())}, 'all of them mean the same')
    for when, words in (('2999-01-01', 'years are 2000 to 2199'),
                        ('2022-02-30', 'no such day'),
                        ('2022-10-09T25:00', 'neither'),
                        ('2022-10-09 10', 'neither'),
                        ('yesterday', 'neither'),
                        ('2022-10-09T00:00:00+8', 'neither')):
        no((words,), 2, 'unit', 'list', '--as-of', when, '--dir', 'l')
    no(('E-',), 5, 'cycle', 'open', '2022', *ESTAB, '--yes',
       name='a year may stand without its flag')
    no(('years are',), 2, 'cycle', 'open', '--year', '2023', '--as',
       'estab.1', '--at', '2999-01-01', '--dry-run')


def founding():
    """All is looked at before the first write; a failure leaves nothing."""
    away = top + '/a/b'
    os.makedirs(away)
    for program in ('kaocheng', 'kaochengd'):
        shutil.copy(BUILD + '/bin/' + program, away)
    r = subprocess.run([away + '/kaocheng', 'init', 'h', '--origin',
                        'example.org/h', '--unprotected'], cwd=top, env=ENV,
                       capture_output=True, text=True)
    t.ok(r.returncode == 3 and away in r.stderr and
         not os.path.exists(top + '/h'),
         'without its policies init says where it looked', r.stderr)
    r = subprocess.run([away + '/kaocheng', 'policy', 'test',
                        os.path.abspath('policies/nantong-2022.yaml')],
                       cwd=top, env=ENV, capture_output=True, text=True)
    t.ok(r.returncode == 3 and 'no calendar file was found in ' + away in
         r.stderr, 'missing calendars are not taken for none', r.stderr)
    init = ('init', 'h', '--origin', 'example.org/h', '--unprotected', *AT)
    for bad in (('--tcp', '0.0.0.0:70000'), ('--year', '2035'),
                ('--policy', 'n.txt'), ('--title', 'a\tb')):
        r = run(*init, *bad)
        t.ok(r.returncode != 0 and not os.path.exists(top + '/h'),
             'an init that fails at %s leaves nothing' % bad[0], r.stderr)
    os.mkdir(top + '/h')
    put('h/mine', 'x')
    ok(*init, name='and the next one works, beside other files')
    os.remove(top + '/h/ledger.mdb')
    no(('is there already',), 5, *init, name='keys are never overwritten')
    t.ok(os.path.exists(top + '/h/keys/admin.1.key'), 'nor removed')


def shell():
    r = subprocess.run(['bash', '-c', 'set -o pipefail; "$0" log list | '
                        'head -1; echo ${PIPESTATUS[0]}', CLI], env=ENV,
                       cwd=top, capture_output=True, text=True)
    t.ok(r.stdout.split('\n')[-2] in ('0', '141') and r.stderr == '',
         'a reader who has seen enough is no error', (r.stdout, r.stderr))
    r = subprocess.run(['bash', '-c', 'exec 3>&1; "$0" help kinds 3>&- | '
                        'true; echo ${PIPESTATUS[0]}', CLI], env=ENV,
                       cwd=top, capture_output=True, text=True)
    t.ok(r.stdout in ('0\n', '141\n') and r.stderr == '',
         'nor one who looks at nothing', (r.stdout, r.stderr))
    os.mkdir(top + '/ab cd')
    put('c.sh', run('completion', 'bash').stdout)
    r = subprocess.run(['bash', '-c', 'source ./c.sh; COMP_WORDS=(kaocheng '
                        'verify ab); COMP_CWORD=2; _kaocheng; '
                        'printf "%s|" "${COMPREPLY[@]}"'], cwd=top,
                       env=dict(ENV, PATH=os.path.dirname(CLI) + ':' +
                                ENV['PATH']),
                       capture_output=True, text=True)
    t.same(r.stdout, 'ab cd|', 'a file name with a blank is one word')


def charsets():
    """What is for people is in the charset of their locale."""
    env = dict(ENV, LC_ALL='zh_CN.GB18030')
    for argv in (('help',), ('unit', 'list'), ('help', 'refund.grant')):
        raw = run(*argv, env=env, text=False).stdout
        want = run(*argv, '--lang', 'zh').stdout
        t.same(raw.decode('gb18030'), want, '%s in GB18030' % ' '.join(argv))
    t.ok('是否想写' in run('scor', env=env, text=False).stderr
         .decode('gb18030'), 'errors too')
    raw = run('unit', 'list', '-o', 'csv', env=env, text=False).stdout
    t.ok('市商务局'.encode() in raw, 'what is for programs is UTF-8')
    raw = run('log', 'show', '0', '--raw', env=env, text=False).stdout
    t.same(raw, run('log', 'show', '0', '--raw', text=False).stdout,
           'and stored bytes are what they are')
    raw = run('unit', 'list', env=dict(ENV, LC_ALL='de_DE.ISO-8859-1'),
              text=False).stdout
    t.ok(b'????' in raw and raw.startswith(b'units \xb7 2022'),
         'what a charset lacks is a question mark', raw)


# --- the question -------------------------------------------------------------
def asked(answer, *argv, env=None):
    """Runs a command on a terminal of its own; its answer is typed."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(top)
        os.execve(CLI, [CLI] + [str(a) for a in argv], env or ENV)
    shown = b''
    try:
        while b'[y/N]' not in shown:
            shown += os.read(fd, 4096)
        os.write(fd, answer.encode() + b'\n')
        while True:
            shown += os.read(fd, 4096)
    except OSError:
        pass
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()


def question():
    name = ('unit', 'register')
    def rest(i):
        return ('--group', 'gov', '--name', '市商务局' + '甲乙丙丁戊'[i],
                *ESTAB)
    before = size()
    no(('--yes',), 2, *name, 'Q0', *rest(0),
       name='without a terminal nothing is signed')
    t.same(size(), before, 'indeed')
    for i, answer in enumerate(('y', 'yes', '是', 'Y')):
        code, shown = asked(answer, *name, 'Q%d' % i, *rest(i))
        t.ok(code == 0 and 'unit Q%d' % i in shown and
             '  effect  register a unit' in shown,
             'the text is shown, and "%s" is yes' % answer, shown)
    t.same(size(), before + 4, 'and stands')
    for answer in ('', 'n', '否', 'yesterday', '不是'):
        code, shown = asked(answer, *name, 'Q9', *rest(4))
        t.ok(code == 1 and 'nothing was signed' in shown,
             '"%s" is no' % answer, shown)
    t.same(size(), before + 4, 'and nothing stands')
    ok(*name, 'Q8', *rest(4), '--out', 'q.txt', name='a text for later')
    code, shown = asked('n', 'sign', 'q.txt', '--as', 'estab.1')
    t.ok(code == 1 and 'unit Q8' in shown, 'sign asks too', shown)
    code, shown = asked('是', 'sign', 'q.txt', '--as', 'estab.1', '--lang',
                        'zh')
    t.ok(code == 0 and '签署以上内容' in shown, 'in the reader\'s language',
         shown)


def main():
    found()
    d = start()
    try:
        rates()
        texts()
        evidence()
        passphrases()
        times()
        question()
        founding()
        shell()
        charsets()
    finally:
        d.send_signal(signal.SIGTERM)
        d.wait(20)


try:
    main()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
