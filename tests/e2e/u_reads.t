#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What can be looked at: one of each noun and the lists of all, by code or by
name, in both languages, over the demonstration's year."""
import json, os, subprocess, sys, tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import CLI, Served, Tap, kaocheng
import demokit

t = Tap()
work = tempfile.TemporaryDirectory(prefix='kc-reads.')
DIR = os.path.join(work.name, 'demo')


def run(*words):
    p = kaocheng(*words, home=work.name, LANG='C.UTF-8')
    return p.returncode, p.stdout, p.stderr


def rows(*words):
    code, out, err = run(*words, '--dir', DIR, '--json')
    return json.loads(out)['rows'] if code == 0 else (code, err)


t.good('the year is made', demokit.year(DIR, '--no-remind'))


def units():
    for typed in ('G19', 'g19', 'Ｇ１９', '市商务局', '商务局', 'Commerce Bur'):
        code, out, err = run('trail', typed, '--dir', DIR, '--json')
        t.ok(code == 0 and json.loads(out)['unit'] == 'G19',
             'G19 is found as ' + typed, err)
    code, out, err = run('trail', 'Bureau', '--dir', DIR)
    t.ok(code == 5 and 'E-SEVERAL' in err and 'more' in err and not out,
         'a part of several names is asked back', (code, err))
    t.ok(run('trail', 'G77', '--dir', DIR)[0] == 3, 'G77 is none')
    what = {x['what'] for x in rows('unit', 'show', 'G02')}
    t.same(what, {'duty', 'actor', 'grant'}, 'a unit has duties, actors, grants')
    t.same(len(rows('duty', 'list', 'G02')), 3, 'and its duties alone')


def medium():
    """A ledger on a medium that cannot be written is read like any other."""
    script = ('mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && '
              '! touch "$1/x" 2>/dev/null || exit 99; shift; exec "$@"')
    as_root = ['unshare', '-m', 'sh', '-c', script, 'sh', DIR]
    if subprocess.run(as_root + ['true'], capture_output=True).returncode:
        t.skip('a medium that is only read', 'mounting is not allowed here')
        return
    before = sorted(os.listdir(DIR))
    for what in (['unit', 'list'], ['verify'],
                 ['export', work.name + '/export']):
        r = subprocess.run(as_root + [CLI, *what, '--dir', DIR], text=True,
                           capture_output=True, cwd=work.name, timeout=120,
                           env=dict(os.environ, HOME=work.name, LANG='C.UTF-8'))
        t.good(what[0] + ' from a medium that is only read', r)
    t.same(sorted(os.listdir(DIR)), before, 'nothing was written there')


def persons():
    got = rows('actor', 'show', 'g19.HEAD')
    t.same([(x['what'], x['seq'] > 0) for x in got],
           [('role', True), ('key', True)], 'an actor has roles and keys')
    t.same(rows('actor', 'show', 'nobody')[0], 3, 'nobody is none')
    t.same(rows('delegation', 'list'), [], 'nobody signs for another here')


def single():
    for noun in ('grant', 'indicator', 'cadre'):
        some = rows(noun, 'list')[0][noun]
        got = rows(noun, 'show', some.lower())
        t.ok(got and {x[noun] for x in got} == {some}, noun + ' show', got)
        code, err = rows(noun, 'show', 'X-none')
        t.ok(code == 3 and 'X-none' in err, 'no such ' + noun, err)
    code, _, err = run('grant', 'show', 'X-none', '--dir', DIR, '--lang', 'zh')
    t.ok(code == 3 and '没有代码 X-none' in err, 'and in Chinese', err)


