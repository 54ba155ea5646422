#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Names of units and persons, and codes of another width or case, in what is
written: found before the signature, told, asked back, never guessed."""
import json, os, pty, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import CLI, Served, Tap, kaocheng

t = Tap()
good, says = t.good, t.says
top = tempfile.mkdtemp(prefix='kc-meant-')
AT = '2026-07-06T01:00:00Z'
ME = ['--as', 'estab.1', '--at', AT]
YES = [*ME, '--yes']


def run(*argv):
    return kaocheng(*argv, '--dir', 'l', home=top)


def text_of(r):
    """The statement that a dry run shows."""
    return json.loads(r.stdout)['text'] if r.returncode == 0 else r.stderr


def dry(*argv):
    return run(*argv, *ME, '--dry-run', '--json')


def found():
    kaocheng('init', 'l', '--origin', 'example.org/meant', '--year', '2026',
             '--unprotected', '--at', AT, home=top)
    d = Served(top + '/l', clock=AT).start()
    for code, name in (('G19', '市商务局'), ('G20', '市统计局'),
                       ('G21', '市水务局')):
        good('a unit', run('unit', 'register', code, '--group', 'gov',
                           '--name', name, *YES))
    for actor in ('G19.head', 'G20.head', 'G20.two'):
        run('key', 'new', actor, '--unprotected')
        good('a head', run('actor', 'enrol', actor, '--unit', actor[:3],
                           '--role', 'head', '--as', 'admin.1', '--as',
                           'admin.2', '--at', AT, '--yes'))
    for actor, name in (('G19.head', '张三'), ('G20.head', '李四'),
                        ('G20.two', '赵六'),
                        ('admin.1', '李四')):
        good('a person', run('people', 'edit', actor, 'name=' + name))
    good('a duty', run('duty', 'register', 'G19', 'G19-D1', '--text', 'x',
                       *YES))
    return d


def units():
    for typed in ('G19', 'g19', 'Ｇ１９', '市商务局', '商务'):
        r = dry('duty', 'register', typed, 'G19-D2', '--text', 'x')
        t.ok('\nunit G19\n' in text_of(r), typed + ' is G19', r)
        t.ok(('G19 市商务局' in r.stderr) == (typed != 'G19'),
             'and that is told where it was not typed', r.stderr)
    r = dry('duty', 'register', '务局', 'G19-D2', '--text', 'x')
    says('what two units have is refused', r, 5, 'E-SEVERAL')
    t.ok('G19 市商务局' in r.stderr and 'G21 市水务局' in r.stderr,
         'with both', r.stderr)
    says('what none has', dry('duty', 'register', '市教育局', 'G19-D2',
                              '--text', 'x'), 3, 'E-NOT-FOUND')
    r = dry('grant', 'issue', 'GR-1', '--assessor', '市统计局', '--scope',
            'unit', '--object', '市商务局', '--from', '2026-01-01', '--until',
            '2026-12-31')
    t.ok('\nassessor G20\n' in text_of(r) and '\nobject G19\n' in text_of(r),
         'an assessor and an object are units too', r)
    r = dry('unit', 'register', 'g22', '--group', 'gov', '--name', 'x')
    t.ok('\nunit g22\n' in text_of(r), 'what is new is named as it is typed', r)


def targets():
    draft = ['--year', '2026', '--class', 'key', '--source', 'city-key',
             '--duty', 'G19-D1', '--weight', '70', '--title', '外资']
    good('a target by the name of its unit', run(
        'target', 'draft', 'G19-K1', '--unit', '市商务局', '--assessor',
        '统计局', *draft, *YES))
    r = dry('target', 'submit', 'ｇ19-k１')
    t.ok('\ntarget G19-K1\n' in text_of(r) and 'G19-K1 外资' in r.stderr,
         'a target by its code in another width, with its title', r)
    with open(top + '/t.csv', 'w', encoding='utf-8') as f:
        f.write('unit,duty,text\n市商务局,G19-D3,x\n务局,G19-D4,x\n')
    r = run('import', 't.csv', '--kind', 'duty.register', *YES, '--json')
    errors = json.loads(r.stdout)['errors']
    t.same([(e['row'], e['column'], e['value'], e['code']) for e in errors],
           [(3, 'unit', '务局', 'E-SEVERAL')],
           'a table may have names; which row has several is said')


def persons():
    r = good('a person by his name', run(
        'delegation', 'give', '--to', '赵六', '--may', 'target.submit',
        '--from', '2026-07-01', '--until', '2026-07-31', '--as', 'G20.head',
        '--at', AT, '--yes'))
    t.ok('G20.two 赵六' in r.stderr, 'is told with his id', r.stderr)
    says('two of one name', run(
        'delegation', 'give', '--to', '李四', '--may', 'target.submit',
        '--from', '2026-07-01', '--until', '2026-07-31', '--as', 'G19.head',
        '--at', AT, '--yes'), 5, 'G20.head', 'admin.1')
    r = run('actor', 'retire', 'g20.HEAD', '--reason', 'x', '--as', 'admin.1',
            '--as', 'admin.2', '--at', AT, '--dry-run')
    t.ok('actor G20.head\n' in r.stdout, 'an id in another case', r)
    r = run('feedback', 'acknowledge', 'PD-2026-0001', '--as', '张三',
            '--at', AT, '--dry-run')
    t.ok('by G19.head' in r.stdout, 'who signs may be named so', r)
    says('nobody of that name', run(
        'feedback', 'acknowledge', 'PD-2026-0001', '--as', '王五', '--at', AT,
        '--dry-run'), 2, '王五')


def asked_back():
    """On a terminal several are asked about."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(top)
        os.execve(CLI, [CLI, 'duty', 'register', '务局', 'G19-D5', '--text',
                        'x', *ME, '--dir', 'l'],
                  {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C.UTF-8'})
    seen = b''

    def until(words, answer):
        nonlocal seen
        while words not in seen:
            try:
                more = os.read(fd, 4096)
            except OSError:
                more = b''
            if not more:
                return
            seen += more
        os.write(fd, answer)
    until(b'which of them?', '市商务局\n'.encode())
    until(b'[y/N]', b'y\n')
    until(b'receipt', b'')
    _, status = os.waitpid(pid, 0)
    shown = run('log', 'tail', '-n', '1', '--json').stdout
    t.ok(os.waitstatus_to_exitcode(status) == 0 and 'duty.register' in shown,
         'which is meant is asked, and signed', seen.decode())


d = found()
units()
targets()
persons()
asked_back()
t.ok(d.stop() == 0, 'the ledger serves to its end')
shutil.rmtree(top)
t.done()
