#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Founding: people bring keys of machines of their own; a ledger is made whole
or not at all."""
import os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap

BUILD = os.path.abspath(os.environ.get('BUILD', 'build'))
CLI = BUILD + '/bin/kaocheng'
t = Tap()
top = tempfile.mkdtemp(prefix='kc-found-')
NAME = 'example.org/kaohe-2022'
AT = '2022-01-10T01:00:00Z'


def run(*argv, home='/', **more):
    env = {'PATH': os.environ['PATH'], 'HOME': top + home, 'LANG': 'C'}
    return subprocess.run([CLI] + [str(a) for a in argv], env=env, cwd=top,
                          capture_output=True, text=True, timeout=60, **more)


def good(what, r):
    t.ok(r.returncode == 0, what, (r.returncode, r.stdout, r.stderr))
    return r


def says(what, r, code, words):
    t.ok(r.returncode == code and words in r.stderr, what,
         (r.returncode, r.stdout, r.stderr))


def card(actor, ledger=NAME):
    """The key stays where its holder works; the card is handed in."""
    run('key', 'new', actor, '--keys', actor, '--unprotected')
    run('key', 'card', actor, actor + '.card', '--keys', actor,
        '--origin', ledger)
    return actor + '.card'


class Daemon:
    def __init__(self, where):
        self.p = subprocess.Popen(
            [BUILD + '/bin/kaochengd', '--dir', where, '--test-clock', AT],
            cwd=top, stderr=subprocess.PIPE, text=True)
        for line in self.p.stderr:
            if 'event=ready' in line:
                break

    def stop(self):
        self.p.terminate()
        self.p.stderr.read()
        return self.p.wait()


def cards():
    good('a ledger for cards', run('init', 'city', '--origin', NAME,
                                   '--at', AT, '--unprotected'))
    d = Daemon('city')
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


cards()
shutil.rmtree(top)
t.done()
