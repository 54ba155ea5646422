#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Wrong inputs of the nouns that came after the reviews, as f_refused.t has
those of the reviews: what is typed; the exit code; the code of the refusal, if
it has one; what is said. Each is tried for programs, too."""
import json, os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from citykit import *
from kcd import Tap

t = Tap()
city = None
FORM = 'E-FIELD-VALUE'
YE = 'YE-2022-0001'
NO_LIST = 'sha256:' + '0' * 64
FIELDS = {
    'task split': {
        'target': 'K1', 'task': 'T1', 'title': '题', 'share': '40%',
        'division': '外资处', 'lead': 'L1', 'q1': '25%', 'q1-result': 'a',
        'q2': '50%', 'q2-result': 'b', 'q3': '75%', 'q3-result': 'c', 'q4':
        '100%', 'q4-result': 'd', 'as': 'G19.head'},
    'progress report': {
        'node': 'T1-Q1', 'actual': '20%', 'report': '进度', 'as': 'G19.head'},
    'round open': {'type': 'half-year', 'year': '2022', 'as': 'estab.1'},
    'opinion record': {
        'round': 'MR-2022-0001', 'target': 'K1', 'verdict': 'behind', 'text':
        '滞后', 'as': 'estab.1'},
    'negative propose': {
        'unit': 'G19', 'item': '3', 'amount': '0.3', 'on': '2022-07-01',
        'evidence': 'a.pdf', 'fact': '通报', 'as': 'estab.1'},
    'bonus claim': {
        'unit': 'G19', 'year': '2022', 'situation': 'B1', 'merit': 'M1',
        'grade': 'national', 'document': '国发〔2022〕1号', 'issuer': '国务院',
        'dated': '2022-06-30', 'evidence': 'a.pdf', 'fact': '表彰', 'as':
        'G19.head'},
    'panel ballot': {
        'year': '2022', 'unit': 'G19', 'group': 'inner', 'full': '5',
        'proper': '4', 'benefit': 'unknown', 'as': 'leader.1'},
    'prededuct decide': {
        'unit': 'G19', 'target': 'K1', 'situation': 'S3', 'effect': 'full',
        'standard': '0.5', 'planned': '75%', 'actual': '52%', 'evidence':
        'a.pdf', 'reason': '滞后', 'as': 'G02.judge'},
    'target draft': {
        'target': 'K9', 'unit': 'G19', 'year': '2022', 'class': 'key',
        'source': 'city-key', 'duty': 'G19-D1', 'weight': '10', 'assessor':
        'G02', 'title': '题', 'as': 'estab.1'},
    'unit merge': {
        'unit': 'G19', 'successor': 'G02', 'on': '2022-07-04', 'document':
        '9', 'reason': '改革', 'as': 'estab.1'},
    'staffing advise': {
        'unit': 'G19', 'year': '2022', 'category': 'up', 'posts': '核增',
        'as': 'estab.1'},
    'promotion except': {
        'unit': 'G19', 'year': '2022', 'reason': '任现职不久', 'as': 'org.1'},
    'unit rename': {'unit': 'G19', 'name': '市商务和投资局', 'as': 'estab.1'},
    'selfcheck file': {
        'target': 'K1', 'completion': '100%', 'evidence': 'a.pdf', 'as':
        'G19.head'},
    'yearend begin': {'year': '2022', 'as': 'estab.1'},
    'yearend draft': {'yearend': YE, 'results': NO_LIST, 'as': 'estab.1'},
    'result feed-back': {
        'yearend': YE, 'unit': 'G19', 'problems': '无', 'as': 'estab.1'},
    'year reopen': {'yearend': YE, 'reason': '更正', 'as': 'estab.1'},
}


def wrong(command, exit, code, *said, **other):
    """One field of a statement is another."""
    fields = dict(FIELDS[command], **{k.strip('_').replace('_', '-'): v
                                      for k, v in other.items()})
    return ((*command.split(), *(x for k, v in fields.items() if v is not None
                                 for x in ('--' + k, v)), '--dry-run'),
            exit, code, said)


def typed(line, exit, code, *said):
    return tuple(line.split()), exit, code, said


ROWS = (
    wrong('task split', 0, None, 'share 4000\n', 'task T1\n'),
    wrong('task split', 2, FORM, '--share 40: say 40% or 4000bp', share='40'),
    wrong('task split', 2, FORM, '--share 140%: not a rate', '0% to 100%',
          share='140%'),
    wrong('task split', 6, 'E-NODES', 'plans 20.00 % by the end of q2', q2='20%'),
    wrong('task split', 6, 'E-NODES', 'plans 90.00 % by the end of q4', q4='90%'),
    wrong('task split', 3, 'E-NOT-FOUND', 'there is no target K7',
          target='K7'),
    wrong('task split', 3, 'E-NOT-FOUND', 'there is no cadre L9', lead='L9'),
    wrong('task split', 4, 'E-ROLE', 'it takes head/liaison',
          'such as G19.head', **{'as': 'G02.judge'}),
    wrong('task split', 2, 'E-FIELD-MISSING', 'still wanted: --q3-result (',
          q3_result=None),
    typed('task split K1 --as G19.head', 2, 'E-FIELD-MISSING',
          'still wanted: --task (task), --title'),
    typed('task shut', 2, None, '"task" has no verb "shut"; it has list'),
    typed('task list G99', 3, 'E-NOT-FOUND', 'there is no unit G99'),
    wrong('progress report', 3, 'E-NOT-FOUND', 'there is no node T1-Q1'),
    wrong('progress report', 2, FORM, '--actual 0.2: say 0.2% or 20bp',
          actual='0.2'),
    wrong('round open', 2, FORM, '--type yearly: it takes half-year (half',
          type='yearly'),
    wrong('round open', 5, 'E-CYCLE', 'the year 2023 is not open',
          year='2023'),
    wrong('round open', 4, 'E-ROLE', 'it takes estab', 'such as estab.1',
          **{'as': 'G19.head'}),
    typed('round close MR-2022-0009 --as estab.1 --dry-run', 3,
          'E-NOT-FOUND', 'there is no round MR-2022-0009'),
    typed('round close 9 --as estab.1 --dry-run', 2, FORM,
          '--round 9: it takes a handle'),
    typed('round show', 2, None, 'which one?', 'kaocheng round show ROUND'),
    typed('round show MR-2022-0009', 3, 'E-NOT-FOUND',
          'there is no monitoring round MR-2022-0009'),
    typed('round start', 2, None, '"round" has no verb "start"; it has list'),
    wrong('opinion record', 4, 'E-ROLE', 'estab.1 alone may not sign',
          'such as assess.1'),
    wrong('opinion record', 2, FORM, '--verdict late: it takes on-schedule',
          verdict='late'),
    wrong('opinion record', 2, FORM, '--round MR-2022-1: it takes a handle',
          '--round MR-2022-0001', round='MR-2022-1'),
    typed('opinion show', 2, None, 'which one?'),
    typed('opinion show OP-2022-0001', 3, 'E-NOT-FOUND',
          'there is no opinion OP-2022-0001'),
    typed('opinion edit', 2, None, 'it has list show candidates record'),
    wrong('negative propose', 3, 'E-NOT-FOUND',
          'there is no negative-list item 30', item='30'),
    wrong('negative propose', 2, FORM, '--item 99: it takes a whole number',
          item='99'),
    wrong('negative propose', 2, FORM, '--item 三: it has "三" (U+4E09)',
          item='三'),
    wrong('negative propose', 2, FORM, '--amount -0.3: it takes points',
          amount='-0.3'),
    wrong('negative propose', 4, 'E-GRANT', 'no grant in force over item 3'),
    wrong('negative propose', 3, 'E-NOT-FOUND', 'there is no unit G77',
          unit='G77'),
    wrong('negative propose', 3, 'E-NOT-FOUND', 'there is no unit 市商局',
          unit='市商局'),
    wrong('negative propose', 3, None, 'none.pdf: No such file',
          evidence='none.pdf'),
    typed('negative confirm NL-2022-0001 --as estab.1 --dry-run', 3,
          'E-NOT-FOUND', 'there is no negative-list event NL-2022-0001'),
    typed('negative show', 2, None, 'which one?'),
    typed('negative add', 2, None, 'it has list show items propose'),
    wrong('bonus claim', 6, 'E-SITUATION', 'no situation "A9"',
          'it has B1, B2, B3, B4', situation='A9'),
    wrong('bonus claim', 2, FORM, '--grade county: it takes incentive',
          grade='county'),
    wrong('bonus claim', 2, FORM, '--dated 2022-6-30: it takes a date',
          '--dated 2022-06-30', dated='2022-6-30'),
    wrong('bonus claim', 4, 'E-ROLE', 'may not sign bonus.claim; it takes head',
          **{'as': 'G02.judge'}),
    wrong('panel ballot', 4, 'E-ROLE', 'may not sign panel.ballot; it takes '
          'panel-inner/panel-outer/panel-grass'),
    wrong('panel ballot', 2, FORM, '--full 6: it takes unknown (not known) | 1 (poor)',
          full='6'),
    wrong('panel ballot', 2, FORM, '--full 4.5: it takes unknown', full='4.5'),
    wrong('panel ballot', 2, FORM, '--group city: it takes inner (inner panel) | outer',
          group='city'),
    typed('panel open --year 2022 --as estab.1 --dry-run', 6, 'E-EARLY',
          'panel.open not before 2023-01-01'),
    typed('panel open --year 2023 --as estab.1 --dry-run', 5, 'E-CYCLE',
          '2023'),
    typed('panel close --year 2022 --as estab.1 --dry-run', 4, 'E-ROLE',
          'panel.close', 'tally'),
    typed('panel open --year 2022 --as leader.1 --dry-run', 4, 'E-ROLE',
          'panel.open; it takes estab'),
    typed('panel count', 2, None, 'it has show ballots open'),
    wrong('staffing advise', 6, 'E-EARLY', '3 years running up to 2022'),
    wrong('staffing advise', 2, FORM, '--category more: it takes up',
          category='more'),
    wrong('staffing advise', 5, 'E-CYCLE', '2031', year='2031'),
    wrong('staffing advise', 2, 'E-FIELD-MISSING', 'posts', posts=None),
    wrong('staffing advise', 4, 'E-ROLE', 'may not sign staffing.advise',
          **{'as': 'G19.head'}),
    typed('staffing list 2022', 3, 'E-NOT-FOUND', 'there is no unit 2022'),
    typed('staffing give', 2, None, 'it has list advise'),
    wrong('promotion except', 5, 'E-STREAK', 'G19 has 0 third grades running'),
    wrong('promotion except', 3, 'E-NOT-FOUND', 'C9', cadre='C9'),
    wrong('promotion except', 4, 'E-ROLE', 'may not sign promotion.except',
          **{'as': 'estab.1'}),
    wrong('prededuct decide', 6, 'E-SITUATION', 'no situation "s3"',
          'it has S1, S2, S3, S4, S5, S6, S7, S8', situation='s3'),
    wrong('target draft', 6, 'E-DUTY', 'a duty of unit G02',
          'its duties are G02-D1', unit='G02', assessor='G19', duty='G19-D1'),
    wrong('unit merge', 4, 'E-ROLE', 'estab.1 alone', 'go-party'),
    wrong('unit merge', 2, FORM, '--on 2022-7-4: it takes a date',
          '--on 2022-07-04', on='2022-7-4'),
    typed('unit split G19 --successor G02 --on 2022-07-04 --document 9 '
          '--reason x --as estab.1 --dry-run', 2, 'E-FIELD-MISSING',
          '--target'),
    typed('unit history', 2, None, 'of which unit?', 'unit history UNIT'),
    typed('unit history G77', 3, 'E-NOT-FOUND', 'G77'),
    wrong('unit rename', 0, None, 'unit G19\n', 'G19 Commerce',
          unit='市商务局'),
    wrong('unit rename', 0, None, 'unit G19\n', unit='商务'),
    wrong('unit rename', 3, 'E-NOT-FOUND', 'did you mean G19?', unit='G91'),
    wrong('selfcheck file', 3, 'E-NOT-FOUND', "there is no year's end 2022"),
    wrong('selfcheck file', 3, 'E-NOT-FOUND', 'there is no target K7',
          target='K7'),
    wrong('selfcheck file', 2, FORM, '--completion 1: say 1% or 100bp',
          completion='1'),
    wrong('selfcheck file', 2, FORM, '--completion 120%: not a rate',
          completion='120%'),
    wrong('selfcheck file', 3, None, 'none.pdf: No such file',
          evidence='none.pdf'),
    wrong('selfcheck file', 4, 'E-ROLE', 'may not sign selfcheck.file; it '
          'takes head', **{'as': 'estab.1'}),
    typed('selfcheck file K1 --as G19.head', 2, 'E-FIELD-MISSING',
          'still wanted: --completion (', '--evidence (evidence)'),
    typed('selfcheck send', 2, None, '"selfcheck" has no verb "send"; it has '
          'list file'),
    typed('selfcheck list G99', 3, 'E-NOT-FOUND', 'there is no unit G99'),
    wrong('yearend begin', 6, 'E-EARLY', 'yearend.begin not before 2023-01-01'),
    wrong('yearend begin', 5, 'E-CYCLE', 'the year 2023 is not open',
          'open are: 2022', year='2023'),
    wrong('yearend begin', 5, 'E-CYCLE', 'the year 22 is not open', year='22'),
    wrong('yearend begin', 2, FORM, '--year next: it takes a whole number',
          year='next'),
    wrong('yearend begin', 4, 'E-ROLE', 'it takes estab', 'such as estab.1',
          **{'as': 'G19.head'}),
    *(typed('yearend %s %s --as estab.1 --dry-run' % (verb, YE), 3,
            'E-NOT-FOUND', "there is no year's end " + YE)
      for verb in ('data-in', 'score', 'draft', 'publicise', 'grade',
                   'publish')),
    typed('yearend approve %s --as estab.1 --dry-run' % YE, 4, 'E-ROLE',
          'may not sign yearend.approve; it takes assess-office'),
    typed('yearend data-in YE-2022-1 --as estab.1 --dry-run', 2, FORM,
          '--yearend YE-2022-1: it takes a handle', '--yearend ' + YE),
    typed('yearend data-in %s --as G19.head --dry-run' % YE, 4, 'E-ROLE',
          'it takes estab/stats'),
    typed('yearend score --as estab.1 --dry-run', 2, 'E-FIELD-MISSING',
          "still wanted: --yearend (year's end)"),
    wrong('yearend draft', 3, 'E-NOT-FOUND', "there is no year's end " + YE),
    wrong('yearend draft', 2, FORM, '--results sha256:12: it takes sha256: and '
          '64 lower-case', results='sha256:12'),
    typed('yearend publicity-end %s --as estab.1' % YE, 2, None,
          'no verb "publicity-end"; it has begin data-in score draft'),
    wrong('result feed-back', 3, 'E-NOT-FOUND', "there is no year's end " + YE),
    wrong('result feed-back', 2, 'E-FIELD-MISSING', '--problems (problems',
          problems=None),
    wrong('result feed-back', 4, 'E-ROLE', 'it takes estab',
          **{'as': 'G19.head'}),
    typed('result show', 2, None, '"result" has no verb "show"; it has '
          'feed-back'),
    typed('result regrade RF-2022-0001 --as estab.1', 2, None,
          'no verb "regrade"; it has feed-back'),
    typed('dispute file 1 --matter RF-2022-0001 --claim x --as G19.head '
          '--dry-run', 3, 'E-NOT-FOUND', 'decision that can be disputed'),
    wrong('year reopen', 4, 'E-ROLE', 'may not sign year.reopen; it takes '
          'go-party + go-gov + assess-office'),
    wrong('year reopen', 2, 'E-FIELD-MISSING', 'still wanted: --reason (',
          reason=None),
    wrong('year reopen', 2, None, 'unknown option --document; it takes '
          '--yearend --reason', document='9'),
    typed('year settle %s --as estab.1 --dry-run' % YE, 2, 'E-FIELD-MISSING',
          'still wanted: --reason ('),
    typed('year settle %s --reason x --as G19.head --dry-run' % YE, 4,
          'E-ROLE', 'it takes go-party + go-gov'),
    typed('year close %s --as estab.1 --dry-run' % YE, 4, 'E-ROLE',
          'estab.1 alone may not sign year.close; it takes estab + auditor'),
    typed('year close 2022 --as estab.1 --dry-run', 5, None,
          'the year 2022 has not begun to end', 'yearend begin 2022'),
    typed('year show', 2, None, 'which one?', 'kaocheng year show YEAR'),
    typed('year show 2031', 3, 'E-NOT-FOUND', 'there is no year 2031'),
    typed('year list', 2, None, 'no verb "list"', 'kaocheng cycle list'),
    typed('policy adopt a.pdf --as estab.1', 2, None,
          'a.pdf is a file, not a name',
          'kaocheng policy adopt NAME --file a.pdf --text @a.pdf --as'),
    typed('policy adopt a.pdf --file a.pdf --text @a.pdf --as estab.1 --dry-run',
          4, 'E-ROLE', 'estab.1 alone may not sign policy.adopt'),
    typed('calendar adopt a.pdf --as estab.1', 2, None,
          'a.pdf is a file, not a name', 'kaocheng calendar import a.pdf'),
    typed('merge', 2, None, 'no command "merge"', 'kaocheng unit merge'),
    typed('unit rotate', 2, None, 'has no verb "rotate"',
          '\n  kaocheng key rotate, kaocheng logkey rotate\n'),
    typed('year publish', 2, None, 'no verb', 'kaocheng yearend publish'),
    typed('ballot', 2, None, 'kaocheng panel ballot'),
    typed('vote', 2, None, 'kaocheng panel ballot YEAR UNIT'),
    typed('form print', 2, None, 'kaocheng form render FORM'),
    typed('year end', 2, None, '"year" has no verb "end"; it has show settle '
          'close reopen'),
)


def run():
    for argv, exit, code, said in ROWS:
        r = city.run(*argv)
        seen = r.stdout + r.stderr
        name = ' '.join(argv[:2]) + ': ' + said[0].strip()
        t.ok(r.returncode == exit and all(w in seen for w in said) and
             (code is None or 'error[%s] ' % code in r.stderr) and
             (code is None) == ('[E-' not in r.stderr), name,
             (argv, r.returncode, r.stdout, r.stderr))
        if not exit:
            continue
        r = city.run(*argv, '--json')
        heard = [json.loads(l) for l in r.stderr.splitlines()
                 if l.startswith('{')]
        t.ok(r.returncode == exit and r.stdout == '' and any(
            s['schema'] == 'kaocheng.error/1' and s['exit'] == exit and
            s.get('code') == code for s in heard), name + ' (JSON)', r)


def main():
    global city
    city = City()
    try:
        city.put('a.pdf', 'x')
        city.must('key', 'new', 'org.1', '--unprotected', at=None)
        city.must('actor', 'enrol', 'org.1', '--role', 'org', *ADMINS)
        city.must('cadre', 'register', 'L1', '--unit', 'G19',
                  '--city-managed', 'yes', '--as', 'org.1')
        run()
    finally:
        city.remove()
    t.done()


main()
