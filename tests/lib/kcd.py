# SPDX-License-Identifier: Apache-2.0
"""A daemon of its own for an end-to-end test, and the few bytes that talk to
it: Ed25519 by RFC 8032 (slow, from its text), notes, key files, raw HTTP."""
import base64, hashlib, json, os, shutil, signal, socket, subprocess
import sys, tempfile, threading, time, unicodedata

BUILD = os.path.abspath(os.environ.get('BUILD', 'build'))
KAOCHENGD = BUILD + '/bin/kaochengd'
CLI, VERIFY = BUILD + '/bin/kaocheng', BUILD + '/bin/kaocheng-verify'


def kaocheng(*argv, home, cwd=None, program=CLI, text=True, timeout=120,
             **env):
    """The command line by someone whose home is there, in English; what it
    printed and its code. `env` comes on top; None takes away."""
    env = dict({'PATH': os.environ['PATH'], 'HOME': home, 'LANG': 'C'}, **env)
    env = {k: v for k, v in env.items() if v is not None}
    return subprocess.run(
        [program] + [a if isinstance(a, bytes) else str(a) for a in argv],
        env=env, cwd=cwd or home, stdin=subprocess.DEVNULL, timeout=timeout,
        capture_output=True, text=text)


# --- Ed25519, RFC 8032 section 5.1 ------------------------------------------
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def _recover_x(y, sign):
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P)
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return P - x if x & 1 != sign else x


BY = 4 * pow(5, P - 2, P) % P
BX = _recover_x(BY, 0)
BASE = (BX, BY, 1, BX * BY % P)


def _add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _mul(s, p):
    q = (0, 1, 1, 0)
    while s:
        if s & 1:
            q = _add(q, p)
        p = _add(p, p)
        s >>= 1
    return q


def _point(p):
    z = pow(p[2], P - 2, P)
    x, y = p[0] * z % P, p[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, 'little')


def _h(*parts):
    return int.from_bytes(hashlib.sha512(b''.join(parts)).digest(), 'little')


class Key:
    def __init__(self, name, seed):
        self.name = name
        self.of(hashlib.sha256(seed.encode()).digest())

    def of(self, seed):
        """The key of these 32 bytes, as a key file has them."""
        name, self.seed = self.name, seed
        h = hashlib.sha512(self.seed).digest()
        a = int.from_bytes(h[:32], 'little')
        self.a = a & ((1 << 254) - 8) | 1 << 254
        self.prefix = h[32:]
        self.pub = _point(_mul(self.a, BASE))
        typed = b'\x01' + self.pub
        self.id = hashlib.sha256(name.encode() + b'\n' + typed).digest()[:4]
        self.vkey = '%s+%s+%s' % (
            name, self.id.hex(), base64.b64encode(typed).decode())
        return self

    def sign(self, text):
        r = _h(self.prefix, text) % L
        point = _point(_mul(r, BASE))
        s = (r + _h(point, self.pub, text) * self.a) % L
        return point + s.to_bytes(32, 'little')

    def line(self, text):
        blob = base64.b64encode(self.id + self.sign(text)).decode()
        return '\u2014 %s %s\n' % (self.name, blob)

    def cosigner(self):
        """The same key as that of a witness (tlog-cosignature, 0x04)."""
        w = Key.__new__(Key)
        w.__dict__.update(self.__dict__)
        typed = b'\x04' + self.pub
        w.id = hashlib.sha256(self.name.encode() + b'\n' + typed).digest()[:4]
        w.vkey = '%s+%s+%s' % (
            self.name, w.id.hex(), base64.b64encode(typed).decode())
        return w

    def cosign(self, text, time):
        head = b'cosignature/v1\ntime %d\n' % time
        blob = self.id + time.to_bytes(8, 'big') + self.sign(head + text)
        return '\u2014 %s %s\n' % (
            self.name, base64.b64encode(blob).decode())

    def file(self):
        return ('kaocheng/v1 key\nname %s\ncreated 2022-01-01T00:00:00Z\n'
                'kdf none\npublic %s\nbox %s\n' % (
                    self.name, self.vkey,
                    base64.b64encode(self.seed).decode()))


def note(text, *keys):
    raw = text.encode()
    return raw + b'\n' + ''.join(k.line(raw) for k in keys).encode()


# --- a ledger ---------------------------------------------------------------
ORIGIN = 'example.org/e2e'
START = '2022-01-04T01:00:00Z'


