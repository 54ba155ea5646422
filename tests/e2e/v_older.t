#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A ledger that an earlier program wrote, frozen with its epoch: this program
serves it by the rules that it has, moves it to later ones when two
administrators say so, and nothing of what stood becomes another."""
import json, os, shutil, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lib'))
import kcd
from kcd import BUILD, Key, Served, Tap, kaocheng

GOLDEN = os.path.join(HERE, '..', 'golden', 'epoch-1')
ORIGIN = 'shili.example/kaohe-2022'
AT = '2023-02-21T01:00:00Z'
t = Tap()
top = tempfile.mkdtemp(prefix='kc-older-')
where = top + '/ledger'


def demo(name):
    return Key(name, 'kaocheng demonstration key, not a secret: ' + name)


def run(*argv, **more):
    return kaocheng(*argv, home=top + '/home', cwd=top, **more)


def figures():
    """As tests/golden/epoch-1/figures has them."""
    doc = json.loads(run('score', '--year', '2022', '--dir', where,
                         '--json').stdout)
    return ['score %s %s %d' % (r['unit'], r['total'], r['rank'])
            for r in doc['rows']]


def entry(kind, *fields, by):
    size, root = d.get('/checkpoint')[2].decode().split('\n')[1:3]
    text = ('kaocheng/v1 entry %s\nledger %s\nid %s\nat %s\nseen %s %s\n' % (
        kind, ORIGIN, os.urandom(16).hex(), AT, size, root) +
        ''.join('by %s\n' % name for name in by) +
        ''.join('%s %s\n' % f for f in fields))
    status, _, body = d.post(kcd.note(text, *map(demo, by)))
    return status, json.loads(body)


def commits():
    """A statement that rules epoch 1 has not."""
    return entry('person.commit', ('actor', 'G16.head'),
                 ('person', 'sha256:' + '5a' * 32), by=['P09.estab'])


def examined(epoch, state, todo):
    doc = json.loads(run('doctor', '--dir', where, '--json').stdout)
    row = [r for r in doc['rows'] if r['check'] == 'rules'][0]
    t.ok(row['state'] == state and todo in (row['todo'] or '') and
         'rules epoch %s' % epoch in row['reason'],
         'doctor says that it is of epoch %s' % epoch, row)


def put_back():
    t.good('an export of the older program is put back', run(
        'restore', GOLDEN + '/ledger.bundle', where))
    for name, of in (('log', ORIGIN), ('clerk', 'clerk')):
        path = '%s/keys/%s.key' % (where, name)
        with open(path, 'w') as f:
            f.write(demo(of).file())
        os.chmod(path, 0o600)


def served_as_it_was():
    with open(GOLDEN + '/figures') as f:
        lines = f.read().split('\n')
    entries, root = (l.split(' ')[1] for l in lines[:2])
    t.same(d.get('/checkpoint')[2].decode().split('\n')[1:3], [entries, root],
           'its head is the one that was frozen')
    before = figures()
    t.same(before, [l for l in lines if l.startswith('score ')],
           'so are its scores')
    status, reply = commits()
    t.ok(status >= 400 and 'person.commit' in json.dumps(reply),
         'what is younger than its rules is refused', (status, reply))
    return before


def moved(before, to):
    status, reply = entry('rules.adopt', ('epoch', to), by=['admin.1'])
    t.ok(status >= 400, 'one administrator does not move it to %s' % to, reply)
    status, reply = entry('rules.adopt', ('epoch', to),
                          by=['admin.1', 'admin.2'])
    t.same(status, 201, 'two move it to epoch %s' % to)
    t.same(figures(), before, 'no score is another by that')
    status, reply = entry('rules.adopt', ('epoch', str(int(to) - 1)),
                          by=['admin.1', 'admin.2'])
    t.ok(status >= 400, 'there is no way back', reply)


def goes_on(before):
    d.restart()
    t.same(figures(), before, 'a start replays both parts')
    t.good('it is exported', run('export', '--dir', where, top + '/export'))
    r = subprocess.run([BUILD + '/bin/kaocheng-verify', top + '/export'],
                       capture_output=True, text=True)
    t.good('and verified from its first entry to its last', r)
    r = run('policy', 'show', '--dir', where)
    t.ok(r.returncode == 0 and 'report.wd' in r.stdout,
         'keys that its policy does not have are there with their default',
         r.stdout[-400:])


try:
    put_back()
    examined('1', 'warning', 'rules adopt 3')
    d = Served(where, clock=AT).start()
    was = served_as_it_was()
    moved(was, '2')
    status, reply = commits()
    t.ok(status == 201, 'what its rules did not have is taken', reply)
    examined('2', 'ok', '')
    moved(was, '3')
    goes_on(was)
finally:
    d.kill()
    shutil.rmtree(top, ignore_errors=True)
t.done()
