#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Evidence in what leaves the ledger: bundles, directories, parts, backups and
what is restored from them; what is absent is told, what is wrong is found."""
import hashlib, json, os, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from evidencekit import L, file, found, report, run, sign, t, top
from kcd import VERIFY

CHECK = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..',
                     'docs', 'check', 'check_ledger.py')
good, says = t.good, t.says


def at(name):
    return os.path.join(top, name)


def sha(path):
    with open(path, 'rb') as f:
        return hashlib.sha256(f.read()).hexdigest()


def verify(what):
    """exit code, (stage, finding) that failed, cited, absent"""
    r = subprocess.run([VERIFY, at(what), '--json'], capture_output=True,
                       timeout=120)
    said = json.loads(r.stdout)
    bad = [(s['stage'], s['finding']) for s in said.get('stages', ())
           if s['ok'] is False]
    return (r.returncode, bad, said.get('evidence_cited'),
            said.get('evidence_absent'))


def checker(what):
    """The same by the checker in Python: exit code, and what it says of
    evidence or has found."""
    r = subprocess.run([sys.executable, CHECK, at(what)], capture_output=True,
                       text=True)
    said = [l.split(': ', 1)[1] for l in r.stdout.splitlines()
            if l.startswith(('evidence: ', 'found: '))]
    return r.returncode, said[0] if said else r.stdout + r.stderr


def bundles():
    """With the files or by their hash; the same bytes by any way."""
    says('by hash', run('export', '--all', 'hash.kcb', '--dir', L),
         0, 'entries exported')
    t.same(verify('hash.kcb'), (0, [], 2, 2), 'both files are told as absent')
    says('with evidence', run('export', '--all', 'all.kcb', '--evidence',
                              'include', '--dir', L),
         0, '2 files of evidence are in it')
    t.same(verify('all.kcb'), (0, [], 2, 0), 'none is absent')
    says('the same again', run('export', '--bundle', 'again.kcb', '--evidence',
                               'include', '--socket', L + '/socket'),
         0, '2 files of evidence')
    t.same(sha(at('all.kcb')), sha(at('again.kcb')),
           'the daemon gives the same bytes')
    says('a unit', run('export', '--unit', 'U1', 'part.kcb', '--evidence',
                       'include', '--dir', L), 0, '2 files of evidence')
    t.same(verify('part.kcb'), (0, [], 2, 0), 'a part has them too')
    says('a unit by hash', run('export', '--unit', 'U1', 'bare.kcb', '--dir',
                               L), 0, 'entries exported')
    t.same(verify('bare.kcb'), (0, [], 2, 2), 'or not')
    r = run('export', '--all', 'x.kcb', '--evidence', 'all', '--dir', L)
    t.ok(r.returncode == 2 and b'include, or hash' in r.stderr and
         not os.path.exists(at('x.kcb')), 'no other word is taken', r.stderr)
    for unit in ('x.kcb', '--bundle'):
        r = run('export', '--all', 'x.kcb', '--unit', 'U1', unit, '--dir', L)
        t.ok(r.returncode == 2 and not os.path.exists(at('x.kcb')),
             'all and a part are not one thing', r.stderr)


def altered(big):
    """A bundle's evidence is held against what the entries cite."""
    good('uncompressed', run('export', '--bundle', 'raw', '--evidence',
                             'include', '--dir', L))
    with open(at('raw'), 'rb') as f:
        raw = f.read()
    head = b'file evidence/%s ' % big.encode()
    place = raw.index(head)
    size = raw.index(b'\n', place) + 1

    def put(data):
        with open(at('bad'), 'wb') as f:
            f.write(data)
        return verify('bad')
    t.same(put(raw[:size] + bytes([raw[size] ^ 1]) + raw[size + 1:]),
           (10, [('evidence', 'other')], 2, 0), 'one bit of it is found')
    t.same(checker('bad'), (10, 'other evidence'), 'by the checker too')
    other = head.replace(big[:8].encode(), b'00000000')
    t.same(put(raw.replace(head, other))[1][0][0] in ('evidence', 'layout'),
           True, 'under another name it is nobody\'s')
    t.same(put(raw[:size + 10])[0], 11, 'a bundle that breaks off')
    t.same(checker('raw'), (0, '2 cited, 2 of them here'),
           'the checker in Python hashes it')
    r = subprocess.run([VERIFY, at('hash.kcb')], capture_output=True, env={
        'LANG': 'C', 'PATH': os.environ['PATH']})
    t.ok(b'2 of 2 files that entries cite are not here' in r.stdout,
         'people are told what is absent', r.stdout)


