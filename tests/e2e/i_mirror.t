#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The mirror, the portrait and the charts of a whole year, read from a
directory: each number is held against the lists that it sums up."""
import csv, io, json, os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import CLI, Tap

t = Tap()


def run(*argv, lang='en'):
    return subprocess.run([CLI, '--lang', lang] + list(argv) +
                          ['--dir', 'demo'], cwd=top, capture_output=True,
                          text=True, env=dict(os.environ, HOME=top))


def view(*argv):
    return json.loads(run(*argv, '--json').stdout)


def rate(part, whole):
    if whole == 0:
        return None
    bp = (part * 10000 + whole // 2) // whole
    return '%d.%02d %%' % (bp // 100, bp % 100)


# --- the mirror ---------------------------------------------------------------
BECAME = ('full', 'less', 'exempted', 'declined', 'lapsed', 'withdrawn',
          'revoked', 'waiting')
WORDS = {'declined': 'declined', 'exempted': 'exempted', 'lapsed': 'lapsed',
         'withdrawn': 'withdrawn', 'revoked': 'revoked', 'decided': 'waiting',
         'proposed': 'waiting'}


def mirrored():
    rows = view('mirror', '2022')['rows']
    cases = view('prededuct', 'list')['rows']
    of = {r['case']: view('prededuct', 'show', r['case']) for r in cases}
    hits = [d for d in view('dispute', 'list')['rows']]
    t.ok(len(cases) > 60 and hits, 'a year of cases, some disputed')
    wrong = []
    for r in rows:
        if sum(r[k] for k in BECAME) != r['decided']:
            wrong.append((r['clause'], r['assessor'], 'sum'))
        if r['sort'] != 'situation':
            continue
        mine = [c for c in of.values()
                if r['clause'] in ('S*', c['situation']) and
                r['assessor'] in (None, c['assessor'])]
        want = dict.fromkeys(BECAME, 0)
        for c in mine:
            plain = 'full' if c['effect'] == 'full' else 'less'
            want[WORDS.get(c['state'], plain)] += 1
        if {k: r[k] for k in BECAME} != want:
            wrong.append((r['clause'], r['assessor'], want))
        names = {c['case'] for c in mine}
        if r['disputed'] != len({d['matter'] for d in hits} & names):
            wrong.append((r['clause'], r['assessor'], 'disputed'))
        if r['taken_rate'] != rate(r['full'] + r['less'], r['decided']):
            wrong.append((r['clause'], r['assessor'], r['taken_rate']))
    t.same(wrong, [], 'each row counts the cases of its clause and its judge')
    city = [r for r in rows if r['assessor'] is None]
    t.same([sum(r['decided'] for r in city if r['clause'] == 'S*'),
            sum(r['overturned'] for r in city if r['clause'] == 'S*')],
           [len(cases), len([d for d in hits if d['state'] == 'applied'])],
           'and the city has all, and how many a dispute changed')
    means = [(r['clause'], r['assessor']) for r in rows if r['assessor'] and
             r['taken_mean'] != next(c['taken_rate'] for c in city
                                     if c['clause'] == r['clause'])]
    t.same(means, [], 'beside each judge stands the mean of the city')
    return rows


def printed(rows):
    text = run('mirror', '--csv').stdout
    got = list(csv.DictReader(io.StringIO(text)))
    t.same([(r['clause'], r['assessor'], int(r['decided'])) for r in got],
           [(r['clause'], r['assessor'] or '', r['decided']) for r in rows],
           'CSV has the same rows')
    zh = run('mirror', '2022', lang='zh').stdout
    t.ok('全部预扣分情形' in zh and 'judge' not in zh, 'a table in Chinese', zh)
    t.ok('red' not in run('mirror').stdout.split(), 'it gives no lights')
    t.same([run('mirror', '2021').returncode, run('mirror', 'G19').returncode],
           [5, 2], 'a year that is not open, and what is no year')


# --- the portrait -------------------------------------------------------------
def portrayed():
    doc = view('portrait', 'G19')
    rows = {p: [r for r in doc['rows'] if r['part'] == p]
            for p in ('score', 'indicator', 'light', 'loss')}
    score = view('score', 'G19')['rows'][0]
    city = [r for r in view('score')['rows'] if r['group'] == doc['group']]
    t.same({r['item']: r['value'] for r in rows['score']},
           {r['item']: score[r['item']] for r in rows['score']},
           'a portrait has the score')
    total = next(r for r in rows['score'] if r['item'] == 'total')
    e4 = sum(int(r['total'].replace('.', '')) for r in city)
    mean = (2 * e4 + len(city)) // (2 * len(city))
    t.same([total['group_mean'].replace('.', ''), total['ranked'],
            total['rank'], total['group_rank']],
           [str(mean), len(city), score['rank'], score['group_rank']],
           'beside the mean of its group')
    said = {(r['indicator'], r['quarter']): (r['value'], r['rank'],
                                             r['last_rank'])
            for r in view('indicator', 'list', 'G19', '--year', '2022')['rows']}
    t.same({(r['item'], r['quarter']): (r['value'], r['rank'], r['last_rank'])
            for r in rows['indicator']}, said, 'and each rank of an indicator')
    lost = sum(int(r['value'].replace('.', '')) for r in rows['loss'])
    full = 1000000 - sum(int(score[k].replace('.', '')) for k in
                         ('objective', 'bonus')) + int(
        score['retained'].replace('.', '')) + int(
        score['negative'].replace('.', ''))
    t.ok(lost and 0 <= full - lost < 20000, 'its losses are what it has not, '
         'but for the share of the reserve', (lost, full))
    lights = sum(r['value'] for r in rows['light'])
    nodes = [r for r in view('progress', 'list', 'G19')['rows'] if r['light']]
    t.same(lights, len(nodes), 'and every node that has a light')
    zh = run('portrait', 'G19', lang='zh').stdout
    t.ok('部门画像' in zh and '同类平均' in zh, 'a table in Chinese', zh[:300])
    t.same(run('portrait').returncode, 2, 'it is of a unit')


top = tempfile.mkdtemp(prefix='kc-mirror-')
try:
    made = subprocess.run([CLI, 'demo', '--no-serve', '--no-remind',
                           '--disputes', 'heard'], cwd=top,
                          capture_output=True, env=dict(os.environ, HOME=top))
    t.same(made.returncode, 0, 'the year of a city')
    printed(mirrored())
    portrayed()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
