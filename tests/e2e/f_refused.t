#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Everything wrong that four users typed when the program was tried as they
would: a row each, by its number in that review (the table's row, the input in
it). What stands in a row: what is typed; the exit code; the code of the
refusal, if it has one; what is said. Each is tried for programs, too."""
import fcntl, json, os, pty, shutil, signal, struct, subprocess, sys, termios
import unicodedata
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from citykit import *
from kcd import CLI, KAOCHENGD, VERIFY, Tap

t = Tap()
# Rows of the review's table, and how many inputs each has.
LIST = {1: 2, 2: 4, 3: 7, 4: 1, 5: 3, 6: 12, 7: 5, 8: 1, 9: 7, 10: 10, 11: 3,
        12: 6, 13: 1, 14: 4, 15: 4, 16: 8, 17: 3, 18: 1, 19: 12, 20: 1, 21: 1,
        22: 1, 23: 3, 24: 5, 25: 7, 26: 23}
seen = set()
city = None
DRY = ('--dry-run',)
FORM = 'E-FIELD-VALUE'


def number(n):
    """Once each; the inputs of one row that are a table of their own are
    n.1 to n.m."""
    assert n not in seen, n
    seen.add(n)


# --- one value of a statement that lacks nothing else -------------------------
FIELDS = {
    'target draft': {
        'target': 'K9', 'unit': 'G02', 'year': '2022', 'class': 'key',
        'source': 'city-key', 'duty': 'G02-D1', 'weight': '10', 'assessor':
        'G19', 'title': '题', 'as': 'estab.1'},
    'grant issue': {
        'grant': 'GR-9', 'assessor': 'G02', 'scope': 'all', 'from':
        '2022-01-01', 'until': '2022-12-31', 'as': 'estab.1'},
    'completion find': {
        'target': 'R1', 'rate': '80%', 'evidence': 'a.pdf', 'as':
        'G02.judge'},
    'indicator report': {
        'indicator': 'I1', 'quarter': '2022-Q3', 'value': '1', 'as':
        'estab.1'},
}


def statement(command, **other):
    fields = dict(FIELDS[command], **{k.replace('_', '-'): v
                                      for k, v in other.items()})
    return (*command.split(), *(x for k, v in fields.items() if v is not None
                                for x in ('--' + k, v)), *DRY)


def title(text):
    return statement('target draft', title=text)


def weight(text):
    return statement('target draft', weight=text)


def year(text):
    return statement('target draft', year=text)


def rate(text):
    return statement('completion find', rate=text)


def date(text):
    return statement('grant issue', **{'from': text})


def signer(*who):
    return (*statement('target draft', **{'as': None}),
            *(x for w in who for x in ('--as', w)))


def as_of(text):
    return ('unit', 'list', '--as-of', text)


TEXTS = (
    ('1.1', title(''), 2, 'E-TEXT', '--title: the text is empty'),
    ('1.2', title('题 '), 2, 'E-TEXT', '--title:1:2: a blank at the end'),
    ('2.1', title('a\tb'), 2, 'E-TEXT', '--title:1:2: TAB (U+0009)'),
    ('2.2', title('a\r\nb'), 2, 'E-TEXT', '--title:1:2: CR (U+000D)'),
    ('2.3', title(b'a\xff'), 2, 'E-TEXT', '--title:1:2: not UTF-8'),
    ('2.4', title('a\u202eb'), 2, 'E-TEXT',
     '--title:1:2: bidirectional override (U+202E)'),
    ('3.1', title('a\nb'), 2, 'E-TEXT', '--title:1:2: line feed (U+000A)'),
    ('3.2', title(' a'), 2, 'E-TEXT', '--title:1:1: blank (U+0020)'),
    ('3.3', title('a\u200bb'), 2, 'E-TEXT',
     '--title:1:2: zero-width space (U+200B)'),
    ('3.4', title('e\u0301'), 2, 'E-TEXT', 'combining mark (U+0301)'),
    ('3.5', title('😀'), 0, None, 'title 😀\n'),
    ('3.6', title('مرحبا'), 0, None, 'title مرحبا\n'),
    ('3.7', title('题' * 400), 0, None, 'title 题题'),
    ('4.1', title('题' * 30000), 2, 'E-SIZE', 'limit of 65344 bytes',
     'make --title shorter: it has 90000 bytes'),
    ('5.1', title('@missing'), 3, None,
     '--title @missing: there is no such file', 'begins with @@'),
    ('5.2', title('@/etc'), 1, None, '--title @/etc: Is a directory'),
    ('5.3', title('@'), 3, None, '--title @: there is no such file'),
)
VALUES = (
    ('6.1', weight('0'), 6, 'E-WEIGHT',
     'the points of a target add up to 0.0000, not something above 0'),
    *((n, weight(w), 2, FORM, '--weight %s: ' % (w or '(empty)'),
       'points with up to four decimals, such as 0.5 or 70', *more)
      for n, w, *more in (
          ('6.2', '-1'), ('6.3', '1.23456'),
          ('6.5', '1,5', 'it has "," (U+002C)', '--weight 1.5'),
          ('6.6', '1e3'), ('6.7', '70.00000', '--weight 70'), ('6.8', ''),
          ('6.9', 'abc'), ('6.10', '+1', '--weight 1'),
          ('6.11', '.5', '--weight 0.5'), ('6.12', '1.', '--weight 1'))),
    ('6.4', weight('１'), 0, None, 'weight 1.0000\n'),
    ('7.1', year('26'), 5, 'E-CYCLE', 'the year 26 is not open',
     'open are: 2022'),
    ('7.2', year('2026年'), 2, FORM, '--year 2026年: it has "年" (U+5E74)',
     '--year 2026'),
    ('7.3', year('２０２６'), 5, 'E-CYCLE', 'the year 2026 is not open'),
    ('7.4', year('2027'), 5, 'E-CYCLE', 'the year 2027 is not open'),
    ('7.5', year(''), 2, FORM, '--year (empty): it takes a whole number'),
    ('8.1', statement('target draft', **{'class': '重点工作'}), 0, None,
     'class key\n'),
    ('9.1', (*title('x'), '--title', 'y'), 2, None, '--title is given twice'),
    ('9.2', (*title('x'), '--titel', 'y'), 2, None,
     'unknown option --titel; did you mean --title?'),
    ('9.3', (*title('x'), '-x'), 2, None, 'unknown option -x; it takes --target --unit',
     '--assessor'),
    ('9.4', signer(), 2, None, 'who signs? --as ACTOR; signed by '
     'Establishment Office or head of a unit'),
    ('9.5', signer('nobody'), 4, 'E-ACTOR', 'nobody is not enrolled',
     'actor list'),
    ('9.6', signer(''), 2, FORM, '--as (empty): it takes an actor id such as'),
    ('9.7', signer('../../etc/passwd'), 2, FORM,
     '--as ../../etc/passwd: it has "/" (U+002F)'),
    *((n, date(d), 2, FORM, '--from %s: ' % d, 'a date such as 2026-06-30',
       *more) for n, d, *more in (
           ('10.1', '2026-1-1', '--from 2026-01-01'), ('10.2', '2026-02-30'),
           ('10.3', 'yesterday'),
           ('10.4', '2022/10/20', 'it has "/" (U+002F)', '--from 2022-10-20'),
           ('10.5', '2022-13-20'))),
    *((n, as_of(d), 2, None, '--as-of ' + d, said) for n, d, said in (
        ('10.6', '2026-1-1', '2022-09-30'),
        ('10.7', '2026-02-30', 'there is no such day'),
        ('10.8', 'yesterday', "'2022-09-30 18:00'"),
        ('10.9', '2022/10/20', 'neither the number of an entry nor a time'),
        ('10.10', '2022-13-20', 'there is no such day'))),
    ('11.1', as_of('-1'), 2, None, '--as-of -1 is neither the number'),
    ('11.2', as_of('99999'), 3, 'E-NOT-FOUND', 'there is no entry 99999'),
    ('11.3', as_of('#5'), 0, None, 'ledger to #5'),
    ('12.1', rate('81%'), 0, None, 'rate 8100\n'),
    ('12.2', rate('101%'), 2, FORM, '--rate 101%: not a rate', '0% to 100%'),
    ('12.3', rate('95％'), 0, None, 'rate 9500\n'),
    ('12.4', rate('0.9'), 2, FORM, '--rate 0.9: say 0.9% or 90bp'),
    ('12.5', rate('81'), 2, FORM, '--rate 81: say 81% or 8100bp'),
    ('12.6', rate('80'), 2, FORM, '--rate 80: say 80% or 8000bp'),
    ('13.1', statement('indicator report', quarter='2026Q3'), 2, FORM,
     '--quarter 2026Q3: it takes a quarter such as 2026-Q3',
     '--quarter 2026-Q3'),
)


INIT = ('init', 'new', '--origin', 'example.org/new')
PLACES = (
    ('14.1', ('score', '--socket', 'gone'), 7, None,
     'gone: No such file', 'running?'),
    ('14.2', ('score', '--socket', 'plain'), 7, None,
     'plain: Connection refused'),
    ('14.3', ('score', '--url', 'http://127.0.0.1:1'), 7, None,
     'http://127.0.0.1:1: Connection refused'),
    ('14.4', ('score', '--url', 'ftp://x'), 2, None,
     'ftp://x: an address begins with https:// or http://'),
    ('16.1', ('init', 'l', '--origin', 'example.org/x', '--unprotected'), 5,
     None, 'l: there is a ledger already'),
    ('16.2', ('init', 'new', '--origin', 'bad name', '--unprotected'), 2, None,
     '--origin bad name: a name such as example.org/kaohe-2026'),
    ('16.3', ('init', 'new', '--unprotected'), 2, None,
     'init takes a directory and --origin NAME'),
    ('16.4', (*INIT, '--unprotected', '--year', '1999'), 2, None,
     '--year 1999'),
    ('16.5', (*INIT, '--unprotected', '--year', '2035'), 6, 'E-DATE',
     'date 2035 is not in range: at most a year ahead'),
    ('16.6', (*INIT, '--unprotected', '--policy', 'nosuch.yaml'), 3, None,
     '--policy nosuch.yaml: not found'),
    ('16.7', (*INIT, '--unprotected', '--policy', 'bad.yaml'), 2,
     'E-POLICY-MISSING', 'key "points" is missing', 'bad.yaml:1:1'),
    ('16.8', (*INIT, '--unprotected', '--tcp', '0.0.0.0'), 2, None,
     '--tcp 0.0.0.0: 127.0.0.1:1 to 127.0.0.1:65535'),
    ('17.3', ('backup', '/proc/x'), 1, None, '/proc/x'),
    ('20.1', ('unit', 'rename', 'G19', '--name', 'x', '--as', 'u.1', '--yes'),
     2, None, 'no terminal to ask on; give --passphrase-file FILE'),
    ('21.1', ('unit', 'rename', 'G19', '--name', 'x', '--as', 'u.1', '--yes',
              '--passphrase-file', 'wrong'), 4, None,
     'l/keys/u.1.key: wrong passphrase'),
    ('22.1', ('unit', 'rename', 'G19', '--name', 'x', '--as', 'u.1', '--yes',
              '--passphrase-file', 'right', '--passphrase-file', 'wrong'), 2,
     None, '--passphrase-file: more files than signers'),
    ('24.1', ('key', 'new', 'bad name', '--unprotected'), 2, FORM,
     'bad name: it has blank (U+0020); it takes an actor id such as'),
    ('24.2', ('key', 'show', 'nosuch'), 3, None,
     'no key file l/keys/nosuch.key', 'kaocheng key new ACTOR'),
    ('24.3', ('completion', 'tcsh'), 2, None, 'completion tcsh: it takes bash'),
    ('24.4', ('explain', 'E-NOPE'), 2, None, 'no error code E-NOPE\n'),
    ('24.5', ('send', 'a.pdf'), 2, None, 'a.pdf is no statement', '--out'),
)


def word(n, line, exit, *said, code=None):
    return ('26.%d' % n, tuple(line.split()), exit, code, *said)


WORDS = (
    word(1, 'status', 0, 'daemon', 'takes statements'),
    word(2, 'whoami', 3, 'nobody is logged in', 'kaocheng login ACTOR'),
    word(3, 'todo', 2, 'no command "todo"', 'kaocheng inbox'),
    word(4, 'case show', 2, 'no command "case"', 'kaocheng prededuct show'),
    word(5, 'unit show', 2, 'of which unit?'),
    word(6, 'calendar list', 0, 'calendars adopted'),
    word(7, 'policy list', 0, 'policies adopted'),
    word(8, 'role list', 2, '"role" has no verb "list"; it has give take',
         'kaocheng actor list'),
    word(9, 'cycle list', 0, 'years'),
    word(10, 'duty list', 0, 'G19-D1'),
    word(11, 'list show', 2, '"list" has no verb "show"; it has issue',
         'kaocheng target list --unit UNIT'),
    word(12, 'delegation list', 0, '(none)'),
    word(13, 'key passwd', 2, 'key passwd takes an actor or a file'),
    word(14, 'log tail', 0, "issue a unit's list"),
    word(15, 'log search', 2, 'log search takes one text'),
    word(16, 'doctor', 0, 'takes statements'),
    word(17, 'backup', 2, 'backup takes the file to write to'),
    word(18, 'restore', 2, 'restore takes a backup or an export'),
    word(19, 'import', 2, 'import takes one table'),
    word(20, 'undo', 2, 'no command "undo"', 'what stands stays'),
    word(21, 'config', 2, 'no command "config"', 'kaocheng login'),
    word(22, 'health', 2, 'no command "health"', 'kaocheng status'),
    word(23, 'help roles', 0, 'enrol an actor'),
)


def heard(r, exit, code, argv, name):
    """What a program reads: objects, one of them this refusal."""
    said = [json.loads(l) for l in r.stderr.split('\n') if l.startswith('{')]
    if said and 'nothing in that format' in said[0]['message']:
        exit, code = 2, None  # it has no document to print
    t.ok(r.returncode == exit and r.stdout == '' and any(
        s['schema'] == 'kaocheng.error/1' and s['exit'] == exit and
        s['message'] and s.get('code') == code and
        (code not in (FORM, 'E-TEXT') or s['option'] in argv)
        for s in said), name + ' (JSON)', (r.returncode, r.stdout, r.stderr))


def rows(table):
    for n, argv, exit, code, *words in table:
        number(n)
        name = '%s: %s' % (n, words[0])
        r = city.run(*argv)
        said = r.stderr if exit else r.stdout + r.stderr
        t.ok(r.returncode == exit and all(w in said for w in words) and
             (code is None) == ('[E-' not in r.stderr) and
             (code is None or 'error[%s] ' % code in r.stderr), name,
             (r.returncode, r.stdout, r.stderr))
        if exit:
            heard(city.run(*argv, '--json'), exit, code, argv, name)


# --- what is more than a line and its answer -----------------------------------
def told(n, good, name, seen):
    number(n)
    t.ok(good, '%s: %s' % (n, name), seen)


def says(n, r, exit, *words):
    told(n, r.returncode == exit and all(w in r.stderr + r.stdout
                                         for w in words), words[0], r)


def stranger(*argv):
    """Somebody who has no leave; where tests are root's, really another."""
    other = ('setpriv', '--reuid=65534', '--clear-groups')
    return subprocess.run(
        [*(other if os.geteuid() == 0 else ()), CLI, *argv], cwd=city.top,
        env={'PATH': os.environ['PATH'], 'HOME': '/nonexistent', 'LANG': 'C'},
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)


