#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Evidence from the command line: a statement's files come before it; whoever
may read it fetches them; what is lost, damaged or cited by nobody is told."""
import json, os, re, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from evidencekit import L, file, found, report, run, sign, t, top
from kcd import CLI

good, says = t.good, t.says
DAYS = 86400


def entry_of(r):
    return int(re.search(rb'#(\d+)', r.stdout).group(1))


def kept():
    path = L + '/evidence'
    return sorted(os.listdir(path)) if os.path.isdir(path) else []


def cited():
    """One command brings the file and signs for it; a large one in pieces."""
    small, s = file('survey.pdf', b'a survey' * 100)
    big, b = file('photos.zip', os.urandom(2 * 2 ** 20 + 12345))
    r = good('a report with its files', report(
        '2022-Q1', '--evidence', small, '--evidence', big))
    t.ok(kept() == sorted([s, b]), 'both are with the daemon', kept())
    t.ok(b'evidence survey.pdf: 800 bytes' in r.stderr,
         'and it says so', r.stderr)
    seq = entry_of(r)
    for name, h in ((small, s), (big, b)):
        good('fetched: ' + name, run('evidence', 'get', 'sha256:' + h,
                                     '--entry', seq, '--out', 'got', '--socket',
                                     L + '/socket'))
        t.ok(open(top + '/got', 'rb').read() ==
             open(top + '/' + name, 'rb').read(), 'it is the same file')
        t.same(os.stat(top + '/got').st_mode & 0o777, 0o600,
               'for nobody else to read')
    get = [CLI, 'evidence', 'get', 'sha256:' + b, '--dir', L]
    p = subprocess.Popen(get, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         env={'HOME': top, 'LANG': 'C'}, cwd=top)
    p.stdout.read(1)
    p.stdout.close()
    t.ok((p.stderr.read(), p.wait()) == (b'', -13),
         'who has read enough is not told of it', p.returncode)
    r = subprocess.run(get, stdout=open('/dev/full', 'w'), cwd=top,
                       stderr=subprocess.PIPE, env={'HOME': top, 'LANG': 'C'})
    t.ok(r.returncode == 1 and b'could not be written' in r.stderr,
         'a full disk is told', r)
    says('which entry it is about must be said', run(
        'evidence', 'get', h, '--out', 'x', '--socket', L + '/socket'), 2,
        '--entry SEQ')
    says('another entry does not give it', run(
        'evidence', 'get', s, '--entry', 3, '--out', 'x', '--socket',
        L + '/socket'), 3, 'evidence')
    t.ok(not os.path.exists(top + '/x') and
         not [n for n in os.listdir(top) if n.endswith('.part')],
         'and nothing is left of it')
    return seq, s, b


def not_brought():
    """Where the file cannot be brought nothing is signed for it."""
    before = run('log', 'list', '--dir', L, '--json').stdout
    name, h = file('empty.pdf', b'')
    says('an empty file is none', report('2022-Q2', '--evidence', name), 2,
         'no evidence')
    says('a directory is none', report('2022-Q2', '--evidence', '.'), 2,
         'directory')
    with open(L + '/kaocheng.yaml', 'a') as f:
        f.write('store:\n  evidence_mib: 1\n')
    d.stop()
    d.start()
    name, h = file('huge.zip', os.urandom(2 ** 20 + 1))
    says('what is too large is refused', report('2022-Q2', '--evidence', name),
         2, 'E-SIZE')
    t.ok(run('log', 'list', '--dir', L, '--json').stdout == before and
         h not in kept(), 'and nothing was sent')


def by_hand():
    """put prints what a statement cites."""
    name, h = file('minutes.txt', b'minutes of a meeting')
    r = good('brought by itself', run(
        'evidence', 'put', name, '--as', 'stats.1', '--dir', L))
    said = r.stdout.decode().strip()
    t.ok(said == 'sha256:%s 20 text/plain' % h and h in kept(),
         'it prints what to cite', said)
    good('twice is the same', run('evidence', 'put', name, '--as', 'stats.1',
                                  '--dir', L))
    good('and a statement cites it', sign(
        'indicator', 'report', 'I2', '--quarter', '2022-Q1', '--value', '1',
        '--evidence', said, '--as', 'stats.1'))
    r = good('as JSON', run('evidence', 'put', name, '--as', 'stats.1',
                            '--dir', L, '--json'))
    t.ok(json.loads(r.stdout)['rows'] == [{'file': name, 'evidence': said}],
         'with its file', r.stdout)
    r = sign('indicator', 'report', 'I1', '--quarter', '2022-Q4', '--value',
             '1', '--evidence', name, '--out', 'later.text', '--as', 'stats.1')
    t.ok(r.returncode == 0 and b'evidence put minutes.txt' in r.stderr,
         'a text for later says what is to be brought', r.stderr)


def states():
    rows = json.loads(run('evidence', 'list', '--dir', L, '--json').stdout)
    return {r['hash'].replace('sha256:', ''): r for r in rows['rows']}


def told(seq, small, big):
    """list, verify: here, missing, damaged."""
    t.ok(states()[small]['state'] == 'here' and
         states()[small]['seq'] == seq, 'what is cited is here', states())
    good('all of it is whole', run('evidence', 'verify', '--dir', L))
    for more in (['--entry', str(seq)], ['--unit', 'U1'], ['--case', 'I1']):
        r = good('listed by ' + more[0], run('evidence', 'list', *more, '--dir',
                                             L, '--json'))
        got = {x['hash'] for x in json.loads(r.stdout)['rows']}
        t.ok({'sha256:' + small, 'sha256:' + big} <= got and
             'uncited' not in r.stdout.decode(), 'what it cites', got)
    r = good('another entry', run('evidence', 'list', '--entry', 1, '--dir', L,
                                  '--json'))
    t.ok(json.loads(r.stdout)['rows'] == [], 'cites none', r.stdout)
    says('an entry that is none', run('evidence', 'list', '--entry', 9999,
                                      '--dir', L), 3, '9999')
    says('a case that is none', run('evidence', 'list', '--case', 'PD-2022-0009',
                                    '--dir', L), 3, 'PD-2022-0009')
    path = L + '/evidence/' + big
    data = open(path, 'rb').read()
    os.chmod(path, 0o600)
    open(path, 'wb').write(data[:-1] + bytes([data[-1] ^ 1]))
    r = run('evidence', 'verify', '--dir', L)
    t.ok(r.returncode == 10 and b'1 damaged' in r.stderr and
         b'damaged' in r.stdout, 'a changed file is found',
         (r.returncode, r.stdout, r.stderr))
    says('and not given out as what it was', run(
        'evidence', 'get', big, '--dir', L, '--out', 'bad'), 10,
        'another hash')
    t.ok(not os.path.exists(top + '/bad'), 'nothing is written')
    os.unlink(path)
    r = run('evidence', 'verify', '--dir', L)
    t.ok(r.returncode == 11 and b'1 missing' in r.stderr,
         'a missing one is told', (r.returncode, r.stderr))
    with open(L + '/kaocheng.yaml', 'r+') as f:
        text = f.read().replace('evidence_mib: 1', 'evidence_mib: 8')
        f.seek(0)
        f.write(text)
    d.stop()
    d.start()
    good('whoever has the file brings it again', run(
        'evidence', 'put', 'photos.zip', '--as', 'stats.1', '--dir', L))
    good('and it is whole', run('evidence', 'verify', '--dir', L))


def swept():
    """What nobody cites goes, once no statement can come that does."""
    old, o = file('old.txt', b'an old file')
    new, n = file('new.txt', b'a new file')
    for name in (old, new):
        good('brought: ' + name, run('evidence', 'put', name, '--as',
                                     'stats.1', '--dir', L))
    half = '.' + 'a' * 64 + '.stats.1'
    open(L + '/evidence/' + half, 'wb').write(b'half')
    os.chmod(L + '/evidence/' + half, 0o600)
    now = os.stat(L + '/evidence/' + o).st_mtime
    for name in (o, half, states_cited):
        os.utime(L + '/evidence/' + name, (now - 40 * DAYS, now - 40 * DAYS))
    says('a week is too short', run('evidence', 'sweep', '--dir', L,
                                    '--older-than', 7), 2, 'at least 8')
    r = good('tried', run('evidence', 'sweep', '--dir', L, '--dry-run'))
    t.ok(o.encode() in r.stdout and half.encode() in r.stdout and
         n.encode() not in r.stdout and o in kept(),
         'it says what would go', r.stdout)
    r = run('evidence', 'sweep', '--dir', L)
    t.ok(r.returncode == 2 and o in kept(), 'it asks first', r.stderr)
    with open(L + '/kaocheng.yaml') as f:
        text = f.read()
    with open(L + '/kaocheng.yaml', 'w') as f:
        f.write(text.replace('store:', 'store:\n  evidence_days: 60'))
    says('what the settings keep stays', run('evidence', 'sweep', '--dir', L,
                                             '--yes'), 0, 'nothing to sweep')
    with open(L + '/kaocheng.yaml', 'w') as f:
        f.write(text)
    says('what is swept is swept as of now', run(
        'evidence', 'sweep', '--dir', L, '--as-of', 3, '--yes'), 2, '--as-of')
    t.ok(states_cited in kept() and o in kept(),
         'what a later entry cites stays', kept())
    r = good('swept', run('evidence', 'sweep', '--dir', L, '--yes'))
    t.ok(o not in kept() and half not in kept() and n in kept() and
         states_cited in kept() and b'2 files removed' in r.stderr,
         'what is cited or new stays', (kept(), r.stderr))
    says('nothing is left to sweep', run('evidence', 'sweep', '--dir', L,
                                         '--yes'), 0, 'nothing to sweep')


d = found('example.org/exhibits')
seq, small, big = cited()
states_cited = small
not_brought()
by_hand()
told(seq, small, big)
swept()
d.stop()
shutil.rmtree(top)
t.done()
