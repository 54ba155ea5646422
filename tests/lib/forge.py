# SPDX-License-Identifier: Apache-2.0
"""A forger who holds every key of the demonstration: takes its export apart,
and puts another together from other leaves, signed anew."""
import base64, hashlib, json, os, resource, shutil, subprocess, tempfile
from kcd import BUILD, Key
import demokit

CLI, VERIFY = BUILD + '/bin/kaocheng', BUILD + '/bin/kaocheng-verify'
MEMORY = 400 << 20
LIMITED = 'debug' not in BUILD  # sanitizers reserve terabytes
ORIGIN = b'shili.example/kaohe-2022'
SHORT = 700  # entries of the log that most cases start from
TOP = tempfile.mkdtemp(prefix='kc-forged-')


def key(name):
    return Key(name, 'kaocheng demonstration key, not a secret: ' + name)


LOG = key(ORIGIN.decode())


# --- the verifier -----------------------------------------------------------
def limit():
    if LIMITED:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def verify(path, *more):
    """exit code, names of the stages that failed"""
    try:
        done = subprocess.run([VERIFY, '--json', *more, path],
                              capture_output=True, timeout=20,
                              preexec_fn=limit)
    except subprocess.TimeoutExpired:
        return 'hangs', ''
    try:
        said = json.loads(done.stdout)
    except ValueError:
        return done.returncode, ''
    return done.returncode, ','.join(
        s['stage'] for s in said.get('stages', ()) if s.get('ok') is False)


# --- reading and writing exports --------------------------------------------
def read(path):
    with open(path, 'rb') as f:
        return f.read()


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data)


def number(n):
    text = '%03d' % (n % 1000)
    while n >= 1000:
        n //= 1000
        text = 'x%03d/' % (n % 1000) + text
    return text


def tiles(prefix, items, size):
    for n in range(0, len(items), 256):
        part = items[n:n + 256]
        width = '' if len(part) == 256 else '.p/%d' % len(part)
        yield 'tile/%s/%s%s' % (prefix, number(n // 256), width), \
            b''.join(map(size, part))


def leaf_hash(leaf):
    return hashlib.sha256(b'\0' + leaf).digest()


def fold(hashes):
    """RFC 6962 root"""
    while len(hashes) > 1:
        up = [hashlib.sha256(b'\1' + a + b).digest()
              for a, b in zip(hashes[::2], hashes[1::2])]
        hashes = up + hashes[len(up) * 2:]
    return hashes[0] if hashes else hashlib.sha256().digest()


def checkpoint(size, root, k=LOG, origin=ORIGIN):
    text = b'%s\n%s\n%s\n' % (origin, str(size).encode(),
                              base64.b64encode(root))
    return text + b'\n' + k.line(text).encode()


def files_of(leaves):
    files = {'trust': b'log %s\nquorum none\n' % LOG.vkey.encode()}
    level, hashes = 0, [leaf_hash(x) for x in leaves]
    files['checkpoint'] = checkpoint(len(leaves), fold(hashes))
    while hashes:
        files.update(tiles(level, hashes, lambda h: h))
        hashes = [fold(hashes[i:i + 256])
                  for i in range(0, len(hashes) // 256 * 256, 256)]
        level += 1
    files.update(tiles('entries', leaves,
                       lambda x: len(x).to_bytes(2, 'big') + x))
    files['keys'] = b''.join(
        line.split(b' ', 1)[1] + b'\n' for x in leaves
        for line in x.split(b'\n\n')[0].split(b'\n')
        if line.split(b' ')[0] in (b'clerk', b'admin', b'key'))
    return files


def save(files):
    path = os.path.join(TOP, 'export')
    shutil.rmtree(path, ignore_errors=True)
    for name, data in files.items():
        write(os.path.join(path, name), data)
    return path


def renumber(leaves):
    out = []
    for i, leaf in enumerate(leaves):
        head, rest = leaf.split(b'\n', 1)
        word = head.split(b' ')
        word[3] = b'%d' % i
        out.append(b' '.join(word) + b'\n' + rest)
    return out


def head(leaf):
    return leaf.split(b'\n', 1)[0].split(b' ')


def text_of(leaf):
    return leaf.split(b'\n', 1)[1].split(b'\n\n')[0] + b'\n'


def signed(like, text, *keys):
    """A leaf that was received when `like` was."""
    return b' '.join(head(like)) + b'\n' + text + b'\n' + b''.join(
        k.line(text).encode() for k in keys)


def another_id(text):
    lines = text.split(b'\n')
    lines[2] = b'id ' + os.urandom(16).hex().encode()
    return b'\n'.join(lines)


def kind(leaf):
    return leaf.split(b'\n')[1].split(b' ')[2].decode()


def first(leaves, name, after=0):
    return next(i for i in range(after, len(leaves))
                if kind(leaves[i]) == name)


def make():
    demokit.year(TOP + '/x').check_returncode()
    files, leaves = {}, []
    base = TOP + '/x/export'
    for where, _, names in os.walk(base):
        for name in names:
            path = os.path.join(where, name)
            files[os.path.relpath(path, base)] = read(path)
    for name in sorted((n for n in files if n.startswith('tile/entries/')),
                       key=lambda n: n.split('.p')[0]):
        data = files[name]
        while data:
            n = int.from_bytes(data[:2], 'big')
            leaves.append(data[2:2 + n])
            data = data[2 + n:]
    return files, leaves
