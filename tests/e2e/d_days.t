#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Calendars as people use them: shown, counted by, checked before a signature
and adopted by one; and
the year of the demonstration that is left open, gone on with."""
import json, os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap, BUILD
import demokit

t = Tap()
CLI = os.path.abspath(BUILD + '/bin/kaocheng')
DAEMON = os.path.abspath(BUILD + '/bin/kaochengd')
top = tempfile.mkdtemp(prefix='kc-days-')
D = top + '/l'
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C.UTF-8',
       'XDG_STATE_HOME': top + '/state'}


def kc(*argv):
    p = subprocess.run([CLI, *argv], env=ENV, capture_output=True, text=True,
                       stdin=subprocess.DEVNULL, timeout=120)
    return p.returncode, p.stdout, p.stderr


def file(text, name='2030.yaml'):
    with open(top + '/' + name, 'w') as f:
        f.write(text)
    return top + '/' + name


HEAD = 'calendar: cn\nyear: 2030\nnotice: "x"\n'
GOOD = HEAD + ('off: [2030-01-01, 2030-02-02..2030-02-08, 2030-04-05, '
               '2030-05-01..2030-05-03, 2030-06-05, 2030-09-12, '
               '2030-10-01..2030-10-07]\nwork: [2030-09-29]\n')


def files():
    code, out, err = kc('calendar', 'import', file(
        HEAD + 'off:\n  - 2030-01-01\n  - 2030-01-32\nwork: []\n'),
        '--dry-run')
    t.ok(code == 6 and '2030.yaml:6:5' in err and '      ^' in err,
         'a fault is shown where it stands', err)
    code, out, err = kc('calendar', 'import', file(
        HEAD + 'off: [2030-01-01]\nwork: []\n'), '--dry-run', '--json')
    t.ok(code == 0 and len(json.loads(out)['missing']) == 6 and
         'Qingming' in err, 'a year that is not whole is noticed', err)
    code, out, err = kc('calendar', 'import', file(GOOD), '--dry-run',
                        '--json')
    t.same(json.loads(out), {
        'schema': 'kaocheng.calendar-file/1', 'file': top + '/2030.yaml',
        'year': 2030, 'weekdays_off': 17, 'weekends_worked': 1,
        'workdays': 245, 'missing': []}, 'and what is whole is counted')
    t.same(kc('calendar', 'import', top + '/none', '--dry-run')[0], 3,
           'a file that is not there')
    t.same(kc('calendar', 'import', file(GOOD), '--dir', D)[0], 2,
           'who signs is asked')


def adopts():
    by = ('--as', 'P09.estab', '--at', '2023-02-21 09:00', '--dir', D)
    code, out, err = kc('calendar', 'import', file(GOOD), '--dry-run', *by)
    t.ok(code == 0 and 'kaocheng/v1 entry calendar.adopt' in out and
         'nothing was written' in err, 'the statement is shown first', err)
    t.same(kc('calendar', 'show', '2030', '--dir', D, '--json')[1].count(
        '"adopted":false'), 1, 'and nothing changed')
    code, out, err = kc('calendar', 'import', file(GOOD), '--yes', *by)
    doc = json.loads(kc('calendar', 'show', '2030', '--dir', D, '--json')[1])
    t.ok(code == 0 and doc['adopted'] and doc['file'] == '2030.yaml' and
         doc['workdays'] == 245 and len(doc['rows']) == 8,
         'then it is adopted', (err, doc))
    code, out, err = kc('calendar', 'import', file(GOOD), '--yes', *by)
    t.ok(code == 5 and 'E-DUPLICATE' in err, 'once', err)
    code, out, err = kc('calendar', 'workdays', '2030-09-27', '3', '--csv',
                        '--dir', D)
    t.same(out, 'from,to,workdays,days,provisional\n'
           '2030-09-27,2030-10-08,3,11,no\n', 'and counted by')
    t.same(kc('calendar', 'workdays', '2030-09-27', 'x', '--dir', D)[0], 2,
           'what is no day and no number is usage')


GRID = """2022-10
Mo   Tu   We   Th   Fr   Sa   Su
                          1-   2-
 3-   4-   5-   6-   7-   8    9
