#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`kaocheng doctor`: each fault that is planted is named, with what to do; a
sound ledger has none; nothing is changed by looking."""
import hashlib, json, os, shutil, sys, tempfile, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Daemon, Served, Tap, kaocheng

t = Tap()
top = tempfile.mkdtemp(prefix='kc-doctor-')
AT, SOON = '2022-01-10T01:00:00Z', '2022-01-10T02:00:00Z'
L = top + '/ledger'
YAML = L + '/kaocheng.yaml'
DAY = 86400


def run(*argv, lang='C'):
    return kaocheng(*argv, home=top, text=False, LANG=lang)


def tree(where):
    """All of a directory, but for LMDB's table of readers."""
    seen = {}
    for d, _, files in os.walk(where):
        for f in files:
            p = os.path.join(d, f)
            if f == 'ledger.mdb-lock' or not os.path.isfile(p):
                continue
            st = os.lstat(p)
            with open(p, 'rb') as h:
                seen[p] = (hashlib.sha256(h.read()).digest(), st.st_mode,
                           st.st_mtime_ns)
    return seen


def doctor(*argv, at=SOON, where=L):
    before = tree(where)
    r = run('doctor', '--dir', where, '--json', '--at', at, *argv)
    if tree(where) != before:
        t.ok(False, 'doctor changes nothing')
    rows = {}
    for row in json.loads(r.stdout)['rows']:
        rows.setdefault(row['check'], []).append(row)
    return r.returncode, rows


def found(what, check, state, words, *argv, code=None, **more):
    """One row of the check is of this state, with these words in its reason,
    and says what to do."""
    rc, rows = doctor(*argv, **more)
    hits = [x for x in rows.get(check, []) if x['state'] == state and
            words in x['reason'] and (x['todo'] or state == 'ok')]
    want = code if code is not None else 1 if state == 'wrong' else rc
    t.ok(len(hits) == 1 and rc == want and rc in (0, 1, 10), what,
         (rc, rows.get(check)))


class Mode:
    def __init__(self, path, mode):
        self.path, self.mode = path, mode

    def __enter__(self):
        self.was = os.stat(self.path).st_mode & 0o7777
        os.chmod(self.path, self.mode)

    def __exit__(self, *_):
        os.chmod(self.path, self.was)


class Instead:
    """Other bytes in a file's place for a while; None: no file."""
    def __init__(self, path, data):
        self.path, self.data = path, data

    def __enter__(self):
        self.had = os.path.exists(self.path)
        self.aside = os.path.join(top, 'aside-%d' % id(self))
        if self.had:
            os.rename(self.path, self.aside)
        if self.data is not None:
            with open(self.path, 'wb') as f:
                f.write(self.data)
            os.chmod(self.path, 0o600)

    def __exit__(self, *_):
        if self.data is not None:
            os.unlink(self.path)
        if self.had:
            os.rename(self.aside, self.path)


def bytes_of(path):
    with open(path, 'rb') as f:
        return f.read()


def more(text):
    """The settings, and this."""
    return Instead(YAML, bytes_of(YAML) + text.encode())


def serve(where):
    return Served(where, clock=AT).start()


def init(where, origin):
    r = run('init', where, '--origin', origin, '--at', AT, '--unprotected')
    t.ok(r.returncode == 0, 'a ledger', r.stderr)


def unit(name):
    r = run('unit', 'register', name, '--group', 'gov', '--name', name, '--as',
            'estab.1', '--dir', L, '--yes', '--at', AT)
    t.ok(r.returncode == 0, 'an entry more', (r.stdout, r.stderr))


def sound():
    rc, rows = doctor()
    bad = [x for v in rows.values() for x in v if x['state'] == 'wrong']
    t.ok(rc == 0 and not bad, 'a sound ledger has nothing wrong', (rc, bad))
    t.ok(len(rows) == 20, 'every check says something', sorted(rows))
    for check in ('settings', 'start', 'keys', 'space', 'ledger', 'map',
                  'anchor', 'log-key', 'clock', 'holds', 'calendar', 'rules',
                  'evidence', 'outbox', 'witnesses'):
        t.ok([x['state'] for x in rows[check]] == ['ok'], check + ' is ok',
             rows[check])
    r = run('doctor', '--dir', L, '--at', SOON, '--lang', 'zh')
    t.ok('时钟' in r.stdout.decode() and '未发现妨碍启动之处' in
         r.stdout.decode(), 'the same in Chinese', r.stdout.decode())
    r = run('doctor', 'x', '--dir', L)
    t.ok(r.returncode == 2, 'an argument is too much', r.stderr)


