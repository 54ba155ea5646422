#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scores, ranks, grades and signed results of whole ledgers, by the program and
by a model that shares no code with it: the year of the demonstration with its
disputes, the same to its end, and years at random (TAP)."""
import json, os, shutil, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = HERE, os.path.join(HERE, '..', 'lib')
sys.dont_write_bytecode = True
from kcd import BUILD, Tap
import demokit
import score_model, year_end

t = Tap()
top = tempfile.mkdtemp(prefix='kc-model-')
SAME = ('key', 'routine', 'dynamic', 'credit', 'negative', 'deducted',
        'returned', 'retained', 'bonus', 'panel', 'base', 'total')
RESULTS = ('key', 'routine', 'dynamic', 'credit', 'panel', 'negative',
           'retained', 'bonus')
PLACES = ('rank', 'group_rank', 'group_ranked', 'ruling', 'grade')


def kaocheng(*args):
    return subprocess.run((BUILD + '/bin/kaocheng',) + args, text=True,
                          capture_output=True)


def e4(text):
    return int(text.replace('.', ''))


def asked(directory, year, *what):
    return json.loads(kaocheng(*what, '--year', str(year), '--dir', directory,
                               '--json').stdout)['rows']


def ours(directory):
    """{(unit, year): figures of its score, figures of its result}"""
    rows = {}
    for cycle in json.loads(kaocheng('cycle', 'list', '--dir', directory,
                                     '--json').stdout)['rows']:
        year = cycle['year']
        results = {r['unit']: [e4(r[k]) for k in RESULTS + ('score',)] +
                   [r[k] for k in PLACES]
                   for r in asked(directory, year, 'results')}
        for r in asked(directory, year, 'score'):
            if r['listed']:
                rows[r['unit'], year] = [
                    [e4(r[k]) for k in SAME] + [r['rank']],
                    results.pop(r['unit'], None)]
        rows.update({(u, year): [None, r] for u, r in results.items()})
    return rows


def models(export):
    """the same; and the lists of results that were signed"""
    p = subprocess.run([sys.executable, HERE + '/score_model.py', export],
                       capture_output=True, text=True)
    rows = [json.loads(line) for line in p.stdout.splitlines()]
    return {(r['unit'], r['year']): [
        [r[k] for k in SAME] + [r['rank']],
        r['shown'] and [r['shown'][k] for k in RESULTS + ('total',) + PLACES]]
        for r in rows if 'unit' in r}, [
            r for r in rows if 'signed' in r], p.stderr


def agree(directory, export, what):
    mine, (theirs, signed, said) = ours(directory), models(export)
    wrong = [(k, mine.get(k), theirs.get(k)) for k in
             sorted(set(mine) | set(theirs)) if mine.get(k) != theirs.get(k)]
    wrong += [s for s in signed if s['signed'] != s['follows']]
    t.ok(mine and not wrong, '%s: %d scores, ranks and grades, %d signed lists,'
         ' as the model has them' % (what, len(mine), len(signed)),
         '%s %s' % (wrong[:3], said))
    return mine, signed


def altered(export, mine, kind, mark, instead):
    """one figure is another in the model's copy; of which units' scores too,
    and the lists that it signs"""
    copy = top + '/altered'
    shutil.copytree(export, copy)
    for dirpath, _, names in sorted(os.walk(copy + '/tile/entries')):
        for name in sorted(names):
            path = os.path.join(dirpath, name)
            with open(path, 'rb') as f:
                data = f.read()
            at = data.find(b' entry ' + kind + b'\n')
            at = data.find(mark, at) if at >= 0 else -1
            if at >= 0:
                with open(path, 'wb') as f:
                    f.write(data[:at] + instead + data[at + len(mark):])
                theirs, signed, _ = models(copy)
                shutil.rmtree(copy)
                return {k[0] for k in mine
                        if mine[k][0][:-1] != theirs[k][0][:-1]}, signed
    return None, []


def to_the_end():
    """the year of the demonstration with panels, grades and its close"""
    d = top + '/ended'
    demokit.year(d, '--no-remind')
    kaocheng('export', '--dir', d, d + '/whole')
    mine, signed = agree(d, d + '/whole', 'the year to its end')
    thought = [s[SAME.index('panel')] for s, _ in mine.values()]
    t.ok([s['kind'] for s in signed] == ['yearend.' + k for k in (
        'draft', 'grade', 'approve', 'publish')] and len(set(thought)) > 50,
         'the panels have thought, and lists were signed', signed)
    given = [r[-1] for _, r in mine.values()]
    t.ok(given.count('first') > 10 and given.count('second') > 10 and
         given.count(None) == thought.count(0),
         'grades were given, and to none apart', given)
    for criterion in (b'\nfull ', b'\nproper ', b'\nbenefit '):
        wrong, signed = altered(d + '/whole', mine, b'panel.ballot',
                                criterion + b'4', criterion + b'2')
        t.ok(wrong is not None and len(wrong) == 1 and len(signed) == 4 and
             all(s['signed'] != s['follows'] for s in signed),
             'one mark of one ballot that differs is noticed:%s' %
             criterion.decode().rstrip().replace('\n', ' '), wrong)


def rounded_twice():
    """what panels think is rounded, and then the base: of a unit of the decade
    whose exact base is 86.353548"""
    policy = score_model.Policy(
        'panel:\n  inner: { value: "60%" }\n  outer: { value: "40%" }\n'
        '  share: { value: "30%" }\nscore:\n'
        '  rounding: { value: half_away }\n')
    panels = year_end.Panels()
    panels.means[2027, 'D04'] = {'inner': 657143, 'outer': 582222}
    t.same(panels.base(policy, 2027, 'D04', 964833), (627175, 863536),
           'the base is of the panel as it is printed')


def at_random(which, program, inside='', **env):
    """the lists that are signed in years of the simulator"""
    kept, signed = top + '/' + which, []
    os.mkdir(kept)
    subprocess.run([BUILD + '/tests/sim/' + program],
                   stdout=subprocess.DEVNULL,
                   env=dict(os.environ, KEEP=kept, **env))
    for name in sorted(os.listdir(kept)):
        export, d = kept + '/' + name + inside, top + '/again-' + which + name
        kaocheng('restore', export, d)
        signed += agree(d, export, '%s, %s' % (which, name))[1]
    return signed


try:
    rounded_twice()
    for which in ('heard', 'overturned'):
        d = top + '/' + which
        demokit.year(d, '--no-remind', '--open', '--disputes', which)
        kaocheng('export', '--dir', d, d + '/whole')
        mine, theirs = agree(d, d + '/whole', 'the year with disputes ' + which)
    t.ok(any(s[SAME.index('returned')] for s, _ in mine.values()) and
         len({s[-1] for s, _ in mine.values()}) > 50,
         'something was given back, and the ranks differ')
    wrong, _ = altered(d + '/whole', mine, b'completion.find', b'\nrate 9',
                       b'\nrate 8')
    t.ok(wrong is not None and len(wrong) == 1,
         'a figure that differs is noticed', wrong)
    to_the_end()
    ledgers = os.environ.get('LEDGERS', '6')
    at_random('a year at random', 'tamper', '/honest', LEDGERS=ledgers)
    signed = at_random('a year and what follows', 'year', SIM_FIRST='1',
                       SIM_SEEDS=str(2 * int(ledgers)), SIM_STEPS='500')
    t.ok(len(signed) > 3, 'some of them come to results', signed)
    # Ten years of 88 units in a soak; here, two rules and all else of it.
    subprocess.run([BUILD + '/tests/model/decade'], check=True,
                   stdout=subprocess.DEVNULL,
                   env=dict({'UNITS': '12', 'YEARS': '4'}, **os.environ,
                            KEEP=top + '/decade'))
    kaocheng('restore', top + '/decade', top + '/ten')
    mine, signed = agree(top + '/ten', top + '/decade', 'years of a whole city')
    t.ok(len({y for _, y in mine}) > 3 and all(
        any(s[i] for s, _ in mine.values()) for i in range(len(SAME))),
         'no figure is none in all of them')
    t.ok(all(s[SAME.index('panel')] for s, _ in mine.values()),
         'panels have thought of every unit in every year')
    years = len({y for _, y in mine})
    kinds = [s['kind'].split('.')[1] for s in signed]
    again = kinds.count('grade') - years - 1
    t.ok(kinds.count('draft') == years + 1 and again > 0 and
         len(signed) == 4 * (years + 1) + 3 * again and {'first', 'second'} <=
         {r[-1] for _, r in mine.values()} and
         all(r and r[-1] for _, r in mine.values()),
         'every year was graded and published, one of them twice, and some '
         'again after a ruling', kinds)
    t.ok(any(r[-2] for _, r in mine.values()), 'which gave a grade')
finally:
    shutil.rmtree(top)
t.done()