"""


def months():
    """A month's last days as a grid, of 40 columns at most."""
    at = ('--dir', D, '--as-of', '2022-10-20')
    code, out, err = kc('deadline', 'calendar', *at, '--lang', 'en')
    grid = out.split('\n\n')[0].split('\n')
    t.ok(code == 0 and out.startswith(GRID) and
         max(map(len, grid[:-1])) <= 40,
         'holidays and make-up days are those of the notice', out + err)
    doc = json.loads(kc('deadline', 'calendar', *at, '--json')[1])
    whole = json.loads(kc('deadline', *at, '--json')[1])
    due = [r['due'] for r in doc['rows']]
    t.ok(due and due == [r['due'] for r in whole['rows']
                         if r['due'].startswith('2022-10-')],
         'the last days of the month and no other', due)
    day = max(set(due), key=due.count)
    t.ok('%2d' % int(day[8:]) + {'red': '!', 'yellow': '?', 'green': '.'}[
        next(r['light'] for r in doc['rows'] if r['due'] == day)] +
        (str(due.count(day)) if due.count(day) < 10 else '+') in
        out.split('\n\n')[0],
        'each with how many and the worst light', (day, out))
    code, out, err = kc('deadline', 'calendar', '--month', '2024-02', *at,
                        '--lang', 'zh')
    t.ok(code == 0 and '\n26   27   28   29\n' in out and '一 ' in out,
         'a month without a notice has its weekends', out + err)
    for bad in ('2022-13', '2022-1', 'x', '2022-10-01'):
        code, out, err = kc('deadline', 'calendar', '--month', bad, *at)
        t.ok(code == 2 and bad in err, 'no month: ' + bad, err)


def lists():
    """What is asked for of the last days, and no other, in one way for all
    lists."""
    at = ('--dir', D, '--as-of', '2022-10-20')

    def rows(*more):
        return json.loads(kc('deadline', 'list', *at, '--json', *more)[1])
    whole = rows()['rows']
    kinds = {r['limit'] for r in whole}
    for kind in kinds:
        t.same(rows('--kind', kind)['rows'],
               [r for r in whole if r['limit'] == kind], 'of a kind: ' + kind)
    some = whole[len(whole) // 2]
    t.same(rows('--case', some['case'])['rows'],
           [r for r in whole if r['case'] == some['case']], 'of a case')
    doc = rows('--since', some['due'], '--until', some['due'], '--light',
               some['light'])
    t.ok(doc['rows'] == [r for r in whole if r['due'] == some['due'] and
                         r['light'] == some['light']] and
         doc['filter'] == {'light': some['light'], 'since': some['due'],
                           'until': some['due']},
         'of a day and a light, and the document says so', doc)
    t.same(rows('--overdue')['rows'], [r for r in whole if r['overdue']],
           'what is overdue')
    code, out, err = kc('deadline', 'list', *at, '--light', 'blue')
    t.ok(code == 0 and 'no row has --light blue; there are: ' in err and
         'red' in err, 'what no row has is said, with what there is', err)
    for option in ('--since', '--until'):
        code, out, err = kc('deadline', 'list', *at, option, '2022/10/1')
        t.ok(code == 2 and '2022/10/1' in err, 'no day for ' + option, err)
    at = ('--dir', D, '--json')
    cases = json.loads(kc('prededuct', 'list', *at)[1])['rows']
    for state in {c['state'] for c in cases}:
        t.same(json.loads(kc('prededuct', 'list', '--state', state,
                             *at)[1])['rows'],
               [c for c in cases if c['state'] == state],
               'cases in a state: ' + state)


def lights():
    """Light and words of each item."""
    doc = json.loads(kc('status', '--dir', D, '--json')[1])
    return doc, {r['item']: r['light'] for r in doc['rows']}


def goes_on():
    """The city that is left open is a rehearsal with the keys of all."""
    who = [a['actor'] for a in json.loads(
        kc('actor', 'list', '--dir', D, '--json')[1])['rows']]
    t.same([a for a in who if a != 'clerk' and not os.path.exists(
        D + '/keys/' + a + '.key')], [], 'everybody can sign')
    code, out, err = kc('yearend', 'begin', '2022', '--as', 'P09.estab',
                        '--yes', '--dir', D)
    t.ok(code == 0 and 'nothing of it counts' in err,
         'at the time of its own clock', err)
    code, out, err = kc('rehearse', D, '--no-serve')
    t.ok(code == 0 and '2023-02-21T01:00' in out, 'and is gone on with', err)


demokit.year(D, '--no-remind', '--open').check_returncode()
files()
months()
lists()
doc, light = lights()
t.ok(not doc['daemon']['alive'] and light['daemon'] == 'red' and
     light['ledger'] == 'green', 'no daemon answers, and the ledger is read',
     doc)
daemon = subprocess.Popen([DAEMON, '--dir', D, '--test-clock',
                           '2023-02-21T01:00:00Z'], env=ENV,
                          stderr=open(top + '/log', 'w'))
try:
    while kc('clock', 'show', '--dir', D)[0] != 0:
        if daemon.poll() is not None:
            raise SystemExit(open(top + '/log').read())
    adopts()
    goes_on()
    doc, light = lights()
    t.ok(doc['daemon'] == {'alive': True, 'mode': 'open', 'why': ''} and
         light['daemon'] == 'green', 'a daemon that takes statements', doc)
    t.ok('[' not in kc('status', '--dir', D, '--socket', D + '/socket')[1] and
         '正在受理' in kc('status', '--dir', D, '--lang', 'zh')[1],
         'is said in words')
finally:
    daemon.terminate()
    daemon.wait(20)
    shutil.rmtree(top)
t.done()
