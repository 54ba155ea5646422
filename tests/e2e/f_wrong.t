#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Wrong input, in tables: what is typed, what is said of it. A refusal names
the option as it was typed, the value, the character, and what may be meant."""
import json, os, re, shutil, signal, stat, subprocess, sys, tempfile, time
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
SIGN = ('--as', 'estab.1', '--at', NOW)


def run(*argv):
    return subprocess.run([CLI] + [str(a) for a in argv], env=ENV, cwd=top,
                          capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60)


def found():
    r = run('init', 'l', '--origin', 'example.org/w', '--unprotected', '--at',
            NOW)
    t.same(r.returncode, 0, 'a ledger')
    return subprocess.Popen([BUILD + '/bin/kaochengd', '--dir', 'l',
                             '--test-clock', NOW], env=ENV, cwd=top,
                            stderr=open(top + '/log', 'a'))


def wait():
    for _ in range(1000):
        if run('log', 'list').returncode == 0:
            return
        time.sleep(0.01)
    raise SystemExit('the daemon does not answer')


def refused(argv, words, exit=2, not_words=()):
    r = run(*argv)
    t.ok(r.returncode == exit and all(w in r.stderr for w in words) and
         not any(w in r.stderr for w in not_words),
         'refused: ' + ' '.join(map(str, argv))[:100],
         (r.returncode, r.stdout, r.stderr))


# --- one value of a statement ---------------------------------------------------
# A statement that lacks nothing but what the row adds.
DRAFT = ('target', 'draft', 'K1', '--unit', 'G01', '--duty', 'D1',
         '--assessor', 'G02', '--title', '题', *SIGN, '--dry-run')
REST = {'--year': '2022', '--class': 'key', '--source': 'city-key',
        '--weight': '10'}
GRANT = {'--scope': 'all', '--from': '2022-01-01', '--until': '2022-12-31'}

VALUES = (
    # option, typed, what is said besides both, what may be meant
    ('--weight', '1.23456', 'up to four decimals', None),
    ('--weight', '-1', 'points', None),
    ('--weight', '1,5', '"," (U+002C)', '1.5'),
    ('--weight', '1，5', 'full-width sign (U+FF0C)', None),
    ('--weight', '1e3', 'points', None),
    ('--weight', '70.00000', 'points', '70'),
    ('--weight', '', '(empty)', None),
    ('--weight', 'abc', 'such as 0.5 or 70', None),
    ('--weight', '+1', 'points', '1'),
    ('--weight', '.5', 'points', '0.5'),
    ('--weight', '1.', 'points', '1'),
    ('--weight', '1\u200b', 'zero-width space (U+200B)', None),
    ('--weight', '1\n', 'line feed (U+000A)', None),
    ('--weight', '1\t', 'TAB (U+0009)', None),
    ('--year', '2026年', '"年" (U+5E74)', '2026'),
    ('--year', '9999', 'whole number from 0 to 2199', None),
    ('--year', '', '(empty)', None),
    ('--class', 'kay', 'key (key work) | routine (routine work) | ', 'key'),
    ('--class', 'xyz', 'key (key work) | routine (routine work) | ', None),
    ('--class', '重点', 'key (key work) | routine (routine work) | ', None),
    ('--source', 'citykey', 'city-key', 'city-key'),
)
DATES = (
    ('--from', '2022-1-1', 'a date such as', '2022-01-01'),
    ('--from', '2022/10/20', '"/" (U+002F)', '2022-10-20'),
    ('--from', '2022年3月4日', '"年" (U+5E74)', '2022-03-04'),
    ('--from', '2022-02-30', 'a date such as', None),
    ('--from', '2022-13-20', 'a date such as', None),
    ('--from', 'yesterday', 'a date such as', None),
    ('--scope', 'al', 'all (every target) | unit (targets of one unit)', 'all'),
)


def values():
    for head, rest, rows in (
            (DRAFT, REST, VALUES),
            (('grant', 'issue', 'GR-1', '--assessor', 'G02', *SIGN,
              '--dry-run'), GRANT, DATES)):
        for option, typed, said, meant in rows:
            given = [x for o, v in rest.items() if o != option
                     for x in (o, v)]
            refused((*head, *given, option, typed),
                    ('error[E-FIELD-VALUE] %s %s' % (option, typed.split(
                        '\n')[0].replace('\t', '\\x09')), said,
                     '  try     %s %s\n' % (option, meant) if meant else said),
                    not_words=() if meant else ('  try ',))
    refused(('prededuct', 'confirm', 'pd-2022-60', *SIGN),
            ('--case pd-2022-60', 'try     --case PD-2022-0060'))
    refused(('unit', 'register', 'G02 ', '--group', 'gov', '--name', '局',
             *SIGN), ('--unit G02 ', 'blank (U+0020)', 'try     --unit G02\n'))
    refused(('unit', 'register', 'a' * 49, '--group', 'gov', '--name', '局',
             *SIGN), ('at most 48',))


def meant():
    """What is not there, and what is near to it; nothing that misleads."""
    for code, name in (('G19', 'Commerce'), ('G21', 'Roads')):
        r = run('unit', 'register', code, '--group', 'gov', '--name', name,
                '--name-en', name, *SIGN, '--yes')
        t.same(r.returncode, 0, 'a unit')
    near = lambda *w: ('  try     did you mean %s?\n' % ', '.join(w),)
    for line, words in (
            (('score', 'G91'), near('G19')),
            (('trail', 'Comerce'), near('Commerce')),
            (('actor', 'show', 'estab.2'), near('estab.1')),
            (('actor', 'show', 'amdin.1'), near('admin.1')),
            (('duty', 'register', 'G12', '--duty', 'D1', '--text', 'x', *SIGN,
              '--yes'),
             near('G21')),
            (('score', 'G77'), ()), (('score', 'XYZ'), ()),
            (('actor', 'show', 'admin.7'),
             near('admin.1', 'admin.2', 'admin.3'))):
        refused(line, ('error[E-NOT-FOUND]', *words), exit=3,
                not_words=() if words else ('  try ',))
    for line in (('key', 'show', 'esatb.1'), ('login', 'esatb.1'),
                 ('unit', 'register', 'G30', '--group', 'gov', '--name', 'x',
                  '--as', 'esatb.1', '--at', NOW, '--yes')):
        refused(line, ('no key file l/keys/esatb.1.key',
                       '  did you mean estab.1?'), exit=3)
    refused(('key', 'show', 'nobody'), ('kaocheng key new ACTOR',), exit=3)
    refused(('key', 'new', 'bad name', '--unprotected'),
            ('an actor id such as G19.head', 'blank (U+0020)'))
    r = run('score', 'G91', '--lang', 'zh')
    t.ok('可以    是否指 G19？' in r.stderr, 'in Chinese', r.stderr)
    r = run('score', 'G91', '--json')
    t.ok(json.loads(r.stderr)['hint'] == 'did you mean G19?', 'for programs',
         r.stderr)


def taken():
    """What can only mean one thing is taken for it."""
    for option, typed, line in (
            ('--weight', '１', 'weight 1.0000'), ('--year', '２０２６', 'year 2026'),
            ('--weight', '０.５', 'weight 0.5000'), ('--class', '重点', None),
            ('--class', '重点工作', 'class key'), ('--weight', '1.5',
                                             'weight 1.5000')):
        given = [x for o, v in REST.items() if o != option for x in (o, v)]
        r = run('target', 'draft', 'K1', '--unit', 'G01', '--duty', 'D1',
                '--assessor', 'G02', '--title', '题', *SIGN, *given, option,
                typed, '--out', 'x.txt')
        text = open(top + '/x.txt').read() if r.returncode == 0 else ''
        t.ok(('\n%s\n' % line in text) if line else r.returncode == 2,
             '%s %s' % (option, typed), r.stderr + text)


def together():
    """All that is wrong and all that is lacking, at once."""
    refused(('target', 'draft', *SIGN),
            ['still wanted: ', '  fields: kaocheng help target.draft'] +
            ['--%s (' % f for f in ('target', 'unit', 'year', 'class',
                                    'source', 'duty', 'weight', 'assessor',
                                    'title')])
    refused(('target', 'draft', 'K1', '--year', 'x', '--weight', 'y', '--title',
             'a\tb', *SIGN),
            ('--year x', '--weight y', '--title:1:2: TAB (U+0009)',
             'still wanted: --unit (unit), --class'),
            not_words=('--weight (',))
    refused(('target', 'draft', 'K1', '--title', 'x', '--title', 'y', *SIGN),
            ('--title is given twice',))
    refused(('target', 'draft', 'K1', '--title', 'x', '--title', 'a\tb', *SIGN),
            ('--title:1:2: TAB', '--title is given twice'))
    for who, words in ((('',), '--as (empty)'), (('a b',), '--as a b'),
                       (('../../etc/passwd',), 'an actor id such as'),
                       (('estab.1', 'estab.1'), 'is given twice')):
        refused(('cadre', 'register', *(x for w in who for x in ('--as', w))),
                (words,))
    r = run('target', 'draft', '--lang', 'zh', *SIGN)
    t.ok('还缺 --target（目标代码）、--unit（单位）' in r.stderr,
         'in Chinese too', r.stderr)


def helps():
    """help CODE of every code; the commands that it names exist."""
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..')
    with open(root + '/include/kaocheng/defs/refusals.def') as f:
        codes = re.findall(r'^X\(\w+, "(E-[A-Z-]+)"', f.read(), re.M)
    named, bad = set(), []
    for code in codes:
        for lang, labels in (('en', ('cause ', 'example ', 'remedy ')),
                             ('zh', ('原因 ', '例如 ', '办法 '))):
            r = run('help', code, '--lang', lang)
            if r.returncode or '{' in r.stdout or not all(
                    '\n  %s' % l in r.stdout for l in labels):
                bad.append((code, lang, r.stdout))
            named |= set(re.findall(r'kaocheng ([a-z]+(?: [a-z]+[a-z-]+)?)',
                                    r.stdout))
    t.ok(len(codes) > 80 and not bad, 'help of %d codes' % len(codes), bad)
    # What follows these is not a verb.
    bad = [n for n in named if n.split()[0] not in ('help', 'send', 'trail') and
           run(*n.split(), '--help').returncode]
    t.ok(len(named) > 30 and not bad, 'and the commands that they name exist',
         bad)


def by_the_system():
    """What the system says is said."""
    for lang, words in (('en', 'Is a directory'), ('zh', '目录')):
        for line in (('send', 'l'), ('receipt', 'check', 'l'),
                     ('key', 'show', top + '/l'), ('replay', '--with', 'l')):
            r = run(*line, '--lang', lang)
            t.ok(r.returncode != 0 and words in r.stderr + r.stdout and
                 'input/output' not in r.stderr, ' '.join(line),
                 (r.returncode, r.stdout, r.stderr))


def elsewhere():
    """What is typed that is no value of a field."""
    head = [x for o, v in REST.items() for x in (o, v)]
    draft = [x for x in DRAFT if x not in ('--title', '题')] + head
    for typed, exit, words in (
            ('@missing', 3, ('--title @missing: there is no such file',
                             'begins with @@')),
            ('@', 3, ('--title @: there is no such file',)),
            ('@l', 1, ('l: Is a directory',)),
            ('x' * 66000, 2, ('error[E-SIZE]', '--title shorter: it has 66000'
                              ))):
        refused((*draft, '--title', typed), words, exit, ('line ',))
    with open(top + '/letter', 'w') as f:
        f.write('hello\n')
    for line in (('send', 'letter'), ('sign', 'letter', '--as', 'estab.1')):
        refused(line, ('letter is no statement', '--out'))
    for line in (('explain', 'E-STAT'), ('help', 'E-STAT')):
        refused(line, ('no error code E-STAT; did you mean E-STATE?',))
    refused(('explain', 'E-NOPE-X'), ('no error code E-NOPE-X\n',),
            not_words=('unit', 'did you mean'))
    refused(('unit', 'list', '--as-of', '999'), ('there is no entry 999',), 3)
    refused(('log', 'list', '--by', 'esatb.1'), ('no actor esatb.1',
                                                 'mean estab.1?'), 3)
    r = run('log', 'list', '--by', 'clerk')
    t.same(r.returncode, 0, 'the clerk is somebody')
    run('key', 'new', 'G19.liaison', '--unprotected')
    r = run('actor', 'enrol', 'G19.liaison', '--unit', 'G19', '--role',
            'liaison', '--as', 'admin.1', '--as', 'admin.2', '--at', NOW,
            '--yes')
    t.same(r.returncode, 0, 'somebody of a unit')
    refused(('delegation', 'give', '--to', 'G19.liaison', '--may',
             'unit.register', '--from', '2022-01-01', '--until', '2022-12-31',
             *SIGN, '--yes'), ('E-UNIT', 'who gives it has no unit'), 4)


def roles():
    """Who signs alone what takes two, or what is another's."""
    line = ('role', 'give', 'estab.1', '--role', 'org', '--at', NOW, '--yes')
    refused((*line, '--as', 'admin.1'),
            ('admin.1 alone may not sign role.give',
             'who is missing: admin (such as admin.2, admin.3)'), 4)
    refused(('unit', 'rename', 'G19', '--name', 'x', '--as', 'admin.1', '--at',
             NOW, '--yes'), ('admin.1 may not sign unit.rename',
                             'who is missing: estab (such as estab.1)'), 4,
            ('alone',))
    r = run(*line, '--as', 'admin.1', '--lang', 'zh')
    t.ok('admin.1 一人无权签署' in r.stderr and '还缺：安全管理员（如 admin.2、'
         in r.stderr, 'in Chinese', r.stderr)


