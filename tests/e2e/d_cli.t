#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command line from outside: a ledger from init to a return, refusals in
two languages, formats, alignment, exports. Without a ledger: d_words.t."""
import filecmp, json, os, shutil, signal, socket, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap, tree, width

BUILD = os.path.abspath(os.environ.get('BUILD', 'build'))
CLI = BUILD + '/bin/kaocheng'
VERIFY = BUILD + '/bin/kaocheng-verify'
t = Tap()
top = tempfile.mkdtemp(prefix='kc-')
D = top + '/l'
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C',
       'XDG_STATE_HOME': top + '/state', 'ASAN_OPTIONS': 'detect_leaks=1'}
with socket.socket() as s:
    s.bind(('127.0.0.1', 0))
    TCP = '127.0.0.1:%d' % s.getsockname()[1]
YEAR = 2022
NOW = '2022-06-01T01:00:00Z'  # where the daemon's clock stands


def kc(*argv, env=None, text=True, stdin=None):
    return subprocess.run([CLI] + [str(a) for a in argv], env=env or ENV,
                          capture_output=True, text=text, input=stdin,
                          cwd=top, timeout=60)


def ok(*argv, name=None):
    r = kc(*argv, '--at', NOW, '--dir', D, '--yes')
    t.ok(r.returncode == 0, name or ' '.join(map(str, argv[:2])),
         r.stdout + r.stderr)
    return r


def as_json(*argv):
    r = kc(*argv, '--json')
    try:
        return json.loads(r.stdout)
    except ValueError:
        return {'bad': r.stdout + r.stderr}


def start():
    d = subprocess.Popen([BUILD + '/bin/kaochengd', '--dir', D, '--test-clock', NOW],
                         env=ENV, stderr=open(top + '/d.log', 'a'))
    for _ in range(1000):
        if kc('log', 'list', '--socket', D + '/socket').returncode == 0:
            return d
        time.sleep(0.01)
    raise SystemExit('the daemon does not answer')


def stop(d):
    d.send_signal(signal.SIGTERM)
    t.same(d.wait(20), 0, 'the daemon ends well')


def formats():
    for words in (('version',), ('key', 'list', '--dir', D),
                  ('replay', '--dir', D), ('verify', '--dir', D)):
        t.ok('bad' not in as_json(*words), '%s --json' % ' '.join(words))
        r = kc(*words, '-o', 'md')
        t.ok(r.returncode == 2 and 'that format' in r.stderr and
             'usage   kaocheng ' + words[0] in r.stderr,
             'a format it does not print is refused', r.stderr)
    for words in READ:
        r = kc(*words, '--dir', D)
        t.ok(r.stdout.endswith('\n') and not any(
            l != l.rstrip() for l in r.stdout.split('\n')),
            '%s: no blanks at the ends' % ' '.join(words), r.stdout)


# --- a ledger from its first entry ------------------------------------------------
def found():
    with open(top + '/pass', 'w') as f:
        f.write('a long passphrase\n')
    r = kc('init', D, '--origin', 'example.org/k', '--at', NOW, '--tcp',
           TCP, '--passphrase-file', 'pass')
    t.ok(r.returncode == 0 and 'estab.1' in r.stdout, 'init',
         r.stdout + r.stderr)
    t.same(kc('init', D, '--origin', 'example.org/k',
              '--unprotected').returncode, 5,
           'init does not touch a ledger that is there')
    t.same(os.stat(D + '/keys/admin.1.key').st_mode & 0o777, 0o600,
           'keys are for their owner only')
    t.ok('argon2id' in open(D + '/keys/admin.1.key').read(),
         'and an administrator\'s is under a passphrase')
    r = kc('replay', '--dir', D)
    t.ok(r.returncode == 0 and 'holds these entries' in r.stdout,
         'what init made replays to its checkpoint', r.stdout + r.stderr)


P = ('--passphrase-file', 'pass')


def people():
    for actor, role, unit in (
            ('G01.head', 'head', 'G01'), ('G02.judge', 'assessor', 'G02'),
            ('party.1', 'go-party', None), ('gov.1', 'go-gov', None),
            ('leader.1', 'leader', None)):
        kc('key', 'new', actor, '--unprotected', '--dir', D)
        more = ('--unit', unit) if unit else ()
        ok('actor', 'enrol', '--actor', actor, '--role', role, *more,
           '--as', 'admin.1', '--as', 'admin.2', *P,
           name='enrol %s' % actor)


def plan():
    E = ('--as', 'estab.1', *P)
    for u, zh in (('G01', '市发展改革委'), ('G02', '市场监管局')):
        ok('unit', 'register', '--unit', u, '--group', 'gov', '--name', zh,
           *E)
    people()
    ok('duty', 'register', 'G01', '--duty', 'G01-D1', '--text', '统筹规划',
       *E)
    ok('grant', 'issue', 'GR-1', '--assessor', 'G02', '--scope', 'all',
       '--from', '%d-01-01' % YEAR, '--until', '%d-12-31' % (YEAR + 1), *E)
    for target, kind, source, weight, who in (
            ('K1', 'key', 'city-key', '70', ('--as', 'estab.1', *P)),
            ('R1', 'routine', 'handed-down', '20', ('--as', 'G01.head'))):
        ok('target', 'draft', target, '--unit', 'G01', '--year', YEAR,
           '--class', kind, '--source', source, '--duty', 'G01-D1',
           '--weight', weight, '--assessor', 'G02', '--title',
           '区域治水工程', *who)
        ok('target', 'submit', target, *who)
        ok('target', 'approve-first', target, *E)
        ok('target', 'approve-second', target, '--as', 'party.1', '--as',
           'gov.1')
        ok('target', 'read', target, '--as', 'leader.1')
    ok('list', 'issue', 'G01', '--year', YEAR, *E)


def decide_args():
    with open(top + '/report.pdf', 'w') as f:
        f.write('evidence\n')
    return ('prededuct', 'decide', 'G01', 'K1', '--situation', 'S3',
            '--effect', 'full', '--standard', '0.5', '--planned', '75%',
            '--actual', '52.5%', '--evidence', 'report.pdf', '--reason',
            '实际进度 52.5 %\n计划 75 %', '--as', 'G02.judge', '--at', NOW,
            '--yes')


def case():
    args = decide_args()
    r = kc(*args, '--dir', D, '--dry-run')
    t.ok(r.returncode == 0 and 'planned 7500\nactual 5250\n' in r.stdout and
         'standard 0.5000\n' in r.stdout and '\n| 计划 75 %\n' in r.stdout and
         ' 9 application/pdf\n' in r.stdout and 'nothing was written' in
         r.stderr, '--dry-run shows the exact text', r.stdout + r.stderr)
    size = as_json('score', '--dir', D)['as_of']['size']
    r = kc(*args, '--dir', D, '--json')
    done = json.loads(r.stdout)
    t.ok(done['seq'] == size and done['handle'].startswith('PD-') and
         done['receipt_checked'] is True,
         'a decision stands, its receipt checked', r.stdout + r.stderr)
    h = done['handle']
    E = ('--as', 'estab.1', *P)
    grant = ('refund', 'grant', h, '--reason', '整改到位', '--yes', '--as',
             'G02.judge', '--rate')
    r = kc(*grant, '80%', '--at', NOW, '--dir', D)
    t.ok(r.returncode == 5 and 'error[E-STATE]' in r.stderr and
         '  state   unchanged, still "' in r.stderr and
         '  more    kaocheng help E-STATE' in r.stderr,
         'a refusal has code, state and help', r.stderr)
    ok('prededuct', 'confirm', h, *E)
    ok('feedback', 'deliver', h, '--problem', '进度滞后', '--as',
       'G02.judge')
    ok('rectify', 'submit', h, '--evidence', 'report.pdf', '--report',
       '@report.pdf', '--as', 'G01.head')
    r = kc(*grant, '85%', '--at', NOW, '--dir', D, '--lang', 'zh')
    t.ok(r.returncode == 6 and
         r.stderr.startswith('错误[E-RET-CAP] 返还 85') and
         '\n  依据    policies/nantong-2022.yaml:' in r.stderr and
         '\n  状态    未改变，仍为“' in r.stderr and
         '\n  可以    降低返还比例' in r.stderr and
         '\n  详情    kaocheng help E-RET-CAP' in r.stderr,
         'the refusal of the manual, in Chinese', r.stderr)
    r = kc(*grant, '85%', '--at', NOW, '--dir', D)
    t.ok(r.returncode == 6 and
         r.stderr.startswith('error[E-RET-CAP] a return of 85') and
         '\n  rule    policies/nantong-2022.yaml:' in r.stderr and
         '\n  try     lower the rate' in r.stderr, 'and in English', r.stderr)
    size = as_json('score', '--dir', D)['as_of']['size']
    r = kc(*grant, '80%', '--at', NOW, '--dir', D, '--dry-run')
    t.ok(r.returncode == 0 and '  effect  return 80.00 %: 0.4000 of 0.5000; '
         'G01 99.5000 → 99.9000\n' in r.stderr and
         '  then    %s: returned' % h in r.stderr,
         'what a return would do, in words', r.stdout + r.stderr)
    r = kc(*grant, '80%', '--at', NOW, '--dir', D, '--dry-run', '--lang',
           'zh')
    t.ok('  效果    返还 80.00 %：0.4000，原扣 0.5000；G01 99.5000 → 99.9000\n'
         in r.stderr, 'in Chinese too', r.stderr)
    t.same(as_json('score', '--dir', D)['as_of']['size'], size,
           'and nothing was written')
    ok(*grant, '80%')
    return h


# --- identity, idempotency, co-signing --------------------------------------------
def together(h):
    i = 'ab' * 16
    args = ('completion', 'find', 'R1', '--rate', '90%', '--evidence',
            'report.pdf', '--as', 'G02.judge', '--id', i, '--at', NOW, '--yes',
            '--dir', D)
    kc(*args, '--out', 'same.txt')
    kc('sign', 'same.txt', '--as', 'G02.judge', '--dir', D)
    a, b = [json.loads(kc('send', 'same.txt', '--dir', D, '--json').stdout)
            for _ in range(2)]
    t.ok(not a['duplicate'] and b['duplicate'] and a['seq'] == b['seq'],
         'the same statement again gives the first receipt', (a, b))
    r = kc(*[x.replace('90%', '91%') for x in args])
    t.ok(r.returncode == 5 and 'E-ID-CONFLICT' in r.stderr,
         'the same id for another statement is a conflict', r.stderr)
    r = kc('completion', 'correct', 'R1', '--rate', '95%', '--reason', '更正',
           '--as', 'G02.judge', '--as', 'estab.1', '--out', 'c.txt', '--at',
           NOW, '--dir', D)
    t.ok(r.returncode == 0 and 'not signed' in r.stderr, '--out', r.stderr)
    r = kc('send', 'c.txt', '--dir', D)
    t.ok(r.returncode == 2 and 'has not signed' in r.stderr and
         os.listdir(top + '/state/kaocheng/outbox') == [], 'an unsigned text is not sent', r.stderr)
    r = kc('sign', 'c.txt', '--as', 'estab.1', *P, '--dir', D)
    t.ok('1 more to sign' in r.stderr, 'the second signer may be first',
         r.stderr)
    t.same(kc('sign', 'c.txt', '--as', 'leader.1', '--dir', D).returncode, 2,
           'one who is not named cannot sign')
    r = kc('sign', 'c.txt', '--as', 'G02.judge', '--dir', D)
    t.ok('signed by all' in r.stderr, 'then the first', r.stderr)
    r = kc('send', 'c.txt', '--dir', D)
    t.ok(r.returncode == 0, 'and it stands', r.stdout + r.stderr)
    r = kc('unit', 'rename', 'G01', '--name', 'x', '--as', 'estab.1',
           '--passphrase-file', 'c.txt', '--yes', '--dir', D)
    t.ok(r.returncode == 4 and 'wrong passphrase' in r.stderr,
         'a wrong passphrase', r.stderr)


def outbox(d):
    kc('duty', 'register', 'G01', '--duty', 'G01-D9', '--text', 'x', '--as',
       'estab.1', '--at', NOW, '--dir', D, '--out', 'late.txt')
    kc('sign', 'late.txt', '--as', 'estab.1', '--dir', D, *P)
    d.send_signal(signal.SIGSTOP)
    p = subprocess.Popen([CLI, 'send', 'late.txt', '--dir', D], env=ENV,
                         cwd=top, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
    box = top + '/state/kaocheng/outbox'
    for _ in range(1000):
        if any(f.endswith('.note') for f in os.listdir(box)):
            break
        time.sleep(0.01)
    # Connected: besides the socket that listens there is one for the caller.
    for _ in range(1000):
        if open('/proc/net/unix').read().count(D + '/socket\n') > 1:
            break
        time.sleep(0.01)
    else:
        t.ok(False, 'the caller is connected')
    d.kill()
    d.wait()
    p.wait(60)
    kept = os.listdir(box)
    t.ok(p.returncode != 0 and len(kept) == 1,
         'an unknown outcome leaves the signed note in the outbox',
         (p.returncode, kept, p.stderr.read()))
    d = start()
    r = kc('send', '--retry', '--dir', D)
    t.ok(r.returncode == 0 and os.listdir(box) == [],
         'send --retry asks again and empties it', r.stdout + r.stderr)
    t.same(kc('send', '--retry', '--dir', D).returncode, 0,
           'an empty outbox is fine')
    os.rename(box, box + '.aside')
    t.same(kc('send', '--retry', '--dir', D).returncode, 0, 'or none')
    open(box, 'w').close()
    r = kc('send', '--retry', '--dir', D)
    t.ok(r.returncode == 1 and 'Not a directory' in r.stderr,
         'one that cannot be looked into is not taken for empty', r.stderr)
    os.unlink(box)
    os.rename(box + '.aside', box)
    return d


# --- reading ------------------------------------------------------------------------
READ = (('summary',), ('score',), ('score', 'G01'), ('trail', 'G01'),
        ('trail', '市发展改革委'), ('explain', 'G01'), ('deadline',),
        ('explain', 'G01', '--rank'), ('explain', 'G01', '--light'),
        ('deadline', 'list'), ('unit', 'list'), ('actor', 'list'),
        ('grant', 'list'), ('target', 'list'), ('target', 'show', 'K1'),
        ('indicator', 'list'), ('warning', 'list'), ('prededuct', 'list'),
        ('cadre', 'list'), ('policy', 'show'), ('log', 'list'),
        ('log', 'show', '0'))


def reading(h):
    for words in READ:
        # Days left count from a clock, so both are asked about one instant.
        at = ('--as-of', NOW)
        online = as_json(*words, *at, '--socket', D + '/socket')
        stored = as_json(*words, *at, '--dir', D)
        t.ok(online.get('schema', '').startswith('kaocheng.') and
             online == stored,
             '%s: daemon and directory agree' % ' '.join(words),
             (online, stored))
    for fmt in ('table', 'wide', 'jsonl', 'csv', 'tsv', 'md'):
        r = kc('unit', 'list', '-o', fmt, '--dir', D)
        t.ok(r.returncode == 0 and '市发展改革委' in r.stdout, '-o ' + fmt,
             r.stdout + r.stderr)
    raw = kc('unit', 'list', '--csv', '--dir', D, text=False).stdout
    t.ok(raw.startswith(b'unit,name,') and b',gov,' in raw,
         'csv has keys and words for machines', raw)
    raw = kc('unit', 'list', '--csv', '--bom', '--lang', 'zh', '--dir', D,
             text=False).stdout
    t.ok(raw.startswith('\ufeff代码,名称,'.encode()) and
         '政府部门'.encode() in raw,
         '--bom: for a spreadsheet, in the reader\'s language', raw)
    t.same(kc('trail', '--dir', D).returncode, 2, 'a trail of whom?')
    t.same(kc('trail', 'G77', '--dir', D).returncode, 3, 'no such unit')
    early = as_json('log', 'list', '--as-of', 3, '--dir', D)
    t.same(early['as_of']['size'], 4, '--as-of an entry holds that entry')
    when = early['as_of']['received'][:19] + 'Z'
    t.ok(as_json('log', 'list', '--as-of', when, '--dir', D)['as_of']['size']
         >= 4, '--as-of an instant')
    t.same(as_json('unit', 'list', '--as-of', 3, '--socket', D + '/socket'),
           as_json('unit', 'list', '--as-of', 3, '--dir', D),
           'the daemon\'s --as-of is the same')
    t.same(kc('score', '--as-of', 'soon', '--dir', D).returncode, 2,
           '--as-of nonsense')
    t.same(kc('score', '--as-of', '99999', '--dir', D).returncode, 3,
           '--as-of an entry to come')


def over_tcp():
    url = ('--url', 'http://' + TCP)
    r = kc('unit', 'list', *url)
    t.ok(r.returncode == 4 and 'E-IDENTITY' in r.stderr,
         'over TCP, reading takes an identity', r.stderr)
    r = kc('unit', 'list', *url, '--as', 'G01.head', '--keys', D + '/keys',
           '--trust', D + '/trust')
    t.ok(r.returncode == 0 and '市场监管局' in r.stdout,
         'a signed challenge is one', r.stdout + r.stderr)
    r = kc('unit', 'list', *url, '--as', 'G01.head', '--keys', D + '/none')
    t.same(r.returncode, 3, 'without the key there is none')
    r = kc('unit', 'list', *url, '--as', 'G01.head', '--keys', D + '/keys',
           '--trust', D + '/kaocheng.yaml')
    t.ok(r.returncode != 0, 'a trust file that is none is not passed over',
         r.stdout)


def alignment():
    env = dict(ENV, LANG='zh_CN.UTF-8')
    lines = kc('unit', 'list', '--dir', D, env=env).stdout.split('\n')
    rows = [l for l in lines if '市发展改革委' in l or '市场监管局' in l]
    head = [l for l in lines if l.startswith('代码')]
    t.ok(len(rows) == 2 and len(head) == 1, 'a Chinese table', lines)
    column = width(head[0][:head[0].index('类别')])
    t.ok(all(width(r[:r.index('政府部门')]) == column for r in rows),
         'Chinese columns stand under their heads', lines)
    r = kc('trail', 'G01', '--dir', D, '--ascii', '--lang', 'en')
    t.ok('─' not in r.stdout and '├' not in r.stdout,
         '--ascii draws no lines', r.stdout)


# --- proof --------------------------------------------------------------------------
def receipts():
    raw = kc('log', 'show', '5', '--raw', '--dir', D, text=False).stdout
    live = kc('log', 'show', '5', '--raw', '--socket', D + '/socket',
              text=False).stdout
    t.ok(raw == live and raw.startswith(b'kaocheng/v1 leaf example.org/k 5 '),
         'log show --raw: the same bytes either way')
    open(top + '/leaf', 'wb').write(raw)
    for source in (('--dir', D), ('--socket', D + '/socket')):
        out = kc('log', 'show', '5', '--receipt', *source, text=False).stdout
        open(top + '/receipt', 'wb').write(out)
        r = kc('verify', '--receipt', 'receipt', '--leaf', 'leaf', '--trust',
               D + '/trust')
        t.ok(r.returncode == 0 and '#5' in r.stdout,
             'a receipt by %s verifies offline' % source[0], r.stderr)
    open(top + '/leaf', 'wb').write(raw.replace(b'enrol', b'enroI', 1) +
                                    b'x')
    t.same(kc('verify', '--receipt', 'receipt', '--leaf', 'leaf', '--trust',
              D + '/trust').returncode, 10, 'not for a changed leaf')


def exports(d):
    out = top + '/out'
    for source in (('--socket', D + '/socket'), ('--dir', D)):
        r = kc('export', out, *source)
        t.ok(r.returncode == 0, 'export by ' + source[0], r.stderr)
    first = tree(out)
    stamps = {f: os.stat(out + '/' + f).st_mtime_ns for f in first}
    kc('export', out, '--dir', D)
    t.ok(tree(out) == first and all(
        os.stat(out + '/' + f).st_mtime_ns == s for f, s in stamps.items()),
        'a second export changes nothing')
    v = subprocess.run([VERIFY, out, '--json', '--trust', D + '/trust'],
                       capture_output=True, text=True, env=ENV)
    said = json.loads(v.stdout)
    t.ok(v.returncode == 0 and said['outcome'] == 'holds' and
         len(said['stages']) == 10, 'and verifies', v.stdout + v.stderr)
    old = first['checkpoint']
    ok('duty', 'register', 'G01', '--duty', 'G01-D2', '--text', 'y', '--as',
       'estab.1', *P)
    kc('export', out, '--socket', D + '/socket')
    grown = tree(out)
    t.ok(sum('.p/' in f for f in grown) == sum('.p/' in f for f in first) and
         grown != first, 'a grown export has no stale tiles',
         sorted(grown))
    open(top + '/old', 'wb').write(old)
    t.same(subprocess.run([VERIFY, out, '--at-least', top + '/old', '--quiet'],
                          env=ENV, capture_output=True).returncode, 0,
           'and extends the earlier checkpoint')
    for i in (1, 2):
        kc('export', '--bundle', 'b%d' % i, '--dir', D)
    t.ok(filecmp.cmp(top + '/b1', top + '/b2', False),
         'a bundle is the same twice')
    t.same(kc('verify', 'b1').returncode, 0, 'and verifies')
    data = bytearray(open(top + '/b1', 'rb').read())
    data[len(data) // 2] ^= 1
    open(top + '/b1', 'wb').write(data)
    t.same(kc('verify', 'b1').returncode, 10, 'a flipped bit is tampering')
    open(top + '/b2', 'wb').write(data[:1000])
    r = subprocess.run([VERIFY, 'b2'], cwd=top, env=ENV, capture_output=True)
    t.same(r.returncode, 11, 'a bundle that breaks off is incomplete')
    t.same(kc('verify', '--dir', D).returncode, 0, 'verify --dir')
    shutil.rmtree(out)
    t.same(subprocess.run([VERIFY, out], env=ENV,
                          capture_output=True).returncode, 3,
           'nothing there: not checked')


def stopped():
    r = kc('clock', 'show', '--dir', D)
    t.ok(r.returncode == 7 and 'needs the daemon' in r.stderr and
         '--dir' not in r.stderr, 'it is not said what was done already',
         r.stderr)
    r = kc('replay', '--dir', D, '--json')
    a = json.loads(r.stdout)
    t.ok(r.returncode == 0 and a['agrees'] is True, 'replay agrees', r.stdout)
    with open(D + '/anchor', 'r+b') as f:
        data = f.read()
        f.seek(0)
        f.write(data[:40] + bytes([data[40] ^ 1]) + data[41:])
    t.ok(kc('score', '--dir', D).returncode in (0, 10),
         'half an anchor is read by its other slot, or refused')


def clock():
    """The clock of a rehearsal: shown, moved, never back."""
    at = lambda: as_json('clock', 'show', '--dir', D)['now']
    was = at()
    r = kc('clock', 'show', '--dir', D)
    t.ok(r.returncode == 0 and '+08:00' in r.stdout and
         'takes statements' in r.stdout, 'clock show: local time and mode',
         r.stdout + r.stderr)
    r = kc('clock', 'show', '--dir', D, '--lang', 'zh')
    t.ok(r.stdout.split('\n')[1] == '账本正常受理', 'in Chinese', r.stdout)
    r = kc('clock', 'advance', '+2h', '--dir', D)
    t.ok(r.returncode == 0 and int(at()[11:13]) == (int(was[11:13]) + 2) % 24,
         'clock advance +2h', r.stdout + r.stderr)
    now = at()
    for bad, code in (('+2', 2), ('+h', 2), ('-1d', 2), ('+99999d', 2)):
        r = kc('clock', 'advance', '--dir', D, '--', bad)
        t.same(r.returncode, code, 'clock advance %s is refused' % bad)
    r = kc('clock', 'advance', '2020-02-01', '--dir', D)
    t.ok(r.returncode != 0 and 'forward' in r.stderr,
         'a clock does not go back', r.stderr)
    t.same(at(), now, 'and stands where it stood')


def main():
    found()
    d = start()
    try:
        plan()
        h = case()
        together(h)
        reading(h)
        over_tcp()
        alignment()
        formats()
        receipts()
        exports(d)
        d = outbox(d)
        clock()
        stop(d)
        stopped()
    finally:
        if d.poll() is None:
            d.kill()


try:
    main()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
