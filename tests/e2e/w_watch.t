#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A monitor: each new head continues the one before, or both are evidence; who
uses a watched key, what happens to a unit, and silence are told."""
import json, os, re, shutil, signal, socket, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import CLI, VERIFY, Relay, Served, Tap, kaocheng

t = Tap()
good = t.good
top = tempfile.mkdtemp(prefix='kc-watch-')
AT = '2022-01-10T01:00:00Z'
L = top + '/ledger'


def run(*argv, home='office'):
    return kaocheng(*argv, home=os.path.join(top, home), cwd=top)


def sign(*argv, home='office'):
    return run(*argv, '--dir', L, '--yes', '--at', AT, home=home)


def unit(code, home='office'):
    return sign('unit', 'register', code, '--group', 'gov', '--name',
                'Office ' + code, '--as', 'estab.1', home=home)


def unit_json(code):
    return sign('unit', 'register', code, '--group', 'gov', '--name', 'Office '
                + code, '--as', 'estab.1', '--json')


WATCH = ['watch', '--trust', 'trust', '--socket', L + '/socket', '--state',
         'state']


def watch(*more):
    return run(*WATCH, '--once', *more, home='auditor')


def begins():
    good('a ledger', run('init', L, '--origin', 'example.org/watched', '--at',
                         AT, '--unprotected'))
    shutil.copy(L + '/trust', top)
    d = Served(L, clock=AT).start()
    r = good('a monitor begins with what stands', watch())
    t.ok(r.stdout == '' and 'verified to 8 entries' in r.stderr,
         'and tells nothing of it', (r.stdout, r.stderr))
    t.ok(os.stat(top + '/state').st_mode & 0o777 == 0o600 and
         open(top + '/state').read().startswith('kaocheng/v1 watch\n'),
         'what it remembers is its own')
    return d


def tells():
    good('an entry', unit('G01'))
    good('another', unit('G011'))
    r = good('all of them', watch())
    t.ok(len(r.stdout.splitlines()) == 2 and '#8 register a unit, signed by '
         'estab.1' in r.stdout, 'without a filter each entry is told',
         r.stdout)
    r = good('once', watch())
    t.ok(r.stdout == '', 'and once', r.stdout)
    good('an entry', unit('G02'))
    good('a duty', sign('duty', 'register', 'G01', '--duty', 'G01-D1',
                        '--text', 'roads', '--as', 'estab.1'))
    r = good('of a unit', watch('--unit', 'G01', '--json'))
    rows = [json.loads(l) for l in r.stdout.splitlines()]
    t.ok([(x['alarm'], x['kind'], x['by'], x['seq']) for x in rows] ==
         [('entry', 'duty.register', ['estab.1'], 11)],
         'a unit is not another that begins like it', rows)
    good('a calendar', unit('G03'))
    r = good('of a kind', watch('--kind', 'duty.register'))
    t.ok(r.stdout == '', 'another kind is not told', r.stdout)
    r = watch('--kind', 'duty.registr')
    t.ok(r.returncode == 2 and 'help kinds' in r.stderr, 'a kind is one',
         r.stderr)
    good('a key is used', unit('G04'))
    r = watch('--key', 'estab.1', '--key', 'admin.1', '--json')
    t.ok(r.returncode == 1 and json.loads(r.stdout)['alarm'] == 'key',
         'the use of a watched key is an alarm', (r.returncode, r.stdout))


def program():
    """An alarm runs a program, which reads it."""
    path = top + '/note'
    with open(path, 'w') as f:
        f.write('#!/bin/sh\ncat >>%s/told\n' % top)
    os.chmod(path, 0o755)
    good('an entry', unit('G05'))
    r = good('with a program', watch('--exec', path))
    told = json.loads(open(top + '/told').read())
    t.ok(told['kind'] == 'unit.register' and told['ledger'] ==
         'example.org/watched', 'it gets the alarm', told)
    good('an entry', unit('G06'))
    r = watch('--exec', '/nowhere/at/all')
    t.ok(r.returncode == 1 and
         '/nowhere/at/all: No such file' in r.stderr and '#' in r.stdout,
         'one that is not there is said, and the alarm too', r.stderr)


def program_fails():
    path = top + '/fails'
    with open(path, 'w') as f:
        f.write('#!/bin/sh\nexit 3\n')
    os.chmod(path, 0o755)
    good('an entry', unit('G61'))
    r = watch('--exec', path)
    t.ok(r.returncode == 1 and path + ': ended with 3' in r.stderr,
         'one that fails is said, and so is that the alarm was not heard', r)
    with open(path, 'w') as f:
        f.write('#!/bin/sh\nkill -9 $$\n')
    good('an entry', unit('G62'))
    r = watch('--exec', path)
    t.ok(r.returncode == 1 and 'ended by signal 9' in r.stderr,
         'or was killed', r)


def hurt():
    """A server that fails in the middle is told once, and watched on; what it
    said before its fault is not told again."""
    broken = {}

    def how(path):
        for part, (status, body) in broken.items():
            if part in path:
                return status, body
    Relay(top + '/hurt', L + '/socket', how)
    p = subprocess.Popen([CLI, 'watch', '--trust', 'trust', '--socket', top +
                          '/hurt', '--state', 'state', '--interval', '1',
                          '--json'], env={'PATH': os.environ['PATH'],
                                          'HOME': top + '/auditor',
                                          'LANG': 'C'}, cwd=top, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def told():
        said = json.loads(p.stdout.readline())
        return said['alarm'], said.get('seq', said.get('says'))

    red = json.dumps({'schema': 'kaocheng.status/1', 'rows': [
        {'light': 'red', 'item': 'clerk', 'item_text': 'clerk',
         'says': '1 is due'},
        {'light': 'red', 'item': 'deadlines', 'item_text': 'deadlines',
         'says': '2 red'}]})
    broken['/v1/views/status'] = (200, red.encode())
    t.same(told(), ('ledger', 'clerk: 1 is due'), 'the ledger says so')
    broken['/v1/views/status'] = (500, b'')
    what, says = told()
    t.ok(what == 'fault' and '500' in says, 'a server error is an alarm', says)
    broken['/v1/views/status'] = (200, red.encode())
    broken['/receipt'] = (502, b'')
    one = json.loads(good('an entry', unit_json('G63')).stdout)['seq']
    what, says = told()
    t.ok(what == 'fault' and '502' in says, 'an entry without its proof too, '
         'and the ledger is not told twice', (what, says))
    broken['/receipt'] = (200, b'nonsense')
    what, says = told()
    t.ok(what == 'fault' and 'not proved' in says, 'a false proof', says)
    two = json.loads(good('another', unit_json('G64')).stdout)['seq']
    del broken['/receipt']
    t.same([told(), told()], [('entry', one), ('entry', two)],
           'and once it can be looked at, it is')
    broken['/v1/entries/%d/' % (two + 1)] = (403, b'{"code":"E-FORBIDDEN"}')
    good('an entry', unit('G65'))
    what, says = told()
    t.same((what, says), ('fault', 'entries that are not for this reader: 1, '
                          'from #%d' % (two + 1)), 'what it may not read')
    good('an entry', unit('G66'))
    t.same(told(), ('entry', two + 2), 'is passed over')
    p.send_signal(signal.SIGTERM)
    out, err = p.communicate(timeout=30)
    t.same((p.returncode, out, err), (0, '', ''), 'and it ends well')


def on_and_on(d):
    """It goes on over a restart, and ends when it is told."""
    p = subprocess.Popen([CLI] + WATCH + ['--interval', '1'],
                         env={'PATH': os.environ['PATH'], 'LANG': 'C',
                              'HOME': top + '/auditor'},
                         cwd=top, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    good('an entry', unit('G07'))
    t.ok('register a unit' in p.stdout.readline(), 'it tells as it comes')
    d.stop()
    line = p.stdout.readline()
    t.ok(' silent ' in line, 'nobody answers: told once', line)
    d.start()
    good('an entry', unit('G08'))
    t.ok('register a unit' in p.stdout.readline(), 'it goes on after a start')
    p.send_signal(signal.SIGINT)
    out, err = p.communicate(timeout=30)
    t.ok(p.returncode == 0 and out == '', 'and ends well', (out, err))


def not_in_order():
    """What the ledger says of itself, and that it says nothing new."""
    text = open(top + '/state').read()
    open(top + '/state', 'w').write(re.sub(r'since \S+',
                                           'since 2020-01-01T00:00:00Z', text))
    r = watch('--stale', '30')
    t.ok(r.returncode == 1 and ' stale there is no new head since 2020-01-01' in
         r.stdout, 'an old head is an alarm', (r.returncode, r.stdout))
    old = re.sub(r'since \S+', 'since 2020-01-01T00:00:00Z', text)
    open(top + '/state', 'w').write(old)
    relay = Relay(top + '/looks', L + '/socket', lambda path: None)
    p = subprocess.Popen([CLI] + WATCH[:3] + ['--socket', top + '/looks'] +
                         WATCH[5:] + ['--interval', '1', '--stale', '30'],
                         env={'PATH': os.environ['PATH'], 'LANG': 'C',
                              'HOME': top + '/auditor'},
                         cwd=top, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first = p.stdout.readline()
    looks = relay.asked.count('/checkpoint') + 2
    end = time.monotonic() + 20
    while relay.asked.count('/checkpoint') < looks and time.monotonic() < end:
        time.sleep(0.01)
    p.send_signal(signal.SIGINT)
    out, err = p.communicate(timeout=30)
    t.ok(' stale ' in first and out == '', 'and one alarm, not one a look',
         (first, out, err))
    open(top + '/state', 'w').write('kaocheng/v1 watch\nnonsense\n')
    r = watch()
    t.ok(r.returncode != 0 and 'state' in r.stderr and
         open(top + '/state').read().endswith('nonsense\n'),
         'what it cannot read it does not write over', r.stderr)
    open(top + '/state', 'w').write(text)


def verify(name, *more):
    return kaocheng('--trust', 'trust', *more, name, program=VERIFY,
                    home=top + '/auditor', cwd=top)


def verdict(name):
    """The same by both programs."""
    code = verify(name).returncode
    t.same(run('verify', name, '--trust', 'trust').returncode, code,
           'both programs judge alike')
    return code


def check(*files, socket=True):
    return run('receipt', 'check', *files, '--trust', 'trust', '--socket',
               L + '/socket' if socket else top + '/nowhere', home='nobody')


def keep(name, *how):
    r = good('a receipt is kept', run('log', 'show', '5', *how, '--socket',
                                      L + '/socket'))
    with open(top + '/' + name, 'w') as f:
        f.write(r.stdout)


def receipts_of_two():
    """What was kept before and after the log was put back."""
    r = check('r-old', 'p-one', 'p-two')
    t.ok(r.returncode == 10 and [l.split(': ')[1] for l in
                                 r.stdout.splitlines()] ==
         ['holds', 'EVIDENCE', 'EVIDENCE'],
         'a receipt of the other history is evidence', r.stdout)
    for name, lines in zip(('p-one', 'p-two'), r.stdout.splitlines()[1:]):
        kept = lines.split('; both heads are in ')[1]
        t.ok(kept.startswith(name + '.fork-') and verdict(kept) == 10,
             'both heads are kept beside it, and prove the fork', lines)
    r = check('p-one', 'p-two', '--json', socket=False)
    rows = json.loads(r.stdout)['rows']
    t.ok(r.returncode == 10 and [x['exit'] for x in rows] == [0, 10] and
         rows[0]['fork'] is None,
         'two receipts contradict each other without a log', r.stdout)
    t.same(verdict(rows[1]['fork']), 10, 'as a file for whoever judges')
    r = check('r-old', socket=False)
    t.same(r.returncode, 7, 'a log that is away was not asked')
    shutil.copy(top + '/r-old', os.fsencode(top) + b'/r-\xff')
    r = check(b'r-\xff', 'gone', '--json')
    doc = json.loads(r.stdout)
    t.ok(r.returncode == 3 and doc['size'] > 0 and
         [(x['file'], x['entry'], x['exit']) for x in doc['rows']] ==
         [('r-\\xff', 5, 0), ('gone', None, 3)],
         'whatever a file is called, it has its row', r.stdout)
    Relay(top + '/dumb', L + '/socket', lambda path:
          None if path == '/checkpoint' else (503, b''))
    r = run('receipt', 'check', 'gone', 'r-old', '--trust', 'trust', '--json',
            '--socket', top + '/dumb', home='nobody')
    t.ok(r.returncode == 7 and r.stderr and
         [x['file'] for x in json.loads(r.stdout)['rows']] == ['gone'],
         'where the log answers no more, the rows before stand', r)
    with open(top + '/p-bad', 'w') as f:
        f.write(open(top + '/p-two').read().replace('index 5', 'index 6'))
    t.ok(check('p-bad').returncode == 10 and check('trust').returncode == 1,
         'one that proves nothing does not hold')


def fork(d):
    """Two histories under one key: both heads are kept."""
    # The head that is kept will be of 32 entries: what 33 say of them stands
    # in a tile, and in no proof.
    for i in range(7):
        good('an entry', unit('H%02d' % i))
    good('up to here', watch())
    keep('r-old', '--receipt')
    good('it holds', check('r-old'))
    d.stop()
    for name in ('ledger.mdb', 'anchor'):
        shutil.copy(L + '/' + name, top + '/old-' + name)
    d.start()
    good('the one history', unit('G20'))
    keep('p-one', '--proof')
    r = good('seen', watch())
    t.ok('verified to 32 entries' in r.stderr, 'a power of two', r.stderr)
    d.stop()
    for name in ('ledger.mdb', 'anchor'):
        shutil.copy(top + '/old-' + name, L + '/' + name)
    d.start()
    r = watch()
    t.ok(check('p-one').returncode == 10, 'a receipt beyond the end')
    t.ok(r.returncode == 10 and ' fork ' in r.stdout, 'a cut is told',
         (r.returncode, r.stdout, r.stderr))
    good('the other history', unit('G21', home='nobody'))
    keep('p-two', '--proof')
    r = watch()
    files = [n for n in os.listdir(top) if n.startswith('state.fork-')]
    t.ok(r.returncode == 10 and len(files) == 2, 'and a fork', files)
    heads = open(top + '/' + files[0]).read()
    t.ok(heads.count('example.org/watched\n') == 2 and heads.count('— ') == 2,
         'both heads are kept as they were signed', heads)
    t.same(sorted(verdict(f) for f in files), [10, 11],
           'two of one size prove it; one that was cut does not')
    for code in ('G22', 'G23', 'G24'):
        good('it goes on', unit(code, home='nobody'))
        t.same(watch().returncode, 10, 'a fork that has grown')
    files = [n for n in os.listdir(top) if n.startswith('state.fork-')]
    t.same(sorted(verdict(f) for f in files), [10, 10, 10, 10, 11],
           'proved offline at each size')
    r = verify(files[0], '--json')
    t.ok(json.loads(r.stdout)['ledger'] == 'example.org/watched',
         'for programs', r.stdout)
    with open(top + '/foreign', 'w') as f:
        f.write(open(L + '/trust').read().replace('watched+', 'other+'))
    r = run('verify', files[0], '--trust', 'foreign')
    t.ok(r.returncode == 1 and r.stderr != '', 'by no other key', r.stderr)
    receipts_of_two()
    t.ok('G20' not in r.stdout and watch().returncode == 10,
         'it stays what it is')


def published():
    """Where entries are for everybody, a monitor need be nobody."""
    with socket.create_server(('127.0.0.1', 0)) as s:
        port = s.getsockname()[1]
    url, at = 'http://127.0.0.1:%d' % port, top + '/public'
    good('a ledger with a port', run('init', at, '--origin', 'example.org/pub',
                                     '--at', AT, '--unprotected', '--tcp',
                                     url[7:]))
    with open(at + '/kaocheng.yaml', 'a') as f:
        f.write('publish: entries\n')
    d = Served(at, clock=AT).start()
    for _ in 'begins', 'goes on':
        r = good('it is watched, and kept', run(
            'watch', '--once', '--trust', at + '/trust', '--url', url,
            '--state', 'public.state', '--mirror', 'copy', home='auditor'))
        t.ok(r.stdout == '' and 'verified to 8 entries' in r.stderr,
             'without an alarm', (r.stdout, r.stderr))
    d.stop()


d = begins()
tells()
program()
program_fails()
hurt()
on_and_on(d)
not_in_order()
fork(d)
d.stop()
published()
shutil.rmtree(top)
t.done()