def in_chinese():
    """Words of a list by their Chinese names."""
    said = ('cadre', 'register', 'C1', '--unit', 'G01', '--as', 'org.1', '--at',
            NOW, '--out', 'text', '--city-managed')
    r = run(*said, '是')
    with open(top + '/text') as f:
        t.ok('\ncity_managed yes\n' in f.read(), 'yes may be typed 是', r.stderr)
    r = run(*said, '对')
    t.ok(r.returncode == 2 and '--city-managed 对: it takes yes or no' in
         r.stderr, 'and nothing else', r.stderr)


def places():
    """Where a daemon is not, and what is no place of one."""
    open(top + '/plain', 'w').close()
    for where, exit, words in (
            (('--url', 'ftp://x'), 2, ('ftp://x', 'https:// or http://')),
            (('--url', 'http://127.0.0.1:1'), 7, ('Connection refused',)),
            (('--socket', 'plain'), 7, ('plain: Connection refused',)),
            (('--socket', 'gone'), 7, ('gone: No such file', 'running?'))):
        refused(('score', *where), words, exit, ('unavailable',))
    refused(('unit', 'list', '--out', 'x'), ('--out says nothing here',))
    refused(('log', 'show', '1', '--proof', '--out', 'x'), ('> FILE',))
    t.ok(not os.path.exists(top + '/x'), 'and nothing is written')
    for option, value in (('--tcp', '0.0.0.0:80'), ('--tcp', '127.0.0.1:0'),
                          ('--origin', 'bad name')):
        line = {'--origin': 'example.org/y', option: value}
        refused(('init', 'none', '--unprotected',
                 *(x for o in line.items() for x in o)),
                ('%s %s: ' % (option, value),))
        t.ok(not os.path.exists(top + '/none'), 'and nothing is made')


