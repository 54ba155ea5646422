#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Messages about a merger, through the real sender into files: who led either
unit before it is told what went, each in the language of his own."""
import email, email.policy, glob, json, os, sys, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from citykit import ADMINS, City
from kcd import Tap

t = Tap()
c = City()
run, view = c.do, c.view
OFFICES = ('--as', 'estab.1', '--as', 'party.1', '--as', 'gov.1')
ZH = 'G19 并入 G40；随之移交未了结的目标 2、预扣分 1，在办期限 3'
EN = ('G19 is merged into G40; what is open goes with it: targets 2, '
      'pre-deductions 1, open last days 3')


def outcomes():
    rows = view('log', 'list', '--kind', 'reminder.sent').get('rows', ())
    said = [view('log', 'show', str(r['seq']))['entry'] for r in rows]
    return [(e['to'], e['notice']) for e in said]


def mails():
    return {m['X-Kaocheng-Actor']: m for m in (
        email.message_from_bytes(open(f, 'rb').read(),
                                 policy=email.policy.default)
        for f in glob.glob(c.path('out') + '/*.eml'))}


def until(what, holds):
    for _ in range(1000):
        if holds():
            break
        time.sleep(0.02)
    t.ok(holds(), what, c.daemon.lines[-5:])


try:
    t.good('a new unit', run('unit', 'register', 'G40', '--group', 'gov',
                             '--name', '市商务和投资局', '--as', 'estab.1'))
    for who, role, unit in (('estab.2', 'estab', ()),
                            ('G40.head', 'head', ('--unit', 'G40'))):
        c.must('key', 'new', who, '--unprotected', at=None)
        c.must('actor', 'enrol', who, '--role', role, *unit, *ADMINS)
    c.must('people', 'edit', 'G40.head', 'name=林小雨',
           'language=en', at=None)
    c.put('paper.pdf', b'%PDF-1.4 what was found')
    t.good('points are deducted', run(
        'prededuct', 'decide', 'G19', '--target', 'K1', '--situation', 'S3',
        '--effect', 'full', '--standard', '0.5', '--planned', '75%',
        '--actual', '52%', '--evidence', 'paper.pdf', '--reason', '滞后',
        '--as', 'G02.judge'))
    t.good('confirmed', run('prededuct', 'confirm', 'PD-2022-0001', '--as',
                            'estab.2'))
    t.good('G19 becomes G40', run(
        'unit', 'merge', 'G19', '--successor', 'G40', '--on', '2022-07-04',
        '--document', '9', '--reason', '机构改革', *OFFICES))
    with open(c.path('l/kaocheng.yaml'), 'a') as f:
        f.write('remind:\n  file:\n    dir: %s\n' % c.path('out'))
    c.daemon.stop()
    c.daemon.clock = '2022-07-04T01:30:00Z'
    c.daemon.start()
    until('both heads have a message', lambda:
          {'G19.head', 'G40.head'} <= set(mails()))
    for who, words, subject in (('G19.head', ZH, '【考成】G19 ' + ZH),
                                ('G40.head', EN, '[Kaocheng] G40: ' + EN)):
        m = mails()[who]
        t.same(m['Subject'], subject, 'the subject of ' + who)
        body = m.get_body(('plain',)).get_content()
        t.ok(words in body, 'what went, in the language of ' + who, body)
    until('the log has both', lambda: {'G19.head', 'G40.head'} <=
          {r[0] for r in outcomes()})
    keys = [n for to, of in outcomes() for n in of if ' unit.merge ' in n]
    t.ok(len(keys) == 2 and all(' merged ' in n for n in keys),
         'once each, by the code of its unit', keys)
    r = c.run('replay', '--json', at=None)
    t.ok(r.returncode == 0, 'and a replay comes to the same', r)
finally:
    c.remove()
t.done()
