#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The doctor names each fault that is planted, says what to do, and changes
nothing."""
import hashlib, json, os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap

BUILD = os.path.abspath(os.environ.get('BUILD', 'build'))
CLI, DAEMON = BUILD + '/bin/kaocheng', BUILD + '/bin/kaochengd'
t = Tap()
top = tempfile.mkdtemp(prefix='kc-doctor-')
AT = '2022-01-10T01:00:00Z'
L = top + '/ledger'


def run(*argv, **env):
    env = dict({'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C'}, **env)
    return subprocess.run([CLI] + [str(a) for a in argv], env=env, cwd=top,
                          capture_output=True, text=True, timeout=60)


def files():
    out = {}
    for path, _, names in os.walk(L):
        for name in names:
            full = os.path.join(path, name)
            if os.path.isfile(full) and not name.endswith('-lock'):
                out[full] = (os.stat(full).st_mode,
                             hashlib.sha256(open(full, 'rb').read()).digest())
    return out


def look():
    before = files()
    r = run('doctor', '--dir', L, '--json')
    t.ok(files() == before, 'it changes nothing')
    doc = json.loads(r.stdout)
    t.ok((r.returncode == 0) == doc['well'], 'its exit code says the same',
         (r.returncode, doc['well']))
    return {row['item']: row for row in doc['rows']}


def finds(what, item, light, words, do):
    row = look()[item]
    t.ok(row['light'] == light and words in row['says'] and do in row['do'],
         what, row)


class Daemon:
    def __init__(self, *options):
        self.p = subprocess.Popen([DAEMON, '--dir', L, '--test-clock', AT,
                                   *options], cwd=top, text=True,
                                  stderr=subprocess.PIPE)
        for line in self.p.stderr:
            if 'event=ready' in line:
                break

    def stop(self):
        self.p.terminate()
        self.p.stderr.read()
        self.p.wait()


r = run('init', L, '--origin', 'example.org/doctor', '--at', AT,
        '--unprotected')
t.ok(r.returncode == 0, 'a ledger', r.stderr)
rows = look()
t.ok([r['item'] for r in rows.values() if r['light'] == 'red'] ==
     ['calendar'] and len(rows) >= 12,
     'nothing is wrong but that next year has no calendar', rows)
t.ok(rows['daemon']['light'] == 'yellow' and
     rows['anchors']['light'] == 'yellow', 'what could be better is yellow')
d = Daemon()
finds('a daemon that runs', 'daemon', 'green', 'takes statements', '')
d.stop()

os.chmod(L + '/keys/estab.1.key', 0o644)
finds('a key that others may read', 'secrets', 'red', 'estab.1.key has mode '
      '0644', 'chmod 0600')
os.chmod(L + '/keys/estab.1.key', 0o600)
os.mkdir(L + '/people', 0o755)
finds('a directory of persons that is open', 'secrets', 'red', 'people',
      'chmod 0700')
os.rmdir(L + '/people')

os.rename(L + '/keys/log.key', top + '/log.key')
finds('a key that is gone', 'start', 'red', 'log.key', 'kaochengd -n')
os.rename(top + '/log.key', L + '/keys/log.key')

shutil.copy(L + '/ledger.mdb', top)
d = Daemon()
r = run('unit', 'register', 'G01', '--group', 'gov', '--name', 'Roads', '--as',
        'estab.1', '--dir', L, '--yes', '--at', AT)
t.ok(r.returncode == 0, 'an entry', r.stderr)
d.stop()
shutil.copy(L + '/ledger.mdb', top + '/new.mdb')
shutil.copy(top + '/ledger.mdb', L)
finds('a ledger that was put back', 'start', 'red', 'older than its anchor',
      'never start it blindly')
d = Daemon('--restored')
d.stop()
finds('one that waits to be accepted', 'ledger', 'red', 'was put back',
      'restore accept')
shutil.copy(top + '/new.mdb', L + '/ledger.mdb')
for name in os.listdir(L):
    if name.startswith('anchor'):
        os.unlink(L + '/' + name)
d = Daemon('--reseed-anchor')
d.stop()

os.mkdir(L + '/evidence', 0o700)
half = L + '/evidence/.' + 'a' * 64 + '.estab.1'
open(half, 'wb').write(b'half')
os.chmod(half, 0o600)
os.utime(half, (1, 1))
finds('a file that was never brought whole', 'evidence', 'yellow',
      '1 left unfinished', 'evidence sweep')

box = top + '/.local/state/kaocheng/outbox'
os.makedirs(box, exist_ok=True)
open(box + '/x.note', 'w').write('x')
finds('a statement whose outcome is not known', 'outbox', 'yellow',
      '1 statements', 'send --retry')

with open(L + '/kaocheng.yaml', 'a') as f:
    f.write('nonsense: 1\n')
finds('a setting that there is not', 'start', 'red', 'nonsense',
      'kaochengd -n')
r = run('doctor', '--dir', L, LANG='zh_CN.UTF-8')
t.ok('账本体检' in r.stdout and '处理' in r.stdout, 'in Chinese too', r.stdout)
r = run('doctor')
t.ok(r.returncode == 2 and '--dir' in r.stderr, 'which ledger is asked')
shutil.rmtree(top)
t.done()