def no_files():
    """What is no file is written into, or said to be there; it stays."""
    pipe = top + '/pipe'
    os.mkfifo(pipe)
    fd = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    r = run('unit', 'register', 'G9', '--group', 'gov', '--name', 'x', *SIGN,
            '--out', 'pipe')
    t.ok(r.returncode == 0 and b'\nunit G9\n' in os.read(fd, 4096),
         '--out writes into a pipe', r)
    os.close(fd)
    for line in (('backup', 'pipe'), ('export', '--bundle', 'pipe'),
                 ('unit', 'list', '-o', 'xlsx', '--out', 'pipe')):
        refused(line, ('pipe: File exists',), 1)
    t.ok(stat.S_ISFIFO(os.stat(pipe).st_mode), 'and it is a pipe still')


def shown():
    """What is looked at has no option that would be passed over in silence,
    and is asked for in the words of the command."""
    there = ('--dir', 'l')
    for line, words in (
            (('calendar', 'show', '1999'), 'YEAR 1999: a number from 2001'),
            (('calendar', 'show', 'abc'), 'YEAR abc: a number from 2001'),
            (('calendar', 'workdays', '2022-02-02', '2022-01-01'),
             '2022-01-01 is before 2022-02-02'),
            (('trail', ''), 'of which unit?'),
            (('score', '--unit', ''), 'of which unit?'),
            (('form', 'render', 'deduction', ''), 'of what? name both'),
            (('target', 'clone', '--from', '2022', '--to', '2022'),
             'from which year to which?'),
            (('target', 'clone', '--from', '2022', '--to', 'x'),
             '--to x: a number from 2000')):
        refused((*line, *there), (words, '  usage   kaocheng ' + line[0]),
                not_words=('E-REQUEST',))
    says = '--as-of TIME shows the past'
    for line, noted in ((('score', '--at', '2022-01-01'), True),
                        (('score', '--at', '2022-01-01', '--quiet'), False),
                        (('score', '--as-of', '5'), False),
                        (('doctor', '--at', NOW), False)):
        r = run(*line, *there)
        t.ok((says in r.stderr) == noted, ' '.join(line) + (
            ': the past is not shown' if noted else ': no note'), r.stderr)


