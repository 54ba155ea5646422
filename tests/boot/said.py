# SPDX-License-Identifier: Apache-2.0
"""In the booted system: programs are run, and what is seen is said."""
import json, os, subprocess, time

STATE = '/var/lib/boot-test'
HERE = '/srv/boot-test'
LINE = '/dev/ttyS1' if os.path.exists('/dev/vdb') else HERE + '/said'
DIR = '/var/lib/kaocheng'


def say(**word):
    with open(LINE, 'a') as f:
        f.write(json.dumps(word) + '\n')


def note(text):
    say(note=text)


def ok(good, name, seen=None):
    say(ok=bool(good), name=name,
        **({} if good else {'seen': str(seen)[:4000]}))
    return good


def same(got, want, name):
    return ok(got == want, name, 'got %r, want %r' % (got, want))


def run(*argv, user=None, env=None, timeout=300):
    """A program, and what it gave; as somebody, with his groups and home."""
    env = dict({'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'LANG': 'C.UTF-8',
                'HOME': '/root', 'DEBIAN_FRONTEND': 'noninteractive'},
               **(env or {}))
    cwd = '/'
    if user:
        env['HOME'] = cwd = os.path.expanduser('~' + user)
        argv = ('runuser', '-u', user, '--') + argv
    return subprocess.run(argv, env=env, cwd=cwd, text=True, timeout=timeout,
                          stdin=subprocess.DEVNULL, capture_output=True)


def good(name, r, *words):
    """A program that ended well, and said these."""
    return ok(r.returncode == 0 and all(w in r.stdout + r.stderr
                                        for w in words), name,
              (r.returncode, r.stdout[-1500:], r.stderr[-1500:]))


def until(true, seconds=60):
    """Waits for it, and says whether it came."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def prop(unit, name):
    return run('systemctl', 'show', '-P', name, unit).stdout.strip()


def journal(unit, *more):
    return run('journalctl', '-u', unit, '-o', 'cat', '--no-pager',
               *more).stdout


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as f:
        f.write(text)
    os.chmod(path, mode)


def edit(path, *changes):
    with open(path) as f:
        text = f.read()
    for old, new in changes:
        assert old in text, (path, old)
        text = text.replace(old, new)
    with open(path, 'w') as f:
        f.write(text)
