#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The last days of panels, through the real sender into files: a voter is told
what he has not voted on, each in his language, and nobody else learns of it;
who closes them is told, too; lists and calendars have the days."""
import email, email.policy, glob, os, sys, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from citykit import City
from kcd import Tap, free_port

t = Tap()
PORT = free_port()
c = City('--tcp', '127.0.0.1:%d' % PORT)
run, view = c.do, c.view
ESTAB = ('--as', 'estab.1')
URL = ('--url', 'http://127.0.0.1:%d' % PORT, '--keys', 'l/keys')
VOTE = ' panel.vote '


def outcomes():
    """(entry, person, notices) of what was sent."""
    rows = view('log', 'list', '--kind', 'reminder.sent').get('rows', ())
    said = [(r['seq'], view('log', 'show', str(r['seq']))['entry'])
            for r in rows]
    return [(seq, e['to'], e['notice']) for seq, e in said]


def voters():
    return sorted(to for _, to, of in outcomes() for n in of if VOTE in n)


def mails(of):
    all = (email.message_from_bytes(open(f, 'rb').read(),
                                    policy=email.policy.default)
           for f in glob.glob(c.path('out') + '/*.eml'))
    return {m['X-Kaocheng-Actor']: m for m in all if of in m.as_string() or
            of in m.get_body(('plain',)).get_content()}


def until(what, holds):
    for _ in range(1500):
        if holds():
            break
        time.sleep(0.02)
    t.ok(holds(), what, (outcomes(), c.daemon.lines[-5:]))


def vote(who):
    t.good(who + ' votes', run(
        'panel', 'ballot', '2022', 'G19', '--group', 'inner', '--full', '5',
        '--proper', '5', '--benefit', '5', '--as', who))


def on(day):
    """09:30 of that day; the day's reminders go at nine."""
    c.daemon.stop()
    c.now = c.daemon.clock = day + 'T01:30:00Z'
    c.daemon.start()


def reads(who, seq):
    return c.run('log', 'show', str(seq), *URL, '--as', who,
                 at=None).returncode == 0


try:
    for who in ('in.1', 'in.2', 'in.3'):
        c.enrol(who, 'panel-inner')
    for who, role in (('teller', 'tally'), ('audit.1', 'auditor'),
                      ('office.1', 'assess-office')):
        c.enrol(who, role)
    c.must('people', 'edit', 'in.2', 'name=王一', at=None)
    c.must('people', 'edit', 'in.3', 'name=Li', 'language=en', at=None)
    on('2023-01-26')
    t.good('the panels are opened', run('panel', 'open', '2022', *ESTAB))
    rows = view('deadline', 'list')['rows']
    t.same([(r['case'], r['limit'], r['due']) for r in rows
            if r['case'].startswith('PN-')],
           [('PN-2022-0001', 'vote', '2023-02-10'),
            ('PN-2022-0001', 'close', '2023-02-20')], 'their last days')
    for lang, words in (('zh', '对各单位投票'), ('en', 'vote on every unit')):
        r = c.run('deadline', 'list', '--case', 'PN-2022-0001', '--lang', lang,
                  at=None)
        t.ok(r.returncode == 0 and words in r.stdout, 'in words, ' + lang,
             r.stdout + r.stderr)
        r = c.run('deadline', 'ics', '--actor', 'in.2', '--lang', lang, at=None)
        t.ok('DUE;VALUE=DATE:20230210' in r.stdout and words in r.stdout,
             'and in the calendar of a voter, ' + lang, r.stdout + r.stderr)
    r = view('deadline', 'simulate', 'PN-2022-0001')
    t.same([(x['kind'], x['due']) for x in r['rows']],
           [('panel.ballot', '2023-02-10'), ('panel.close', '2023-02-20')],
           'what follows from today')
    r = view('explain', 'PN-2022-0001')
    t.same([(x['limit'], x['rule']) for x in r['rows']],
           [('vote', 'panel.until'), ('close', None)], 'by which rule')
    vote('in.1')
    with open(c.path('l/kaocheng.yaml'), 'a') as f:
        f.write('limits: {requests_per_s: 0, reads_per_s: 0}\n'
                'remind:\n  file:\n    dir: %s\n' % c.path('out'))
    on('2023-02-01')
    until('who has not voted is told', lambda: voters() == ['in.2', 'in.3'])
    for who, words in (('in.2', '对各单位投票'), ('in.3', 'vote on every unit')):
        m = mails(words).get(who)
        t.ok(m is not None and 'PN-2022-0001' in
             m.get_body(('plain',)).get_content() and 'G19' not in
             m.get_body(('plain',)).get_content(),
             'in the language of %s, and no unit is named' % who, m)
    seqs = [seq for seq, _, of in outcomes() if any(VOTE in n for n in of)]
    t.same([[reads(who, seq) for seq in seqs] for who in
            ('audit.1', 'teller', 'estab.1', 'in.1', 'in.3')],
           [[True, True], [True, True], [False, False], [False, False],
            [False, False]], 'its entry is read as a ballot is')
    until('who closes them is told', lambda: {'estab.1', 'teller'} <= {
        to for _, to, of in outcomes() for n in of if ' panel.close ' in n})
    vote('in.2')
    on('2023-02-07')
    until('who has voted since is not told again',
          lambda: voters() == ['in.2', 'in.3', 'in.3'])
    on('2023-02-11')
    t.good('they are closed', run('panel', 'close', '2022', *ESTAB, '--as',
                                  'teller'))
    t.same([r['limit'] for r in view('deadline', 'list')['rows']
            if r['case'].startswith('PN-')], [], 'no last day is left')
    on('2023-02-22')
    t.same(voters(), ['in.2', 'in.3', 'in.3'], 'nobody is told any more')
    r = c.run('replay', '--json', at=None)
    t.ok(r.returncode == 0, 'and a replay comes to the same', r)
finally:
    c.remove()
t.done()
