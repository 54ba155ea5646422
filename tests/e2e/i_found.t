#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Founding: people bring keys of machines of their own; a ledger is made whole
or not at all."""
import json, os, re, shutil, sys, tempfile, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import BUILD, Relay, Served, Tap, kaocheng

SHIM = BUILD + '/tests/fault/killshim.so'
t = Tap()
good, says = t.good, t.says
top = tempfile.mkdtemp(prefix='kc-found-')
NAME = 'example.org/kaohe-2022'
AT = '2022-01-10T01:00:00Z'


def run(*argv, **env):
    # The preloaded shim stands before a sanitizer's runtime.
    return kaocheng(*argv, home=top, ASAN_OPTIONS='verify_asan_link_order=0',
                    **env)


def card(actor, ledger=NAME):
    """The key stays where its holder works; the card is handed in."""
    run('key', 'new', actor, '--keys', actor, '--unprotected')
    run('key', 'card', actor, actor + '.card', '--keys', actor,
        '--origin', ledger)
    return actor + '.card'


def cards():
    good('a ledger for cards', run('init', 'city', '--origin', NAME,
                                   '--at', AT, '--unprotected'))
    d = Served(top + '/city', clock=AT).start()
    enrol = ['actor', 'enrol', '--role', 'auditor', '--as', 'admin.1', '--as',
             'admin.2', '--dir', 'city', '--yes', '--at', AT]
    good('two administrators enrol who hands in a card',
         run(*enrol, '--actor', 'audit.1', '--key', card('audit.1')))
    t.ok('audit.1' in run('actor', 'list', '--dir', 'city').stdout,
         'and he is an actor of the ledger')
    says('a card for another ledger is refused by this one',
         run(*enrol, '--actor', 'audit.2', '--key',
             card('audit.2', 'example.org/other')), 4, 'E-POSSESSION')
    path = top + '/audit.3.card'
    card('audit.3')
    text = open(path).read()
    at = text.rindex(' ') + 20
    open(path, 'w').write(
        text[:at] + ('A' if text[at] != 'A' else 'B') + text[at + 1:])
    says('a card with another signature is no proof',
         run(*enrol, '--actor', 'audit.3', '--key', path), 6,
         'the signature of this card does not hold')
    open(path, 'w').write('key audit.3\n')
    t.ok(run(*enrol, '--actor', 'audit.3', '--key', path).returncode not in
         (0, 6), 'a file that is neither card nor key is not taken for one')
    d.stop()


def of(actor):
    """The notes that wait and name him."""
    folder = 'far/founding/'
    return [folder + n for n in sorted(os.listdir(top + '/' + folder))
            if '\nby %s\n' % actor in open(top + '/' + folder + n).read()]


def keeps(resume):
    """What is kept of a ledger gives way to a head that its key signed."""
    def seen():
        d = top + '/.local/state/kaocheng/seen/'
        return {n: open(d + n).read() for n in os.listdir(d)}
    before, says_now = seen(), [(503, b'')]
    os.mkdir(top + '/far/founding')
    Relay(top + '/far/socket', '', lambda path: (200, b'')
          if path == '/healthz' else says_now[0])
    for answer, code in (((503, b''), 7), ((200, b'no checkpoint'), 1)):
        says_now[0] = answer
        r = run(*resume)
        t.ok(r.returncode == code and seen() == before,
             'and to nothing else', (r, seen().keys()))
    os.unlink(top + '/far/socket')
    good('to that', run(*resume))


def two_machines():
    """Nobody's key is at the machine of the ledger but its own."""
    who = ['zhang.admin', 'li.admin', 'wang.admin', 'zhao.estab', 'sun.office']
    deck = {a: card(a) for a in who}
    found = ['init', 'far', '--origin', NAME, '--at', AT, '--unprotected',
             '--admin', deck['zhang.admin'], '--admin', deck['li.admin'],
             '--admin', deck['wang.admin'], '--estab', deck['zhao.estab']]
    r = run(*found, '--office', deck['zhao.estab'])
    says('nobody holds two places', r, 2, 'zhao.estab would hold two places')
    t.ok(not os.path.exists(top + '/far'), 'and nothing was written')
    r = run(*found, '--office', card('sun.office2', 'example.org/other'))
    says('a card is for one ledger', r, 6, 'for another ledger')
    r = run(*found, '--office', 'gone.card')
    says('a file that is not there is not said to be no card', r, 3,
         'gone.card: not found')
    r = good('cards found a ledger', run(*found, '--office',
                                         deck['sun.office']))
    t.ok(sorted(os.listdir(top + '/far/keys')) == ['clerk.key', 'log.key'],
         'no key of a person lies there', os.listdir(top + '/far/keys'))
    t.ok(r.stderr.count('waits for') == 2 and '--resume' in r.stderr,
         'it says who has to sign', r.stderr)
    first = 'far/founding/0-ledger.open.note'
    resume = ['init', 'far', '--resume', '--at', AT]
    says('nothing is taken in before that', run(*resume), 11,
         'waits for zhang.admin')
    t.ok(not os.path.exists(top + '/far/ledger.mdb'), 'there is no ledger yet')
    good('one signs', run('sign', first, '--as', 'zhang.admin', '--keys',
                          'zhang.admin'))
    r = run(*resume)
    t.ok(r.returncode == 11 and 'waits for zhang' not in r.stderr and
         'waits for li.admin' in r.stderr, 'the other is waited for', r.stderr)
    good('the other signs', run('sign', first, '--as', 'li.admin', '--keys',
                                'li.admin'))
    r = run(*resume)
    t.ok(r.returncode == 11 and '#0  open the ledger' in r.stderr and
         r.stderr.count('waits for') == 10, 'the ledger is open', r.stderr)
    notes = sorted(os.listdir(top + '/far/founding'))
    t.ok(len(notes) == 7 and all(n.endswith('.note') for n in notes),
         'and the rest can be signed', notes)
    for actor in who:
        mine = of(actor)
        if mine:
            good('%s signs all at once' % actor,
                 run('sign', *mine, '--as', actor, '--keys', actor))
        if actor == 'zhao.estab':
            r = run(*resume)
            t.ok(r.returncode == 11 and '#5  adopt a calendar' in r.stderr and
                 'waits for sun.office' in r.stderr and
                 '#7' not in r.stderr,
                 'each stands on those before it', r.stderr)
    good('the ledger is founded', run(*resume))
    t.ok(not os.path.exists(top + '/far/founding'), 'the folder is gone')
    says('there is nothing to go on with', run(*resume), 3, 'nothing of a')
    open(top + '/far/founding', 'w').close()
    says('what cannot be looked into is not taken for empty', run(*resume), 1,
         'far/founding: Not a directory')
    os.unlink(top + '/far/founding')
    keeps(resume)
    good('and it verifies', run('verify', '--dir', 'far'))
    rows = run('log', 'list', '--dir', 'far').stdout
    t.ok('open a year' in rows and 'zhao.estab' in rows, 'with its year', rows)