def directory(small, big):
    good('a directory', run('export', 'dir', '--evidence', 'include', '--dir',
                            L))
    t.same(sorted(os.listdir(at('dir/evidence'))), sorted([small, big]),
           'evidence lies beside the tiles')
    t.same(verify('dir'), (0, [], 2, 0), 'and is looked at')
    inode = os.stat(at('dir/evidence/' + big)).st_ino
    good('a second time', run('export', 'dir', '--evidence', 'include', '--dir',
                              L))
    t.same(os.stat(at('dir/evidence/' + big)).st_ino, inode,
           'writes nothing anew')
    with open(at('dir/evidence/' + big), 'r+b') as f:
        f.truncate(1000)
    t.same(verify('dir'), (11, [('evidence', 'cut')], 2, 0), 'cut short')
    t.same(checker('dir'), (11, 'other evidence'), 'for the checker too')
    with open(at('dir/evidence/' + small), 'r+b') as f:
        f.write(b'A')
    t.same(verify('dir')[:2], (10, [('evidence', 'other')]), 'altered')
    t.same(checker('dir')[0], 10, 'which is worse')
    r = run('restore', 'dir', 'never')
    t.ok(r.returncode == 10 and not os.path.exists(at('never')),
         'nothing is restored from it', (r.returncode, r.stderr))
    os.unlink(at('dir/evidence/' + small))
    os.unlink(at('dir/evidence/' + big))
    t.same(verify('dir'), (0, [], 2, 2), 'absent is no fault')
    t.same(checker('dir'), (0, '2 cited, 0 of them here'), 'and is counted')


def kept_whole(small, big):
    """A backup has the evidence, sealed as the rest."""
    says('backed up', run('backup', 'sealed', '--seal-to',
                          L + '/keys/admin.1.key', '--dir', L),
         0, '2 files of evidence are in it')
    with open(at('sealed'), 'rb') as f:
        t.ok(b'a survey' not in f.read(), 'nobody reads it without the key')
    says('restored', run('restore', 'sealed', 'new', '--unseal',
                         L + '/keys/admin.1.key'),
         0, 'of 2 files that entries cite, 0 are not in it')
    t.same([(n, sha(at('new/evidence/' + n))) for n in sorted(os.listdir(at(
        'new/evidence')))], [(n, n) for n in sorted([small, big])],
        'with every file')
    good('and all of it verifies', run('evidence', 'verify', '--dir', 'new'))
    t.same(oct(os.stat(at('new/evidence')).st_mode & 0o777), '0o700',
           'for its owner alone')
    good('without', run('backup', 'thin', '--evidence', 'hash', '--dir', L))
    t.same(verify('thin'), (0, [], 2, 2), 'if asked, by hash alone')


def not_restored(small, big):
    """One that fails takes away what it brought, and nothing else."""
    def lay(name, data):
        with open(at('held/evidence/' + name), 'wb') as f:
            f.write(data)
    os.makedirs(at('held/evidence'), mode=0o700)
    with open(at('new/evidence/' + small), 'rb') as f:
        lay(small, f.read())
    lay(big, b'half of it')
    lay('0' * 64, b'of another ledger')
    before = sorted(os.listdir(at('held/evidence')))
    r = run('restore', 'sealed', 'held', '--unseal', L + '/keys/admin.1.key')
    t.ok(r.returncode == 1 and big.encode() in r.stderr and
         b'another size' in r.stderr, 'it fails, and says at what', r.stderr)
    t.same((os.listdir(at('held')), sorted(os.listdir(at('held/evidence')))),
           (['evidence'], before), 'evidence that lay there still does')


def keep(bundle, name):
    """The checkpoint of a bundle, as somebody keeps it."""
    with open(at(bundle), 'rb') as f:
        _, head, rest = f.read().split(b'\n', 2)
    with open(at(name), 'wb') as f:
        f.write(rest[:int(head.split(b' ')[2])])


