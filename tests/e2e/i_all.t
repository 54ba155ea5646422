#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A step on everything on which it can be taken now: what the tables of states
offer, less what is another's to do, signed in one sitting or not at all."""
import csv, json, os, shutil, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Served, Tap, kaocheng

t = Tap()
good, says = t.good, t.says
top = tempfile.mkdtemp(prefix='kc-all-')
AT = '2026-07-06T01:00:00Z'
ME = ['--as', 'estab.1', '--at', AT]


def run(*argv):
    return kaocheng(*argv, '--dir', 'l', home=top)


def table(kind, heads, rows):
    with open(top + '/t.csv', 'w', encoding='utf-8') as f:
        csv.writer(f).writerows([heads, *rows])
    return ['import', 't.csv', '--kind', kind, '--at', AT, '--yes']


def found():
    kaocheng('init', 'l', '--origin', 'example.org/all', '--year', '2026',
             '--unprotected', '--at', AT, home=top)
    d = Served(top + '/l', clock=AT).start()
    units = ['G01', 'G02']
    good('units', run(*table('unit.register', ['unit', 'group', 'name'], [
        [u, 'gov', '第%s局' % u] for u in units]), '--as', 'estab.1'))
    good('duties', run(*table('duty.register', ['unit', 'duty', 'text'], [
        [u, u + '-D1', 'x'] for u in units]), '--as', 'estab.1'))
    people = [(u + '.head', u, 'head') for u in units] + [
        ('party', '', 'go-party'), ('gov', '', 'go-gov'),
        ('lead', '', 'leader')]
    for actor, unit, role in people:
        run('key', 'new', actor, '--unprotected')
    good('people', run(*table('actor.enrol', ['actor', 'unit', 'role'],
                              people), '--as', 'admin.1', '--as', 'admin.2'))
    heads = ['target', 'unit', 'year', 'class', 'source', 'duty', 'weight',
             'assessor', 'title']

    def rows(u, kind, weights):
        return [['%s-%s%d' % (u, kind[0].upper(), i), u, '2026', kind,
                 'city-key' if kind == 'key' else 'work-plan', u + '-D1', w,
                 'G02' if u == 'G01' else 'G01', '%s 事项 %d' % (u, i)]
                for i, w in enumerate(weights)]
    for u in units:
        good('key work', run(*table('target.draft', heads, rows(
            u, 'key', ['30', '40'])), '--as', 'estab.1'))
        good('routine work', run(*table('target.draft', heads, rows(
            u, 'routine', ['20'])), '--as', u + '.head'))
    return d


def entries():
    return len(json.loads(run('log', 'list', '--limit', '10000',
                              '--json').stdout)['rows'])


def asks():
    n = entries()
    r = run('target', 'submit', '--unit', 'G01', '--all', *ME)
    says('without a terminal nothing is signed', r, 2, '--yes')
    t.ok('G01-K0' in r.stderr and 'G01 事项 0' in r.stderr and
         'G02-K0' not in r.stderr,
         'but what would be is shown, of that unit', r.stderr)
    t.ok('left out: G01-R0' in r.stderr and 'E-CLASS' in r.stderr,
         'and what is left out, with its reason', r.stderr)
    r = good('a dry run', run('target', 'submit', '--unit', '第G01局', '--all',
                              '--dry-run', '--json', *ME))
    doc = json.loads(r.stdout)
    t.ok(doc['about'] == ['G01-K0', 'G01-K1'] and not doc['written'] and
         [(x['about'], x['code']) for x in doc['left_out']] ==
         [('G01-R0', 'E-CLASS')], 'says the same to programs', doc)
    t.same(entries(), n, 'and nothing was written')
    says('--all and a name', run('target', 'submit', 'G01-K0', '--all', *ME),
         2, 'leave it out')
    says('a unit that there is not', run('target', 'submit', '--unit', 'G77',
                                         '--all', *ME), 3, 'G77')
    says('nothing is in that state', run('target', 'read', '--unit', 'G01',
                                         '--all', '--as', 'lead'), 3,
         'nothing on which')
    says('nothing is for this signer', run(
        'target', 'submit', '--unit', 'G02', '--all', '--as', 'G01.head',
        '--at', AT, '--yes'), 6, 'for these signers')
    says('a kind that begins something', run(
        'warning', 'issue', '--all', '--unit', 'G01', '--level', 'red',
        '--rectify-by', '2026-08-01', '--fact', 'x', '--demand', 'x', *ME), 2)
    says('a kind without states', run(
        'unit', 'rename', '--all', '--name', 'x', *ME), 2)
    says('what is lacking is said', run('target', 'return', '--all', *ME), 3)
    t.same(entries(), n, 'and of all that nothing was written')


