#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The signer: a process that alone has the keys, that a stolen daemon can talk
into no rewind and no fork, and that is started again when it is killed."""
import json, os, re, shutil, signal, socket, struct, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from witnesskit import Log, b64, root
from kcd import BUILD, Served, Tap, kaocheng
import base64, tempfile

SIGNER = os.path.abspath(os.path.join(BUILD, 'bin', 'kaocheng-signer'))
ORIGIN = 'example.org/signer'
ROLLBACK, FORK, FOREIGN, INVALID, SYNTAX = 14, 15, 16, 20, 2
t = Tap()
top = tempfile.mkdtemp(prefix='kc-signer-')
L, KEYS = top + '/ledger', top + '/ledger/keys/'
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C',
       'KAOCHENG_SOCKET': L + '/socket', 'KAOCHENG_DIR': L}
NOW, names = '2022-01-10T01:00:00Z', 0


def run(*argv):
    return kaocheng(*argv, home=top, **ENV)


def start():
    return Served(L, clock=NOW, env=ENV).start()


def entry(*more):
    global names
    names += 1
    return run('unit', 'register', 'U%d' % names, '--group', 'gov', '--name',
               'n%d' % names, '--as', 'estab.1', '--at', NOW, '--yes', *more)


def stands(r, what):
    t.good(what, r)


def size():
    return json.loads(run('log', 'list', '--json', '--limit', '999').stdout)[
        'rows'][-1]['seq'] + 1


def signer_of(d):
    """The daemon's child of that name."""
    for p in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/stat' % p) as f:
                name, rest = f.read().rsplit(')', 1)
        except OSError:
            continue  # it has ended
        if name.endswith('(kaocheng-signer') and \
                int(rest.split()[1]) == d.process.pid:
            return int(p)


def seed(name):
    with open(KEYS + name) as f:
        return base64.b64decode(f.read().split('box ')[1])


def holds(pid, data):
    """Is it anywhere in the memory of a process that may be written?"""
    with open('/proc/%d/maps' % pid) as maps, \
            open('/proc/%d/mem' % pid, 'rb', 0) as mem:
        for line in maps:
            m = re.match(r'([0-9a-f]+)-([0-9a-f]+) rw', line)
            if not m:
                continue
            at, end = (int(x, 16) for x in m.groups())
            if end - at > 1 << 28:
                continue  # a map of the store, a sanitizer's shadow
            try:
                mem.seek(at)
                if data in mem.read(end - at):
                    return True
            except OSError:
                pass  # not there
    return False


def apart():
    d = start()
    s = signer_of(d)
    t.ok(s is not None, 'a process of its own')
    fds = {os.readlink('/proc/%d/fd/%s' % (s, n))
           for n in os.listdir('/proc/%d/fd' % s)}
    t.ok(L + '/anchor' in fds and not any(
        'ledger.mdb' in f or f.endswith('/socket') for f in fds) and
        sum(f.startswith('socket:') for f in fds) == 1,
        'which has the anchor and one line to the daemon', fds)
    t.ok(not any('/anchor' in os.readlink('/proc/%d/fd/%s' % (d.process.pid, n))
                 for n in os.listdir('/proc/%d/fd' % d.process.pid)),
         'the daemon has no anchor')
    try:
        stands(entry(), 'an entry')
        found = [(holds(p, seed('log.key')), holds(p, seed('clerk.key')))
                 for p in (d.process.pid, s)]
        t.same(found, [(False, False), (True, True)],
               'the private keys are in its memory and not in the daemon\'s')
    except PermissionError:
        t.skip('the memory of neither may be looked at', 'not allowed')
    for pid, whose in ((d.process.pid, 'the daemon'), (s, 'the signer')):
        with open('/proc/%d/status' % pid) as f:
            status = f.read()
        t.ok('NoNewPrivs:\t1' in status and 'Seccomp:\t2' in status,
             whose + ' has given up privileges and calls', status)
    os.kill(s, signal.SIGTERM)
    stands(entry(), 'a stop of the whole service does not end it')
    t.same(signer_of(d), s, 'it is the same')
    t.same(d.stop(), 0, 'the daemon ends')
    t.ok(not os.path.exists('/proc/%d' % s), 'and it with it')