class Served:
    """The daemon over a ledger's directory; start() as often as wanted. What
    it logs since then is `lines`."""

    def __init__(self, where, *options, clock=START, env=None):
        self.dir, self.options = where, options
        self.clock, self.env = clock, env
        self.process, self.lines = None, []

    def path(self, name):
        return os.path.join(self.dir, name)

    def command(self, *more):
        args = [KAOCHENGD, '--dir', self.dir]
        if self.clock:
            args += ['--test-clock', self.clock]
        return args + list(self.options) + list(more)

    def start(self, *more, shell=None, wait='event=ready'):
        args = self.command(*more)
        if shell:
            args = ['sh', '-c', shell + '; exec "$@"', 'sh'] + args
        self.lines, self.ready = [], threading.Event()
        self.process = subprocess.Popen(
            args, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
            env=self.env)
        self.reader = threading.Thread(
            target=self._read, daemon=True,
            args=(self.process.stderr, wait, self.lines, self.ready))
        self.reader.start()
        if not self.ready.wait(20) or self.process.poll() is not None:
            raise RuntimeError('not ready: ' + ' | '.join(self.lines))
        return self

    @staticmethod
    def _read(pipe, wait, lines, ready):
        for line in pipe:
            lines.append(line.rstrip('\n'))
            if wait in line:
                ready.set()
        ready.set()

    def run(self, *more):
        """Runs to its end; exit code and log."""
        done = subprocess.run(self.command(*more), stderr=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True, timeout=20)
        return done.returncode, done.stderr + done.stdout

    def logged(self, words, times=1, within=10):
        """How often it has said so; waits until it is that often."""
        end = time.monotonic() + within
        while True:
            n = sum(words in line for line in self.lines)
            if n >= times or time.monotonic() > end:
                return n
            time.sleep(0.005)

    def wait(self, timeout=20):
        """Until it has ended of itself; its exit code."""
        code = self.process.wait(timeout)
        self.reader.join(timeout)
        return code

    def stop(self, number=signal.SIGTERM, timeout=10):
        self.process.send_signal(number)
        return self.wait(timeout)

    def restart(self, *more):
        self.stop()
        return self.start(*more)

    def kill(self):
        """As a machine that loses its power does, if it runs."""
        if self.process and self.process.poll() is None:
            self.stop(signal.SIGKILL)

    # --- talking ------------------------------------------------------------
    def connect(self, tcp=None, timeout=15):
        if tcp:
            return socket.create_connection(('127.0.0.1', tcp), timeout)
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(timeout)
        s.connect(self.path('socket'))
        return s

    def raw(self, data, tcp=None, timeout=15):
        """Everything that comes back until the daemon closes."""
        with self.connect(tcp, timeout) as s:
            try:
                s.sendall(data)
            except OSError:
                pass
            return drain(s)

    def ask(self, method, path, body=b'', kind='', tcp=None, headers=()):
        """status, headers, body"""
        head = '%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n' % (
            method, path)
        if kind:
            head += 'Content-Type: %s\r\n' % kind
        if method == 'POST':
            head += 'Content-Length: %d\r\n' % len(body)
        for h in headers:
            head += h + '\r\n'
        return split(self.raw(head.encode() + b'\r\n' + body, tcp))

    def get(self, path, **more):
        return self.ask('GET', path, **more)

    def post(self, data, kind='text/plain', path='/v1/entries', **more):
        return self.ask('POST', path, data, kind, **more)


class Daemon(Served):
    """A ledger's directory of its own, with keys."""

    def __init__(self, config='', clock=START):
        super().__init__(tempfile.mkdtemp(prefix='kc-e2e-', dir='/tmp'),
                         clock=clock)
        self.log_key = Key(ORIGIN, 'log')
        self.clerk = Key('clerk', 'clerk')
        self.admins = [Key('admin.%d' % i, 'admin%d' % i) for i in (1, 2, 3)]
        self.config = config
        os.mkdir(self.path('keys'), 0o700)
        self.write('keys/log.key', self.log_key.file(), 0o600)
        self.write('keys/clerk.key', self.clerk.file(), 0o600)

    def write(self, name, text, mode=0o644):
        with open(self.path(name), 'w') as f:
            f.write(text)
        os.chmod(self.path(name), mode)

    def command(self, *more):
        args = super().command(*more)
        if self.config:
            self.write('k.yaml', self.config)
            args[1:3] = ['-c', self.path('k.yaml')]
        return args

    def remove(self):
        self.kill()
        shutil.rmtree(self.dir, ignore_errors=True)

    # --- entries ------------------------------------------------------------
    def seen(self):
        """What an author knows: the daemon's checkpoint, if there is one."""
        try:
            status, _, body = self.get('/checkpoint')
        except OSError:
            status, body = 0, b''
        lines = body.decode().split('\n')
        return ('%s %s' % (lines[1], lines[2]) if status == 200
                else '1 ' + 'A' * 43 + '=')

    def entry(self, kind, fields, keys, id=None, at=START, seen=None):
        seen = '0' if kind == 'ledger.open' else seen or self.seen()
        text = 'kaocheng/v1 entry %s\nledger %s\nid %s\nat %s\nseen %s\n' % (
            kind, ORIGIN, id or os.urandom(16).hex(), at, seen)
        text += ''.join('by %s\n' % k.name for k in keys)
        text += ''.join('%s %s\n' % f for f in fields)
        return note(text, *keys)

    def open_entry(self, **more):
        return self.entry('ledger.open', [
            ('suite', 'ed25519/sha256'), ('epoch', '1'),
            ('log', self.log_key.vkey),
            ('clerk', self.clerk.vkey)] +
            [('admin', k.vkey) for k in self.admins], self.admins, **more)

    def enrol(self, key, role, unit=None, **more):
        proof = key.sign(('kaocheng/v1 possession\nledger %s\nkey %s\n' % (
            ORIGIN, key.vkey)).encode())
        return self.entry('actor.enrol', [
            ('actor', key.name)] + [('unit', unit)] * bool(unit) + [
            ('role', role), ('key', key.vkey),
            ('possession', base64.b64encode(proof).decode())],
            self.admins[:2], **more)


