#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole life of a case by commands, on a ledger that init makes: people
who hold their own keys, three reviews signed in different places, deduction,
feedback, plan, extension, rejection, return at the cap; keys that change;
delegation; the record proved, and every changed byte found."""
import hashlib, json, os, shutil, signal, socket, subprocess, sys, tempfile
import time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap

BUILD = os.path.abspath(os.environ.get('BUILD', 'build'))
CLI, VERIFY = BUILD + '/bin/kaocheng', BUILD + '/bin/kaocheng-verify'
t = Tap()
top = tempfile.mkdtemp(prefix='kc-')
L = top + '/ledger'
ORIGIN = 'example.org/kaohe-2022'
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C',
       'KAOCHENG_SOCKET': L + '/socket', 'KAOCHENG_DIR': L}
now = '2022-01-10T01:00:00Z'
TALK = os.environ.get('TALK')


def run(*argv, env=None, text=True, program=CLI):
    r = subprocess.run([program] + [str(a) for a in argv], env=env or ENV,
                       capture_output=True, text=text, cwd=top, timeout=60)
    if TALK and text:
        print('# $ kaocheng', *argv)
        for l in (r.stdout + r.stderr).split('\n'):
            print('#   ' + l)
    return r


def ok(*argv, name=None):
    """A command that is to succeed, signed now."""
    r = run(*argv, '--at', now, '--yes')
    t.ok(r.returncode == 0, name or ' '.join(map(str, argv[:3])),
         r.stdout + r.stderr)
    return r


def no(code, exit, *argv, name=None):
    """A command that is to be refused, with what it should say."""
    r = run(*argv, '--at', now, '--yes')
    t.ok(r.returncode == exit and (code is None or code in r.stderr),
         name or 'refused: %s' % ' '.join(map(str, argv[:3])),
         (r.returncode, r.stdout, r.stderr))
    return r


def clock(to):
    global now
    body = json.dumps({'now': to}).encode()
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(L + '/socket')
        s.sendall(b'POST /v1/clock HTTP/1.1\r\nHost: x\r\nConnection: close'
                  b'\r\nContent-Type: application/json\r\nContent-Length: '
                  b'%d\r\n\r\n' % len(body) + body)
        reply = s.recv(65536)
    now = to
    t.ok(b' 200 ' in reply or b' 204 ' in reply, 'it is ' + to[:10], reply)


def start():
    d = subprocess.Popen([BUILD + '/bin/kaochengd', '--dir', L,
                          '--test-clock', now], env=ENV,
                         stderr=open(top + '/log', 'a'))
    for _ in range(1000):
        if run('log', 'list').returncode == 0:
            return d
        time.sleep(0.01)
    raise SystemExit('the daemon does not answer')


def view(*argv):
    r = run(*argv, '--json')
    return json.loads(r.stdout) if r.returncode == 0 else {'bad': r.stderr}


def last_days(case):
    """Of this case; the unit files no tasks, so its lists are overdue."""
    return [r for r in view('deadline', 'G19')['rows'] if r['case'] == case]


P = ()  # passphrases have their test in d_cli.t
ADMINS = ('--as', 'admin.1', '--as', 'admin.2', *P)
ESTAB = ('--as', 'estab.1', *P)


# --- units, duties, people, grants ----------------------------------------------
def enrol(actor, role, unit=None):
    """The actor makes a key at home; two administrators see only what is
    public, and the proof that the key is held."""
    home = '%s/home/%s' % (top, actor)
    os.makedirs(home)
    mine = ('--keys', home)
    vkey = run('key', 'new', actor, '--unprotected', *mine).stdout.strip()
    proof = run('key', 'show', actor, '--possession', ORIGIN,
                *mine).stdout.strip()
    ok('actor', 'enrol', actor, '--role', role,
       *(('--unit', unit) if unit else ()), '--key', vkey, '--possession',
       proof, *ADMINS, name='%s is enrolled by a key held elsewhere' % actor)


def who(actor):
    return ('--as', actor, '--keys', '%s/home/%s' % (top, actor))


def city():
    for u, zh, en in (('G19', '市商务局', 'Commerce Bureau'),
                      ('G02', '市统计局', 'Statistics Bureau')):
        ok('unit', 'register', u, '--group', 'gov', '--name', zh,
           '--name-en', en, *ESTAB)
    ok('duty', 'register', 'G19', 'G19-D1', '--text', '外资工作', *ESTAB)
    for a, role, unit in (('G19.head', 'head', 'G19'),
                          ('G19.liaison', 'liaison', 'G19'),
                          ('G02.judge', 'assessor', 'G02'),
                          ('G02.deputy', 'assessor', 'G02'),
                          ('stats.1', 'stats', None),
                          ('party.1', 'go-party', None),
                          ('gov.1', 'go-gov', None),
                          ('leader.1', 'leader', None)):
        enrol(a, role, unit)
    other = run('key', 'show', 'G19.head', '--possession', 'example.org/b',
                '--keys', top + '/home/G19.head').stdout.strip()
    vkey = run('key', 'new', 'X.1', '--unprotected', '--keys',
               top + '/home').stdout.strip()
    no('E-', 4, 'actor', 'enrol', 'X.1', '--role', 'head', '--unit', 'G19',
       '--key', vkey, '--possession', other, *ADMINS,
       name='a proof of another key, for another ledger, enrols nobody')
    ok('grant', 'issue', 'GR-1', '--assessor', 'G02', '--scope', 'all',
       '--from', '2022-01-01', '--until', '2023-04-30', *ESTAB)


# --- targets, by people who are not in one room ------------------------------------
def together(file, *signers):
    """A text that goes round: each signs at home, the last one sends."""
    for s in signers:
        t.same(run('sign', file, *who(s)).returncode, 0,
               '%s signs %s' % (s, file))


def plan():
    for target, kind, source, weight in (
            ('G19-K1', 'key', 'city-key', '70'),
            ('G19-R1', 'routine', 'handed-down', '20')):
        ok('target', 'draft', target, '--unit', 'G19', '--year', '2022',
           '--class', kind, '--source', source, '--duty', 'G19-D1',
           '--weight', weight, '--assessor', 'G02', '--title',
           '利用外资 ' + target, *(who('G19.head') if kind == 'routine'
                               else ESTAB))
        ok('target', 'submit', target, *who('G19.head') if kind == 'routine'
           else ESTAB)
        ok('target', 'approve-first', target, *ESTAB)
        ok('target', 'approve-second', target, '--as', 'party.1', '--as',
           'gov.1', '--out', target + '.txt',
           name='the second review is written, not signed')
        together(target + '.txt', 'gov.1', 'party.1')
        ok('send', target + '.txt')
        ok('target', 'read', target, *who('leader.1'))
    ok('list', 'issue', 'G19', '--year', '2022', *ESTAB)


def outage(case):
    """The machine was down on the last day to confirm, and when it runs again
    the case has lapsed."""
    clock('2022-07-04T01:00:00Z')
    no('E-STATE', 5, 'prededuct', 'confirm', case, *ESTAB,
       name='nobody could confirm it in time: it has lapsed')
    move = ('deadline', 'move', '--from', '2022-07-01', '--to', '2022-07-01',
            '--until', '2022-07-04', '--evidence', 'audit.pdf', '--reason',
            '机房断电，7月1日18时至23时')
    no('E-ROLE', 4, *move, '--as', 'estab.1', '--as', 'admin.1',
       name='an administrator of keys does not move last days')
    ok(*move, '--as', 'estab.1', '--as', 'gov.1', '--out', 'move.txt')
    together('move.txt', 'gov.1')
    run('sign', 'move.txt', *ESTAB)
    ok('send', 'move.txt', name='two offices move what was due that day')
    shown = view('prededuct', 'show', case)
    last = shown['rows'][-1]
    t.ok(shown['confirm_due'] == '2022-07-04' and
         last['kind'] == 'deadline.move' and '2022-07-04' in last['event'] and
         'prededuct.lapse' in [r['kind'] for r in shown['rows']],
         'the case is open again, and its record says all of it', shown)
    ok('export', '--case', case, 'outage.part')
    part = open(os.path.join(top, 'outage.part'), 'rb').read()
    done = subprocess.run([os.path.join(BUILD, 'bin', 'kaocheng-verify'),
                           os.path.join(top, 'outage.part')],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    t.ok(done.returncode == 0 and b'entry deadline.move\n' in part,
         'a part about the case has the outage, though it names no case',
         done.stdout)


def watched():
    """Somebody else's monitor replays a mirror of its own, by its own clock,
    whatever the daemon says of itself."""
    watch = ('watch', '--once', '--json', '--trust', L + '/trust', '--state',
             top + '/watched', '--mirror', top + '/mirror', '--unit', 'G19')
    r = run(*watch)
    said = [json.loads(l) for l in r.stdout.splitlines()]
    t.ok(r.returncode == 1 and [x['alarm'] for x in said] == ['clerk'] and
         'entries: 1;' in said[0]['says'] and '2022-07' in said[0]['says'],
         'by its clock the clerk owes that the case has lapsed', (said, r))
    t.same(view('status')['overdue'], 0, 'which the daemon denies')
    t.same(run(top + '/mirror', '--trust', L + '/trust',
               program=VERIFY).returncode, 0, 'its mirror is an export')
    entries = top + '/mirror/tile/entries/000.p'
    size = os.listdir(entries)[0]
    r = run(*watch)
    t.ok(r.stdout.count('"clerk"') == 1, 'a timer is told each time', r)
    ok('unit', 'register', 'G77', '--group', 'gov', '--name', '某局', *ESTAB)
    r = run(*watch)
    t.ok(os.listdir(entries) != [size] and r.stdout.count('"clerk"') == 1,
         'and the mirror grows', (r, os.listdir(entries)))


def squat(case, deadline):
    """The ids of the clerk's next entries follow from public data. An author
    who writes under them takes nothing away: the clerk's entry stands when it
    is due, and the ledger goes on."""
    for i, kind in enumerate(('review.overdue', 'prededuct.expire')):
        text = 'kaocheng/v1 due\n%s\n%s\n%s\n%d\n' % (
            ORIGIN, kind, case, deadline)
        ok('unit', 'register', 'Q%02d' % i, '--group', 'gov', '--name',
           '某局%02d' % i,
           '--id', hashlib.sha256(text.encode()).hexdigest()[:32], *ESTAB,
           name='an author may use the id of ' + kind)
    clock('2022-10-31T01:00:00Z')
    due = [r for r in view('log', 'list', '--limit', '1000')['rows']
           if r['kind'] == 'review.overdue']
    t.same(len(due), 1, 'the clerk has written under it all the same')
    raw = run('log', 'show', due[0]['seq'], '--raw').stdout
    t.ok('\nid ' + hashlib.sha256(
        ('kaocheng/v1 due\n%s\nreview.overdue\n%s\n%d\n' % (
            ORIGIN, case, deadline)).encode()).hexdigest()[:32] + '\n' in raw,
         'with that very id', raw)


# --- the case -------------------------------------------------------------------------
def case():
    clock('2022-06-24T01:00:00Z')
    with open(top + '/audit.pdf', 'w') as f:
        f.write('progress 52.5 %\n')
    decide = ('prededuct', 'decide', 'G19', 'G19-K1', '--situation', 'S3',
              '--effect', 'full', '--standard', '0.5', '--quarter',
              '2022-Q2', '--planned', '75%', '--actual', '52.5%',
              '--evidence', 'audit.pdf', '--reason', '进度滞后')
    no('E-', 4, *decide, *who('G19.head'),
       name='a unit does not deduct from itself')
    ok(*decide, *who('G02.judge'))
    watched()
    h = 'PD-2022-0001'
    outage(h)
    ok('prededuct', 'confirm', h, *ESTAB)
    ok('feedback', 'deliver', h, '--problem', '进度滞后', *who('G02.judge'))
    ok('feedback', 'acknowledge', h, *who('G19.liaison'))
    ok('rectify', 'plan', h, '--plan', '倒排工期', *who('G19.liaison'))
    due = last_days(h)
    t.ok([r['due'] for r in due] == ['2022-10-08'],
         'three months, and the holiday moves the last day', due)
    clock('2022-09-01T01:00:00Z')
    ok('extension', 'request', h, '--reason', '汛期停工', *who('G19.head'))
    ok('extension', 'grant', h, '--reason', '属实', '--as', 'G02.judge',
       '--as', 'estab.1', '--out', 'ext.txt')
    together('ext.txt', 'G02.judge')
    no('estab.1 has not signed', 2, 'send', 'ext.txt',
       name='half signed is not sent, and who is missing is said')
    run('sign', 'ext.txt', *ESTAB)
    ok('send', 'ext.txt')
    later = last_days(h)
    t.ok(later and later[0]['due'] > '2022-10-08', 'the extension counts',
         later)
    clock('2022-10-10T01:00:00Z')
    submit = ('rectify', 'submit', h, '--evidence', 'audit.pdf', '--report',
              '已完成', *who('G19.head'))
    ok(*submit)
    ok('rectify', 'reject', h, '--reason', '佐证不足', *who('G02.judge'))
    ok(*submit)
    squat(h, 5)
    r = no('E-RET-CAP', 6, 'refund', 'grant', h, '--rate', '8001bp',
           '--reason', '整改到位', *who('G02.judge'),
           name='80.01 % is over the cap')
    t.ok('policies/nantong-2022.yaml:27:' in r.stderr,
         'and the refusal cites the line of the rule', r.stderr)
    ok('refund', 'grant', h, '--rate', '8000bp', '--reason', '整改到位',
       *who('G02.judge'))
    shown = view('prededuct', 'show', h)
    t.ok(shown.get('returned') == '0.4000' and
         shown.get('retained') == '0.1000', '80 % came back', shown)
    no('E-', 5, 'refund', 'grant', h, '--rate', '8000bp', '--reason', 'x',
       *who('G02.judge'), name='once only')
    return h


# --- keys and powers that change ---------------------------------------------------------
def keys():
    home = top + '/home/G19.head'
    ok('key', 'rotate', *who('G19.head'))
    shutil.copy(home + '/G19.head.key', top + '/new.key')
    shutil.copy(home + '/G19.head.key.old-1', home + '/G19.head.key')
    no('E-', 4, 'target', 'submit', 'G19-R1', *who('G19.head'),
       name='the old key signs no more')
    os.rename(top + '/new.key', home + '/G19.head.key')
    no('E-STATE', 5, 'target', 'submit', 'G19-R1', *who('G19.head'),
       name='the new one does: only the state is in the way')
    ok('delegation', 'give', '--to', 'G02.deputy', '--may',
       'completion.find', '--from', '2022-10-01', '--until', '2022-12-31',
       '--reason', '出差', *who('G02.judge'))
    r = run('key', 'show', 'G02.deputy', '--keys', top + '/home/G02.deputy')
    r = ok('key', 'revoke', '--key', r.stdout.strip(), '--reason', '遗失',
           *ADMINS)
    t.ok('  revoke a key  G02.deputy  ' in r.stdout, 'whose key is said',
         r.stdout)
    no('E-', 4, 'completion', 'find', 'G19-R1', '--rate', '90%',
       '--evidence', 'audit.pdf', *who('G02.deputy'),
       name='a revoked key finds nothing')
    ok('completion', 'find', 'G19-R1', '--rate', '90%', '--evidence',
       'audit.pdf', *who('G02.judge'))


# --- reading beside a daemon, proof ----------------------------------------------------------
def readers():
    """LMDB's table has 512 places; a reader must give its place back."""
    codes = [subprocess.run([CLI, 'log', 'show', '0', '--raw', '--dir', L],
                            env=ENV, capture_output=True).returncode
             for _ in range(530)]
    t.ok(not any(codes), 'as many readings beside a daemon as one likes',
         codes.index(max(codes)))