def alone():
    """At one machine; broken off half way it is gone on with."""
    open(top + '/secret', 'w').write('a passphrase of the rehearsal\n')
    r = good('one person founds alone',
             run('init', 'one', '--origin', NAME, '--at', AT,
                 '--passphrase-file', 'secret'))
    t.ok('under one passphrase' in r.stderr and 'admin.1 admin.2' in r.stderr,
         'and is told whose power that is', r.stderr)
    t.ok('one/keys/estab.1.key  to estab.1' in r.stdout,
         'and what to hand out', r.stdout)
    r = run('init', 'bad', '--origin', NAME, '--unprotected', '--policy',
            'secret')
    t.ok(r.returncode != 0 and not os.path.exists(top + '/bad'),
         'a bad policy leaves nothing', (r.returncode, r.stderr))


def kinds(where):
    rows = json.loads(run('log', 'list', '--dir', where, '--json').stdout)
    return [r['kind'] for r in rows['rows']]


def goes_on(where):
    """Founding after an interruption: what waits is signed, then taken in."""
    rounds, end = 0, time.monotonic() + 20
    while rounds < 3 and time.monotonic() < end:
        r = run('init', where, '--resume', '--at', AT)
        if r.returncode == 7: # the daemon of who was killed is still ending
            continue
        if r.returncode != 11:
            return r
        rounds += 1
        for line in r.stderr.split('\n'):
            m = re.search(r'kaocheng (sign \S+ --as \S+)', line)
            if m:
                run(*m.group(1).split(), '--keys', where + '/keys')
    return r


def broken_off():
    """Killed between any two of its steps, it is nothing, or gone on with."""
    whole, nothing, kills = kinds('one'), 0, 0
    for nth in range(1, 200):
        where = 'k%d' % nth
        r = run('init', where, '--origin', NAME, '--at', AT, '--unprotected',
                LD_PRELOAD=SHIM, KC_KILL_NTH=str(nth))
        kills += r.returncode == -9
        if os.path.exists(top + '/%s/founding' % where):
            r = goes_on(where)
        elif not os.path.exists(top + '/%s/ledger.mdb' % where):
            nothing += 1
            continue
        if r.returncode not in (0, -9) or kinds(where) != whole:
            t.ok(False, 'killed at step %d' % nth,
                 (r.returncode, r.stderr, kinds(where)))
        shutil.rmtree(top + '/' + where)
        if r.returncode == 0 and kills < nth:
            break
    t.ok(kills > 20 and nothing > 3 and kills > nothing,
         'killed %d times: %d times nothing was there, else all came of it' %
         (kills, nothing))


cards()
two_machines()
alone()
broken_off()
shutil.rmtree(top)
t.done()
