#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A key unlocked for a sitting, in the kernel's keyring: signs without its
passphrase, until the time is over, or `lock`; where the kernel forbids it, the
passphrase does."""
import ctypes, os, platform, shutil, struct, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import BUILD, Tap

t = Tap()
CLI = os.path.abspath(BUILD + '/bin/kaocheng')
top = tempfile.mkdtemp(prefix='kc-unlock-')
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C.UTF-8'}
libc = ctypes.CDLL(None, use_errno=True)
# add_key, request_key, keyctl
CALLS = {'x86_64': (248, 249, 250), 'aarch64': (217, 218, 219)}
JOIN_SESSION_KEYRING = 1
calls = CALLS.get(platform.machine())


def forbid():
    """As a container does: the three calls fail with EPERM (seccomp)."""
    rules = [(0x20, 0, 0, 0)] # load the number of the call
    for i, nr in enumerate(calls):
        rules.append((0x15, len(calls) - i, 0, nr)) # equal: to the last
    rules += [(0x06, 0, 0, 0x7fff0000), (0x06, 0, 0, 0x00050001)]
    code = b''.join(struct.pack('HBBI', *r) for r in rules)
    held = ctypes.create_string_buffer(code)
    prog = struct.pack('HxxxxxxQ', len(rules), ctypes.addressof(held))
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, prog, 0, 0):
        raise OSError('seccomp')


def run(*argv, before=None):
    return subprocess.run([CLI, *argv], env=ENV, cwd=top, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60, preexec_fn=before,
                          start_new_session=True)


def card(who, **more):
    """Takes the private key, and nothing else."""
    return run('key', 'card', who, who + '.card', '--origin', 'example.org/k',
               '--keys', '.', **more)


def is_out(r):
    return r.returncode == 2 and 'a passphrase is needed' in r.stderr


def make():
    for who in ('zhang', 'zhang.2', 'li'):
        with open('%s/%s.secret' % (top, who), 'w') as f:
            f.write(who + ' knows\n')
        run('key', 'new', who, '--keys', '.', '--passphrase-file',
            who + '.secret')
    run('key', 'new', 'open', '--keys', '.', '--unprotected')


def unlock(who, *more, **how):
    return run('unlock', who, '--keys', '.', '--passphrase-file',
               who + '.secret', *more, **how)


def sitting():
    t.ok(is_out(card('zhang')), 'locked, it takes a passphrase')
    r = unlock('zhang')
    t.ok(r.returncode == 0 and 'zhang signs without' in r.stderr and
         '15m' in r.stderr, 'it is unlocked for a while', r)
    r = card('zhang')
    t.ok(r.returncode == 0, 'and signs without one', r)
    t.ok(is_out(card('li')), 'another key does not')
    r = run('key', 'passwd', 'zhang', '--keys', '.', '--unprotected')
    t.ok(is_out(r), 'its passphrase cannot be taken away so', r)
    r = run('key', 'card', 'zhang', 'x.card', '--origin', 'example.org/k',
            '--keys', '.', '--passphrase-file', 'li.secret')
    t.ok(r.returncode == 4, 'a file of a passphrase is not passed over', r)
    unlock('zhang.2')
    r = run('lock', 'zhang')
    t.ok(r.returncode == 0 and '1 keys' in r.stderr and is_out(card('zhang'))
         and card('zhang.2').returncode == 0, 'one is locked again', r)
    unlock('zhang')
    r = run('lock')
    t.ok('2 keys' in r.stderr and is_out(card('zhang')) and
         is_out(card('zhang.2')), 'or all of them', r)
    r = run('unlock', 'open', '--keys', '.')
    t.ok(r.returncode == 0 and 'takes no passphrase' in r.stderr,
         'a key that is open stays so', r)


def over():
    unlock('li', '--for', '1s')
    end = time.monotonic() + 20
    while not is_out(card('li')) and time.monotonic() < end:
        pass
    t.ok(is_out(card('li')), 'the kernel takes it back when the time is over')
    for bad in ('0m', '13h', 'long', '5'):
        r = unlock('li', '--for', bad)
        t.ok(r.returncode == 2 and 'such as 15m' in r.stderr, 'not for ' + bad,
             r)
    r = run('unlock', 'li', '--keys', '.', '--passphrase-file', 'zhang.secret')
    t.ok(r.returncode == 4 and is_out(card('li')),
         'nor with another passphrase', r)


def another_key():
    """A key of the same name is another one."""
    unlock('li')
    os.rename(top + '/li.key', top + '/li.old')
    run('key', 'new', 'li', '--keys', '.', '--passphrase-file', 'li.secret')
    t.ok(is_out(card('li')), 'a new key of the same name is locked')


def forbidden():
    r = unlock('zhang', before=forbid)
    t.ok(r.returncode == 1 and "keyring cannot be used here" in r.stderr and
         'Operation not permitted' in r.stderr and
         '--passphrase-file' in r.stderr, 'where it is forbidden it says so', r)
    r = run('--lang', 'zh', 'lock', before=forbid)
    t.ok(r.returncode == 1 and '内核密钥环' in r.stderr, 'in Chinese too', r)
    r = run('key', 'card', 'zhang', 'y.card', '--origin', 'example.org/k',
            '--keys', '.', '--passphrase-file', 'zhang.secret', before=forbid)
    t.ok(r.returncode == 0, 'and the passphrase does', r)


make()
if calls is None:
    t.ok(True, 'the kernel forbids it: this machine is not known to the test')
else:
    forbidden()
# A session of our own: what others unlocked is not ours to see.
if calls and libc.syscall(calls[2], JOIN_SESSION_KEYRING, None) >= 0:
    sitting()
    over()
    another_key()
else:
    t.ok(True, 'a keyring: this kernel, or this container, has none')
shutil.rmtree(top)
t.done()