def without_leave():
    os.chmod(city.top, 0o755)
    os.chmod(city.path('l'), 0o755)
    os.chmod(city.path('l/keys'), 0o755)
    was = {}
    for name in ('l/socket', 'l/keys/estab.1.key', 'l/ledger.mdb-lock'):
        was[name] = os.stat(city.path(name)).st_mode & 0o777
        os.chmod(city.path(name), 0)
    says('15.1', stranger('score', '--socket', 'l/socket'), 4,
         'l/socket: Permission denied', 'its mode and its group')
    says('15.2', stranger('key', 'show', 'l/keys/estab.1.key'), 4,
         'l/keys/estab.1.key: Permission denied')
    says('15.4', stranger('score', '--dir', 'l'), 4,
         'l/ledger.mdb-lock: no permission to write', '--socket')
    os.chmod(city.path('l'), 0)
    says('15.3', stranger('score', '--dir', 'l'), 3, 'no l/ledger.mdb')
    os.chmod(city.path('l'), 0o755)
    for name, mode in was.items():
        os.chmod(city.path(name), mode)


def no_room():
    line = 'exec "$0" unit list'
    for n, to in (('17.1', ' >/dev/full'), ('17.2', ' >&-')):
        r = subprocess.run(['sh', '-c', line + to, CLI], cwd=city.top,
                           capture_output=True, text=True, env={
                               'PATH': os.environ['PATH'], 'HOME': city.top,
                               'KAOCHENG_DIR': 'l', 'LANG': 'C'})
        says(n, r, 1, 'the output could not be written')
    read, write = os.pipe()
    os.close(read)
    r = subprocess.run([CLI, 'help', 'kinds'], env={'HOME': city.top},
                       stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    told('18.1', (r.returncode, r.stderr) == (-signal.SIGPIPE, ''),
         'who has read enough ends it by SIGPIPE', r)


def on_terminal(columns, *argv, **env):
    """What a terminal of that width is shown."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(city.top)
        os.execve(CLI, [CLI, *argv], dict({
            'PATH': os.environ['PATH'], 'HOME': city.top, 'KAOCHENG_DIR': 'l',
            'LANG': 'zh_CN.UTF-8', 'TERM': 'xterm'}, **env))
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('4H', 24, columns, 0, 0))
    shown = b''
    try:
        while True:
            shown += os.read(fd, 65536)
    except OSError:
        pass
    os.close(fd)
    os.waitpid(pid, 0)
    return shown.decode()


def wide(text):
    return max(sum(2 if unicodedata.east_asian_width(c) in 'WF' else 1
                   for c in l) for l in text.split('\r\n'))


def terminals():
    for n, columns in (('19.1', 80), ('19.2', 60), ('19.3', 40)):
        shown = on_terminal(80, 'unit', 'list', COLUMNS=str(columns))
        told(n, wide(shown) <= columns and '市商务局' in shown,
             'a table in %d columns' % columns, shown)
    usual = on_terminal(80, 'trail', 'G19', NO_COLOR='1')
    for n, value in (('19.4', 'abc'), ('19.5', '0'), ('19.6', '1')):
        shown = on_terminal(80, 'trail', 'G19', COLUMNS=value, NO_COLOR='1')
        told(n, 'G19' in shown and '#' in shown, 'COLUMNS=%s' % value,
             shown)
    told('19.7', '\033' not in usual, 'NO_COLOR', usual)
    shown = on_terminal(80, 'score', 'G77', TERM='dumb')
    told('19.8', '\033' not in shown and 'E-NOT-FOUND' in shown,
         'TERM=dumb has no colours', shown)
    for n, env, charset, words in (
            ('19.9', {'LANG': 'C'}, 'utf-8', 'units'),
            ('19.10', {'LC_ALL': 'zh_CN.GBK'}, 'gbk', '单位'),
            ('19.11', {'LANG': 'zh_TW.UTF-8'}, 'utf-8', '单位'),
            ('19.12', {'LANG': 'de_DE.UTF-8'}, 'utf-8', 'units')):
        r = city.run('unit', 'list', text=False, **env)
        told(n, r.returncode == 0 and words in r.stdout.decode(charset),
             'a locale: %s' % env, r)


def verifying():
    for n, argv, exit, words in (
            ('23.1', ('nosuch',), 3, 'nosuch: not found'),
            ('23.2', ('/etc',), 11, 'checkpoint: it is not there'),
            ('23.3', ('--dir', 'l', '--trust', 'a.pdf'), 1,
             'a.pdf:1:1: a line is log, witness, group or quorum')):
        says(n, city.run('verify', *argv), exit, words)
    for argv, exit, words in (
            (('l', '--trust', 'none'), 3, 'none: not found'),
            (('l', '--at-least', 'none'), 3, 'none: not found'),
            (('l', '--trust', 'a.pdf'), 1, 'a.pdf:1:1: a line is log'),
            (('l', '--leaf', 'a.pdf'), 2, 'l: --leaf goes with a receipt')):
        r = subprocess.run([VERIFY, *argv, '--json'], cwd=city.top, text=True,
                           capture_output=True)
        said = r.stderr.splitlines()
        t.ok(r.returncode == exit and len(said) == 1 and
             json.loads(said[0])['exit'] == exit and
             words in json.loads(said[0])['message'],
             'a program reads: ' + words, r)


def daemons():
    with open(city.path('l/kaocheng.yaml')) as f:
        whole = f.read()
    for n, name, text, words in (
            ('25.1', 'u.yaml', whole + 'nope: 1\n',
             ('u.yaml:13:1', 'unknown key \\"nope\\"')),
            ('25.2', 't.yaml', 'ledger:\n\tx: 1\n',
             ('t.yaml:2:1', 'TAB (U+0009)')),
            ('25.3', 'none.yaml', None, ('none.yaml', 'not found'))):
        if text is not None:
            city.put(name, text)
        says(n, city.served('-c', name, '-n'), 1, *words)
    says('25.4', city.served('--dir', 'nosuch'), 1, 'nosuch', 'not found')
    os.mkdir(city.path('open'))
    shutil.copytree(city.path('l/keys'), city.path('open/keys'))
    os.chmod(city.path('open/keys/log.key'), 0o644)
    says('25.5', city.served('--dir', 'open'), 1, 'open/keys/log.key',
         'mode 0600')
    says('25.6', city.served('--dir', 'l'), 1, 'is held by process %d' %
         city.daemon.process.pid)
    says('25.7', city.served('--bogus'), 100, "'--bogus'")


def main():
    global city
    city = City()
    try:
        city.put('a.pdf', 'x')
        city.put('plain')
        city.put('bad.yaml', 'policy: x\n')
        city.put('right', 'one\n')
        city.put('wrong', 'two\n')
        city.must('key', 'new', 'u.1', '--passphrase-file', 'right', at=None)
        for table in (TEXTS, VALUES, PLACES, WORDS):
            rows(table)
        t.ok(not os.path.exists(city.path('new')),
             'no founding that failed has left anything')
        for more in (without_leave, no_room, terminals, verifying, daemons):
            more()
        listed = {'%d.%d' % (n, i + 1) for n, m in LIST.items()
                  for i in range(m)}
        t.ok(len(listed) > 125 and seen == listed,
             'every input of the review has its row', seen ^ listed)
    finally:
        city.remove()


main()
t.done()
