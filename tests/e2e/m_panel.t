#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The panels of a year by commands: opened, ballots from a table that each
voter signs, closed by two, a score that says why; and who learns what a voter
said, at every door of the daemon."""
import json, os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from citykit import City
from kcd import Tap, free_port

t = Tap()
good, says = t.good, t.says
PORT = free_port()
c = City('--tcp', '127.0.0.1:%d' % PORT)
run, view, day = c.do, c.view, c.day
asked, enrol = c.asked, c.enrol
ESTAB = ('--as', 'estab.1')
VOTERS = (('in', 'panel-inner', 6), ('out', 'panel-outer', 2))
MARKS = ('5,5,5', '5,5,5', '5,5,5', '4,4,4', '4,4,4', 'unknown,unknown,unknown')
TOLD, UNTOLD = '代行审批', '外部所写'


def voters():
    for name, role, n in VOTERS:
        for i in range(1, n + 1):
            enrol('%s.%d' % (name, i), role)
    enrol('left.1', 'panel-grass')
    enrol('teller', 'tally')
    for who, role in (('audit.1', 'auditor'), ('stats.1', 'stats'),
                      ('office.1', 'assess-office')):
        enrol(who, role)


def table():
    rows = ['by,year,unit,group,full,proper,benefit,overreach']
    rows += ['in.%d,2022,G19,inner,%s,%s' % (i + 1, m, TOLD if i == 0 else '')
             for i, m in enumerate(MARKS)]
    rows += ['out.%d,2022,G19,outer,1,1,1,%s' % (i, UNTOLD) for i in (1, 2)]
    return c.put('ballots.csv', '\n'.join(rows) + '\n')


def secrecy(ballot):
    """The office and other voters are refused; nothing of it is said."""
    for who, may in (('estab.1', False), ('G19.head', False),
                     ('leader.1', False), ('in.2', False), ('out.1', False),
                     ('in.1', True), ('teller', True), ('audit.1', True)):
        r = asked(who, 'log', 'show', str(ballot), '--json')
        t.same((r.returncode == 0, TOLD in r.stdout), (may, may),
               'the entry, ' + who)
        t.ok(may or 'E-FORBIDDEN' in r.stderr and TOLD not in r.stderr,
             'which is refused by its code', r.stderr)
        for part in ('--raw', '--receipt'):
            r = asked(who, 'log', 'show', str(ballot), part)
            t.same((r.returncode == 0, may or 'E-FORBIDDEN' in r.stderr),
                   (may, True), '%s, %s' % (part[2:], who))
        r = asked(who, 'log', 'tail', '-n', '50', '--json')
        t.same(r.stdout.count('panel.ballot') > 0,
               who in ('in.1', 'in.2', 'out.1', 'teller', 'audit.1'),
               'the newest entries, ' + who)
        r = asked(who, 'log', 'list', '--kind', 'panel.ballot', '--json')
        rows = json.loads(r.stdout)['rows']
        t.same(len(rows), {'in.1': 1, 'in.2': 1, 'out.1': 1, 'teller': 8,
                           'audit.1': 8}.get(who, 0),
               'rows of the log, ' + who)
        r = asked(who, 'log', 'search', TOLD, '--json')
        t.same(len(json.loads(r.stdout)['rows']), int(may),
               'a search, ' + who)
        r = asked(who, 'panel', 'ballots', '--year', '2022', '--json')
        if who in ('teller', 'audit.1'):
            n = 8
        else:
            n = 1 if who[:2] in ('in', 'ou') else None
        t.same(len(json.loads(r.stdout)['rows'])
               if r.returncode == 0 else None, n, 'the list, ' + who)


def published(ballot):
    """Where entries are for everybody a ballot is not, and who may read it
    gets it where no cache keeps it for others."""
    for part in ('raw', 'receipt'):
        for seq, want in ((0, 200), (ballot, 403)):
            got = c.daemon.get('/v1/entries/%d/%s' % (seq, part), tcp=PORT)
            t.same((got[0], TOLD.encode() in got[2]), (want, False),
                   'anybody asks for %s of %d' % (part, seq))
    n = ballot + 1
    path = '/tile/entries/%s' % (
        '%03d' % (n // 256) if n % 256 == 0 and n else
        '%03d.p/%d' % (n // 256, n % 256))
    t.same(c.daemon.get(path, tcp=PORT)[0], 403, 'and for its bundle')
    t.same(c.daemon.get('/tile/0/000.p/3', tcp=PORT)[0], 200,
           'hashes are public')
    got = c.daemon.get('/v1/entries/0/raw', tcp=PORT)
    t.ok('public' in got[1]['cache-control'], 'what everybody may read a '
         'cache may keep', got[1])
    got = c.daemon.get('/v1/entries/%d/raw' % ballot)
    t.same((got[0], 'public' in got[1]['cache-control']), (200, False),
           "the daemon's own uid reads it, and no cache between")
    got = c.daemon.post(got[2].split(b'\n', 1)[1], path='/v1/drafts')
    t.same((got[0], json.loads(got[2])['code']), (400, 'E-REQUEST'),
           'it is not left where drafts wait, which the office reads')
    r = asked('teller', 'log', 'show', str(ballot), '--raw')
    t.ok(r.returncode == 0 and TOLD in r.stdout, 'the teller too', r.stderr)
    r = asked('estab.1', 'log', 'show', str(ballot), '--raw')
    t.ok('E-FORBIDDEN' in r.stderr, 'the office does not', r.stderr)


def days_of_ballots():
    """The day of his ballots is in the list of a voter while he has one left;
    the office's has it whoever has voted."""
    for who, n in (('in.1', 0), ('estab.1', 1), ('left.1', 1), ('G19.head', 0)):
        r = asked(who, 'deadline', 'list', '--json')
        rows = [x for x in json.loads(r.stdout)['rows'] if x['limit'] == 'vote']
        t.same([x['case'] for x in rows], ['PN-2022-0001'] * n,
               'the day of ballots, ' + who)
    r = asked('teller', 'deadline', 'list')
    t.ok('E-FORBIDDEN' in r.stderr, 'no list for the tally', r.stderr)
    r = asked('left.1', 'deadline', 'list', '--lang', 'zh')
    t.ok('对各单位投票' in r.stdout, 'in Chinese', r.stdout)