def settings():
    with Mode(YAML, 0o666):
        found('settings that all may write', 'settings', 'wrong', 'mode 0666')
        found('stop a start', 'start', 'wrong', 'everybody may write')
    with more('a: [\n'):
        found('settings that are no YAML', 'settings', 'wrong', 'cannot be')
    with more('anker: x\n'):
        found('a key that there is not', 'start', 'wrong', 'anker')
    with more('test_clock: "2022-01-01T00:00:00Z"\n'):
        found('a clock of tests', 'settings', 'warning', 'test')
    with Instead(YAML, None):
        found('no settings', 'settings', 'warning', 'default')


def keys():
    log = L + '/keys/log.key'
    with Mode(log, 0o644):
        found('a key that others may read', 'keys', 'wrong', 'mode 0644')
        found('stops a start', 'start', 'wrong', '0600')
    for name in ('log', 'clerk'):
        with Instead('%s/keys/%s.key' % (L, name), None):
            found('no %s.key' % name, 'keys', 'wrong', name + '.key')
    with Instead(log, None):
        found('a key in force is missed', 'log-key', 'wrong', 'in no file')
    with Instead(log, bytes_of(top + '/other/keys/log.key')):
        found('a key of another log', 'log-key', 'wrong', 'in no file',
              code=10)
        found('stops a start', 'start', 'wrong', '65', code=10)
    with Mode(L + '/keys', 0o777):
        found('a directory where all may put keys', 'keys', 'wrong', '0777')
    with Mode(L + '/keys/estab.1.key', 0o640):
        found('a person\'s key', 'keys', 'wrong', 'estab.1.key')
    with Instead(L + '/keys/estab.1.rotate.note', b'x'):
        found('a rotation that was broken off', 'keys', 'warning',
              'estab.1.rotate.note')


