#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A year comes to its end by commands: self-checks, data, scores, the list of
results that is signed by its hash, publicity, grades, approval, publication,
forms, the close with an auditor, and a second version."""
import hashlib, json, os, sys
from decimal import Decimal
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from citykit import City
from kcd import Tap
import paperkit

t = Tap()
good, says = t.good, t.says
c = City()
run, view, day = c.do, c.view, c.day
c.now = '2022-12-30T01:00:00Z'
ESTAB, HEAD, STATS, OFFICE, AUDIT = (('--as', a) for a in (
    'estab.1', 'G19.head', 'stats.1', 'office.1', 'audit.1'))
GOS = ('--as', 'party.1', '--as', 'gov.1')
YE = 'YE-2022-0001'


def selfcheck(target, *more, rate='100%'):
    return run('selfcheck', 'file', target, '--completion', rate,
               '--evidence', 'paper.pdf', *more, *HEAD)


def state():
    doc = view('year', 'show', '2022')
    return doc['state'], doc.get('lacks'), doc.get('missing')


def grades():
    return view('grade', '--year', '2022')


try:
    for who, role in (('stats.1', 'stats'), ('office.1', 'assess-office'),
                      ('audit.1', 'auditor')):
        c.enrol(who, role)
    c.put('paper.pdf', b'%PDF-1.4 a self-check')
    day('2022-12-30')
    t.same(state()[0], 'open', 'a year is open')
    t.ok('estab) from 2023-01-01' in view('year', 'show', '2022')['now'],
         'which says from when it can end')
    says('and does not end before it is over', run(
        'yearend', 'begin', '--year', '2022', *ESTAB), 6, 'E-EARLY',
        '2023-01-01')

    says('nor is anything of its end done', run(
        'yearend', 'draft', '2022', *ESTAB), 5, 'has not begun to end',
        'kaocheng yearend begin 2022')
    says('or of a year that is not there', run(
        'yearend', 'draft', '2031', *ESTAB), 3, 'E-NOT-FOUND', 'year 2031')
    says('what takes a handle says which', run(
        'yearend', 'draft', '22', *ESTAB), 2, 'YE-2022-0001, or its year')
    for word in ('20222', 'YE-2022-0009', '年'):
        says('what is no year is shown as none: ' + word, c.run(
            'year', 'show', word, at=None), 3, 'E-NOT-FOUND', word)

    # --- what the scores wait for ------------------------------------------
    day('2023-01-04')
    good('it begins to end', run('yearend', 'begin', '--year', '2022', *ESTAB))
    t.same(state()[0], 'self-check', 'and waits for self-checks')
    rows = view('deadline', 'list')['rows']
    t.ok(any(x['case'] == YE and x['due'] == '2023-01-20' and
             x['unit'] == 'G19' for x in rows), 'which have a last day', rows)
    c.daemon.stop()
    says('without a daemon nobody says which year that is', run(
        'yearend', 'data-in', '2022', *STATS), 7, 'is kaochengd running?')
    c.daemon.start()
    says('nor where there is no ledger', c.run(
        'yearend', 'data-in', YE, '--dir', 'nowhere', '--yes', *STATS,
        where=None), 3, 'nowhere: there is no ledger here')
    good('the data are in', run('yearend', 'data-in', '2022', *STATS))
    says('nothing is scored without self-checks', run(
        'yearend', 'score', YE, *ESTAB), 5, 'E-LACKS', '2 self-checks', 'K1',
         'try     kaocheng selfcheck file K1')
    says('what falls short is explained', selfcheck('K1', rate='90%'), 6,
         'E-TARGET-NEEDS', 'unmet (what was not reached and why')
    good('the head files one', selfcheck(
        'K1', '--unmet', '一项延期', '--remedy', '一季度补齐', rate='90%'))
    good('and the other', selfcheck('R1'))
    says('once', selfcheck('R1'), 5, 'E-STATE')
    rows = view('selfcheck', 'list')['rows']
    t.same([(x['target'], x['state'], x['completion']) for x in rows],
           [('K1', 'filed', '90.00 %'), ('R1', 'filed', '100.00 %')],
           'both can be read')
    t.same(state(), ('data-in', 2, 'K1'), 'completions lack')
    r = c.run('year', 'show', '2022', at=None)
    t.ok(' 2 findings of completion\n' in r.stdout,
         'and how many do is said to people', r.stdout)
    for target, rate in (('K1', '90%'), ('R1', '100%')):
        good('a completion is found', run(
            'completion', 'find', target, '--rate', rate, '--evidence',
            'paper.pdf', '--as', 'G02.judge'))
    good('the scores are found', run('yearend', 'score', YE, *ESTAB))

    # --- the list that is signed --------------------------------------------
    doc = grades()
    text = doc['signed'].encode()
    t.same('sha256:' + hashlib.sha256(text).hexdigest(), doc['results'],
           'the hash is that of the text')
    t.ok(text.startswith(b'kaocheng/v1 results\nledger example.org/city\n'
                         b'year 2022\nversion 1\nlist draft\nunit G19 gov '),
         'in the form of FORMAT', text)
    says('another hash is refused', run(
        'yearend', 'draft', YE, '--results', 'sha256:' + '0' * 64, *ESTAB), 5,
        'E-RESULTS', doc['results'])
    r = run('yearend', 'draft', '2022', *ESTAB)
    t.ok(r.returncode == 0 and doc['results'] in r.stderr,
         'the command asks for the hash and says it', r.stderr)
    good('a completion is corrected', run(
        'completion', 'correct', 'K1', '--rate', '95%', '--reason', '复核',
        '--evidence', 'paper.pdf', '--as', 'G02.judge', *ESTAB))
    says('the draft is not what follows now', run(
        'yearend', 'publicise', YE, *ESTAB), 5, 'E-RESULTS')
    good('it is drawn up again', run('yearend', 'draft', YE, *ESTAB))
    good('and publicised', run('yearend', 'publicise', YE, *ESTAB))
    t.ok(view('year', 'show', YE)['now'].startswith(
        'waiting for yearend.publicity_end, which is written when it falls '
        'due: 2023-01-'), 'what is waited for is said first',
        view('year', 'show', YE)['now'])
    says('no grade before that is over', run('yearend', 'grade', YE, *ESTAB),
         5, 'E-STATE', 'waiting for yearend.publicity_end')
    day('2023-01-20')
    t.same(state()[0], 'shown', 'the clerk writes that it is')
    good('grades are given', run('yearend', 'grade', YE, *ESTAB))
    says('not approved by who gave them', run('yearend', 'approve', YE,
                                              *ESTAB), 4, 'E-ROLE')
    good('they are approved', run('yearend', 'approve', YE, *OFFICE))
    good('and published', run('yearend', 'publish', YE, *ESTAB))
    doc = grades()
    t.same((doc['first'], doc['second'], doc['third'],
            [(x['unit'], x['grade'], x['rank']) for x in doc['rows']]),
           (0, 1, 0, [('G19', 'second', 1)]), 'grades by unit, and counted')
    said = c.run('results', at=None, LANG='zh_CN.UTF-8').stdout
    t.ok('第二等次' in said and '已公布' in said, 'in Chinese', said)

    # --- fed back, closed ---------------------------------------------------
    says('each unit has its form first', run('year', 'close', YE, *ESTAB,
                                             *AUDIT), 5, 'E-STATE')
    good('its result is fed back', run(
        'result', 'feed-back', YE, '--unit', 'G19', '--problems',
        '进度前松后紧', '--advice', '按季均衡推进', *ESTAB))
    t.ok('unit: G19, RF-2022-0001' in view('year', 'show', YE)['rows'][-1][
        'event'], 'which the year tells by unit')
    pdf = os.path.join(c.top, 'result.pdf')
    good('and printed', c.run('form', 'render', 'result', 'G19', '-o', pdf,
                              at=None, LANG='zh_CN.UTF-8'))
    text = paperkit.text(pdf)
    t.ok('得分构成' in paperkit.pages(pdf)[0], 'the score is on page one')
    t.ok(all(s in text for s in ('2022年度考核结果反馈单', '第二等次', '得分构成',
                                 '进度前松后紧', '按季均衡推进')) and
         not paperkit.outside(pdf), 'with grade, score and what was found',
         text)
    said = c.run('form', 'render', 'result', 'G19', '--json', at=None, LANG='C')
    parts, lost = ({x['cells'][0]: Decimal(x['cells'][3])
                    for x in table['lines']}
                   for table in json.loads(said.stdout)['tables'][:2])
    t.same(parts['base'] - parts['negative list'] -
           parts['deductions kept'] + parts['bonuses'], parts['score'],
           'what the score is made of adds up')
    t.ok(lost and sum(lost.values()) == 90 - parts['key targets'] -
         parts['routine targets'] + parts['negative list'] +
         parts['deductions kept'], 'and so does what was lost', (parts, lost))
    says('an auditor closes too', run('year', 'close', YE, *ESTAB), 4,
         'E-ROLE')
    good('the year is closed', run('year', 'close', '2022', *ESTAB, *AUDIT))
    t.same(state()[0], 'closed', 'and says so')
    r = run('completion', 'correct', 'K1', '--rate', '99%', '--reason', 'x',
            '--evidence', 'paper.pdf', '--as', 'G02.judge', *ESTAB)
    says('nothing of it is taken', r, 5, 'E-YEAR-CLOSED', '2022', 'year reopen')
    r = run('completion', 'correct', 'K1', '--rate', '99%', '--reason', 'x',
            '--evidence', 'paper.pdf', '--as', 'G02.judge', *ESTAB,
            LANG='zh_CN.UTF-8')
    says('in Chinese too', r, 5, '2022 年度已于 2023-01-20 结束')

    # --- a second version ---------------------------------------------------
    says('two do not open it', run('year', 'reopen', YE, '--reason', 'x',
                                   *GOS), 4, 'E-ROLE')
    good('three offices do', run('year', 'reopen', YE, '--reason',
                                 '一项完成率有误', *GOS, *OFFICE))
    doc = view('year', 'show', '2022')
    t.same((doc['yearend'], doc['version'], doc['state']),
           ('YE-2022-0002', 2, 'scored'), 'a second version begins')
    good('the completion is corrected', run(
        'completion', 'correct', 'K1', '--rate', '99%', '--reason', '更正',
        '--evidence', 'paper.pdf', '--as', 'G02.judge', *ESTAB))
    good('drawn up', run('yearend', 'draft', '2022', *ESTAB))
    good('publicised', run('yearend', 'publicise', '2022', *ESTAB))
    day('2023-02-10')
    good('graded', run('yearend', 'grade', '2022', *ESTAB))
    good('approved', run('yearend', 'approve', '2022', *OFFICE))
    good('published', run('yearend', 'publish', '2022', *ESTAB))
    good('fed back', run('result', 'feed-back', '2022', '--unit', 'G19',
                         '--problems', '无', *ESTAB))
    good('closed', run('year', 'close', '2022', *ESTAB, *AUDIT))
    doc = view('year', 'show', YE)
    t.same((doc['version'], doc['state']), (1, 'reopened'),
           'the first version stays')
    r = c.run('replay', at=None)
    t.ok(r.returncode == 0, 'a replay agrees', r.stderr)
    form = view('log', 'list', '--kind', 'result.feed_back')['rows'][0]['seq']
    c.daemon.stop()
    with open(c.path('l/ledger.mdb'), 'r+b') as f:
        pages = f.read()
        f.seek(0)
        f.write(pages.replace('advice 按季'.encode(), 'advice 接季'.encode()))
    r = c.run('verify', '--dir', 'l', at=None, where=None)
    says('what was altered on the disk is named', r, 10,
         'entry %d is not what stood there' % form)
finally:
    c.remove()
t.done()
