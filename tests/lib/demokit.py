# SPDX-License-Identifier: Apache-2.0
"""The year of the demonstration, made once for a build and these options by
the first test that asks; each has a copy of its own, to do with as it likes."""
import fcntl, hashlib, os, shutil, subprocess
from kcd import BUILD, kaocheng, tree

POLICIES = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        '..', '..', 'policies')


def _made_of():
    """What a year comes from: programs and policies, every byte."""
    h = hashlib.sha256()
    for name in ('', 'd', '-sender', '-signer'):
        with open(BUILD + '/bin/kaocheng' + name, 'rb') as f:
            h.update(f.read())
    for name, data in sorted(tree(POLICIES).items()):
        h.update(name.encode() + b'\0%d\0' % len(data) + data)
    return h.hexdigest()[:16]


def year(where, *options):
    """As `kaocheng demo --dir WHERE --no-serve` and these options, with the
    export that it makes; what it says as JSON, and its code."""
    argv = ('demo', '--no-serve', '--json', *options)
    kept, made_of = BUILD + '/tests/years', _made_of()
    at = os.path.join(kept, made_of + ''.join(options).replace('--', '-'))
    os.makedirs(kept, exist_ok=True)
    with open(kept + '/lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name in os.listdir(kept):
            if name != 'lock' and not name.startswith(made_of):
                shutil.rmtree(os.path.join(kept, name))
        if not os.path.exists(at):
            shutil.rmtree(at + '.new', ignore_errors=True)
            os.makedirs(at + '.new/home')
            home = at + '.new/home'
            made = kaocheng(*argv, '--dir', '../year', home=home)
            if made.returncode != 0:
                return made
            with open(at + '.new/said', 'w') as f:
                f.write(made.stdout)
            # Of itself it makes one where it tells its story as text.
            kaocheng('export', '../year/export', '--dir', '../year',
                     home=home).check_returncode()
            os.rename(at + '.new', at)
        shutil.copytree(at + '/year', where)
        with open(at + '/said') as f:
            return subprocess.CompletedProcess(argv, 0, f.read(), '')
