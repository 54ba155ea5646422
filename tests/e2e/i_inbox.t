#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two signers and no file: one leaves statements with the daemon, the other
reads them in the inbox and signs all, some or none."""
import json, os, pty, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Relay, Tap, free_port

BUILD = os.path.abspath(os.environ.get('BUILD', 'build'))
CLI, DAEMON = BUILD + '/bin/kaocheng', BUILD + '/bin/kaochengd'
t = Tap()
top = tempfile.mkdtemp(prefix='kc-inbox-')
AT = '2022-01-10T01:00:00Z'
L = top + '/ledger'
PORT = free_port()


def run(*argv, tty=None, home='a', lang='C.UTF-8'):
    """Each signer has a home; with tty, what is typed on a terminal."""
    env = dict(PATH=os.environ['PATH'], HOME=os.path.join(top, home),
               LC_ALL=lang, TERM='dumb')
    os.makedirs(env['HOME'], exist_ok=True)
    argv = [CLI] + [str(a) for a in argv]
    if tty is None:
        r = subprocess.run(argv, env=env, cwd=top, capture_output=True,
                           stdin=subprocess.DEVNULL, timeout=120, text=True)
        return r.returncode, r.stdout, r.stderr
    master, slave = pty.openpty()
    p = subprocess.Popen(argv, env=env, cwd=top, stdin=slave, stderr=slave,
                         stdout=subprocess.PIPE, text=True)
    os.close(slave)
    os.write(master, tty.encode())
    out = p.communicate(timeout=120)[0]
    said = b''
    try:
        while part := os.read(master, 65536):
            said += part
    except OSError:
        pass  # all of it is read, and the other side is closed
    os.close(master)
    return p.returncode, out, said.decode()


def good(what, r):
    t.ok(r[0] == 0, what, r)
    return r


def says(what, r, code, *words):
    t.ok(r[0] == code and all(w in r[1] + r[2] for w in words), what, r)


def inbox(*argv, who='admin.2', at=('--dir', L), **more):
    return run('inbox', '--as', who, *at, *argv, home='b', **more)


def start():
    p = subprocess.Popen([DAEMON, '--dir', L, '--test-clock', AT], cwd=top,
                         stderr=subprocess.PIPE, text=True)
    for line in p.stderr:
        if 'event=ready' in line:
            return p


def found():
    good('a ledger', run('init', L, '--origin', 'example.org/inbox', '--at',
                         AT, '--unprotected', '--tcp',
                         '127.0.0.1:%d' % PORT))
    p = start()
    for name in ('org.1', 'org.2', 'org.3', 'org.4'):
        good('a key', run('key', 'new', name, '--dir', L, '--unprotected'))
    with open(top + '/word', 'w') as f:
        f.write('open sesame\n')
    good('the second administrator has a passphrase', run(
        'key', 'passwd', 'admin.2', '--dir', L, '--new-passphrase-file',
        'word'))
    # The two sit at two machines.
    os.makedirs(top + '/two')
    shutil.move(L + '/keys/admin.2.key', top + '/two/admin.2.key')
    return p


TWO = ('--keys', 'two', '--passphrase-file', 'word')


def enrol(name, *more):
    return run('actor', 'enrol', '--actor', name, '--role', 'org', '--as',
               'admin.1', '--dir', L, '--at', AT, '--yes', *more)


def leave(name):
    r = good(name + ' is left for the other', enrol(name, '--share', 'admin.2'))
    return r[1].split()[1]


def size():
    return len(json.loads(run('log', 'list', '--dir', L, '--json', '--limit',
                              1000)[1])['rows'])


def ids(*argv):
    return [d['id'][:8] for d in json.loads(inbox('--json', *argv)[1])[
        'drafts']]


def left_and_read():
    before = size()
    says('whose key is not here is named, with what to do',
         enrol('org.1', '--as', 'admin.2'), 3, 'admin.2', '--share admin.2')
    says('who signs here cannot be the other too',
         enrol('org.1', '--share', 'admin.1'), 2, 'signs once')
    says('nor is an actor that is none', enrol('org.1', '--share', 'a b'), 2)
    r = good('one signs', enrol('org.1', '--share', 'admin.2'))
    first = r[1].split()[1]
    t.ok('kaocheng inbox --as admin.2' in r[2], 'and is told what comes next',
         r)
    doc = json.loads(good('for programs', enrol(
        'org.2', '--share', 'admin.2', '--json'))[1])
    second = doc['drafts'][0]['id'][:8]
    t.ok(doc['missing'] == ['admin.2'] and size() == before,
         'the log has nothing of it', doc)
    r = good('the other reads', inbox())
    t.ok('2 drafts wait' in r[1] and 'actor org.1\nrole org\n' in r[1] and
         'by admin.1\nby admin.2\n' in r[1] and 'enrol an actor' in r[1] and
         'effect' in r[1] and 'signed by admin.1' in r[1],
         'the exact texts, what they would do, who has signed', r)
    t.ok('nothing was signed' in r[2], 'and that nothing was signed', r)
    doc = json.loads(inbox('--json')[1])
    t.ok(doc['schema'] == 'kaocheng.inbox/1' and [
        (d['missing'], d['fault'], d['signed_now']) for d in doc['drafts']] ==
        [(['admin.2'], None, False)] * 2 and sorted(ids()) ==
        sorted([first, second]), 'for programs', doc)
    r = inbox('--lang', 'zh')
    t.ok('2 份文稿待 admin.2 签署' in r[1] and '登记人员' in r[1] and
         'signed' not in r[1], 'in Chinese', r)
    says('who is no signer has none', inbox(
        who='estab.1', at=('--dir', L)), 0, 'nothing waits')
    return first, second


def signed(first, second):
    before = size()
    says('without a terminal and an answer nothing is signed',
         inbox('--all', *TWO), 2, '--yes')
    says('a number names nothing that lasts', inbox('1', '--yes', *TWO), 2,
         '8 digits')
    says('an id that is none', inbox('00000000', '--yes', *TWO), 3)
    says('ids or all', inbox(first, '--all', *TWO), 2)
    says('"none" at the question', inbox(*TWO, tty='none\n'), 0,
         'nothing was signed')
    says('a number that is none of them', inbox(*TWO, tty='3\n'), 2, '3')
    t.ok(size() == before, 'and nothing was')
    number = ids().index(first) + 1
    says('one by its number on a terminal', inbox(*TWO, tty='%d\n' % number),
         0, '1 of 1 signed', '#')
    t.ok(size() == before + 1 and ids() == [second], 'stands; one waits')
    says('a wrong passphrase signs nothing', inbox(
        '--all', '--yes', '--keys', 'two', '--passphrase-file',
        'ledger/trust'), 4)
    third = leave('org.3')
    r = good('all, by one passphrase', inbox('--all', '--yes', *TWO))
    t.ok(size() == before + 3 and '2 of 2 signed' in r[2] and
         r[2].count('receipt checked') + r[2].count('NOT checked') == 2,
         'both stand, each with its receipt', r)
    t.same(os.listdir(top + '/ledger/drafts'), [],
           'what stands is kept for nobody')
    says('nothing waits any more', inbox(), 0, 'nothing waits')


def moved_on():
    one, other = leave('org.4'), leave('org.4')
    r = good('of two that cannot both be, one', inbox(one, '--yes', *TWO))
    before = size()
    says('the other says why it cannot be signed', inbox(), 0,
         'not to be signed', 'E-EXISTS')
    says('it is refused by its id', inbox(other, '--yes', *TWO), 5, other,
         'E-EXISTS')
    says('and left out of all', inbox('--all', '--yes', *TWO), 0,
         'nothing was signed')
    t.ok(size() == before and ids() == [other], 'it stays')
    says('the list shows it to who signed', run(
        'draft', 'list', '--as', 'admin.1', '--dir', L), 0, other, 'admin.2')
    says('who takes it away', run(
        'draft', 'drop', other, '--as', 'admin.1', '--dir', L), 0, other)
    says('once', run('draft', 'drop', other, '--as', 'admin.1', '--dir', L),
         3, other)


def tampered(p):
    """A daemon that shows another text than was left."""
    good('a key', run('key', 'new', 'org.5', '--dir', L, '--unprotected'))
    id = leave('org.5')

    def lie(path):
        if path.startswith('/v1/drafts/'):
            r = json.loads(inbox('--json')[1])['drafts'][0]
            return 200, (r['text'].replace('role org', 'role head') +
                         '\n— admin.1 x\n').encode()
    Relay(top + '/lying', L + '/socket', lie)
    r = inbox('--all', '--yes', *TWO, at=(
        '--socket', 'lying', '--trust', L + '/trust'))
    t.ok(r[0] == 10 and 'not the one that was left' in r[1] and
         'signed' not in r[2].replace('nothing was signed', ''),
         'it is found out, and nothing is signed', r)
    before = size()
    p.kill()
    p.wait()
    p = start()
    says('after a restart it waits, over an address too', inbox(
        '--all', '--yes', *TWO, at=(
            '--url', 'http://127.0.0.1:%d' % PORT, '--trust',
            L + '/trust')), 0, '1 of 1 signed')
    t.ok(size() == before + 1, 'and stands')
    return p


def several():
    """One command, several drafts."""
    r = good('several at once', run(
        'actor', 'retire', 'org.1', 'org.2', '--as', 'admin.1', '--share',
        'admin.2', '--reason', 'left', '--dir', L, '--at', AT, '--yes'))
    t.ok(r[1].count('draft ') == 2, 'are drafts of their own', r)
    good('and are signed in one pass', inbox('--all', '--yes', *TWO))
    says('of a table that is not there nothing is left', run(
        'import', 'x.csv', '--as', 'admin.1', '--share', 'admin.2', '--dir',
        L), 3, 'x.csv')


def to_do():
    """What the state of a target says that one has to do next."""
    as_estab = ('--as', 'estab.1', '--dir', L, '--at', AT, '--yes')
    for step in (
            ('unit', 'register', 'G01', '--name', 'Roads', '--group', 'gov'),
            ('unit', 'register', 'G02', '--name', 'Judges', '--group', 'gov'),
            ('duty', 'register', '--unit', 'G01', '--duty', 'G01-D1',
             '--text', 'roads'),
            ('target', 'draft', '--target', 'G01-K1', '--unit', 'G01',
             '--year', 2022, '--class', 'key', '--source', 'city-key',
             '--duty', 'G01-D1', '--weight', '40', '--assessor', 'G02',
             '--title', 'Bridges')):
        good(' '.join(step[:2]), run(*step, *as_estab))
    says('the draft is its office\'s to submit', inbox(who='estab.1'), 0,
         'has to do next', 'G01-K1', 'submit a target: Bridges')
    good('submitted', run('target', 'submit', 'G01-K1', *as_estab))
    todo = json.loads(inbox('--json', who='estab.1')[1])['todo']
    t.ok([(r['target'], r['kinds'], r['due']) for r in todo] ==
         [('G01-K1', ['target.approve_first'], None)],
         'then the first review is', todo)
    t.ok(json.loads(inbox('--json')[1])['todo'] == [],
         'and the administrator has nothing of it')


def many():
    """Of the first twenty it is said what each does; all are tried."""
    names = ['many.%d' % i for i in range(22)]
    for name in names:
        if run('key', 'new', name, '--dir', L, '--unprotected')[0] or \
                enrol(name, '--share', 'admin.2')[0]:
            t.ok(False, name + ' is left')
    doc = json.loads(inbox('--json')[1])
    said = [bool(d['effect']) for d in doc['drafts']]
    t.same(said, [True] * 20 + [False] * 2, 'the first twenty say what they do')
    t.ok(all(d['fault'] is None for d in doc['drafts']), 'all would stand', doc)
    r = good('they are read', inbox())
    t.same(r[1].count('  effect  '), 20, 'with their effect')
    r = good('and signed', inbox('--all', '--yes', *TWO))
    t.ok('22 of 22 signed' in r[2], 'all of them', r)


p = found()
signed(*left_and_read())
moved_on()
p = tampered(p)
several()
to_do()
many()
p.terminate()
p.stderr.read()
t.same(p.wait(), 0, 'the daemon ends well')
shutil.rmtree(top)
t.done()