def killed():
    d = start()
    for n in range(3):
        s = signer_of(d)
        os.kill(s, signal.SIGKILL)
        stands(entry(), 'killed: it is started again, and signs')
        t.ok(signer_of(d) not in (s, None), 'another one')
    t.same(d.logged('event=signer-ended', 3), 3, 'the log says so')
    n = size()
    os.rename(KEYS + 'log.key', top + '/away')
    os.kill(signer_of(d), signal.SIGKILL)
    r = entry()
    t.ok(r.returncode != 0 and 'E-UNKNOWN' in r.stderr,
         'cannot be started: the outcome is unknown', r.stderr)
    t.same(d.wait(), 74, 'and the daemon ends')
    t.ok('no-signer' in str(d.lines) or
         'does not answer and cannot' in str(d.lines), 'saying why', d.lines)
    t.same(Served(L, clock=NOW, env=ENV).run()[0], 1, 'without the key it does not start')
    os.rename(top + '/away', KEYS + 'log.key')
    d = start()
    t.same(size(), n, 'with it, it stands as it was signed last')
    stands(run('send', '--retry'), 'what was unknown is asked again')
    t.same(size(), n + 1, 'and stands once')
    d.kill()
    d = start()
    stands(entry(), 'after a kill of the daemon its successor has the anchor')
    d.stop()


def hangs():
    with open(L + '/kaocheng.yaml', 'a') as f:
        f.write('signer_wait_s: 3\n')
    d = start()
    s, n = signer_of(d), size()
    os.kill(s, signal.SIGSTOP)
    stands(entry(), 'one that gives no answer is killed and started again')
    t.ok(signer_of(d) not in (s, None), 'another one')
    t.same((d.logged('event=signer-hangs'), size()), (1, n + 1),
           'the log says so, and the entry stands once')
    os.kill(signer_of(d), signal.SIGSTOP)
    t.same(d.stop(), 0, 'nor does it hold up the end')


def anchors():
    """The state of the signer lost, or an older one put back."""
    shutil.copy(L + '/anchor', top + '/older')
    d = start()
    stands(entry(), 'one more')
    d.stop()
    shutil.copy(top + '/older', L + '/anchor')
    d = start()
    t.ok(d.logged('anchor-mended'), 'an older state: the tree extends it', d.lines)
    stands(entry(), 'and goes on')
    d.stop()
    os.rename(L + '/anchor', top + '/lost')
    d = start()
    t.ok(d.logged('mode=read-only') and entry().returncode != 0,
         'a lost one: nothing is signed', d.lines)
    with open('/proc/%d/status' % signer_of(d)) as f:
        t.ok('Seccomp_filters:\t2' in f.read(),
             'and a signer without an anchor has given up what it can')
    d.stop()
    os.rename(top + '/lost', L + '/anchor')
    shutil.copy(L + '/ledger.mdb', top + '/store')
    d = start()
    for n in range(3):  # more than the anchor holds
        stands(entry(), 'one more')
    d.stop()
    shutil.copy(top + '/store', L + '/ledger.mdb')
    t.same(Served(L, clock=NOW, env=ENV).run()[0], 65, 'an older store beside the newer state: no start')


