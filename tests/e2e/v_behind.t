#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A store that is behind its anchor: beside a daemon that runs nobody misses an
entry; of one that was killed every reader is told how many the anchor has, and
a start puts them there."""
import json, os, shutil, subprocess, sys, tempfile, threading
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import *

t = Tap()
CLI = BUILD + '/bin/kaocheng'
TOP = tempfile.mkdtemp(prefix='kc-behind-')
EST = Key('est', 'est')
READERS = (('log', 'list', '--json', '--limit', '999'), ('replay', '--json'),
           ('verify',), ('log', 'tail', '-n', '3'))
d = Daemon()
d.write('kaocheng.yaml', 'second_anchor: second\n')
d.start()
sent = []


def run(*args, lang='C'):
    return subprocess.run([CLI, *args, '--dir', d.dir], text=True, timeout=120,
                          capture_output=True, env={**os.environ, 'LANG': lang})


def send(n):
    """One after another, each answered before the next."""
    for i in range(len(sent), len(sent) + n):
        sent.append(d.entry('unit.register', [
            ('unit', 'U%d' % i), ('group', 'gov'), ('name', 'U%d' % i)],
            [EST]))
        got = d.post(sent[-1])
        if got[0] != 201:
            t.same(got[0], 201, 'a unit')


def size():
    """Entries that a reader of the directory finds."""
    return json.loads(run(*READERS[0]).stdout)['rows'][-1]['seq'] + 1


def running():
    t.same(d.post(d.open_entry())[0], 201, 'a ledger')
    t.same(d.post(d.enrol(EST, 'estab'))[0], 201, 'an author')
    for read in READERS:
        send(5)
        r = run(*read)
        t.ok(r.returncode == 0 and 'anchor holds' not in r.stderr,
             'beside a daemon that runs: ' + ' '.join(read[:2]), r.stderr)
        t.same(size(), len(sent) + 2, 'all that was answered is found')
    send(5)
    r = run('backup', TOP + '/one')
    t.ok(r.returncode == 0 and '%d entries' % (len(sent) + 2) in r.stderr,
         'and backed up', r.stderr)


def doctor(check):
    rows = json.loads(run('doctor', '--json').stdout)['rows']
    return next(x for x in rows if x['check'] == check)


def judged():
    """Who judges it while it is written: each file is read at another time."""
    more = threading.Event()

    def write():
        while not more.is_set():
            send(1)

    writer = threading.Thread(target=write)
    writer.start()
    rows, trials = [], []
    for _ in range(5):
        rows.append(doctor('second-anchor'))
        trials.append(d.run('-n'))
    more.set()
    writer.join()
    t.ok(not [x for x in rows if 'knows' in x['reason'] and
              'knows all' not in x['reason']],
         'the doctor finds no second anchor put back', rows)
    t.ok(not [x for x in trials if x[0] != 0], 'and a trial no fault', trials)


def killed():
    """A machine that is slow enough lets the store catch up before it."""
    for i in range(20):
        was = size()
        send(4)
        shutil.copy(d.path('second'), TOP + '/second')
        send(3)
        d.stop(9)
        has = size()
        if has < was + (4 if i < 10 else 7):
            break
        d.start()
    beyond = len(sent) + 2 - has
    t.ok(0 < beyond <= 16, 'killed: the anchor alone has the last', beyond)
    for read in READERS + (('backup', TOP + '/two'), ('export', TOP + '/out')):
        r = run(*read)
        t.ok(r.returncode == 0 and
             'the anchor holds %d entries' % beyond in r.stderr,
             'who reads is told: ' + ' '.join(read[:2]), r.stderr)
    row = doctor('anchor')
    t.ok(row['state'] == 'warning' and 'last %d entries' % beyond in
         row['reason'] and 'keep this anchor' in row['todo'],
         'the doctor says so', row)
    shutil.copy(TOP + '/second', d.path('second'))
    row = doctor('second-anchor')
    t.ok(row['state'] == 'warning' and 'more' not in row['reason'],
         'a second one that knows some of them is of this ledger', row)
    got = d.run('-n')
    t.ok(got[0] == 0, 'and a trial has no word for it', got)
    r = run('doctor', '--lang', 'zh')
    t.ok('最后 %d 条只在锚点中' % beyond in r.stdout, 'in Chinese, too', r.stdout)


def started():
    d.start()
    t.same(size(), len(sent) + 2, 'a start puts them there')
    t.same([d.post(e)[0] for e in sent[-7:]], [200] * 7,
           'each stands, and is answered as before')
    t.same(d.stop(), 0, 'the daemon ends')
    t.same(doctor('anchor')['state'], 'ok', 'and the doctor is content')


try:
    running()
    judged()
    killed()
    started()
finally:
    if d.process.poll() is None:
        d.stop(9)
t.done()
