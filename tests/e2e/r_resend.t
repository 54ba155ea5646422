#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a reader of reminders does with them: a message that a real mail server
refused is asked for again and arrives; one that arrived, too; they are
acknowledged and muted by naming them. Who may not is refused."""
import asyncio, email, email.policy, json, logging, os, shutil, signal, subprocess, sys
import tempfile, threading, time, warnings
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap, BUILD
from aiosmtpd.smtp import SMTP

t = Tap()
logging.disable(logging.CRITICAL)
warnings.simplefilter('ignore')
CLI, DAEMON = (os.path.abspath(BUILD + '/bin/' + p)
               for p in ('kaocheng', 'kaochengd'))
top = tempfile.mkdtemp(prefix='kc-resend-')
D = top + '/l'
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C',
       'XDG_STATE_HOME': top + '/state', 'KAOCHENG_DIR': D}
now = '2022-01-10T01:00:00Z'
H = 'PD-2022-0001'


class Handler:
    """Answers what it is told to, or takes all."""
    answer, ids = '554 no such mailbox', []

    async def handle_DATA(self, server, session, envelope):
        if self.answer:
            return self.answer
        m = email.message_from_bytes(envelope.original_content,
                                     policy=email.policy.default)
        self.ids.append(m['Message-ID'].strip('<>').split('@')[0])
        return '250 taken'


def serve(handler):
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(
        lambda: SMTP(handler, loop=loop), '127.0.0.1', 0))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return server.sockets[0].getsockname()[1]


def kc(*argv):
    return subprocess.run([CLI, *map(str, argv)], env=ENV, cwd=top, text=True,
                          capture_output=True, timeout=60)


def sign(*argv):
    return kc(*argv, '--at', now, '--yes', '--dir', D)


def ok(*argv, name=None):
    r = sign(*argv)
    t.ok(r.returncode == 0, name or ' '.join(map(str, argv[:3])),
         r.stdout + r.stderr)
    return r


def no(code, *argv, name):
    r = sign(*argv)
    t.ok(r.returncode != 0 and code in r.stderr, name,
         (r.returncode, r.stderr))


def start():
    d = subprocess.Popen([DAEMON, '--dir', D, '--test-clock', now], env=ENV,
                         stderr=open(top + '/log', 'a'))
    while kc('clock', 'show', '--dir', D).returncode != 0:
        if d.poll() is not None:
            raise SystemExit(open(top + '/log').read())
        time.sleep(0.01)
    return d


def clock(to):
    global now
    r = kc('clock', 'advance', to, '--dir', D)
    now = json.loads(kc('clock', 'show', '--dir', D, '--json').stdout)['now']
    t.same(r.returncode, 0, 'it is ' + now)


def status():
    return json.loads(kc('remind', 'status', '--dir', D, '--json').stdout)


def until(what, holds):
    """Waits for the daemon and its sender."""
    for _ in range(1000):
        s = status()
        if holds(s):
            t.ok(True, what)
            return s
        time.sleep(0.02)
    t.ok(False, what, (s, open(top + '/log').read()[-3000:]))
    return s


def enrol(actor, role, unit=None):
    kc('key', 'new', actor, '--unprotected', '--dir', D)
    ok('actor', 'enrol', actor, '--role', role, *(('--unit', unit) if unit
       else ()), '--as', 'admin.1', '--as', 'admin.2')


def found(port):
    t.same(kc('init', D, '--origin', 'example.org/k', '--unprotected', '--at',
              now).returncode, 0, 'a ledger')
    with open(D + '/kaocheng.yaml', 'a') as f:
        f.write('remind:\n  smtp:\n    host: 127.0.0.1\n    port: %d\n'
                '    tls: none-loopback\n    from: kaohe@example.org\n' % port)
    t.same(kc('people', 'edit', 'G19.liaison', '姓名=林小雨',
              'mail=g19@example.org', 'channel=smtp', '--dir', D).returncode,
           0, 'the liaison has a mail address')


def city():
    estab = ('--as', 'estab.1')
    for u in ('G19', 'G02'):
        ok('unit', 'register', u, '--group', 'gov', '--name', '部门 ' + u,
           *estab)
    ok('duty', 'register', 'G19', 'G19-D1', '--text', '外资工作', *estab)
    for who in (('G19.head', 'head', 'G19'), ('G19.liaison', 'liaison', 'G19'),
                ('G02.judge', 'assessor', 'G02'), ('party.1', 'go-party'),
                ('gov.1', 'go-gov'), ('leader.1', 'leader'),
                ('op.1', 'operator')):
        enrol(*who)
    ok('grant', 'issue', 'GR-1', '--assessor', 'G02', '--scope', 'all',
       '--from', '2022-01-01', '--until', '2023-04-30', *estab)
    for target, kind, source, weight, who in (
            ('K1', 'key', 'city-key', '70', estab),
            ('R1', 'routine', 'handed-down', '20', ('--as', 'G19.head'))):
        ok('target', 'draft', target, '--unit', 'G19', '--year', '2022',
           '--class', kind, '--source', source, '--duty', 'G19-D1',
           '--weight', weight, '--assessor', 'G02', '--title', '利用外资',
           *who)
        ok('target', 'submit', target, *who)
        ok('target', 'approve-first', target, *estab)
        ok('target', 'approve-second', target, '--as', 'party.1', '--as',
           'gov.1')
        ok('target', 'read', target, '--as', 'leader.1')
    ok('list', 'issue', 'G19', '--year', '2022', *estab)


def case():
    clock('2022-06-24T01:00:00Z')
    with open(top + '/audit.pdf', 'w') as f:
        f.write('progress 52.5 %\n')
    ok('prededuct', 'decide', 'G19', 'K1', '--situation', 'S3', '--effect',
       'full', '--standard', '0.5', '--quarter', '2022-Q2', '--planned', '75%',
       '--actual', '52.5%', '--evidence', 'audit.pdf', '--reason', '滞后',
       '--as', 'G02.judge')
    ok('prededuct', 'confirm', H, '--as', 'estab.1')
    ok('feedback', 'deliver', H, '--problem', '滞后', '--as', 'G02.judge')


def given_up(to):
    """The message of this person that nobody asked for again."""
    return next(m['message'] for m in status()['given_up'] if m['actor'] == to)


def again(handler):
    """Refused for good, asked for again, delivered; and once more."""
    clock('2022-06-27T02:00:00Z')
    # Of the case, and of the target whose tasks nobody filed.
    until('eight are given up', lambda s: s['failed'] == 8)
    first = given_up('G19.liaison')
    r = kc('remind', 'status', '--dir', D, '--lang', 'zh')
    t.ok('kaocheng remind resend' in r.stdout and first in r.stdout,
         'status says which, and how they are asked for', r.stdout + r.stderr)
    ask = ('remind', 'resend', first, '--reason', '邮箱已修复')
    no('it takes operator/estab/assess-office', *ask, '--as', 'G19.head',
       name='a unit does not ask, and is told who may')
    t.same(sign(*ask, '--as', 'estab.1', '--dry-run').returncode, 0,
           'what it would do is asked first')
    handler.answer = ''
    r = ok(*ask, '--as', 'estab.1', '--json', name='the office asks')
    t.same(json.loads(r.stdout)['kind'], 'remind.resend', 'by an entry')
    until('it is sent', lambda s: s['sent'] == 1)
    t.ok(len(handler.ids) == 1 and handler.ids[0] != first,
         'by an id of its own: readers drop what they have had', handler.ids)
    t.ok(first not in str(status()['given_up']),
         'and is not waited for any more')
    ok(*ask, '--as', 'op.1', name='what arrived is asked for too')
    until('and sent', lambda s: s['sent'] == 2)
    t.same(len(set(handler.ids)), 2, 'once')
    return handler.ids[0]


def uncertain(handler):
    """While a copy is on its way no other is asked for; it is no failure."""
    handler.answer = '451 later'
    first = given_up('G02.judge')
    t.same(kc('people', 'edit', 'G02.judge', '姓名=陈法官',
              'mail=g02@example.org', '--dir', D).returncode, 0,
           'who had no address has one')
    ask = ('remind', 'resend', first, '--reason', '已补邮箱', '--as', 'op.1')
    ok(*ask, name='asked for')
    s = until('it is tried again', lambda s: s['retrying'] == 1)
    t.same([s['failed'], s['sent']], [8, 2], 'and called neither')
    no('E-DUPLICATE', *ask, name='not asked for twice')
    handler.answer = ''
    clock('2022-06-27T04:00:00Z')
    until('it arrives', lambda s: s['sent'] == 3)
    no('E-NOT-FOUND', 'remind', 'resend', 'f' * 32, '--reason', 'x', '--as',
       'op.1', name='no other message')


def heeded(message):
    who = ('--as', 'G19.liaison')
    mute = ('remind', 'mute', H, '--until', '2022-08-01', '--reason', '在办')
    ok('remind', 'ack', message, *who, name='a message is acknowledged')
    no('E-DUPLICATE', 'remind', 'ack', message, *who, name='once')
    no('E-UNIT', 'remind', 'ack', given_up('estab.1'), *who,
       name='not one of another')
    ok('remind', 'ack', H, *who, name='or a matter')
    no('E-NOT-FOUND', 'remind', 'ack', 'PD-2022-0099', *who,
       name='one that is there')
    no('E-FIELD-MISSING', 'remind', 'ack', *who, name='it is said which')
    ok(*mute, *who, name='a matter is muted')
    r = sign(*mute, '--actor', 'G02.judge', *who, '--lang', 'zh')
    t.ok('G02.judge 不属于单位 G19' in r.stderr, 'not for another unit',
         r.stderr)
    no('E-DATE', 'remind', 'mute', H, '--until', '2024-08-01',
       '--reason', 'x', *who, name='not for years')


def main():
    handler = Handler()
    found(serve(handler))
    d = start()
    try:
        city()
        case()
        message = again(handler)
        uncertain(handler)
        heeded(message)
        d.send_signal(signal.SIGTERM)
        t.same(d.wait(20), 0, 'the daemon ends well')
        r = kc('replay', '--dir', D)
        t.same(r.returncode, 0, 'and its ledger replays')
    finally:
        if d.poll() is None:
            d.kill()


try:
    main()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
