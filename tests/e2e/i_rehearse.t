#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A rehearsal: founded from tables, with a clock that is moved, named so that
nobody takes it for the ledger that counts."""
import base64, csv, os, re, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import BUILD, Tap

t = Tap()
CLI = os.path.abspath(BUILD + '/bin/kaocheng')
top = tempfile.mkdtemp(prefix='kc-rehearse-')
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C'}


def run(*argv, **env):
    return subprocess.run([CLI, *argv], env=dict(ENV, **env), cwd=top,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60)


def good(what, r, *words):
    t.ok(r.returncode == 0 and all(w in r.stdout + r.stderr for w in words),
         what, (r.returncode, r.stdout, r.stderr))
    return r


def table(name, *rows):
    with open(top + '/' + name, 'w', encoding='utf-8-sig') as f:
        csv.writer(f).writerows(rows)


def tables():
    table('units.csv', ['unit.register'], ['unit', 'group', 'name'],
          ['G01', 'gov', '市政府办'], ['G02', 'gov', '市发改委'])
    for actor in ('zhang', 'wang'):
        run('key', 'new', actor, '--keys', '.', '--unprotected')
        run('key', 'card', actor, actor + '.card', '--keys', '.', '--origin',
            'example.org/kaohe-2026')
    with open(top + '/wang.card') as f:
        card = f.read().split('\n')
    held = base64.b64decode(card[4].split(' ')[2])[4:]
    table('people.csv', ['actor.enrol'],
          ['actor', 'unit', 'role', 'key', 'possession'],
          ['zhang', 'G01', 'head', 'zhang.card', ''],
          ['wang', 'G01', 'liaison', card[2].split(' ')[1],
           base64.b64encode(held).decode()],
          ['li', 'G02', 'head;liaison', 'li.card', ''])


class Serving:
    def __init__(self, *argv):
        self.p = subprocess.Popen([CLI, 'rehearse', *argv], env=ENV, cwd=top,
                                  stdin=subprocess.DEVNULL, text=True,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE)
        self.lines = []
        for line in self.p.stderr:
            self.lines.append(line)
            if 'event=ready' in line:
                break

    def stop(self):
        self.p.terminate()
        out = self.p.communicate(timeout=60)[0]
        return self.p.returncode, out


def from_tables():
    s = Serving('r', '--year', '2026', '--at', '2026-01-05 09:00', '--table',
                'units.csv', '--table', 'people.csv')
    here = {'KAOCHENG_DIR': top + '/r'}
    t.ok(s.p.poll() is None, 'it runs', s.lines)
    good('the units are there', run('unit', 'list', **here), '市发改委')
    good('and the persons, with keys of the rehearsal',
         run('actor', 'list', **here), 'zhang', 'wang', 'liaison')
    t.ok(os.path.exists(top + '/r/keys/zhang.key'), 'which are made there')
    good('the clock is moved', run('clock', 'advance', '+40d', **here),
         '2026-02-14')
    r = good('what is signed is signed by that clock, and nothing asks for '
             '--at', run('duty', 'register', '--unit', 'G01', '--duty', 'D1',
                         '--text', '办文', '--as', 'estab.1', '--yes', **here))
    t.ok(re.search(r'rehearsal rehearsal\.invalid/[0-9a-f]{8}: nothing of it '
                   'counts', r.stderr), 'and the signer is told', r.stderr)
    code, out = s.stop()
    t.ok(code == 0 and 'REHEARSAL: ledger rehearsal.invalid/' in out and
         "rm -r '%s/r'" % top in out, 'it says what it is and how to end it',
         (code, out))
    t.ok('units.csv: 2 statements stand' in out, 'and what it took', out)


def gone_on_with():
    s = Serving('r')
    here = {'KAOCHENG_DIR': top + '/r'}
    good('it is gone on with from its last entry', run('clock', 'show', **here),
         '2026-02-14 09:0')
    t.ok(s.stop()[0] == 0, 'and ends when it is told to')
    r = run('rehearse', 'r', '--table', 'units.csv')
    t.ok(r.returncode == 5 and 'goes on with it' in r.stderr,
         'tables are for a new one', r)


def others():
    run('init', 'city', '--origin', 'example.org/kaohe-2026', '--unprotected',
        '--year', '2026')
    r = run('rehearse', 'city')
    t.ok(r.returncode == 5 and 'no rehearsal' in r.stderr,
         'no other ledger is taken for one', r)
    table('odd.csv', ['prededuct.decide'], ['unit'], ['G01'])
    r = run('rehearse', 'x', '--no-serve', '--table', 'odd.csv')
    t.ok(r.returncode == 2 and 'does not sign' in r.stderr,
         'a table of what nobody there signs is refused', r)
    t.ok(not os.path.exists(top + '/x'), 'and leaves nothing', r)
    r = good('in Chinese too', run('--lang', 'zh', 'rehearse', 'y',
                                   '--no-serve'), '演练')
    t.ok('REHEARSAL' not in r.stdout, 'and nothing else', r.stdout)


tables()
from_tables()
gone_on_with()
others()
shutil.rmtree(top)
t.done()