def year_ends():
    """Up to the form of the unit's result."""
    c.put('paper.pdf', b'%PDF-1.4 a self-check')
    steps = [('yearend', 'begin', '--year', '2022', *ESTAB),
             ('yearend', 'data-in', '2022', '--as', 'stats.1')]
    for g in ('K1', 'R1'):
        steps += [('selfcheck', 'file', g, '--completion', '100%',
                   '--evidence', 'paper.pdf', '--as', 'G19.head'),
                  ('completion', 'find', g, '--rate', '100%', '--evidence',
                   'paper.pdf', '--as', 'G02.judge')]
    steps += [('yearend', s, '2022', *ESTAB)
              for s in ('score', 'draft', 'publicise')]
    for argv in steps:
        good(' '.join(argv[:2]), run(*argv))
    day('2023-02-24')
    for s, who in (('grade', 'estab.1'), ('approve', 'office.1'),
                   ('publish', 'estab.1')):
        good(s, run('yearend', s, '2022', '--as', who))
    good('fed back', run('result', 'feed-back', '2022', '--unit', 'G19',
                         '--problems', '进度前松后紧', *ESTAB))


def printed(ballots):
    """What was written is on the form, for who reads the form; nothing there
    or anywhere else says whose it was."""
    for who, may in (('estab.1', True), ('G19.head', True),
                     ('leader.1', True), ('office.1', True),
                     ('audit.1', True), ('G02.judge', False),
                     ('in.1', False), ('in.2', False), ('out.1', False),
                     ('teller', False), ('stats.1', False)):
        r = asked(who, 'form', 'render', 'result', 'G19', '--json')
        t.same((r.returncode == 0, TOLD in r.stdout), (may, may),
               'the form, ' + who)
        t.ok(UNTOLD not in r.stdout + r.stderr, 'without words of a void '
             'group', r.stdout)
        if may:
            doc = json.loads(r.stdout)
            t.same([x['lines'] for x in doc['tables']
                    if x['title'].startswith('remarks of the panels')],
                   [[{'cells': ['overreach', TOLD]}]], 'the words alone')
            t.ok(not any(x['seq'] in ballots for x in doc['rows']) and
                 'in.1' not in r.stdout, 'and no ballot', doc['rows'])
        else:
            t.ok('E-FORBIDDEN' in r.stderr and TOLD not in r.stderr,
                 'refused by its code', r.stderr)
    for who in ('estab.1', 'G19.head', 'leader.1', 'in.2'):
        r = asked(who, 'log', 'search', TOLD, '--json')
        t.same(json.loads(r.stdout)['rows'], [], 'a search finds none, ' + who)
        r = asked(who, 'log', 'show', str(ballots[0]), '--json')
        t.ok('E-FORBIDDEN' in r.stderr, 'nor is the entry read, ' + who,
             r.stderr)
        for argv in (('panel', 'show', '--year', '2022'),
                     ('panel', 'ballots', '--year', '2022'),
                     ('trail', 'G19'), ('explain', 'G19')):
            r = asked(who, *argv, '--json')
            t.ok(TOLD not in r.stdout, '%s %s, %s' % (*argv[:2], who),
                 r.stdout)
    r = asked('estab.1', 'form', 'list', 'result', '--json')
    t.ok(r.returncode == 0 and TOLD not in r.stdout, 'nor the register',
         r.stdout + r.stderr)


