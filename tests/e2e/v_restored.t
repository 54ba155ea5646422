#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A ledger that is put back to an earlier state: by `restore` or by hand, it
is noticed, says so itself, and waits until two administrators accept it."""
import hashlib, json, os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import KAOCHENGD, Relay, Served, Tap, kaocheng

COPIES = int(os.environ.get('COPIES', 100))
t = Tap()
good = t.good
top = tempfile.mkdtemp(prefix='kc-restored-')
AT = '2022-01-10T01:00:00Z'


def at(name):
    return os.path.join(top, name)


def run(*argv, home='home'):
    """Another home has seen nothing of the ledger yet."""
    return kaocheng(*argv, home=at(home), cwd=top)


def serve(where, *options):
    return Served(at(where), *options, clock=AT).start()


def unit(where, code, home='home'):
    return run('unit', 'register', code, '--group', 'gov', '--name',
               'Office ' + code, '--as', 'estab.1', '--dir', where, '--yes',
               '--at', AT, home=home)


def accept(where, *who, home='home'):
    return run('restore', 'accept', '--basis', 'the disk failed', '--dir',
               where, '--yes', '--at', AT, *(a for w in who
                                             for a in ('--as', w)), home=home)


def restorations(where):
    return json.loads(run('restore', 'list', '--dir', where, '--json').stdout)


def entries(where):
    rows = json.loads(run('log', 'list', '--dir', where, '--json', '--limit',
                          999).stdout)['rows']
    return sorted((r['seq'], r['kind']) for r in rows)


def waits(where, kept, lost, home):
    """It says so in its next entry, and takes nothing else."""
    doc = restorations(where)
    row = doc['rows'][0]
    t.ok(doc['restored'] and row['seq'] == row['kept'] == kept and
         row['lost_size'] == lost, '%s says what was lost' % where, doc)
    r = unit(where, 'G77', home)
    t.ok(r.returncode == 7 and 'E-RESTORED' in r.stderr and
         'restore.accept' in r.stderr, 'nothing else is taken',
         (r.returncode, r.stderr))
    r = accept(where, 'admin.1', home=home)
    t.ok(r.returncode == 4 and 'E-ROLE' in r.stderr, 'one alone is not two',
         (r.returncode, r.stderr))
    r = run('status', '--dir', where)
    t.ok('two administrators must accept it' in r.stdout,
         'the status says what it waits for', r.stdout)
    good('two administrators accept it',
         accept(where, 'admin.1', 'admin.2', home=home))
    good('and it goes on', unit(where, 'G77', home))
    t.ok(not restorations(where)['restored'], 'as if it were whole')


def lied_to(d, seq):
    """A log of two histories: it is followed on one, if it proves its entries
    by that one; and what is kept is the head that was looked at."""
    d.stop()
    shutil.copytree(at('new'), at('first'))
    d = serve('new')
    good('one history', unit('new', 'G90', 'twin'))
    proof = '/v1/entries/%d/receipt' % seq
    other = {proof: d.get(proof)[2], '/checkpoint': d.get('/checkpoint')[2]}
    d.stop()
    shutil.rmtree(at('new'))
    os.rename(at('first'), at('new'))
    d = serve('new')
    good('another', unit('new', 'G91', 'third'))
    Relay(at('lie'), at('new/socket'), lambda path:
          path == proof and (200, other[path]) or None)
    r = run('restore', 'follow', '--socket', 'lie', '--trust', 'new/trust',
            '--yes')
    t.ok(r.returncode == 10 and 'does not fit' in r.stderr,
         'an entry of another history proves nothing', r)
    t.ok(unit('new', 'G78').returncode == 10, 'and nothing is followed')
    shutil.copytree(at('home'), at('home-before'))
    late = Relay(at('late'), at('new/socket'), lambda path:
                 path == '/checkpoint' and late.asked.count(path) > 1 and
                 (200, other[path]) or None)
    good('he agrees', run('restore', 'follow', '--socket', 'late', '--trust',
                          'new/trust', '--yes'))
    good('to what was shown', unit('new', 'G92'))
    shutil.rmtree(at('home'))
    os.rename(at('home-before'), at('home'))
    return d


def by_command():
    """`restore` leaves a mark; the ledger says it once."""
    good('a ledger', run('init', 'old', '--origin', 'example.org/put-back',
                         '--at', AT, '--unprotected'))
    d = serve('old')
    good('an entry', unit('old', 'G01'))
    good('a backup', run('backup', 'backup', '--dir', 'old'))
    kept = len(entries('old'))
    for code in ('G02', 'G03', 'G04'):
        good('an entry that will be lost', unit('old', code))
    d.stop()
    good('its last head', run('export', 'whole', '--dir', 'old'))
    r = run('restore', 'backup', 'new', '--lost', 'old/trust')
    t.ok(r.returncode == 2 and not os.path.exists(at('new')),
         'what is lost is told by a checkpoint', (r.returncode, r.stderr))
    r = good('it is restored', run('restore', 'backup', 'new', '--lost',
                                   'whole/checkpoint'))
    t.ok('restore accept' in r.stderr, 'and what will follow is said')
    shutil.copytree(at('old/keys'), at('new/keys'), dirs_exist_ok=True)
    r = subprocess.run([KAOCHENGD, '-n', '--dir', 'new'], cwd=top,
                       capture_output=True, text=True)
    t.ok(r.returncode == 0 and os.path.exists(at('new/restored')),
         'a check changes nothing', (r.returncode, r.stderr))
    d = serve('new')
    t.ok('event=restored' in str(d.lines) and
         not os.path.exists(at('new/restored')), 'the mark has gone', d.lines)
    r = run('restore', 'follow', '--dir', 'new', '--yes')
    t.ok(r.returncode == 10 and 'no restoration that was accepted' in r.stderr,
         'what is lost is said, and nobody has accepted it yet', r)
    waits('new', kept, kept + 3, 'other')
    d.stop()
    n = len(entries('new'))
    serve('new').stop()
    t.ok(len(entries('new')) == n, 'it is said once')
    good('a verifier accepts it', run('verify', '--dir', 'new'))
    d = serve('new')
    r = unit('new', 'G78')
    t.ok(r.returncode == 10 and 'restore follow' in r.stderr,
         'who has seen what was lost signs nothing for it',
         (r.returncode, r.stderr))
    r = run('restore', 'follow', '--dir', 'new')
    t.ok(r.returncode == 2 and '%d: #%d to #%d of these are lost' %
         (kept + 3, kept, kept + 2) in r.stdout and
         'admin.1 and admin.2' in r.stdout and '--yes' in r.stderr,
         'until he is told what is lost, and by whose word, and agrees',
         (r.returncode, r.stdout, r.stderr))
    t.ok(unit('new', 'G78').returncode == 10, 'a question changes nothing')
    d = lied_to(d, kept)
    good('he agrees', run('restore', 'follow', '--dir', 'new', '--yes'))
    good('and signs again', unit('new', 'G78'))
    r = good('there is nothing more to follow',
             run('restore', 'follow', '--dir', 'new'))
    t.ok('nothing to follow' in r.stderr, 'and that is said', r.stderr)
    d.stop()


def checks(where, *more):
    return subprocess.run([KAOCHENGD, '-n', '--dir', where, *more], cwd=top,
                          capture_output=True).returncode


def broken_off():
    """A start that put the anchor aside and did not come to its end."""
    good('a ledger', run('init', 'off', '--origin', 'example.org/off', '--at',
                         AT, '--unprotected', home='h6'))
    d = serve('off')
    good('an entry', unit('off', 'G01', 'h6'))
    kept = len(entries('off'))
    d.stop()
    slot = b'KCANCHR1' + bytes(4096 - 8 - 32)
    new = 2 * (slot + hashlib.sha256(slot).digest())
    for what, there in (('before', None), ('after', new)):
        with open(at('off/restored'), 'w') as f:
            f.write('kaocheng/v1 restored\nkept %d\n' % kept)
        os.rename(at('off/anchor'), at('off/anchor.lost-99-' + what))
        if there:
            with open(at('off/anchor'), 'wb') as f:
                f.write(there)
        t.same(checks('off'), 0, 'a check of one that was broken off %s it had '
               'made a new anchor' % what)
        d = serve('off')
        t.ok(restorations('off')['restored'], 'the next start goes on',
             d.lines)
        good('and is accepted', accept('off', 'admin.1', 'admin.2', home='h7'))
        d.stop()
        kept = len(entries('off'))


def cut_off():
    """The power went when it had been said, before the store had all of what
    the anchor has, and before the mark was gone."""
    good('a ledger', run('init', 'cut', '--origin', 'example.org/cut', '--at',
                         AT, '--unprotected', home='h8'))
    d = serve('cut')
    good('an entry', unit('cut', 'G01', 'h8'))
    kept = len(entries('cut'))
    d.stop()
    with open(at('cut/restored'), 'w') as f:
        f.write('kaocheng/v1 restored\nkept %d\n' % kept)
    for name in ('ledger.mdb', 'restored'):
        shutil.copy(at('cut/' + name), at('cut.' + name))
    serve('cut').stop()
    said = kaocheng('log', 'show', str(kept), '--dir', 'cut', '--raw',
                    home=at('h8'), cwd=top).stdout
    t.ok('ledger.restored' in said, 'it is said', said)
    for name in ('ledger.mdb', 'restored'):
        shutil.copy(at('cut.' + name), at('cut/' + name))
    t.same(checks('cut'), 0, 'a check finds in the anchor what is missing')
    d = Served(at('cut'), clock='2022-01-10T02:00:00Z').start()
    t.ok('event=anchor-redone' in str(d.lines) and
         not [n for n in os.listdir(at('cut')) if '.lost-' in n],
         'what was signed is put into the store, and is not lost', d.lines)
    t.ok(run('log', 'show', str(kept), '--dir', 'cut', '--raw').stdout == said
         and len(entries('cut')) == kept + 1, 'and is not said otherwise')
    d.stop()


def lost_by_one():
    """An anchor that holds just what was lost says nothing of a restoration:
    it is one of what was lost."""
    good('a ledger', run('init', 'one', '--origin', 'example.org/one', '--at',
                         AT, '--unprotected', home='h9'))
    d = serve('one')
    d.stop()
    kept = len(entries('one'))
    shutil.copy(at('one/ledger.mdb'), at('one.mdb'))
    d = serve('one')
    good('an entry that will be lost', unit('one', 'G01', 'h9'))
    d.stop()
    good('its last head', run('export', 'last', '--dir', 'one'))
    shutil.copy(at('one.mdb'), at('one/ledger.mdb'))
    with open(at('one/restored'), 'w') as f:
        f.write('kaocheng/v1 restored\nkept %d\n\n' % kept +
                open(at('last/checkpoint')).read())
    t.same(checks('one'), 0, 'a check of one that lost its last entry')
    d = serve('one')
    t.ok(os.path.exists(at('one/anchor.lost-%d' % (kept + 1))),
         'its anchor is put aside', d.lines)
    waits('one', kept, kept + 1, 'h10')
    d.stop()


def by_hand():
    """An old file under a new anchor is refused, unless it is said."""
    good('a ledger', run('init', 'hand', '--origin', 'example.org/hand',
                         '--at', AT, '--unprotected', home='h1'))
    d = serve('hand')
    good('an entry', unit('hand', 'G01', 'h1'))
    shutil.copy(at('hand/ledger.mdb'), at('kept.mdb'))
    kept = len(entries('hand'))
    for n in ('G02', 'G03', 'G04'):  # the anchor itself holds two of them
        good('an entry that will be lost', unit('hand', n, 'h1'))
    d.stop()
    shutil.copy(at('kept.mdb'), at('hand/ledger.mdb'))
    for more in ((), ('-n',)):
        r = subprocess.run([KAOCHENGD, '--dir', 'hand', *more], cwd=top,
                           capture_output=True, text=True)
        t.ok(r.returncode == 65 and 'older than its anchor' in r.stderr,
             'an old file is refused %s' % (more,), (r.returncode, r.stderr))
    before = sorted(os.listdir(at('hand')))
    t.ok(checks('hand', '--restored') == 0 and
         sorted(os.listdir(at('hand'))) == before,
         'a check of what is said writes no mark', os.listdir(at('hand')))
    aside = at('hand/anchor.lost-%d' % (kept + 3))
    with open(aside, 'w') as f:
        f.write('an older one')
    d = serve('hand', '--restored')
    t.ok(os.path.exists(aside + '.1') and open(aside).read() == 'an older one',
         'what the anchor knew is kept, and no older one is replaced',
         os.listdir(at('hand')))
    waits('hand', kept, kept + 3, 'h2')
    d.stop()
    d = serve('hand', '--restored')
    t.ok(restorations('hand')['restored'],
         'said again, it is written again: nobody can be sure')
    row = restorations('hand')['rows'][0]
    t.ok(row['lost_size'] is None, 'of what is not known nothing is said', row)
    d.stop()


def not_accepted():
    """What nobody has accepted, or what was lost besides, is tampering."""
    good('a ledger', run('init', 'no', '--origin', 'example.org/no', '--at',
                         AT, '--unprotected', home='h4'))
    d = serve('no')
    good('an entry', unit('no', 'G01', 'h4'))
    shutil.copy(at('no/ledger.mdb'), at('no.mdb'))
    good('an entry that will be lost', unit('no', 'G02', 'h4'))
    d.stop()
    anchor = at('no.anchor')
    shutil.copy(at('no/anchor'), anchor)
    d = serve('no')
    good('one that no anchor knows', unit('no', 'G03', 'h4'))
    d.stop()
    shutil.copy(at('no.mdb'), at('no/ledger.mdb'))
    shutil.copy(anchor, at('no/anchor'))
    d = serve('no', '--restored')
    r = run('restore', 'follow', '--dir', 'no', '--yes', home='h4')
    t.ok(r.returncode == 10 and 'no restoration that was accepted' in r.stderr,
         'nobody has accepted it', (r.returncode, r.stderr))
    good('they accept', accept('no', 'admin.1', 'admin.3', home='h5'))
    r = run('restore', 'follow', '--dir', 'no', '--yes', home='h4')
    t.ok(r.returncode == 10 and 'no restoration that was accepted' in r.stderr,
         'they accepted less than he has seen', (r.returncode, r.stderr))
    d.stop()


def second_anchor():
    """Ledger and anchor put back together: another anchor tells."""
    good('a ledger', run('init', 'two', '--origin', 'example.org/two', '--at',
                         AT, '--unprotected', home='h3'))
    os.mkdir(at('elsewhere'))
    with open(at('two/kaocheng.yaml'), 'a') as f:
        f.write('second_anchor: ../elsewhere/anchor\n')
    d = serve('two')
    for i in range(COPIES):
        r = unit('two', 'U%d' % i, 'h3')
        if r.returncode != 0:
            t.ok(False, 'entry %d' % i, r.stderr)
        os.mkdir(at('copy%d' % i))
        for name in ('ledger.mdb', 'anchor'):
            shutil.copy(at('two/' + name), at('copy%d' % i))
    good('the newest entry', unit('two', 'LAST', 'h3'))
    d.stop()
    refused, unnoticed = 0, 0
    newest = open(at('two/kaocheng.yaml')).read()
    for i in range(COPIES):
        for name in ('ledger.mdb', 'anchor'):
            shutil.copy(at('copy%d/%s' % (i, name)), at('two'))
        r = subprocess.run([KAOCHENGD, '-n', '--dir', 'two'], cwd=top,
                           capture_output=True, text=True)
        refused += r.returncode == 65 and 'the second anchor' in r.stderr
        with open(at('two/kaocheng.yaml'), 'w') as f:
            f.write(newest.replace('second_anchor', '# second_anchor'))
        r = subprocess.run([KAOCHENGD, '-n', '--dir', 'two'], cwd=top,
                           capture_output=True, text=True)
        unnoticed += r.returncode == 0
        with open(at('two/kaocheng.yaml'), 'w') as f:
            f.write(newest)
    t.ok(refused == COPIES, 'each of %d copies is refused' % COPIES, refused)
    t.ok(unnoticed == COPIES, 'without the second anchor none is noticed',
         unnoticed)
    d = serve('two', '--restored')
    t.ok(restorations('two')['rows'][0]['lost_size'] ==
         restorations('two')['rows'][0]['kept'] + 1,
         'the second anchor says what was lost')
    d.stop()
    t.ok(any(n.startswith('anchor.lost-') for n in
             os.listdir(at('elsewhere'))), 'and is kept')


def second_fails():
    """A second anchor that cannot be used is said and holds nobody up."""
    with open(at('hand/kaocheng.yaml'), 'a') as f:
        f.write('second_anchor: /nowhere/anchor\n')
    d = serve('hand')
    t.ok('event=second-anchor' in str(d.lines) and
         'event=ready' in str(d.lines),
         'the daemon starts and says so', d.lines)
    d.stop()


by_command()
by_hand()
broken_off()
cut_off()
lost_by_one()
not_accepted()
second_anchor()
second_fails()
shutil.rmtree(top)
t.done()
