#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scores and ranks of whole ledgers, by the program and by a model that shares
no code with it: the year of the demonstration with its disputes, and years at
random (TAP)."""
import json, os, shutil, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lib'))
from kcd import BUILD, Tap

t = Tap()
top = tempfile.mkdtemp(prefix='kc-model-')
SAME = ('key', 'routine', 'dynamic', 'credit', 'negative', 'deducted',
        'returned', 'retained', 'bonus', 'total')


def kaocheng(*args):
    return subprocess.run((BUILD + '/bin/kaocheng',) + args, text=True,
                          capture_output=True)


def e4(text):
    return int(text.replace('.', ''))


def ours(directory):
    """{(unit, year): figures}"""
    rows = {}
    for cycle in json.loads(kaocheng('cycle', 'list', '--dir', directory,
                                     '--json').stdout)['rows']:
        year = cycle['year']
        said = json.loads(kaocheng('score', '--year', str(year), '--dir',
                                   directory, '--json').stdout)
        for r in said['rows']:
            if r['listed']:
                rows[r['unit'], year] = [e4(r[k]) for k in SAME] + [r['rank']]
    return rows


def models(export):
    p = subprocess.run([sys.executable, HERE + '/score_model.py', export],
                       capture_output=True, text=True)
    rows = map(json.loads, p.stdout.splitlines())
    return {(r['unit'], r['year']): [r[k] for k in SAME] + [r['rank']]
            for r in rows}, p.stderr


def agree(directory, export, what):
    mine, (theirs, said) = ours(directory), models(export)
    wrong = [(k, mine.get(k), theirs.get(k)) for k in
             sorted(set(mine) | set(theirs)) if mine.get(k) != theirs.get(k)]
    t.ok(mine and not wrong, '%s: %d scores and ranks, as the model has them' % (
        what, len(mine)), '%s %s' % (wrong[:3], said))
    return mine, theirs


def altered(export, mine):
    """a completion of a unit is another one in the model's copy"""
    copy = top + '/altered'
    shutil.copytree(export, copy)
    for dirpath, _, names in sorted(os.walk(copy + '/tile/entries')):
        for name in sorted(names):
            path = os.path.join(dirpath, name)
            with open(path, 'rb') as f:
                data = f.read()
            at = data.find(b' entry completion.find\n')
            at = data.find(b'\nrate 9', at) if at >= 0 else -1
            if at >= 0:
                with open(path, 'wb') as f:
                    f.write(data[:at] + b'\nrate 8' + data[at + 7:])
                theirs = models(copy)[0]
                wrong = {k for k in mine if mine[k][-2] != theirs[k][-2]}
                t.ok(len(wrong) == 1, 'a figure that differs is noticed',
                     wrong)
                return
    t.ok(False, 'a completion to alter')


try:
    for which in ('heard', 'overturned'):
        d = top + '/' + which
        kaocheng('demo', '--no-serve', '--no-remind', '--open', '--disputes',
                 which, '--dir', d)
        kaocheng('export', '--dir', d, d + '/whole')
        mine, theirs = agree(d, d + '/whole', 'the year with disputes ' + which)
    t.ok(any(r[SAME.index('returned')] for r in mine.values()) and
         len({r[-1] for r in mine.values()}) > 50,
         'something was given back, and the ranks differ')
    altered(d + '/whole', mine)
    os.mkdir(top + '/random')
    subprocess.run([BUILD + '/tests/sim/tamper'], stdout=subprocess.DEVNULL,
                   env=dict(os.environ, KEEP=top + '/random',
                            LEDGERS=os.environ.get('LEDGERS', '6')))
    for name in sorted(os.listdir(top + '/random')):
        export = top + '/random/' + name + '/honest'
        d = top + '/again-' + name
        kaocheng('restore', export, d)
        agree(d, export, 'a year at random, ' + name)
    # Ten years of 88 units in a soak; here, two rules and all else of it.
    subprocess.run([BUILD + '/tests/model/decade'], check=True,
                   stdout=subprocess.DEVNULL,
                   env=dict({'UNITS': '12', 'YEARS': '4'}, **os.environ,
                            KEEP=top + '/decade'))
    kaocheng('restore', top + '/decade', top + '/ten')
    mine, _ = agree(top + '/ten', top + '/decade', 'years of a whole city')
    t.ok(len({y for _, y in mine}) > 3 and all(
        any(r[i] for r in mine.values()) for i in range(len(SAME))),
         'no figure is none in all of them')
finally:
    shutil.rmtree(top)
t.done()