def drain(s):
    data = b''
    try:
        while True:
            part = s.recv(65536)
            if not part:
                return data
            data += part
    except (ConnectionResetError, BrokenPipeError):
        return data


def split(data):
    head, _, body = data.partition(b'\r\n\r\n')
    lines = head.decode('latin-1').split('\r\n')
    status = int(lines[0].split(' ')[1]) if len(lines[0].split(' ')) > 1 else 0
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(': ')
        headers[name.lower()] = value
    return status, headers, body


class Relay:
    """Stands between a daemon and who asks it: `answer` of a path is a status
    and a body in the daemon's place, or None."""
    def __init__(self, path, daemon, answer):
        self.daemon, self.answer, self.asked = daemon, answer, []
        self.listen = socket.socket(socket.AF_UNIX)
        self.listen.bind(path)
        self.listen.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            c, _ = self.listen.accept()
            with c:
                request = b''
                while b'\r\n\r\n' not in request:
                    part = c.recv(65536)
                    if not part:
                        break
                    request += part
                if request:
                    c.sendall(self._reply(request))

    def _reply(self, request):
        path = request.split(b' ')[1].decode()
        self.asked.append(path)
        said = self.answer(path)
        if said is not None:
            return (b'HTTP/1.1 %d X\r\nContent-Length: %d\r\n'
                    b'Connection: close\r\n\r\n' %
                    (said[0], len(said[1]))) + said[1]
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(self.daemon)
            s.sendall(request.replace(b'\r\n', b'\r\nConnection: close\r\n',
                                      1))
            return drain(s)


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def bundle(notes):
    return b''.join(len(n).to_bytes(2, 'big') + n for n in notes)


# --- TAP --------------------------------------------------------------------
class Tap:
    def __init__(self):
        self.n = self.bad = 0

    def ok(self, good, name, seen=None):
        self.n += 1
        if not good:
            self.bad += 1
        print('%sok %d - %s' % ('' if good else 'not ', self.n,
                                name.replace('#', 'no.')))
        if not good and seen is not None:
            for line in str(seen).split('\n')[:20]:
                print('# ' + line)
        sys.stdout.flush()
        return good

    def good(self, name, r, *words):
        """A program that ended well, and said these; what it gave."""
        return self.says(name, r, 0, *words)

    def says(self, name, r, code, *words):
        """A program that ended with this code, and said these on stderr."""
        said = r.stderr if isinstance(r.stderr, str) else r.stderr.decode()
        self.ok(r.returncode == code and all(w in said for w in words), name,
                (r.returncode, r.stdout, r.stderr))
        return r

    def skip(self, name, why):
        self.n += 1
        print('ok %d - %s # SKIP %s' % (self.n, name, why), flush=True)

    def same(self, got, want, name):
        return self.ok(got == want, name, 'got %r, want %r' % (got, want))

    def done(self):
        print('1..%d' % self.n)
        sys.exit(1 if self.bad else 0)


def width(s):
    """Columns of a terminal."""
    return len(s) if s.isascii() else sum(
        0 if unicodedata.combining(c) else
        2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in s)


def tree(path):
    """Every file under it, with its bytes."""
    return {os.path.relpath(os.path.join(d, f), path):
            open(os.path.join(d, f), 'rb').read()
            for d, _, files in os.walk(path) for f in files}