def for_programs():
    """With --json each error is an object on a line of stderr."""
    for argv, exit, want in (
            (('score', '--dir', 'none'), 3, {'hint'}),
            (('scor',), 2, {'hint'}),
            (('score', '--bogus'), 2, {'hint'}),
            (('trail', 'G77'), 3, {'code'}),
            (('grant', 'issue', 'GR-1', '--assessor', 'G02', '--scope', 'all',
              '--from', '2022/1/1', '--until', '2022-12-31', *SIGN), 2,
             {'code', 'option', 'value', 'hint'})):
        for how in (('--json',), ('-o', 'jsonl'), ('-o=json',)):
            if 'jsonl' in how and argv[0] == 'grant':
                continue  # a statement's outcome is one object
            r = run(*argv, *how)
            said = [json.loads(l) for l in r.stderr.split('\n')
                    if l.startswith('{')]
            t.ok(r.returncode == exit and r.stdout == '' and len(said) == 1 and
                 said[0]['schema'] == 'kaocheng.error/1' and
                 said[0]['exit'] == exit and said[0]['message'] and
                 want <= set(said[0]),
                 '%s %s' % (' '.join(argv)[:40], ' '.join(how)), r)
    t.same((said[0]['option'], said[0]['value'], said[0]['hint']),
           ('--from', '2022/1/1', '--from 2022-01-01'), 'as it was typed')


def broken_pipe():
    read, write = os.pipe()
    os.close(read)
    r = subprocess.run([CLI, 'help', 'kinds'], env=ENV, stdout=write,
                       stderr=subprocess.PIPE)
    os.close(write)
    t.same((r.returncode, r.stderr), (-signal.SIGPIPE, b''),
           'a reader who has seen enough ends it by SIGPIPE, without a word')
    t.ok('141' in run('help', 'exit-codes').stdout, 'which is documented')


def main():
    helps()
    broken_pipe()
    d = found()
    try:
        wait()
        values()
        taken()
        together()
        meant()
        elsewhere()
        places()
        roles()
        in_chinese()
        by_the_system()
        no_files()
        shown()
        for_programs()
    finally:
        d.send_signal(signal.SIGTERM)
        d.wait(20)


try:
    main()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
