#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A list over its year and into the next: a target is adjusted through the
three stages, another withdrawn, duties held against targets; and next year's
drafts are made of this year's list."""
import csv, io, json, os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from citykit import City, ESTAB
from kcd import Tap
import paperkit

SRC = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))

t = Tap()
says = t.says


def good(name, holds, got=None):
    t.ok(holds, name, got)


OFFICES = ('--as', 'party.1', '--as', 'gov.1')
LEADER = ('--as', 'leader.1')


class Planned(City):
    """Two key targets and one of routine work, their codes with the year"""

    def plan(self):
        for name, of, source, weight, who in (
                ('G19-2022-K1', 'key', 'city-key', '30', ESTAB),
                ('G19-2022-K2', 'key', 'livelihood', '40', ESTAB),
                ('G19-2022-R1', 'routine', 'handed-down', '20',
                 ('--as', 'G19.head'))):
            self.must('target', 'draft', name, '--unit', 'G19', '--year',
                      '2022', '--class', of, '--source', source, '--duty',
                      'G19-D1', '--weight', weight, '--assessor', 'G02',
                      '--title', '题', *who)
            self.must('target', 'submit', name, *who)
            self.must('target', 'approve-first', name, *ESTAB)
            self.must('target', 'approve-second', name, *OFFICES)
            self.must('target', 'read', name, *LEADER)
        self.must('list', 'issue', 'G19', '--year', '2022', *ESTAB)


city = Planned()


def ask(*argv):
    r = city.run(*argv, '--json')
    return json.loads(r.stdout) if r.stdout else {}


# --- adjustment
ADJUST = ('target', 'adjust', 'G19-2022-K1', '--cause', 'policy-change',
          '--weight', '25', '--other', 'G19-2022-K2', '--other-weight', '45',
          '--reason', '上级调整', '--as', 'G19.head')
good('an adjustment waits for the half-year round',
     'E-EARLY' in city.run(*ADJUST, '--yes').stderr)
city.must('adjust', 'order', 'G19', '--year', '2022', '--reason', '要求',
          *LEADER)
city.must(*ADJUST)
good('and one of a target is open at a time',
     'E-TARGET-OPEN' in city.run(*ADJUST, '--yes').stderr)
todo = ask('inbox', *ESTAB)
good('the Establishment Office has its review to do',
     'adjust.approve_first' in json.dumps(todo))
city.must('adjust', 'approve-first', '--all', *ESTAB)
city.must('adjust', 'approve-second', 'AJ-2022-0001', *OFFICES)
city.must('adjust', 'read', 'AJ-2022-0001', *LEADER)
shown = ask('target', 'show', 'G19-2022-K1')
good('then the target has its second version, and the first is kept',
     [v['weight'] for v in shown['versions']] == ['30.0000', '25.0000'])
good('the list of adjustments says what changed',
     '30.0000 → 25.0000' in ask('adjust', 'list')['rows'][0]['changes'])

# --- its paper
pdf = city.path('adjustment.pdf')
r = city.run('form', 'render', 'adjustment', 'AJ-2022-0001', '-o', pdf,
             at=None, LANG='zh_CN.UTF-8')
doc = json.loads(city.run('form', 'render', 'adjustment', 'AJ-2022-0001',
                          '--json', at=None, LANG='zh_CN.UTF-8').stdout)
good('its approval is printed, with all of its text',
     r.returncode == 0 and not paperkit.lost(doc, paperkit.text(pdf)) and
     not paperkit.outside(pdf) and not paperkit.over(pdf))
good('and its code proves it',
     paperkit.proved(pdf, city.path('l/trust')) == 0)

# --- next year's list
made = ask('target', 'clone', '--from', '2022', '--to', '2023')
good('next year has the points that hold now',
     [(row['target'], row['weight']) for row in made['rows']] ==
     [('G19-2023-K1', '25.0000'), ('G19-2023-K2', '45.0000'),
      ('G19-2023-R1', '20.0000')])
r = city.run('target', 'clone', '--from', '2022', '--to', '2022')
good('another year is another one', r.returncode != 0)
r = city.run('target', 'clone', '--to', '2023')
says('both years are named', r, 2, '--from 2022 --to 2023')

# --- withdrawal
r = (
     city.run('target', 'remove', 'G19-2022-K1', '--into', 'G19-2022-K2',
              '--gain', '24', '--reason', '停办', *ESTAB, *OFFICES, '--yes'))
good('a withdrawal that loses points is refused with both sums',
     'E-WEIGHT' in r.stderr and '24.0000' in r.stderr and
     '25.0000' in r.stderr, r.stderr)
city.must('target', 'remove', 'G19-2022-K1', '--into', 'G19-2022-K2',
          '--gain', '25', '--reason', '停办', *ESTAB, *OFFICES)
good('the other one has all of the class',
     ask('target', 'show', 'G19-2022-K2')['weight'] == '70.0000')
match = ask('duty', 'match')
good('duties are held against what is left',
     (match['duties'], match['duties_unserved'], match['targets_planned'],
      match['targets_unbound']) == (2, 1, 2, 0) and
     match['rows'][0]['what'] == 'matched')

# --- the table of drafts is one that import takes
r = city.run('target', 'clone', '--from', '2022', '--to', '2023', '--csv')
rows = list(csv.DictReader(io.StringIO(r.stdout)))
good('the table has a row a target that counts',
     [row['target'] for row in rows] == ['G19-2023-K2', 'G19-2023-R1'])
city.must('calendar', 'adopt', '--file', '2023.yaml', '--text',
          '@' + SRC + '/policies/calendar/2023.yaml', *ESTAB)
city.must('cycle', 'open', '2023', *ESTAB)
HEAD = ('--as', 'G19.head')
for name, cls, who in (('key.csv', 'key', ESTAB), ('own.csv', 'routine', HEAD)):
    lines = r.stdout.splitlines(keepends=True)
    city.put(name, ''.join(lines[:1] + [x for x in lines if cls in x]))
    city.must('import', name, '--kind', 'target.draft', *who)
good('and import drafts them',
     [(x['target'], x['state'], x['weight'])
      for x in ask('target', 'list', '--year', '2023')['rows']] ==
     [('G19-2023-K2', 'draft', '70.0000'),
      ('G19-2023-R1', 'draft', '20.0000')])
left = ask('target', 'clone', '--from', '2022', '--to', '2023')
good('what is there already is listed, with why',
     [x['why'] for x in left['not_cloned']] == 2 * ['the new code is taken'])
r = city.run('target', 'clone', '--from', '2022', '--to', '2023')
says('beside a table too', r, 0, 'not carried over: 2', 'G19-2022-K2')

city.remove()
t.done()