try:
    with open(c.path('l/kaocheng.yaml'), 'a') as f:
        f.write('limits: {requests_per_s: 0, reads_per_s: 0}\n')
    voters()
    says('not before the year is over', run('panel', 'open', '2022', *ESTAB),
         6, 'E-EARLY')
    day('2023-01-26')
    r = good('the office opens them', run('panel', 'open', '2022', *ESTAB))
    t.ok('  PN-2022-0001  ' in r.stdout, 'whose handle is said', r.stdout)
    says('one voter signs a ballot, not two', run(
        'panel', 'ballot', '2022', 'G19', '--group', 'inner', '--full', '5',
        '--proper', '5', '--benefit', '5', '--as', 'in.1', '--as', 'in.2'), 4,
        'E-ROLE', '2 signers together (one signs) may not sign panel.ballot')
    r = c.run('help', 'panel', 'ballot', at=None)
    t.same(r.stdout.count('without your name'), 4,
           'the help says what is printed of it')
    says('a mark is from 1 to 5, or unknown', run(
        'panel', 'ballot', '2022', 'G19', '--group', 'inner', '--full', '6',
        '--proper', '5', '--benefit', '5', '--as', 'in.1'), 2, 'unknown')
    says('with the own group', run(
        'panel', 'ballot', '2022', 'G19', '--group', 'outer', '--full', '5',
        '--proper', '5', '--benefit', '5', '--as', 'in.1'), 4, 'E-ROLE')
    says('on a unit with a list', run(
        'panel', 'ballot', '2022', 'G02', '--group', 'inner', '--full', '5',
        '--proper', '5', '--benefit', '5', '--as', 'in.1'), 6, 'E-PANEL')
    twice = open(c.path(table())).read()
    twice += 'in.2,2022,G19,inner,1,1,1,\n'
    r = run('import', c.put('twice.csv', twice), '--kind', 'panel.ballot',
            '--at', c.now)
    says('no voter has two rows on one unit', r, 6, 'twice.csv: row 10: it says '
         'of the same unit by the same voter what row 3 does; only the later')
    t.same(view('log', 'list', '--kind', 'panel.ballot')['rows'], [],
           'and nothing of the table stands')
    good('ballots come from a table, each by its voter', run(
        'import', table(), '--kind', 'panel.ballot', '--at', c.now))
    rows = view('log', 'list', '--kind', 'panel.ballot')['rows']
    t.same(len(rows), 8, 'all of them stand')
    doc = view('panel', 'show', '--year', '2022')
    t.same([(r['group'], r['voters'], r['ballots']) for r in doc['rows']],
           [('inner', 6, 6), ('outer', 2, 2), ('grass', 1, 0)],
           'the turnout of each group')
    before = view('score')['rows'][0]
    t.same(before['panel'], '0.0000', 'and nothing in a score')
    secrecy(min(r['seq'] for r in rows))
    days_of_ballots()
    r = asked('estab.1', 'replay', '--without', str(rows[0]['seq']))
    t.ok(r.returncode != 0 and 'E-SECRET' in r.stderr,
         'no counterfactual without a ballot', r.stderr)
    with open(c.path('l/kaocheng.yaml'), 'a') as f:
        f.write('publish: entries\n')
    says('nobody closes them while they vote', run(
        'panel', 'close', '2022', *ESTAB, '--as', 'teller'), 6, 'E-EARLY')
    day('2023-02-11')
    published(min(r['seq'] for r in rows))
    says('nor the office alone', run('panel', 'close', '2022', *ESTAB), 4,
         'E-ROLE', 'teller')
    r = good('the office and a teller do', run(
        'panel', 'close', '2022', *ESTAB, '--as', 'teller'))
    t.ok('  close the panels of a year  2022  ' in r.stdout, 'of which year is said',
         r.stdout)
    doc = view('panel', 'show', 'G19', '--year', '2022')
    t.same([(r['group'], r['mean'], r['valid'], r['counts'])
            for r in doc['rows']],
           [('inner', '92.0000', 5, True), ('outer', None, 2, False),
            ('grass', None, 0, False)], 'what each thinks')
    t.same(view('score')['rows'][0]['panel'], '92.0000', 'is in the score')
    rows = view('explain', 'G19')['rows']
    t.same([r['rule'] for r in rows if r['part'] in ('panel', 'group')],
           ['panel.share', 'panel.inner', 'panel.min_ballots',
            'panel.min_ballots'], 'which says why')
    r = asked('G19.head', 'panel', 'show', '--year', '2022', '--json')
    t.same(len(json.loads(r.stdout)['rows']), 3, 'the unit sees its own')
    year_ends()
    printed([r['seq'] for r in view('log', 'list', '--kind',
                                    'panel.ballot')['rows']])
    r = c.run('export', 'out', at=None)
    t.same(r.returncode, 0, 'the operator exports the ledger')
    r = c.run('export', 'out2', *c.url, '--as', 'estab.1', '--keys', 'l/keys',
              at=None)
    t.ok(r.returncode != 0 and 'E-FORBIDDEN' in r.stderr and
         'ballots' in r.stderr, 'the office does not, and is told why',
         r.stderr)
finally:
    c.remove()
t.done()