class Stolen:
    """What a stolen daemon has: the line to a signer."""

    def __init__(self, anchor):
        self.s, theirs = socket.socketpair(socket.AF_UNIX,
                                           socket.SOCK_SEQPACKET)

        self.p = subprocess.Popen(
            [SIGNER], env=ENV, close_fds=False, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.dup2(theirs.fileno(), 3))
        theirs.close()
        self.keys = self.ask(b'k%slog.key\n%sclerk.key\n' % (
            KEYS.encode(), KEYS.encode()))
        self.opened = self.ask(b'a1' + anchor.encode())

    def ask(self, message):
        self.s.settimeout(20)
        self.s.send(message)
        reply = self.s.recv(1 << 17)
        return reply[0], reply[1:]

    def head(self, tree, old, n, root_=None, origin=ORIGIN, proof=None):
        proof = tree.proof(old, n) if proof is None else proof
        return self.ask(b'h%s\n' % origin.encode() + struct.pack('>Q', n) + (
            root_ or root(tree.leaves[:n])) + struct.pack('>H', len(proof)) +
            b''.join(proof) + self.keys[1].split(b'\n')[1] + b'\n')

    def batch(self, old, n, lie=None, parts=3):
        """Leaves "leaf 0", "leaf 1" and so on, as witnesskit has them; the
        lie is the text of the first."""
        leaves = [b'leaf %d' % i for i in range(old, n)]
        leaves[0] = lie or leaves[0]
        body = struct.pack('>QQQQQQQ', old, n - old, 0, 0, 0, 0, 0) + b''.join(
            struct.pack('>16sQ', b'', len(leaf)) + leaf for leaf in leaves)
        cut = [body[len(body) * i // parts:len(body) * (i + 1) // parts]
               for i in range(parts)] or [b'']
        for part in cut[:-1]:
            self.s.send(b'b' + part)
        tree = Log(ORIGIN).grow(n)
        edge, at = [], 0
        for bit in reversed(range(64)):
            if old >> bit & 1:
                edge.insert(0, root(tree.leaves[at:at + (1 << bit)]))
                at += 1 << bit
        return self.ask(b'w' + struct.pack('>Q', len(cut[-1])) + cut[-1] +
                        ORIGIN.encode() + b'\n' + struct.pack('>Q', n) +
                        root(tree.leaves) + struct.pack('>H', len(edge)) +
                        b''.join(edge) + self.keys[1].split(b'\n')[1] + b'\n')

    def end(self):
        self.s.close()
        return self.p.wait(20)


def stolen():
    anchor, old = top + '/stolen', top + '/stolen.old'
    good, other = Log(ORIGIN).grow(60), Log(ORIGIN, salt=' forged').grow(60)
    s = Stolen(anchor)
    t.same((s.keys[0], s.opened[0]), (0, 0), 'a line to a signer')
    status, note = s.head(good, 0, 40)
    t.ok(status == 0 and note.startswith(b'%s\n40\n' % ORIGIN.encode()),
         'an honest head is signed', (status, note))
    t.same(s.head(good, 40, 40), (status, note), 'twice the same')
    shutil.copy(anchor, old)
    for what, want, args in (
            ('a smaller head', ROLLBACK, (good, 0, 39)),
            ('none at all', ROLLBACK, (good, 0, 0, root([]))),
            ('another of that size', FORK, (other, 0, 40)),
            ('another history that grew', FORK, (other, 40, 60)),
            ('its own without a proof', FORK, (good, 40, 60, None, ORIGIN, [])),
            ('a proof from elsewhere', FORK, (good, 30, 60)),
            ('another ledger', FOREIGN, (good, 40, 60, None, 'example.org/x'))):
        t.same(s.head(*args)[0], want, what + ' is refused')
    status, note = s.head(good, 40, 60)
    t.same(status, 0, 'and after all that the honest one is signed')
    shutil.copy(old, anchor)
    t.same(s.head(other, 0, 60)[0], FORK, 'the anchor put back: it remembers')
    for what, text in (
            ('a head', '%s\n40\n%s\n' % (ORIGIN, b64(root(good.leaves[:40])))),
            ('a possession', 'kaocheng/v1 possession\nledger %s\nkey x\n' %
             ORIGIN),
            ('an author\'s entry',
             'kaocheng/v1 entry unit.dissolve\nledger %s\nid %032x\nat '
             '2022-01-10T01:00:00Z\nseen 1 %s\nby estab.1\nunit U1\n' % (
                 ORIGIN, 1, b64(bytes(32))))):
        t.same(s.ask(b'e' + text.encode())[0], INVALID,
               'the clerk\'s key signs no entry of the clerk: ' + what)
    for message in (b'x', b'h', b'h' + b'\n' * 99, b'k/etc/passwd\nx\n',
                    b'a1' + old.encode(), b'l0'):
        t.same(s.ask(message)[0], SYNTAX, 'nonsense is refused: %r' %
               message[:2])
    t.same(s.head(good, 60, 60)[0], 0, 'and it goes on')
    status, note = s.batch(60, 75)
    t.ok(status == 0 and note.startswith(b'%s\n75\n' % ORIGIN.encode()),
         'a head with its batch is signed', (status, note))
    t.same(s.batch(60, 75, parts=1), (status, note), 'twice the same')
    for message in (b'w', b'w' + struct.pack('>Q', 9) + b'x' * 8,
                    b'w' + b'\xff' * 8 + b'x' * 99):
        t.same(s.ask(message)[0], SYNTAX,
               'a part that does not fit is refused: %d' % len(message))
    for what, want, args in (
            ('another leaf', FORK, (75, 80, b'leaf 75 forged')),
            ('a batch from elsewhere', FORK, (70, 80)),
            ('an older head', ROLLBACK, (60, 70)),
            ('a batch that did not come', SYNTAX, (75, 80, None, 0))):
        t.same(s.batch(*args)[0], want, what + ' is refused')
    t.same(s.batch(75, 76)[0], 0, 'and after all that the honest one is signed')
    t.same(s.end(), 0, 'it ends when nobody is there any more')


r = run('init', L, '--origin', ORIGIN, '--unprotected', '--year', '2022',
        '--at', NOW)
t.ok(r.returncode == 0, 'a ledger', r.stderr)
try:
    apart()
    killed()
    hangs()
    stolen()
    anchors()
finally:
    shutil.rmtree(top)
t.done()
