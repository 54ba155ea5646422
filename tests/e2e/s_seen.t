#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A user is a witness: the command line signs nothing for a ledger that does
not continue what its user saw, and keeps both heads."""
import glob, os, shutil, socket, stat, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
import kcd
from kcd import Tap, kaocheng

NOW = '2022-06-01T01:00:00Z'
t = Tap()
top = tempfile.mkdtemp(prefix='kc-seen-')
D = top + '/l'
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C',
       'XDG_STATE_HOME': top + '/state', 'ASAN_OPTIONS': 'detect_leaks=1'}
OTHER = dict(ENV, XDG_STATE_HOME=top + '/other')  # another user
SEEN = top + '/state/kaocheng/seen'


def kc(*argv, env=ENV, dir=D):
    return kaocheng(*argv, '--at', NOW, '--dir', dir, home=top, **env)


def unit(code, *more, **named):
    return kc('unit', 'register', '--unit', code, '--group', 'gov', '--name',
              'n ' + code, '--as', 'estab.1', '--yes', *more, **named)


class Served(kcd.Served):
    """The daemon over a directory; whatever stands there is its truth."""

    def __init__(self, dir=D):
        super().__init__(dir, '--reseed-anchor', clock=NOW, env=ENV)
        if os.path.exists(dir + '/ledger.mdb'):
            for anchor in glob.glob(dir + '/anchor*'):
                os.remove(anchor)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


def heads():
    """The files that are kept: of the ledger, and refused."""
    names = sorted(os.listdir(SEEN))
    return ([n for n in names if '.refused-' not in n],
            [n for n in names if '.refused-' in n])


def content(name):
    with open(os.path.join(SEEN, name)) as f:
        return f.read()


def size_of(name):
    return int(content(name).split('\n')[1])


def found(dir, origin):
    r = kc('init', dir, '--origin', origin, '--year', '2022', '--unprotected',
           dir=dir)
    t.ok(r.returncode == 0, 'a ledger is founded: ' + origin, r.stderr)


def restore(copy):
    shutil.rmtree(D)
    shutil.copytree(copy, D, symlinks=True)


def checkpoint():
    s = socket.socket(socket.AF_UNIX)
    s.connect(D + '/socket')
    s.sendall(b'GET /checkpoint HTTP/1.1\r\nHost: l\r\n'
              b'Connection: close\r\n\r\n')
    data = b''
    while True:
        part = s.recv(65536)
        if not part:
            return data.decode().split('\r\n\r\n', 1)[1]
        data += part


def grows():
    found(D, 'example.org/seen')
    kept, _ = heads()
    t.same(len(kept), 1, 'who founds a ledger has seen it')
    was = size_of(kept[0])
    with Served():
        for i in range(3):
            r = unit('A%02d' % i)
            t.ok(r.returncode == 0, 'an honest ledger that grows', r.stderr)
        t.same(content(kept[0]), checkpoint(),
               'the newest receipt is kept, as it was signed')
        t.same(size_of(kept[0]), was + 3, 'and covers the statement')
        t.same(stat.S_IMODE(os.stat(os.path.join(SEEN, kept[0])).st_mode),
               0o600, 'for its user alone')
        t.same(unit('B01', env=OTHER).returncode, 0, 'another user writes')
        r = unit('B02', '--out', top + '/draft')
        t.ok(r.returncode == 0, 'a draft', r.stderr)
        t.same(size_of(kept[0]), was + 4,
               'what a verified head says is seen, sent or not')
        with open(top + '/draft') as f:
            t.ok('\nseen %d ' % (was + 4) in f.read(),
                 'and that is what the draft says')
    return kept[0]


def refused(name, what, sent=True):
    """Nothing is signed, drafted or sent, in two languages."""
    before = content(name), checkpoint()
    for env, words in ((ENV, ('nothing was signed', 'auditor')),
                       (dict(ENV, LANG='zh_CN.UTF-8'),
                        ('未签署任何内容', '审计'))):
        r = unit('C01', env=env)
        t.same(r.returncode, 10, what + ': exit 10')
        t.ok(all(w in r.stderr for w in words), what + ': said', r.stderr)
        t.ok(os.path.join(SEEN, name) + '.refused-' in r.stderr,
             what + ': and where both heads are', r.stderr)
    r = unit('C01', '--out', top + '/never')
    t.same((r.returncode, os.path.exists(top + '/never')), (10, False),
           what + ': no draft either')
    r = unit('C01', '--dry-run')
    t.same((r.returncode, r.stdout), (10, ''), what + ': no trial')
    t.same((content(name), checkpoint()), before,
           what + ': nothing was sent, what was seen is kept')
    t.ok(before[1] in [content(n) for n in heads()[1]],
         what + ': the other head too', heads())


def attacks(name):
    old = top + '/old'
    shutil.copytree(D, old, symlinks=True)
    with Served():
        for i in range(3):
            t.same(unit('D%02d' % i).returncode, 0, 'it goes on')
    new = top + '/new'
    shutil.copytree(D, new, symlinks=True)
    seen = size_of(name)
    restore(old)
    with Served():
        refused(name, 'an older copy put back')
        for i in range(3):
            t.same(unit('E%02d' % i, env=OTHER).returncode, 0,
                   'who has seen less goes on')
        t.same(int(checkpoint().split('\n')[1]), seen, 'as many entries')
        refused(name, 'others in their place')
        t.same(unit('E99', env=OTHER).returncode, 0, 'and one more')
        refused(name, 'a longer history')
    t.same(len(heads()[1]), 3, 'three heads are evidence')
    restore(new)
    with Served():
        r = unit('C01')
        t.ok(r.returncode == 0, 'the true one is signed for again', r.stderr)


def at_once(name):
    """Another program of the user has seen more since the head was asked for,
    or the ledger was cut: what it says when it is asked anew tells."""
    with Served():
        old = checkpoint().encode()
        t.same(unit('M71').returncode, 0, 'one program writes')
        for cut in (False, True):
            at = top + ('/cut-head' if cut else '/slow')
            relay = kcd.Relay(at, D + '/socket', lambda path: (
                (200, old) if path == '/checkpoint' and
                (cut or relay.asked.count(path) == 1) else None))
            before = content(name)
            r = kaocheng('unit', 'register', '--unit', 'M8%d' % cut,
                         '--group', 'gov', '--name', 'n', '--as', 'estab.1',
                         '--yes', '--out', at + '.txt', '--at', NOW,
                         '--socket', at, '--trust', D + '/trust', home=top,
                         **ENV)
            t.ok(r.returncode == (10 if cut else 0), 'another whose head is '
                 'older: ' + ('refused' if cut else 'no alarm'), r.stderr)
            t.same(content(name), before, 'the newest is kept')


def sign_refused(draft, code, word, what):
    with open(draft) as f:
        text = f.read()
    r = kc('sign', draft, '--as', 'estab.1')
    t.ok(r.returncode == code and word in r.stderr, what, r.stderr)
    with open(draft) as f:
        t.same(f.read(), text, what + ': not signed')


def drafts(name):
    """What another drafted is held against the ledger before it is signed."""
    true, fork, draft = top + '/true', top + '/fork', top + '/theirs'
    third = dict(ENV, XDG_STATE_HOME=top + '/third')
    with Served():
        t.same(unit('J01', '--out', draft).returncode, 0, 'a draft')
    shutil.copytree(D, true, symlinks=True)
    restore(top + '/old')
    with Served():
        sign_refused(draft, 10, 'nothing was signed',
                     'no draft is signed for a ledger that was cut')
        more = size_of(name) - int(checkpoint().split('\n')[1])
        for i in range(more):
            t.same(unit('J%02d' % (i + 2), env=third).returncode, 0,
                   'another history as long')
        t.same(unit('K01', '--out', fork + '.txt', env=third).returncode, 0,
               'a draft by one who sees it')
        t.same(unit('K02', env=third).returncode, 0, 'and one more')
        t.same(unit('K03', '--out', fork + '2.txt', env=third).returncode, 0,
               'drafted when it is longer')
    restore(true)
    sign_refused(fork + '.txt', 5, 'E-SEEN',
                 'another history, held against what is kept alone')
    with Served():
        sign_refused(fork + '.txt', 5, 'E-SEEN', 'another history')
        sign_refused(fork + '2.txt', 5, 'E-SEEN-AHEAD', 'a longer one')
        t.same(kc('sign', draft, '--as', 'estab.1').returncode, 0,
               'a beginning of the ledger is signed')
    r = kc('sign', draft, '--as', 'estab.1')
    t.ok(r.returncode == 0 and 'does not answer' in r.stderr,
         'where the ledger cannot be asked, it is said', r.stderr)


def receipts(name):
    """A note that was signed before is sent to the cut ledger."""
    with Served():
        t.same(unit('F01', '--out', top + '/f').returncode, 0, 'a draft')
        t.same(kc('sign', top + '/f', '--as', 'estab.1').returncode, 0,
               'is signed')
    cut = top + '/cut'
    shutil.copytree(D, cut, symlinks=True)
    with Served():
        for i in range(3):
            t.same(unit('G%02d' % i).returncode, 0, 'others follow')
        r = kc('send', top + '/f')
        # The author has seen more since: see E-SEEN-BACK.
        t.ok(r.returncode == 5 and 'E-SEEN-BACK' in r.stderr,
             'an older draft is not taken any more', r.stderr)
    full = top + '/full'
    shutil.copytree(D, full, symlinks=True)
    restore(cut)
    with Served():
        r = kc('send', top + '/f')
        t.ok(r.returncode == 10 and 'do not rely on it' in r.stderr,
             'the receipt of a cut ledger is not relied on', r.stderr)
        t.ok('outbox' in r.stderr, 'the note is kept', r.stderr)
    restore(full)


def others(name):
    """Another origin, another file; the same again is put aside."""
    found(top + '/x', 'example.org/other')
    with Served(top + '/x'):
        t.same(unit('A01', dir=top + '/x').returncode, 0, 'another ledger')
    t.same(len(heads()[0]), 2, 'has a file of its own')
    with Served():
        t.same(unit('H01').returncode, 0, 'neither disturbs the other')
    found(top + '/y', 'example.org/other')
    t.ok([n for n in heads()[0] if n.endswith('.before')],
         'founding one anew puts aside what was kept of its name')
    with Served(top + '/y'):
        r = unit('A01', dir=top + '/y')
        t.ok(r.returncode == 0, 'and begins to witness that', r.stderr)


def unwritable(name):
    with Served():
        blocked = top + '/blocked'
        os.makedirs(blocked + '/kaocheng')
        with open(blocked + '/kaocheng/seen', 'w'):
            pass
        env = dict(ENV, XDG_STATE_HOME=blocked)
        r = unit('I01', '--quiet', env=env)
        t.ok(r.returncode == 0 and 'is not kept' in r.stderr and
             blocked in r.stderr, 'what cannot be kept is said', r.stderr)
        bare = dict(ENV, HOME=None, XDG_STATE_HOME=None)
        r = unit('I02', '--out', top + '/i', env=bare)
        t.ok(r.returncode == 0 and 'XDG_STATE_HOME' in r.stderr,
             'and that there is no place for it', r.stderr)
        path = os.path.join(SEEN, name)
        os.rename(path, path + '.x')
        os.mkdir(path)
        r = unit('I03')
        t.ok(r.returncode not in (0, 10) and path in r.stderr,
             'what cannot be read stops the signature', r.stderr)
        os.rmdir(path)
        with open(path, 'w') as f:
            f.write('example.org/seen\n')
        r = unit('I03')
        t.ok(r.returncode == 1 and path in r.stderr,
             'and so does what nobody signed', r.stderr)
        os.rename(path + '.x', path)
        t.same(unit('I03').returncode, 0, 'until it is there again')


try:
    kept = grows()
    attacks(kept)
    drafts(kept)
    receipts(kept)
    others(kept)
    unwritable(kept)
    at_once(kept)
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