def alike():
    """Two codes of one shape: who types one of them means that one."""
    out = run('log', 'tail', '-n', '1', '--dir', DIR, '--json')[1]
    now = json.loads(out)['as_of']['received'][:16] + ':59Z'
    d = Served(DIR, clock=now).start()
    try:
        for code in ('GR-1', 'GR-I'):
            got = run('grant', 'issue', code, '--assessor', 'G02', '--scope',
                      'all', '--from', '2023-01-01', '--until', '2023-12-31',
                      '--as', 'P09.estab', '--yes', '--quiet', '--at',
                      now, '--dir', DIR)
            t.same(got[0], 0, 'a right %s is issued %s' % (code, got[2]))
    finally:
        d.stop()
    for code in ('GR-1', 'GR-I'):
        t.same([x['grant'] for x in rows('grant', 'show', code)], [code],
               code + ' is shown alone')
    t.same({x['grant'] for x in rows('grant', 'show', 'gr-l')},
           {'GR-1', 'GR-I'}, 'what may be either shows both')


def lines():
    """Options before the words; and what would be passed over in silence."""
    lights = rows('explain', 'G19', '--light')
    for argv in (('--light', 'explain', 'G19'), ('explain', '--light', 'G19')):
        t.same(rows(*argv), lights, 'a flag of explain: ' + ' '.join(argv))
    yellow = rows('deadline', 'list', '--light', 'green')
    t.same(rows('--light', 'green', 'deadline', 'list'), yellow,
           'a value of deadline, though the flag has that name')
    code, _, err = run('score', '--share', 'P09.estab', '--dir', DIR)
    t.ok(code == 2 and '--share' in err, 'nothing to be shared is read', err)


def years():
    one = rows('cycle', 'list')
    t.same([(x['year'], x['lists']) for x in one], [(2022, 88)], 'the years')
    t.same([(x['policy'], x['in_force']) for x in rows('policy', 'list')],
           [('nantong-2022', True)], 'the policies')
    t.same([x['years'] for x in rows('calendar', 'list')],
           [[2021], [2022], [2023]], 'the calendars')


def states():
    words = {x['state'] for x in rows('prededuct', 'list')}
    t.same({x['state'] for x in rows('prededuct', 'list', '--lang', 'zh')},
           words, 'states are the same words in Chinese')
    for name, lang in (('returned', 'zh'), ('已返还', 'zh')):
        got = rows('prededuct', 'list', '--state', name, '--lang', lang)
        t.ok(got and {x['state'] for x in got} == {'returned'},
             'those that returned are found as ' + name, got)
    t.same({x['state'] for x in rows('grant', 'list')}, {'over'},
           'a right that has passed is over')


def filters():
    every = rows('prededuct', 'list')
    part = rows('prededuct', 'list', '--since', '2022-07-01', '--until',
                '2022-09-30')
    t.same(part, [x for x in every if '2022-07-01' <= x['date'] <=
                  '2022-09-30'], 'those that began in a quarter')
    t.ok(0 < len(part) < len(every), 'which are some')
    who = every[0]['by'][0]
    mine = rows('prededuct', 'list', '--by', who.upper())
    t.same(mine, [x for x in every if who in x['by']], 'those of one judge')
    code, out, err = run('prededuct', 'list', '-n', '3', '--dir', DIR, '--json')
    doc = json.loads(out)
    t.same([x['seq'] for x in doc['rows']],
           sorted((x['seq'] for x in every), reverse=True)[:3],
           'the three that began last, the newest first')
    t.ok(doc['left_out'] == len(every) - 3 and '3 of %d' % len(every) in err,
         'and how many are left out is said', err)
    for wrong in ('0', 'x', '-1'):
        t.same(run('prededuct', 'list', '-n', wrong, '--dir', DIR)[0], 2,
               '-n %s is no number of cases' % wrong)
    t.ok(rows('warning', 'list', '--since', '2023-12-01') == [] and
         len(rows('target', 'list', '-n', '2')) == 2,
         'letters and targets have them too')
    t.same(rows('dispute', 'list', '--unit', 'g19', '-n', '1'), [],
           'and disputes')


units()
filters()
states()
medium()
persons()
single()
lines()
years()
alike()
t.done()