def flip(path, at):
    with open(path, 'r+b') as f:
        f.seek(at)
        b = f.read(1)[0]
        f.seek(at)
        f.write(bytes([b ^ 1]))


def proofs():
    r = ok('verify', '--dir', L)
    out = top + '/out'
    ok('export', out, '--dir', L)
    ok('export', out, '--dir', L, name='export once more')
    ok('export', '--bundle', top + '/b', '--dir', L, name='as one file')
    for path in (out, top + '/b'):
        t.same(run(path, '--trust', L + '/trust', program=VERIFY).returncode,
               0, 'kaocheng-verify ' + os.path.basename(path))
    bad = []
    files = [os.path.join(d, f) for d, _, fs in os.walk(out) for f in fs]
    for f in sorted(files):
        for at in (0, os.path.getsize(f) // 2, os.path.getsize(f) - 1):
            flip(f, at)
            r = run(out, program=VERIFY)
            if r.returncode not in (10, 11, 12) or 'TAMPERED' not in \
                    r.stdout and 'cannot be' not in r.stdout and \
                    'differs' not in r.stdout:
                bad.append((f, at, r.returncode, r.stdout))
            flip(f, at)
    t.ok(len(files) > 4 and not bad, 'one changed byte, in each of %d files' %
         len(files), bad[:2])
    for cut in files:
        os.rename(cut, cut + '~')
        code = run(out, program=VERIFY).returncode
        os.rename(cut + '~', cut)
        if code not in (10, 11):
            bad.append((cut, code))
    t.ok(not bad, 'nor can a file be left out', bad)
    leaf = run('log', 'show', '31', '--raw', '--dir', L, text=False).stdout
    open(top + '/leaf', 'wb').write(leaf)
    open(top + '/receipt', 'w').write(
        run('log', 'show', '31', '--receipt', '--dir', L).stdout)
    ok('verify', '--receipt', top + '/receipt', '--leaf', top + '/leaf')
    flip(top + '/leaf', 40)
    no(None, 10, 'verify', '--receipt', top + '/receipt', '--leaf',
       top + '/leaf', name='the receipt is for these bytes only')


def main():
    ok('init', L, '--origin', ORIGIN, '--year', '2022', '--unprotected')
    d = start()
    try:
        city()
        plan()
        h = case()
        keys()
        readers()
    finally:
        d.send_signal(signal.SIGTERM)
        t.same(d.wait(20), 0, 'the daemon ends well')
    proofs()


try:
    main()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