def published():
    """Every hash and no entry: what everybody may see."""
    r = run('export', '--profile', 'public', 'hashes', '--dir', L)
    says('published', r, 0, 'no entry among them')
    good('as one frame', run('export', '--profile', 'public', 'hashes.kcb',
                             '--socket', L + '/socket'))
    with open(at('hashes'), 'rb') as f:
        data = f.read()
    # 'U1' alone stands in many a hash and base64.
    t.same([w for w in (b'stats.1', b'admin.1', b' U1\n', b'Roads', b'entry',
                        b'indicator') if w in data], [],
           'no name, no code, no text is in it')

    def put(changed):
        with open(at('bad'), 'wb') as f:
            f.write(changed)
        return verify('bad')[:2]
    t.same(verify('hashes.kcb')[:2], (0, []), 'it holds')
    r = subprocess.run([VERIFY, at('hashes'), '--json'], capture_output=True)
    said = json.loads(r.stdout)
    t.same(([s['stage'] for s in said['stages'] if s['ok']],
            said['public_profile']), (['layout', 'trust', 'tree'], True),
           'as far as hashes go')
    r = subprocess.run([VERIFY, at('hashes')], capture_output=True, env={
        'LANG': 'C', 'PATH': os.environ['PATH']})
    t.ok(r.returncode == 0 and b'only their hashes are here' in r.stdout,
         'and says what it does not prove', r.stdout)
    r = subprocess.run([sys.executable, CHECK, at('hashes')],
                       capture_output=True)
    t.ok(r.returncode == 0 and b'hashes alone' in r.stdout,
         'the checker in Python agrees', (r.returncode, r.stdout, r.stderr))
    place = data.index(b'file tile/0/')
    place = data.index(b'\n', place) + 40
    changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1:]
    t.same(put(changed), (10, [('tree', 'hash')]), 'a changed hash is found')
    r = subprocess.run([sys.executable, CHECK, at('bad')], capture_output=True)
    t.same(r.returncode, 10, 'by both')
    more = data[:-4] + b'file tile/entries/000.p/1 2\n\0\0\nend\n'
    t.same(put(more), (1, [('layout', 'stray')]), 'no entry slips in')
    public_directory()
    keep('hashes', 'kept')
    good('something more is said', sign(
        'unit', 'register', 'U2', '--group', 'gov', '--name', 'Rails', '--as',
        'estab.1'))
    good('and published', run('export', '--profile', 'public', 'later', '--dir',
                              L))
    good('in the directory too', run('export', '--profile', 'public', 'web/',
                                     '--dir', L))
    t.ok(verify('web')[:2] == (0, []) and len(os.listdir(
        at('web/tile/0/000.p'))) == 1, 'which has grown, and no more')
    r = subprocess.run([VERIFY, at('later'), '--at-least', at('kept')],
                       capture_output=True)
    t.ok(r.returncode == 0, 'it goes on from what was kept', r.stdout)
    keep('later', 'new-kept')
    r = subprocess.run([VERIFY, at('hashes'), '--at-least', at('new-kept'),
                        '--json'], capture_output=True)
    only = json.loads(r.stdout)['covered_by_log_key_only']
    t.same((r.returncode, only and only['from']), (11, 0),
           'an older one does not reach a newer checkpoint, nor is covered')
    r = run('restore', 'hashes', 'never')
    t.ok(r.returncode == 2 and not os.path.exists(at('never')) and
         b'no entry' in r.stderr, 'no ledger is restored of it', r.stderr)
    for more in (['press', 'x'], ['public', 'x', '--unit', 'U1'],
                 ['public', 'x', '--evidence', 'include']):
        r = run('export', '--profile', *more, '--dir', L)
        t.ok(r.returncode == 2 and not os.path.exists(at('x')),
             'no such profile: ' + ' '.join(more), r.stderr)


def public_directory():
    """The same files beside each other; entries beside them are not hidden."""
    out = ['export', '--profile', 'public', 'web/', '--dir', L]
    good('hashes as a directory', run(*out))
    names = sorted(os.path.relpath(os.path.join(d, n), at('web'))
                   for d, _, ns in os.walk(at('web')) for n in ns)
    t.ok([n for n in names if not n.startswith('tile/0/')] == [
        'checkpoint', 'profile', 'trust'], 'no entry is there', names)
    t.same(verify('web')[:2], (0, []), 'it holds')
    t.ok('hashes alone' in subprocess.run(
        [sys.executable, CHECK, at('web')], capture_output=True,
        text=True).stdout, 'by the checker in Python too')
    serve = subprocess.Popen([sys.executable, '-m', 'http.server', '0',
                              '--bind', '127.0.0.1', '-d', at('web')],
                             stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True, env=dict(
                                 os.environ, PYTHONUNBUFFERED='1'))
    port = serve.stdout.readline().split('port ')[1].split()[0]
    r = subprocess.run([VERIFY, '--json', 'http://127.0.0.1:' + port],
                       capture_output=True)
    serve.terminate()
    serve.communicate()
    t.ok(r.returncode == 0 and json.loads(r.stdout)['public_profile'],
         'and behind an address', r)
    shutil.copytree(at('dir/tile/entries'), at('web/tile/entries'))
    t.ok(verify('web')[0] != 0 and not json.loads(subprocess.run(
        [VERIFY, at('web'), '--json'], capture_output=True).stdout).get(
            'public_profile'), 'with entries it is no profile')
    r = run(*out)
    t.ok(r.returncode == 2 and b'has entries' in r.stderr,
         'and hashes alone do not go there', r.stderr)
    shutil.rmtree(at('web/tile/entries'))