def signs():
    r = good('one signing for a unit', run('target', 'submit', '--unit', 'G01',
                                           '--all', '--yes', *ME))
    t.ok('2 statements stand' in r.stdout, 'with the count', r)
    good('all of it', run('target', 'submit', '--all', '--yes', *ME))
    for u in ('G01', 'G02'):
        good('its head has the rest', run('target', 'submit', '--all', '--yes',
                                          '--as', u + '.head', '--at', AT))
    says('a reason is asked for', run('target', 'return', '--all', *ME), 2,
         '--reason')
    r = good('first reviews', run('target', 'approve-first', '--all', '--yes',
                                  '--json', *ME))
    doc = json.loads(r.stdout)
    t.ok(doc['written'] and len(doc['entries']) == len(doc['about']) == 6 and
         doc['left_out'] == [], 'of all units', doc)
    says('one of two offices', run('target', 'approve-second', '--all',
                                   '--yes', '--as', 'party', '--at', AT), 6,
         'E-ROLE')
    good('both offices', run('target', 'approve-second', '--all', '--yes',
                             '--as', 'party', '--as', 'gov', '--at', AT))
    good('the leader', run('target', 'read', '--unit', 'G01', '--all', '--yes',
                           '--as', 'lead', '--at', AT))
    r = good('lists that are whole', run('list', 'issue', '--all', '--yes',
                                         '--json', *ME))
    t.same(json.loads(r.stdout)['about'], ['G01'],
           'and none that waits for a reading')
    good('the leader', run('target', 'read', '--all', '--yes', '--as', 'lead',
                           '--at', AT))
    says('another year has no lists', run(
        'list', 'issue', '--all', '--year', '2025', '--yes', *ME), 3)
    good('the field of that name is the unit', run(
        'list', 'issue', '--unit', 'G02', '--year', '2026', '--all', '--yes',
        *ME))
    listed = json.loads(run('target', 'list', '--json').stdout)['rows']
    t.ok(len(listed) == 6 and all(r['state'] == 'active' for r in listed),
         'both lists are issued', listed)


def offered(d):
    """Help and completion name --all where there is something to be done on."""
    kinds = [line.split()[0] for line in run('help', 'kinds').stdout.split('\n')
             if line.startswith('  ')]
    named, takes = [], []
    for kind in kinds:
        status = d.get('/v1/views/ready?id=' + kind)[0]
        takes += [kind] if status == 200 else []
        helped = run('help', kind).stdout
        named += [kind] if '--all' in helped else []
    t.ok(len(kinds) > 150 and 'target.submit' in named,
         'there are kinds', kinds)
    t.same(sorted(named + ['result.feed_back']), sorted(takes),
           'help names --all where it is taken')
    for verb in (['unit', 'rename'], ['result', 'feed-back']):
        says(' '.join(verb) + ' takes none', run(*verb, '--all', *ME), 2,
             'unknown option --all')


d = found()
asks()
offered(d)
signs()
t.ok(d.stop() == 0, 'the ledger serves to its end')
shutil.rmtree(top)
t.done()
