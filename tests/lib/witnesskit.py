# SPDX-License-Identifier: Apache-2.0
"""A witness of its own, a log to be witnessed, and a client written from the
text of C2SP tlog-witness, with nothing of ours in it."""
import atexit, base64, hashlib, http.client, os, shutil, signal, socket, subprocess
import sys, tempfile, threading
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kcd
from kcd import BUILD, Key, Tap, free_port

WITNESS = os.path.abspath(os.path.join(BUILD, 'bin', 'kaocheng-witness'))
ORIGIN = 'example.org/log'
EMPTY = hashlib.sha256().digest()


def b64(data):
    return base64.b64encode(data).decode()


# --- RFC 6962 section 2.1, word for word ------------------------------------
def node(left, right):
    return hashlib.sha256(b'\x01' + left + right).digest()


def split_at(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def root(leaves):
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = split_at(len(leaves))
    return node(root(leaves[:k]), root(leaves[k:]))


def consistency(m, leaves):
    return [] if m in (0, len(leaves)) else _subproof(m, leaves, True)


def _subproof(m, leaves, whole):
    if m == len(leaves):
        return [] if whole else [root(leaves)]
    k = split_at(len(leaves))
    if m <= k:
        return _subproof(m, leaves[:k], whole) + [root(leaves[k:])]
    return _subproof(m - k, leaves[k:], False) + [root(leaves[:k])]


class Log:
    """Leaves, and the key that signs their heads."""

    def __init__(self, origin=ORIGIN, seed='a log', salt=''):
        self.key = Key(origin, seed)
        self.leaves, self.salt = [], salt

    def grow(self, n):
        while len(self.leaves) < n:
            leaf = 'leaf %d%s' % (len(self.leaves), self.salt)
            self.leaves.append(
                hashlib.sha256(b'\x00' + leaf.encode()).digest())
        return self

    def text(self, size, root_=None, more=''):
        self.grow(size)
        return '%s\n%d\n%s\n%s' % (self.key.name, size, b64(
            root_ or root(self.leaves[:size])), more)

    def head(self, size, root_=None, keys=None, more=''):
        return kcd.note(self.text(size, root_, more), *(keys or [self.key]))

    def proof(self, old, size):
        self.grow(size)
        return consistency(old, self.leaves[:size])


def request(old, proof, note):
    return (b'old %d\n' % old + b''.join(
        b64(h).encode() + b'\n' for h in proof) + b'\n' + note)


# --- RFC 8032 section 5.1.7, and the lines of a witness ---------------------
def verify(pub, text, sig):
    y = int.from_bytes(pub, 'little')
    sign, y = y >> 255, y & (1 << 255) - 1
    x = kcd._recover_x(y, sign)
    a = (kcd.P - x, y, 1, (kcd.P - x) * y % kcd.P)
    h = kcd._h(sig[:32], pub, text) % kcd.L
    s = int.from_bytes(sig[32:], 'little')
    return kcd._point(kcd._add(kcd._mul(s, kcd.BASE), kcd._mul(h, a))) == \
        sig[:32]


def vkey(text):
    """name, id, public key of type 0x04"""
    name, id, blob = text.split('+', 2)
    blob = base64.b64decode(blob)
    assert blob[0] == 4 and len(blob) == 33
    assert hashlib.sha256(name.encode() + b'\n' + blob).digest()[:4] == \
        bytes.fromhex(id)
    return name, bytes.fromhex(id), blob[1:]


def cosigned(line, text, key):
    """The time of a cosignature by `key` on a checkpoint's text; None."""
    name, id, pub = vkey(key)
    dash, by, blob = line.decode().rstrip('\n').split(' ')
    blob = base64.b64decode(blob)
    if dash != '\u2014' or by != name or blob[:4] != id or len(blob) != 76:
        return None
    time = int.from_bytes(blob[4:12], 'big')
    message = 'cosignature/v1\ntime %d\n%s' % (time, text)
    return time if verify(pub, message.encode(), blob[12:]) else None


# --- the witness ------------------------------------------------------------
class Witness:
    """A directory with configuration, key and book."""
    # It gives up the files by which a sanitizer looks for leaks.
    env = dict(os.environ, ASAN_OPTIONS='detect_leaks=0')

    def __init__(self, logs, name='witness.example.org/w1', more='',
                 dir=None, port=None):
        self.dir = dir or tempfile.mkdtemp(prefix='kc-witness-', dir='/tmp')
        self.port, self.name = port or free_port(), name
        self.process, self.lines = None, []
        atexit.register(self.remove)
        self.configure(logs, more)

    def path(self, name):
        return os.path.join(self.dir, name)

    def configure(self, logs, more=''):
        with open(self.path('witness.yaml'), 'w') as f:
            f.write('listen: {tcp: "127.0.0.1:%d"}\nlogs:\n' % self.port)
            f.write(''.join('  - %s\n' % k for k in logs) + more)

    def run(self, *args, env=None):
        done = subprocess.run(
            [WITNESS, '-c', self.path('witness.yaml'), *args], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20,
            env=env or self.env)
        return done.returncode, done.stdout, done.stderr

    def make(self):
        code, out, err = self.run('--new', self.name)
        assert code == 0, err
        self.vkey = out.strip()
        return self

    def start(self, **env):
        self.lines, self.ready = [], threading.Event()
        self.process = subprocess.Popen(
            [WITNESS, '--config', self.path('witness.yaml')],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
            env=dict(self.env, **env))
        # A reader of the process before may still be at its end: what it sees
        # is no word of this one.
        self.reader = threading.Thread(target=self._read, daemon=True, args=(
            self.process.stderr, self.lines, self.ready))
        self.reader.start()
        if not self.ready.wait(20) or self.process.poll() is not None:
            raise RuntimeError('not ready: ' + ' | '.join(self.lines))
        return self

    @staticmethod
    def _read(stderr, lines, ready):
        for line in stderr:
            lines.append(line.rstrip('\n'))
            if 'event=ready' in line:
                ready.set()
        ready.set()

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        code = self.process.wait(10)
        self.reader.join(10)
        return code

    def remove(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)

    def ask(self, method, path, body=None):
        """status, content type, body"""
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=15)
        try:
            c.request(method, path, body)
            r = c.getresponse()
            return r.status, r.getheader('Content-Type'), r.read()
        finally:
            c.close()

    def add(self, old, proof, note):
        return self.ask('POST', '/add-checkpoint', request(old, proof, note))

    def grow(self, log, old, size):
        """The status of an honest request."""
        return self.add(old, log.proof(old, size), log.head(size))[0]