def audited():
    """All of it, with evidence and who is behind each actor."""
    good('a person', run('people', 'edit', 'stats.1', 'name=Wang Fang',
                         'post=clerk', 'mail=wang@example.org', '--dir', L,
                         '--yes'))
    good('another', run('people', 'edit', 'estab.1', 'name=Li Wei', '--dir', L,
                        '--yes'))
    with open(L + '/people/stats.1') as f:
        text = f.read()
    salt = text.split('salt ')[1].strip()
    lines = [x for x in text.split('\n')
             if x.split(' ')[0] in ('actor', 'name', 'post')]
    said = hashlib.sha256(
        b'example.org/carried/commit/v1\0' + bytes.fromhex(salt) +
        ''.join(x + '\n' for x in lines).encode()).hexdigest()
    good('committed to', sign('person', 'commit', '--actor', 'stats.1',
                              '--person', 'sha256:' + said, '--as', 'estab.1'))
    says('for the auditor', run('export', '--profile', 'auditor', 'audit',
                                '--dir', L),
         0, '2 files of evidence', '1 commitments to persons are opened')
    with open(at('audit'), 'rb') as f:
        data = f.read()
    t.ok(b'name Wang Fang' in data and b'wang@' not in data and
         b'Li Wei' not in data, 'whom the ledger has committed to, no more')
    os.chmod(at('audit'), 0o644)
    good('once more', run('export', '--profile', 'auditor', 'audit', '--dir',
                          L))
    t.same([oct(os.stat(at(n)).st_mode & 0o777)
            for n in ('audit', 'thin', 'part.kcb', 'hashes')],
           ['0o600', '0o600', '0o600', '0o644'],
           'what has more than hashes is for its owner alone')
    t.same(verify('audit'), (0, [], 2, 0), 'it holds')
    r = subprocess.run([VERIFY, at('audit'), '--json'], capture_output=True)
    t.same([s['count'] for s in json.loads(r.stdout)['stages']
            if s['stage'] == 'persons'], [1], 'the person too')
    with open(at('bad'), 'wb') as f:
        f.write(data.replace(b'name Wang Fang', b'name Wang Feng'))
    t.same(verify('bad')[:2], (10, [('persons', 'opening')]),
           'another name is found')
    r = subprocess.run([sys.executable, CHECK, at('audit')],
                       capture_output=True)
    t.ok(r.returncode == 0, 'the checker in Python reads it', r.stdout)
    r = run('export', '--profile', 'auditor', 'x', '--socket', L + '/socket')
    t.ok(r.returncode == 2 and b'--dir' in r.stderr and
         not os.path.exists(at('x')), 'persons are with the directory', r.stderr)


def lost(small, big):
    """What is not whole does not go out, and that is said."""
    with open(L + '/evidence/' + big, 'r+b') as f:
        f.write(b'xx')
    says('a damaged file', run('export', '--all', 'some.kcb', '--evidence',
                               'include', '--dir', L),
         0, '1 files of evidence are in it', '1 are damaged')
    t.same(verify('some.kcb'), (0, [], 2, 1), 'is left out')
    r = run('verify', '--dir', L)
    t.ok(r.returncode == 10 and b'not the file that the entry cites' in
         r.stdout, 'the ledger itself is found out',
         (r.returncode, r.stdout, r.stderr))
    os.unlink(L + '/evidence/' + big)
    says('a lost file', run('backup', 'some', '--dir', L),
         0, '1 files of evidence are in it',
          '1 that entries cite are not here')
    t.same(verify('some'), (0, [], 2, 1), 'hinders no backup')


d = found('example.org/carried')
small, s = file('survey.pdf', b'a survey' * 100)
big, b = file('photos.zip', os.urandom(2 * 2 ** 20 + 12345))
good('a report with its files', report('2022-Q1', '--evidence', small,
                                       '--evidence', big))
bundles()
altered(b)
directory(s, b)
kept_whole(s, b)
not_restored(s, b)
published()
audited()
lost(s, b)
d.stop()
shutil.rmtree(top)
t.done()
