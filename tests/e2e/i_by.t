#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A column of a table says who signs each row: every row by its own person,
all of them in one commit, or a list of who cannot."""
import csv, json, os, shutil, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from brokenline import broken_line
from citykit import ADMINS, City, NOW
from kcd import Tap

t = Tap()
good, says = t.good, t.says
city = City()
KEYS = city.path('l/keys')
HEADS = ['target', 'unit', 'year', 'class', 'source', 'duty', 'weight',
         'assessor', 'title']
names = iter('X%d' % i for i in range(1, 1000))


def table(name, kind, heads, rows):
    with open(city.path(name), 'w', encoding='utf-8-sig') as f:
        csv.writer(f).writerows([[kind], heads, *rows])
    return name


def routine():
    return [next(names), 'G02', '2022', 'routine', 'work-plan', 'G02-D1', '10',
            'G19', '题']


def drafts(*by, head='by'):
    """Drafts of routine work, one row a cell of signers."""
    return table('d.csv', 'target.draft', HEADS + [head],
                 [routine() + [who] for who in by])


def take(name, *more, **env):
    r = city.run('import', name, '--json', '--yes', '--at', NOW, *more, **env)
    return r, json.loads(r.stdout) if r.stdout else {}


def entries():
    return len(json.loads(city.run('log', 'list', '--limit', '10000',
                                   '--json').stdout)['rows'])


def signers(doc):
    return [json.loads(city.run('log', 'show', str(e['seq']), '--json')
                       .stdout)['by'] for e in doc['entries']]


def enrol(actor, role, unit=None, *key):
    city.must('key', 'new', actor, *(key or ('--unprotected',)), at=None)
    city.must('actor', 'enrol', actor, '--role', role,
              *(('--unit', unit) if unit else ()), *ADMINS,
              *(key if key != ('--unprotected',) else ()))


# --- who signs ---------------------------------------------------------------
def each_his_own():
    r, doc = take(drafts('G02.head', 'G02.other', 'G02.head'))
    t.ok(r.returncode == 0 and doc['written'] and
         signers(doc) == [['G02.head'], ['G02.other'], ['G02.head']] and
         all(e['receipt_checked'] for e in doc['entries']),
         'each row is signed by whom it names', (r.stderr, doc))
    for head in ('签署人', '签署人 by', 'signed by'):
        r, doc = take(drafts('G02.head', head=head))
        t.ok(r.returncode == 0 and signers(doc) == [['G02.head']],
             'under the heading ' + head, r.stderr)
    both = [routine(), routine()]
    take(table('k.csv', 'target.draft', HEADS + ['by'],
               [row + ['G02.head'] for row in both]))
    drafted = [row[0] for row in both]
    for kind, by in (('submit', 'G02.head'), ('approve_first', 'estab.1')):
        r, doc = take(table('s.csv', 'target.' + kind, ['target', 'by'],
                            [[n, by] for n in drafted]))
        t.ok(r.returncode == 0, kind + ' by a table of two columns', r.stderr)
    r, doc = take(table('s.csv', 'target.approve_second',
                        ['by', 'target', 'by'],
                        [['party.1；gov.1', drafted[0], ''],
                         ['party.1', drafted[1], 'gov.1']]))
    t.ok(r.returncode == 0 and signers(doc) == [['party.1', 'gov.1']] * 2,
         'two sign a row, in one cell or in two', (r.stderr, doc))


def one_or_the_other():
    before = entries()
    name = drafts('G02.head')
    says('--as is not for a table that names its signers',
         city.run('import', name, '--as', 'G02.head', '--at', NOW), 2,
         'd.csv names who signs each row')
    says('nor is --share', city.run('import', name, '--share', 'party.1',
                                    '--at', NOW), 2, 'who signs each row')
    says('who signs a table without the column is asked for',
         city.run('import', table('n.csv', 'target.draft', HEADS,
                                  [routine()]), at=None), 2,
         'a column "by"')
    home = city.path('home')
    os.mkdir(home)
    city.must('login', 'estab.1', at=None, HOME=home)
    r, doc = take(drafts(''), HOME=home)
    t.ok(r.returncode == 6 and [e['code'] for e in doc['errors']] ==
         ['E-FIELD-MISSING'], 'who is remembered does not sign in the place '
         'of nobody', (r.stderr, doc))
    r, doc = take(drafts('G02.head'), HOME=home)
    t.ok(r.returncode == 0 and signers(doc) == [['G02.head']],
         'nor of somebody', r.stderr)
    t.same(entries(), before + 1, 'nothing else was written')


# --- who cannot --------------------------------------------------------------
def faults():
    shutil.copy(KEYS + '/G02.judge.key', KEYS + '/G02.lender.key')
    city.must('key', 'new', 'G02.stranger', '--unprotected', at=None)
    before = entries()
    cells = ['G02.head', 'G02.hed', 'G02.lender', 'G02.stranger', 'G02.judge',
             'G19.head', '', 'G02.head; G02.head', 'Head of G02', 'estab.1']
    r, doc = take(drafts(*cells))
    wrong = {e['row'] - 3: e for e in doc['errors']}
    t.ok(r.returncode == 6 and sorted(wrong) == [1, 2, 6, 7, 8] and
         entries() == before, 'every row that nobody here can sign is named',
         doc)
    t.ok(all(e['column'] == 'by' and e['value'] == cells[i]
             for i, e in wrong.items()), 'by its column, with the cell', doc)
    t.ok('G02.hed.key' in wrong[1]['message'] and
         wrong[1]['code'] == 'E-KEY', 'a key that is not here', wrong[1])
    t.ok('is the key of G02.judge, not of G02.lender' in wrong[2]['message'],
         "a key file under another's name", wrong[2])
    t.ok(wrong[6]['code'] == 'E-FIELD-MISSING' and
         'named twice' in wrong[7]['message'] and
         wrong[8]['code'] == 'E-FIELD-VALUE', 'nobody, twice, and no actor',
         wrong)
    cells = ['G02.head', 'G02.stranger', 'G02.judge', 'G19.head', 'party.1']
    name = drafts(*cells)
    for more in ((), ('--dry-run',)):
        r, doc = take(name, *more)
        wrong = {e['row'] - 3: e for e in doc['errors']}
        t.ok(r.returncode == 6 and not doc['written'] and
             {i: e['code'] for i, e in wrong.items()} ==
             {1: 'E-ACTOR', 2: 'E-ROLE', 3: 'E-UNIT', 4: 'E-ROLE'} and
             all(e['column'] == 'by' and e['value'] == cells[i]
                 for i, e in wrong.items()),
             'what the ledger says to the wrong person%s' %
             (', asked only' if more else ''), (r.stderr, doc))
    t.same(entries(), before, 'and nothing is written')
    r = city.run('import', drafts('G02.hed'), '--yes')
    t.ok('row 3, column by, value "G02.hed": there is no key file' in
         r.stderr, 'people read the same', r.stderr)


def keys_that_are_old():
    enrol('G02.late', 'head', 'G02')
    shutil.copy(KEYS + '/G02.late.key', city.path('old'))
    city.must('key', 'rotate', '--as', 'G02.late')
    shutil.copy(city.path('old'), KEYS + '/G02.late.key')
    before = entries()
    r, doc = take(drafts('G02.head', 'G02.late'))
    t.ok(r.returncode == 6 and entries() == before and
         [(e['row'], e['column'], e['code']) for e in doc['errors']] ==
         [(4, 'by', 'E-KEY')], 'a key that was replaced', (r.stderr, doc))


# --- passphrases -------------------------------------------------------------
def passphrases():
    os.mkdir(city.path('pass'))
    for actor, word in (('G02.p', 'one'), ('G02.q', 'two')):
        city.put('pass/%s.pass' % actor, word + '\n')
        enrol(actor, 'head', 'G02', '--passphrase-file',
              'pass/%s.pass' % actor)
    before = entries()
    name = drafts('G02.p', 'G02.q', 'G02.head', 'G02.p')
    r, doc = take(name)
    t.ok(r.returncode == 2 and 'G02.p: a passphrase is needed' in r.stderr and
         '2 of them will be asked for a passphrase each' in r.stderr and
         'signed by 3, as the table names them: G02.p 2, G02.q 1, G02.head 1'
         in r.stderr, 'how many passphrases it takes is said before', r.stderr)
    r, doc = take(name, '--passphrase-file', 'pass/G02.p.pass')
    t.ok(r.returncode == 6 and entries() == before and
         [(e['row'], e['column'], e['value'], e['code'])
          for e in doc['errors']] == [(4, 'by', 'G02.q', 'E-KEY')] and
         'wrong passphrase' in doc['errors'][0]['message'],
         'one file for all that is not for all', (r.stderr, doc))
    r, doc = take(name, '--passphrase-file', 'pass')
    t.ok(r.returncode == 0 and 'asked' not in r.stderr and signers(doc) ==
         [['G02.p'], ['G02.q'], ['G02.head'], ['G02.p']],
         'a directory has one for each', r.stderr)
    os.unlink(city.path('pass/G02.q.pass'))
    r, doc = take(drafts('G02.q', 'G02.q'), '--passphrase-file', 'pass')
    t.ok(r.returncode == 6 and [e['row'] for e in doc['errors']] == [3, 4] and
         'pass/G02.q.pass' in doc['errors'][0]['message'],
         'but not of everybody', doc)


# --- a line that breaks --------------------------------------------------------
def again():
    box = city.path('.local/state/kaocheng/outbox')
    name = drafts('G02.head', 'G02.other')
    before = entries()
    line = broken_line(city.path('line'), city.path('l/socket'))
    r = city.run('import', name, '--yes', '--at', NOW, '--socket',
                 city.path('line'), '--keys', KEYS, '--trust',
                 city.path('l/trust'))
    line.close()
    t.ok(r.returncode not in (0, 6) and 'send --retry' in r.stderr and
         len(os.listdir(box)) == 1, 'an outcome that is not known is kept', r)
    kept = open(box + '/' + os.listdir(box)[0], 'rb').read()
    good('asked again', city.run('send', '--retry'))
    rows = json.loads(city.run('log', 'list', '--from', str(before),
                               '--json').stdout)['rows']
    ids = [json.loads(city.run('log', 'show', str(e['seq']), '--json')
                      .stdout)['entry']['id'] for e in rows]
    t.ok(len(ids) == 2 and all(b'id ' + i.encode() in kept for i in ids) and
         entries() == before + 2 and not os.listdir(box),
         'each stands once, with the id that it had', ids)


def founded():
    table('u.csv', 'unit.register', ['unit', 'group', 'name', 'by'],
          [['G01', 'gov', '第一局', 'estab.1']])
    r = city.run('init', 'new', '--origin', 'example.org/new', '--table',
                 'u.csv', '--unprotected', where=None)
    rows = city.run('log', 'list', '--dir', 'new', '--json', where=None)
    t.ok(r.returncode == 0 and json.loads(rows.stdout)['rows'][-1]['by'] ==
         ['estab.1'], 'a founding takes such a table', r.stderr)


try:
    for head in ('G02.head', 'G02.other'):
        enrol(head, 'head', 'G02')
    each_his_own()
    one_or_the_other()
    faults()
    keys_that_are_old()
    passphrases()
    again()
    founded()
finally:
    city.remove()
t.done()