def room():
    v = os.statvfs(L)
    free = v.f_bavail * v.f_frsize >> 20
    if free < 1 << 25:
        with more('store: {reserve_mib: %d}\n' % (free * 2 + 16)):
            found('no room', 'space', 'wrong', 'reserve_mib')
        with more('store: {reserve_mib: %d}\n' % (free // 4)):
            found('little room', 'space', 'warning', 'below')
    used = os.stat(L + '/ledger.mdb').st_size
    for n in range(40):
        if used > 1 << 20:
            break
        name = top + '/t%d.csv' % n
        with open(name, 'w') as f:
            f.write('unit,group,name\n')
            for i in range(40):
                f.write('B%d-%d,gov,office %d of row %d %s\n'
                        % (n, i, i, n, 'x' * 60))
        r = run('import', name, '--kind', 'unit.register', '--as', 'estab.1',
                '--dir', L, '--yes', '--at', AT)
        if r.returncode != 0:
            t.ok(False, 'many units', (r.stdout, r.stderr))
            break
        used = os.stat(L + '/ledger.mdb').st_size
    with more('store: {map_mib: 1}\n'):
        found('a map that is nearly full', 'map', 'wrong', '1 MiB that it may')


def anchors():
    anchor = L + '/anchor'
    with Instead(anchor, None):
        found('no anchor', 'anchor', 'wrong', 'anchor')
    with Mode(anchor, 0o666):
        found('an anchor that all may write', 'anchor', 'wrong', '0666')
    second = 'second_anchor: %s\n'
    found('nobody else knows the head', 'second-anchor', 'warning', 'nobody')
    with more(second % '/nowhere/anchor'):
        found('a second one that is not there', 'second-anchor', 'wrong',
              '/nowhere')
    with more(second % '../second'):
        shutil.copy(anchor, top + '/second')
        found('one on the same disk', 'second-anchor', 'warning', 'put back')
        shutil.copy(top + '/other/anchor', top + '/second')
        found('one of another ledger', 'second-anchor', 'wrong', 'signed',
              code=10)


def put_back():
    """The ledger alone, and the ledger with its anchor, to an earlier day."""
    old = {f: bytes_of(L + '/' + f) for f in ('ledger.mdb', 'anchor')}
    d = serve(L)
    for n in ('U2', 'U3', 'U4'):  # the anchor itself holds two of them
        unit(n)
    d.stop()
    with Instead(L + '/anchor', old['anchor']):
        found('an anchor that is behind', 'anchor', 'warning', 'knows')
    shutil.copy(L + '/anchor', top + '/second')
    with Instead(L + '/ledger.mdb', old['ledger.mdb']):
        found('an old ledger', 'ledger', 'wrong', '', code=10)
        found('does not start', 'start', 'wrong', '65', code=10)
        with Instead(L + '/anchor', old['anchor']):
            found('with its anchor it is not noticed', 'ledger', 'ok',
                  'entries')
            with more('second_anchor: ../second\n'):
                found('but by a second one', 'second-anchor', 'wrong', 'more',
                      code=10)
    torn = bytearray(bytes_of(L + '/ledger.mdb'))
    for at in range(8192, len(torn), 4096):
        torn[at + 2000] ^= 1
    with Instead(L + '/ledger.mdb', bytes(torn)):
        found('bytes that are not what they were', 'ledger', 'wrong', '',
              code=10)
    with Instead(L + '/ledger.mdb', None):
        found('no ledger', 'ledger', 'wrong', 'no ledger', code=10)


def cited():
    """An entry cites a file, which is lost."""
    d = serve(L)
    with open(top + '/page.txt', 'w') as f:
        f.write('the page that proves it')
    r = run('key', 'new', 'stats.1', '--dir', L, '--unprotected')
    for argv in (
            ('actor', 'enrol', '--actor', 'stats.1', '--role', 'stats', '--as',
             'admin.1', '--as', 'admin.2'),
            ('indicator', 'register', 'I1', '--unit', 'U2', '--direction',
             'higher', '--measure', 'km', '--name', 'roads', '--as',
             'estab.1'),
            ('indicator', 'report', 'I1', '--quarter', '2021-Q4', '--value', '12',
             '--evidence', top + '/page.txt', '--as', 'stats.1')):
        r = run(*argv, '--dir', L, '--yes', '--at', AT)
        t.ok(r.returncode == 0, ' '.join(argv[:2]), (r.stdout, r.stderr))
    d.stop()
    found('cited and here', 'evidence', 'ok', '1 files')
    name = os.listdir(L + '/evidence')[0]
    with Instead(L + '/evidence/' + name, None):
        found('cited and lost', 'evidence', 'wrong', '1 files')
    with Instead(L + '/evidence/' + name, b'cut'):
        found('cited and cut', 'evidence', 'wrong', 'another size', code=10)


def times():
    found('a clock behind', 'clock', 'wrong', 'behind',
          at='2022-01-09T00:00:00Z')
    found('a clock far ahead', 'clock', 'warning', 'days old',
          at='2022-03-01T00:00:00Z')
    found('a year that no ledger has', 'clock', 'wrong', '2019',
          at='2019-06-01T00:00:00Z')
    found('next year is adopted', 'calendar', 'ok', '2022',
          at='2022-12-01T00:00:00Z')
    found('next year is not, and it is late', 'calendar', 'warning', '2024',
          at='2023-11-15T00:00:00Z')
    found('this year is not', 'calendar', 'wrong', '2024',
          at='2024-02-01T00:00:00Z')


def without_policy():
    """What is to be done names each field that help says is wanted."""
    d = Daemon().start()
    t.ok(d.post(d.open_entry())[0] == 201, 'a ledger of one entry')
    d.stop()
    rules = doctor(where=d.dir)[1]['rules']
    wanted = [line.split()[0] for line in
              run('help', 'policy.adopt').stdout.decode().split('\n')
              if line.startswith('  --') and '(optional)' not in line]
    t.ok(len(wanted) == 3 and len(rules) == 1 and
         rules[0]['state'] == 'wrong' and all(
             w in rules[0]['todo'] for w in wanted if w != '--policy'),
         'without a policy', (wanted, rules))
    d.remove()


def beside():
    people, blobs = L + '/people', L + '/evidence'
    os.makedirs(people, 0o700, exist_ok=True)
    with Instead(people + '/nobody.1', b'x'):
        found('a file of nobody', 'people', 'wrong', 'nobody.1')
    with Mode(people, 0o755):
        found('persons that all may read', 'people', 'wrong', 'people')
    found('a directory without persons', 'people', 'warning', 'nobody')
    os.makedirs(blobs, 0o700, exist_ok=True)
    name = '%s/%s' % (blobs, 'ab' * 32)
    with Instead(name, b'x'):
        now = 1641776400  # AT
        os.utime(name, (now - DAY, now - DAY))
        found('a file of yesterday may still be cited', 'evidence', 'ok', '2 files')
        os.utime(name, (now - 40 * DAY, now - 40 * DAY))
        found('one that nobody cites', 'evidence', 'warning', '1 files')
        with more('store: {evidence_days: 60}\n'):
            found('may lie as long as the settings say', 'evidence', 'ok', '2')
    with Mode(blobs, 0o755):
        found('evidence that all may read', 'evidence', 'wrong', 'evidence')
    found('no channel', 'channels', 'warning', 'no channel')
    smtp = ('remind:\n  smtp: {host: mail.example.org, port: 25, from: '
            'a@example.org, user: a, password: pass}\n')
    with more(smtp):
        found('a secret that is not there', 'channels', 'wrong', 'pass')
        with Instead(L + '/pass', b'secret\n'):
            found('one that is', 'channels', 'ok', '1')
            with Mode(L + '/pass', 0o644):
                found('one for all', 'channels', 'wrong', '0644')


def backups():
    dir = top + '/backups'
    os.makedirs(dir)
    found('no backup', 'backup', 'wrong', 'no backup', '--backup', dir)
    found('where are they?', 'backup', 'warning', 'not looked at')
    r = run('backup', dir + '/a.kcb', '--dir', L)
    t.ok(r.returncode == 0, 'a backup', r.stderr)
    now = 1641776400
    for days, state in ((0, 'ok'), (3, 'warning'), (20, 'wrong')):
        os.utime(dir + '/a.kcb', (now - days * DAY, now - days * DAY))
        found('one of %d days ago' % days, 'backup', state, 'a.kcb',
              '--backup', dir)
    os.utime(dir + '/a.kcb', (now, now))
    found('the file itself', 'backup', 'ok', 'a.kcb', '--backup',
          dir + '/a.kcb')


def live():
    found('no daemon', 'daemon', 'warning', 'socket')
    r = run('doctor', '--json', '--socket', top + '/nowhere')
    t.ok(r.returncode == 1 and json.loads(r.stdout)['wrong'] == 1,
         'nobody answers, and nothing else is asked', r.stdout)
    d = serve(L)
    found('it runs', 'daemon', 'ok', 'entries')
    r = run('doctor', '--json', '--socket', L + '/socket')
    rows = json.loads(r.stdout)['rows']
    t.ok(r.returncode == 0 and [x['check'] for x in rows] == ['daemon'],
         'over its socket: what is seen there', r.stdout)
    d.stop()
    key = 'example.org/w+00000000+' + 'x'
    with more('witnesses:\n  policy: closed\n  list:\n    - {url: '
              'http://127.0.0.1:1, key: "%s"}\n' % key):
        found('a witness that does not answer', 'witnesses', 'warning',
              'does not answer', code=1)
        found('is no quorum', 'witnesses', 'wrong', 'quorum')


def restored():
    R = top + '/again'
    r = run('restore', top + '/backups/a.kcb', R)
    t.ok(r.returncode == 0, 'put back', r.stderr)
    os.makedirs(R + '/keys', 0o700, exist_ok=True)
    for name in ('log', 'clerk'):
        shutil.copy('%s/keys/%s.key' % (L, name), R + '/keys')
    found('it has not said so yet', 'holds', 'warning', 'restored', where=R)
    d = serve(R)
    found('it waits for two administrators', 'holds', 'wrong', 'put back',
          where=R)
    found('the daemon says so too', 'daemon', 'wrong', 'restored', where=R)
    d.stop()


def other_user():
    if os.geteuid() != 0:
        t.skip('a start is not tried as another user', 'not root')
        return
    st = os.stat(L)
    os.chown(L, 4242, -1)
    found('a start is not tried as another user', 'start', 'warning',
          'another user')
    os.chown(L, st.st_uid, -1)


try:
    init(L, 'example.org/doctor')
    init(top + '/other', 'example.org/other')
    sound()
    settings()
    keys()
    anchors()
    put_back()
    cited()
    times()
    without_policy()
    beside()
    backups()
    live()
    restored()
    other_user()
    d = serve(L)
    room()
    d.stop()
finally:
    shutil.rmtree(top)
t.done()
