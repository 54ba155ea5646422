#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A bonus from the claim to the grant by commands, in both languages: four
eyes, a publicity that the clerk ends, points that nobody types, one matter
once; a refusal that is heard."""
import csv, json, os, sys
from decimal import Decimal
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from citykit import ADMINS, City
from kcd import Tap

t = Tap()
good, says = t.good, t.says
c = City()
run, view, day = c.do, c.view, c.day
HEAD = ('--as', 'G19.head')
FIRST, OTHER, THIRD = (('--as', a) for a in ('estab.1', 'estab.2', 'estab.3'))


def claim(document, *more, situation='B1', merit='M1', grade='national'):
    return run('bonus', 'claim', 'G19', '--year', '2022', '--situation',
               situation, '--merit', merit, '--grade', grade, '--document',
               document, '--issuer', '国务院', '--dated', '2022-06-20',
               '--fact', '受到表彰', '--evidence', 'paper.pdf', *more, *HEAD)


def todo(who):
    """What somebody has to do, and by which kinds."""
    return {r['case']: r['kinds'] for r in json.loads(c.run(
        'inbox', '--json', '--as', who).stdout)['todo']}


def granted():
    """What the program told the unit's score is."""
    row = [r for r in view('score')['rows'] if r['unit'] == 'G19'][0]
    return row['bonus'], row['total']


