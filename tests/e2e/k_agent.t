#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Keys that an ssh-agent holds: taken, rotated, signed with by every command;
and what is said when the agent is gone, locked, says no, or lost the key."""
import json, os, shutil, socket, struct, subprocess, sys, tempfile, threading
import time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Served, Tap, kaocheng

t = Tap()
good = t.good
top = tempfile.mkdtemp(prefix='kc-agent-')
L, KEYS, SOCK = top + '/ledger', top + '/ledger/keys/', top + '/agent'
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C',
       'KAOCHENG_SOCKET': L + '/socket', 'KAOCHENG_DIR': L,
       'SSH_AUTH_SOCK': SOCK}
NOW = '2022-01-10T01:00:00Z'
ADMINS = ('--as', 'admin.1', '--as', 'admin.2')


def run(*argv, **env):
    return kaocheng(*argv, home=top, **dict(ENV, **env))


def sign(*argv, **env):
    return run(*argv, '--at', NOW, '--yes', **env)


def ssh(*argv, **kw):
    return subprocess.run(argv, env=dict(ENV, **kw.pop('env', {})), cwd=top,
                          check=True, capture_output=True, text=True,
                          timeout=60, **kw).stdout


def bad(what, code, words, r):
    t.says(what, r, code, words)


def agent():
    p = subprocess.Popen(['ssh-agent', '-D', '-a', SOCK], env=ENV,
                         stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)
    for _ in range(1000):
        if os.path.exists(SOCK):
            return p
        time.sleep(0.01)
    raise SystemExit('ssh-agent does not answer')


def new_key(name, kind='ed25519'):
    ssh('ssh-keygen', '-q', '-t', kind, '-N', '', '-C', name, '-f', name)


def add(name, *more):
    ssh('ssh-add', '-q', *more, name)


def print_of(name):
    return ssh('ssh-keygen', '-lf', name + '.pub').split()[1]


def raw(name):
    """The 32 bytes of a public key of OpenSSH, as hexadecimal digits."""
    import base64
    blob = base64.b64decode(open(top + '/' + name + '.pub').read().split()[1])
    return blob[-32:].hex()


def public(actor):
    """The same of a key file of ours."""
    import base64
    text = run('key', 'show', actor).stdout.strip().split('+', 2)[2]
    return base64.b64decode(text)[1:].hex()


def in_force(actor):
    rows = json.loads(run('actor', 'list', '--json').stdout)['rows']
    return next((r['key_id'] for r in rows if r['actor'] == actor), None)


def key_id(actor):
    return run('key', 'show', actor).stdout.split('+')[1]


def takes():
    new = ('key', 'new', 'A.1', '--agent')
    bad('no agent is named', 7, 'SSH_AUTH_SOCK is not set',
        run(*new, SSH_AUTH_SOCK=''))
    bad('one that has ended does not answer', 7, 'does not answer',
        run(*new, SSH_AUTH_SOCK=top + '/gone'))
    bad('it holds nothing', 3, 'holds no Ed25519 key', run(*new))
    new_key('rsa', 'rsa')
    add('rsa')
    bad('or nothing of Ed25519', 3, 'holds no Ed25519 key', run(*new))
    t.ok(not os.path.exists(KEYS + 'A.1.key'), 'no file is made of nothing')
    new_key('one')
    add('one')
    good('the only one is taken', run(*new))
    t.same(public('A.1'), raw('one'), 'it is that of the agent')
    text = open(KEYS + 'A.1.key').read()
    t.ok('kdf agent\n' in text and 'box' not in text,
         'its file has no private half', text)
    for name in ('two', 'three'):
        new_key(name)
        add(name)
    r = run('key', 'new', 'B.1', '--agent')
    bad('of several one must be named', 2, print_of('two') + ' two', r)
    good('by its comment', run('key', 'new', 'B.1', '--agent-key', 'two'))
    t.same(public('B.1'), raw('two'), 'that one')
    good('or by its fingerprint',
         run('key', 'new', 'C.1', '--agent-key', print_of('three')))
    t.same(public('C.1'), raw('three'), 'that one')
    bad('what it does not hold is not found', 3, '"four"',
        run('key', 'new', 'D.1', '--agent-key', 'four'))


def signs():
    for actor, role in (('A.1', 'auditor'), ('B.1', 'admin')):
        good(actor + ' is enrolled with a proof of the agent\'s',
             sign('actor', 'enrol', actor, '--role', role, *ADMINS))
    good('one of an agent and one of a file sign together',
         sign('role', 'take', 'admin.3', '--role', 'admin', '--reason', 'r',
              '--as', 'B.1', '--as', 'admin.1'))
    good('a draft', sign('role', 'give', 'admin.3', '--role', 'admin', '--as',
                         'B.1', '--as', 'admin.2', '--out', top + '/text'))
    good('is signed by the agent', sign('sign', top + '/text', '--as', 'B.1'))
    good('and by a file', sign('sign', top + '/text', '--as', 'admin.2'))
    good('and stands', sign('send', top + '/text'))
    r = run('key', 'show', 'C.1', '--possession', 'example.org/agent')
    t.ok(r.returncode == 0 and len(r.stdout) == 89, 'a proof of possession',
         r.stdout)

    good('a session over TCP opens by it',
         run('actor', 'list', '--url', 'http://127.0.0.1:%d' % PORT, '--as',
             'A.1'))
    good('a card is signed by it', run(
        'key', 'card', 'C.1', top + '/card', '--origin', 'example.org/agent'))
    good('and two administrators enrol its holder by it',
         sign('actor', 'enrol', 'C.1', '--role', 'auditor', '--key',
              top + '/card', *ADMINS))
    bad('its passphrase is not ours', 4, 'the ssh-agent holds this key',
        run('key', 'passwd', 'A.1'))


def rotates():
    new_key('four')
    add('four')
    by = ('key', 'rotate', '--as', 'admin.1')
    good('from a file to the agent', sign(*by, '--agent-key', 'four'))
    t.same((public('admin.1'), in_force('admin.1')),
           (raw('four'), key_id('admin.1')), 'which is in force')
    good('and signs', sign('role', 'take', 'admin.3', '--role', 'admin',
                           '--reason', 'r', *ADMINS))
    for name in ('one', 'two', 'three'):
        ssh('ssh-add', '-q', '-d', name)
    bad('the key before is not the next', 3, 'no other Ed25519 key',
        sign(*by, '--agent'))
    new_key('five')
    add('five')
    good('the only other one is', sign(*by, '--agent'))
    t.same(public('admin.1'), raw('five'), 'from one of its keys to another')
    good('back to a file', sign(*by, '--unprotected'))
    good('which signs', sign('role', 'give', 'admin.3', '--role', 'admin',
                             *ADMINS))
    t.ok('kdf none' in open(KEYS + 'admin.1.key').read(), 'without it')


def lock(how):
    with open(top + '/ask', 'w') as f:
        f.write('#!/bin/sh\necho word\n')
    os.chmod(top + '/ask', 0o755)
    ssh('ssh-add', how, env={'SSH_ASKPASS': top + '/ask', 'DISPLAY': ':0',
                             'SSH_ASKPASS_REQUIRE': 'force'})


def give(**env):
    return sign('role', 'take', 'admin.3', '--role', 'admin', '--reason', 'r',
                '--as', 'B.1', '--as', 'admin.1', **env)


def fails():
    stand = len(run('log', 'list', '--limit', 999, '--json').stdout)
    bad('a key that it lost', 3, 'does not hold the key of B.1', give())
    add('two')
    lock('-x')
    bad('a locked agent', 3, 'or is locked', give())
    lock('-X')
    ssh('ssh-add', '-q', '-d', 'two')
    add('two', '-c')
    bad('somebody says no', 4, 'somebody said no', give())
    bad('no agent', 7, 'SSH_AUTH_SOCK is not set', give(SSH_AUTH_SOCK=''))
    for what, reply, words in (
            ('noise', b'\x00\x00\x00\x02\x63\x00', 'is no ssh-agent'),
            ('a length without end', b'\xff\xff\xff\xff', 'is no ssh-agent'),
            ('half an answer', b'\x00\x00\x00\x09\x0e', 'does not answer'),
            ('a false signature', lie(), 'is no signature by the key')):
        r = give(SSH_AUTH_SOCK=fake(reply))
        t.ok(r.returncode in (1, 7) and words in r.stderr,
             'what answers with ' + what, (r.returncode, r.stderr))
    t.same(len(run('log', 'list', '--limit', 999, '--json').stdout), stand,
           'nothing of these stands')
    ssh('ssh-add', '-q', '-d', 'two')
    add('two')
    r = give(LANG='zh_CN.UTF-8', SSH_AUTH_SOCK='')
    t.ok('未设置 SSH_AUTH_SOCK' in r.stderr, 'in Chinese too', r.stderr)
    good('the key is back, and signs', give())


def lie():
    def s(b):
        return struct.pack('>I', len(b)) + b
    body = b'\x0e' + s(s(b'ssh-ed25519') + s(bytes(64)))
    return s(body)


def fake(reply):
    """Something that answers each request so."""
    path = tempfile.mktemp(dir=top)
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()

    def serve():
        while True:
            c, _ = server.accept()
            head = c.recv(4, socket.MSG_WAITALL)
            c.recv(int.from_bytes(head, 'big'), socket.MSG_WAITALL)
            c.sendall(reply)
            c.close()
    threading.Thread(target=serve, daemon=True).start()
    return path


s = socket.socket()
s.bind(('127.0.0.1', 0))
PORT = s.getsockname()[1]
s.close()
good('a ledger', run('init', L, '--origin', 'example.org/agent',
                     '--unprotected', '--year', '2022', '--at', NOW, '--tcp',
                     '127.0.0.1:%d' % PORT))
held, d = agent(), None
try:
    d = Served(L, clock=NOW, env=ENV).start()
    takes()
    signs()
    rotates()
    fails()
finally:
    if d is not None:
        d.kill()
    held.terminate()
    held.wait()
    shutil.rmtree(top)
t.done()
