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

GOLDEN = os.path.join(HERE, '..', 'golden')
t = Tap()
top = tempfile.mkdtemp(prefix='kc-older-')


class Older:
    """A frozen ledger, put back and served."""

    def __init__(self, name, epoch, origin, at, seed, admins, estab):
        self.golden, self.epoch = os.path.join(GOLDEN, name), epoch
        self.origin, self.at, self.seed = origin, at, seed
        self.admins, self.estab = admins, estab
        self.where = '%s/%d' % (top, epoch)

    def key(self, name):
        return Key(name, self.seed % name)

    def run(self, *argv):
        return kaocheng(*argv, '--dir', self.where, home=top + '/home', cwd=top)

    def frozen(self):
        with open(self.golden + '/figures') as f:
            lines = f.read().split('\n')
        return ([l.split(' ')[1] for l in lines[:2]],
                [l for l in lines if l.startswith('score ')])

    def figures(self):
        """As `frozen` has them."""
        with open(self.golden + '/year') as f:
            years = f.read().split()
        return ['score %s %s %d' % (r['unit'], r['total'], r['rank'])
                for year in years for r in json.loads(self.run(
                    'score', '--year', year, '--json').stdout)['rows']]

    def entry(self, kind, *fields, by):
        size, root = self.d.get('/checkpoint')[2].decode().split('\n')[1:3]
        text = ('kaocheng/v1 entry %s\nledger %s\nid %s\nat %s\nseen %s %s\n' % (
            kind, self.origin, os.urandom(16).hex(), self.at, size, root) +
            ''.join('by %s\n' % name for name in by) +
            ''.join('%s %s\n' % f for f in fields))
        status, _, body = self.d.post(kcd.note(text, *map(self.key, by)))
        return status, json.loads(body)

    def examined(self, epoch, state, todo):
        doc = json.loads(self.run('doctor', '--json').stdout)
        row = [r for r in doc['rows'] if r['check'] == 'rules'][0]
        t.ok(row['state'] == state and todo in (row['todo'] or '') and
             'rules epoch %s' % epoch in row['reason'],
             'doctor says that it is of epoch %s' % epoch, row)

    def put_back(self):
        t.good('an export of the program of epoch %d is put back' % self.epoch,
               kaocheng('restore', self.golden + '/ledger.bundle', self.where,
                        home=top + '/home', cwd=top))
        for name, of in (('log', self.origin), ('clerk', 'clerk')):
            path = '%s/keys/%s.key' % (self.where, name)
            with open(path, 'w') as f:
                f.write(self.key(of).file())
            os.chmod(path, 0o600)

    def served_as_it_was(self):
        head, scores = self.frozen()
        now = self.d.get('/checkpoint')[2].decode().split('\n')[1:3]
        if self.epoch == 1:
            t.same(now, head, 'its head is the one that was frozen')
        else:
            t.same(int(now[0]), int(head[0]) + 1,
                   'the clerk says that it was put back, and no more')
            status, reply = self.entry('restore.accept', ('basis', 'x'),
                                       by=self.admins)
            t.same(status, 201, 'which two administrators accept')
        t.same(self.figures(), scores, 'its scores are those that were frozen')

    def refused(self, kind, *fields, by):
        status, reply = self.entry(kind, *fields, by=by)
        t.ok(status == 422 and reply['code'] == 'E-EPOCH',
             'what is younger than its rules is refused', (status, reply))

    def taken(self, kind, *fields, by):
        status, reply = self.entry(kind, *fields, by=by)
        t.ok(status == 201, 'what its rules have now is taken', reply)

    def moved(self, to):
        before = self.figures()
        status, reply = self.entry('rules.adopt', ('epoch', to),
                                   by=self.admins[:1])
        t.ok(status >= 400, 'one administrator does not move it to ' + to,
             reply)
        status, reply = self.entry('rules.adopt', ('epoch', to),
                                   by=self.admins)
        t.same(status, 201, 'two move it to epoch ' + to)
        t.same(self.figures(), before, 'no score is another by that')
        status, reply = self.entry('rules.adopt', ('epoch', str(int(to) - 1)),
                                   by=self.admins)
        t.ok(status >= 400, 'there is no way back', reply)

    def goes_on(self):
        self.d.restart()
        t.same(self.figures(), self.frozen()[1], 'a start replays both parts')
        out = self.where + '-export'
        t.good('it is exported', self.run('export', out))
        r = subprocess.run([BUILD + '/bin/kaocheng-verify', out],
                           capture_output=True, text=True)
        t.good('and verified from its first entry to its last', r)


def first():
    l = Older('epoch-1', 1, 'shili.example/kaohe-2022', '2023-02-21T01:00:00Z',
              'kaocheng demonstration key, not a secret: %s',
              ['admin.1', 'admin.2'], 'P09.estab')
    commit = ('person.commit', ('actor', 'G16.head'),
              ('person', 'sha256:' + '5a' * 32))
    l.put_back()
    l.examined('1', 'warning', 'rules adopt 3')
    l.d = Served(l.where, clock=l.at).start()
    try:
        l.served_as_it_was()
        l.refused(*commit, by=[l.estab])
        l.moved('2')
        l.taken(*commit, by=[l.estab])
        l.examined('2', 'ok', '')
        l.moved('3')
        l.goes_on()
    finally:
        l.d.kill()
    r = l.run('policy', 'show')
    t.ok(r.returncode == 0 and 'report.wd' in r.stdout,
         'keys that its policy does not have are there with their default',
         r.stdout[-400:])


def second():
    l = Older('epoch-2/city', 2, 'example.org/kaohe', '2024-06-30T04:00:00Z',
              'seed %s 0', ['root.a', 'root.b'], 'P09.a')
    voter = ('role.give', ('actor', 'leader'), ('role', 'panel-inner'))
    l.put_back()
    l.examined('2', 'ok', '')
    l.d = Served(l.where, clock=l.at).start()
    try:
        l.served_as_it_was()
        l.refused(*voter, by=l.admins)
        l.moved('3')
        l.taken(*voter, by=l.admins)
        l.goes_on()
    finally:
        l.d.kill()


def third():
    l = Older('epoch-3/city', 3, 'example.org/kaohe', '2024-06-30T04:00:00Z',
              'seed %s 0', ['root.a', 'root.b'], 'P09.a')
    l.put_back()
    l.examined('3', 'ok', '')
    l.d = Served(l.where, clock=l.at).start()
    try:
        l.served_as_it_was()
        l.taken('person.commit', ('actor', 'leader'),
                ('person', 'sha256:' + '5a' * 32), by=[l.estab])
        l.goes_on()
    finally:
        l.d.kill()


try:
    first()
    second()
    third()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
