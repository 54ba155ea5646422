#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The mirror, the portrait and the charts of a whole year, read from a
directory: each number is held against the lists that it sums up."""
import csv, datetime, io, json, os, re, shutil, subprocess, sys, tempfile, \
    unicodedata
import xml.etree.ElementTree as xml
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from citykit import City, ESTAB
from kcd import CLI, Tap
import demokit

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


# --- charts -------------------------------------------------------------------
SVG = '{http://www.w3.org/2000/svg}'
ALLOWED = {'svg', 'title', 'desc', 'style', 'rect', 'line', 'text', 'g',
           'circle', 'path'}


def number(text):
    """A number of an axis: points, or days."""
    if text.count('-') == 2 and text[0] != '-':
        return datetime.date.fromisoformat(text).toordinal()
    if text.count('-') == 1 and text[0] != '-':
        return datetime.date.fromisoformat(text + '-01').toordinal()
    return float(text)


def drawn(*argv, lang='en'):
    """The chart as SVG: its lanes, with what stands where."""
    path = os.path.join(top, 'chart.svg')
    got = run('chart', *argv, '-o', path, lang=lang)
    t.same(got.returncode, 0, '%s is drawn' % (argv,))
    root = xml.parse(path).getroot()
    used = {e.tag.replace(SVG, '') for e in root.iter()}
    asks = [a for e in root.iter() for a in e.attrib
            if 'href' in a or a == 'src' or a.startswith('on')]
    style = root.find(SVG + 'style').text
    t.ok(used <= ALLOWED and not asks and '@' not in style and
         'url' not in style and 'font-family:sans-serif' in style,
         'it has no scripts and fetches nothing', (used - ALLOWED, asks))
    t.ok(root.find(SVG + 'title').text and root.find(SVG + 'desc').text and
         root.get('role') == 'img', 'who cannot see it is told', root.attrib)
    ticks = [(number(e.text), float(e.get('x'))) for e in
             root.findall(SVG + 'text') if e.get('text-anchor') == 'middle']
    (v0, x0), (v1, x1) = ticks[0], ticks[-1]
    wrong = []

    def place(text, x):
        want = x0 + (number(text) - v0) * (x1 - x0) / (v1 - v0)
        if abs(want - x) > 0.2:
            wrong.append((text, x, want))

    for text, x in ticks:
        if abs(x0 + (text - v0) * (x1 - x0) / (v1 - v0) - x) > 0.2:
            wrong.append((text, x))
    lanes = []
    for g in root.findall(SVG + 'g'):
        bar = g.find(SVG + 'rect')
        lane = {'title': g.find(SVG + 'title').text, 'bar': None, 'spots': []}
        if bar is not None:
            lane['bar'] = bar.get('data-from'), bar.get('data-to')
            place(lane['bar'][0], float(bar.get('x')))
            if float(bar.get('width')) > 1.5:
                place(lane['bar'][1],
                      float(bar.get('x')) + float(bar.get('width')))
        for e in g:
            if e.get('data-at'):
                lane['spots'].append((e.tag.replace(SVG, ''),
                                      e.get('data-at')))
                if e.get('cx'):
                    place(e.get('data-at'), float(e.get('cx')))
        lanes.append(lane)
    t.same(wrong, [], 'and everything is where its number is')
    return lanes


def waterfalls():
    doc = view('chart', 'waterfall', 'G19')
    t.same(doc['schema'], 'kaocheng.waterfall/1', 'JSON is the document')
    lanes = drawn('waterfall', 'G19')
    low = lanes[0]['bar'][0]
    t.same([l['bar'] for l in lanes],
           [(low, r['after']) if r['change'] is None else
            tuple(sorted((r['before'], r['after']), key=float))
            for r in doc['rows']], 'each bar goes from before to after')
    t.ok(len(lanes) > 5 and doc['rows'][-1]['after'] == view(
        'score', 'G19')['rows'][0]['total'], 'down to the score', doc)
    for flags in ((), ('--ascii',)):
        text = run('chart', 'waterfall', 'G19', *flags).stdout
        lines = [l for l in text.split('\n')[1:] if l.split()[-1:] and
                 l.split()[-1].lstrip('+-').replace('.', '').isdigit()]
        t.same([l.split()[-1].lstrip('+') for l in lines[:-1]],
               [r['change'] or r['after'] for r in doc['rows']],
               'as text it has the same numbers %s' % (flags,))
        t.ok(bool(flags) == (not any('\u2500' <= c <= '\u25ff'
                                     for c in text)),
             'blocks, or none %s' % (flags,), text)


    low = low.split('.')[0]
    text = run('chart', 'waterfall', 'G19', lang='zh').stdout
    svg = open(os.path.join(top, 'chart.svg')).read()
    t.ok('横轴自 %s 起' % low in text and 'axis from %s on' % low in svg,
         'an axis that does not begin at 0 says so', (text, low))


def columns(text):
    return sum(1 + (unicodedata.east_asian_width(c) in 'WF') for c in text)


def beside():
    """At 100 columns, as it is written to a file: labels have a third, and
    what became of each matter is one below the other."""
    for lang in ('zh', 'en'):
        lines = run('chart', 'timeline', 'G20', lang=lang).stdout.split('\n')
        day = [re.search(r'  (20\d\d-\d\d-\d\d \S.*)$', l) for l in lines]
        found = {columns(l[:m.start(1)]) for l, m in zip(lines, day) if m}
        t.ok(len(found) == 1 and sum(1 for m in day if m) > 1,
             'days are one below the other (%s)' % lang, lines)
        axis = [l for l in lines if l.lstrip().startswith('┴')]
        t.ok(len(axis) == 1 and axis[0].index('┴') <= 36,
             'the plot begins after a third (%s)' % lang, axis)


def timelines():
    doc = view('trail', 'G19')
    heads = [r for r in doc['rows'] if r['depth'] == 0 and r['case']]
    lanes = drawn('timeline', 'G19', lang='zh')
    t.same([l['title'].split()[0] for l in lanes], [r['case'] for r in heads],
           'a lane for each matter')
    wrong = []
    for head, lane in zip(heads, lanes):
        dates = [r['date'] for r in doc['rows']
                 if r['case'] == head['case'] and r['depth'] == 1]
        want = [('circle', d) for d in dates]
        want += [('path', head['due'])] if head.get('due') else []
        if lane['spots'] != want or lane['bar'] != (head['date'], max(dates)):
            wrong.append((head['case'], lane, want))
    t.same(wrong, [], 'with its events and its last day')
    then = ('--as-of', '2022-11-30')
    lane = drawn('timeline', 'G19', *then)[-1]
    doc = view('trail', 'G19', *then)
    due = [r['due'] for r in doc['rows'] if r.get('due')][-1]
    at = datetime.datetime.fromisoformat(
        doc['as_of']['received'].replace('Z', '+00:00'))
    now = (at + datetime.timedelta(hours=8)).date().isoformat()
    t.ok(lane['bar'] == ('2022-10-26', now) and
         due > '2023-01-01' and ('path', due) in lane['spots'],
         'what is open goes on until then, and its last day is ahead', lane)


def bands():
    doc = view('chart', 'bands', 'gov')
    lanes = drawn('bands', 'gov')
    bars = [l for l in lanes if l['bar']]
    t.same([l['bar'][1] for l in bars], [r['total'] for r in doc['rows']],
           'a bar for each unit of the group, by rank')
    t.same([l['title'] for l in lanes if not l['bar']],
           list(dict.fromkeys(r['band_text'] for r in doc['rows'])),
           'under the heading of its grade')
    ranks = [r['group_rank'] for r in view('score')['rows']
             if r['group'] == 'gov']
    t.same([r['group_rank'] for r in doc['rows']], sorted(ranks),
           'as the scores rank them')
    t.same(view('chart', 'bands', '政府部门'), doc, 'by its name too')
    r = run('chart', 'bands', 'guild')
    t.ok('party, gov, mass' in r.stderr, 'and who names none is told which '
         'there are', r.stderr)


def slips():
    t.same([run('chart', *a).returncode for a in (
        ['waterfall'], ['bands'], ['waterfall', 'G19', '-o', 'x.png'],
        ['bands', 'guild'], ['waterfall', 'G77'])], [2, 2, 2, 3, 3],
        'of nothing, of no form, of no group, of no unit')


def escaped():
    """Names that would be marks of XML, in a city of its own."""
    city = City()
    try:
        name = 'A<b>&"c\' </title><script>'
        city.must('unit', 'register', 'U1', '--group', 'gov', '--name', name,
                  *ESTAB)
        path = os.path.join(city.top, 'c.svg')
        city.must('chart', 'waterfall', 'U1', '-o', path, at=None)
        root = xml.parse(path).getroot()
        t.ok(name in root.find(SVG + 'title').text and
             not list(root.iter(SVG + 'script')), 'a name is a name', name)
        t.ok('no score' in root.find(SVG + 'desc').text,
             'and without a list that is said', root.find(SVG + 'desc').text)
        name = '某市' * 60 + '局'
        city.must('unit', 'register', 'U2', '--group', 'gov', '--name', name,
                  *ESTAB)
        city.must('chart', 'waterfall', 'U2', '-o', path, at=None)
        root = xml.parse(path).getroot()
        shown = next(x for x in root.iter(SVG + 'text')
                     if x.get('class') == 'title').text
        t.ok(name in root.find(SVG + 'title').text and shown.endswith('…') and
             sum(2 if ord(c) > 0x2e80 else 1 for c in shown) * 10 < 1000,
             'a name that is too long ends on the page', shown)
    finally:
        city.daemon.stop()
        shutil.rmtree(city.top, ignore_errors=True)


top = tempfile.mkdtemp(prefix='kc-mirror-')
try:
    made = demokit.year(top + '/demo', '--no-remind', '--disputes', 'heard')
    t.same(made.returncode, 0, 'the year of a city')
    printed(mirrored())
    portrayed()
    waterfalls()
    beside()
    timelines()
    bands()
    slips()
    escaped()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