try:
    for who in ('estab.2', 'estab.3'):
        c.must('key', 'new', who, '--unprotected', at=None)
        c.must('actor', 'enrol', who, '--role', 'estab', *ADMINS)
    c.put('paper.pdf', b'%PDF-1.4 a commendation')

    # --- the claim ---------------------------------------------------------
    r = c.run('bonus', 'claim', '--help')
    t.ok('--grade' in r.stdout and 'vice-leader' in r.stdout,
         'the help names the grades', r.stdout)
    r = c.run('bonus', 'claim', '--help', LANG='zh_CN.UTF-8')
    t.ok('副职领导批示表扬' in r.stdout and '申报加分' in r.stdout,
         'in Chinese too', r.stdout)
    says('points are not to be typed', claim('1', '--amount', '1.0000'), 2,
         'amount')
    says('praise is no commendation', claim('1', grade='main-leader'), 6,
         'E-MARK')
    good('the head claims', claim('国发〔2022〕7号'), )
    says('a document is claimed once', claim('国发〔2022〕7号'), 5,
         'E-DUPLICATE', 'B-2022-0001')
    says('of another year nothing is claimed', run(
        'bonus', 'claim', 'G19', '--year', '2021', '--situation', 'B1',
        '--merit', 'M1', '--grade', 'national', '--document', '2', '--issuer',
        'x', '--dated', '2022-06-20', '--fact', 'x', '--evidence',
        'paper.pdf', *HEAD), 5, 'E-CYCLE')
    doc = view('bonus', 'show', 'B-2022-0001')
    t.same((doc['worth'], doc['points'], doc['state'], doc['due']),
           ('1.0000', '0.0000', 'claimed', '2022-07-11'),
           'it says what the grade is worth, and until when it is verified')

    t.same(todo('estab.1').get('B-2022-0001'), ['bonus.return',
                                                'bonus.verify'],
           'the office is told to')

    # --- returned, completed, verified, publicised ------------------------
    good('it is returned', run('bonus', 'return', 'B-2022-0001', '--reason',
                               '请补充文件全文', *FIRST))
    t.same(todo('G19.head').get('B-2022-0001'), ['bonus.complete'],
           'the unit is told to complete it')
    good('and completed', run('bonus', 'complete', 'B-2022-0001', '--fact',
                              '附全文', '--evidence', 'paper.pdf', *HEAD))
    says('before it is publicised nothing is granted', run(
        'bonus', 'grant', 'B-2022-0001', *OTHER), 5, 'E-STATE')
    good('all that can be are verified', run('bonus', 'verify', '--all',
                                             *FIRST))
    good('it is publicised', run('bonus', 'publicise', 'B-2022-0001', *FIRST))
    t.same(view('bonus', 'show', 'B-2022-0001')['due'], '2022-07-07',
           'for three working days')
    says('which are not over', run('bonus', 'grant', 'B-2022-0001', *OTHER), 5,
         'E-STATE')
    day('2022-07-08')
    t.same(view('bonus', 'show', 'B-2022-0001')['state'], 'shown',
           'the clerk writes that they are')
    rows = view('deadline', 'list')['rows']
    t.ok(any(x['case'] == 'B-2022-0001' and x['due'] == '2022-07-15'
             for x in rows), 'the decision has a last day', rows)
    says('who verified does not grant', run(
        'bonus', 'grant', 'B-2022-0001', *FIRST), 4, 'E-SAME-PERSON')
    good('another grants', run('bonus', 'grant', 'B-2022-0001', *OTHER))
    t.same(granted()[0], '1.0000', 'and it counts')

    # --- one matter once; a lower grade ------------------------------------
    heads = ['unit', 'year', 'situation', 'merit', 'grade', 'document',
             'issuer', 'dated', 'evidence', 'fact']
    with open(c.path('t.csv'), 'w', encoding='utf-8') as f:
        csv.writer(f).writerows([heads] + [
            ['G19', '2022', 'B2', m, g, d, '省长', '2022-06-21', 'paper.pdf',
             '批示'] for m, g, d in (('M1', 'main-leader', '批示1'),
                                     ('M2', 'main-leader', '批示2'))])
    good('claims of a table', run('import', 't.csv', '--kind', 'bonus.claim',
                                  *HEAD))
    good('are verified', run('bonus', 'verify', '--all', *FIRST))
    good('are publicised', run('bonus', 'publicise', '--all', *FIRST))
    day('2022-07-14')
    good('one is granted', run('bonus', 'grant', 'B-2022-0002', *OTHER))
    says('a lower grade wants the reason', run(
        'bonus', 'grant', 'B-2022-0003', '--grade', 'vice-leader', *OTHER), 2,
        'reason')
    good('one by a lower grade', run(
        'bonus', 'grant', 'B-2022-0003', '--grade', 'vice-leader', '--reason',
        '批示人为副省长', *OTHER))
    t.same(granted()[0], '1.3000', 'one matter counts once, at its highest')
    said = c.run('explain', 'G19', at=None).stdout
    t.ok('the same matter counts once, by B-2022-0001' in said and
         'bonus.vice_leader' in said, 'explain says which, and by what', said)
    said = c.run('explain', 'G19', at=None, LANG='zh_CN.UTF-8').stdout
    t.ok('同一事项只计一次，取 B-2022-0001' in said, 'in Chinese too', said)

    # --- a refusal, and the hearing about it -------------------------------
    good('a fourth is claimed', claim('苏委发〔2022〕9号', merit='M4',
                                      grade='provincial'))
    good('and refused', run('bonus', 'refuse', 'B-2022-0004', '--reason',
                            '不属综合性表彰', *OTHER))
    seq = [x['seq'] for x in view('dispute', 'open')['rows']
           if x['matter'] == 'B-2022-0004']
    t.same(len(seq), 1, 'which can be disputed')
    good('it is disputed', run(
        'dispute', 'file', '--decision', str(seq[0]), '--matter',
        'B-2022-0004', '--claim', '属综合性表彰', *HEAD))
    good('the dispute is accepted', run('dispute', 'accept', 'D-2022-0001',
                                        *FIRST))
    says('who refused stands aside', run(
        'dispute', 'decide', 'D-2022-0001', '--ruling', 'overturned',
        '--finding', 'x', *OTHER), 4, 'E-RECUSED')
    good('the decision falls', run(
        'dispute', 'decide', 'D-2022-0001', '--ruling', 'overturned',
        '--finding', '表彰面向全省，属综合性', *THIRD))
    good('and is applied', run('dispute', 'apply', 'D-2022-0001', *FIRST))
    doc = view('bonus', 'show', 'B-2022-0004')
    t.same((doc['state'], doc['points'], doc['given']),
           ('granted', '0.8000', 'provincial'), 'the clerk awards the grade')
    # 1.0 + 0.8 of one situation: capped; and 0.3.
    t.same(granted()[0], '1.3000', 'the cap of the situation cuts')
    rows = list(csv.DictReader(c.run('score', '-o', 'csv',
                                     at=None).stdout.splitlines()))
    t.same([(x['bonus'], x['negative']) for x in rows if x['unit'] == 'G19'],
           [('1.3000', '0.0000')], 'the table of scores has it')
    t.same([x['unit'] for x in rows if Decimal(x['total']) !=
            Decimal(x['base']) - Decimal(x['retained']) -
            Decimal(x['negative']) + Decimal(x['bonus'])], [],
           'and its rows add up')
    said = c.run('trail', 'G19', at=None).stdout
    t.ok('B-2022-0004' in said and '0.8000' in said, 'the trail has it', said)
    rows = view('summary')['rows']
    t.same([x['value'] for x in rows if x['key'] == 'bonus_granted'], [4],
           'the year counts four')
    said = c.run('bonus', 'list', at=None, LANG='zh_CN.UTF-8').stdout
    t.ok('已加分' in said and '省部级' in said, 'the list in Chinese', said)
    good('what was false is cancelled', run(
        'bonus', 'cancel', 'B-2022-0001', '--evidence', 'paper.pdf',
        '--reason', '文件不实', *FIRST, *THIRD))
    t.same(granted()[0], '1.6000', 'and what yielded to it counts again')
    r = c.run('replay', at=None)
    t.ok(r.returncode == 0, 'a replay agrees', r.stderr)
finally:
    c.remove()
t.done()
