#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The demonstration's year sends its reminders through a real mail server that
puts off, breaks off after the message, and through a sender that is killed:
each message is delivered at least once, every copy under one Message-ID, none
is missing, none is invented, and the log says so."""
import asyncio, email, email.policy, json, logging, os, random, re, shutil, signal
import socket, subprocess, sys, tempfile, threading, time, warnings
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap, BUILD
from aiosmtpd.smtp import SMTP

t = Tap()
logging.disable(logging.CRITICAL)
warnings.simplefilter('ignore')
CLI = os.path.abspath(BUILD + '/bin/kaocheng')
DAEMON = os.path.abspath(BUILD + '/bin/kaochengd')
SEED = int(os.environ.get('SEED', '2022'))
NOTICES = int(os.environ.get('NOTICES', '200'))  # at least so many go out
top = tempfile.mkdtemp(prefix='kc-')
D = handler = None  # of the year that is made
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C',
       'XDG_STATE_HOME': top + '/state'}


class Handler:
    """Takes most; puts off some; breaks off after some that it took."""

    def __init__(self, seed):
        self.pick = random.Random(seed)
        self.copies = 0
        self.taken = {}  # Message-ID -> set of texts
        self.rcpt, self.put_off, self.broken_off = set(), 0, 0
        self.well = False

    async def handle_DATA(self, server, session, envelope):
        dice = 1 if self.well else self.pick.random()
        if dice < 0.10:
            self.put_off += 1
            return '451 later'
        m = email.message_from_bytes(envelope.original_content,
                                     policy=email.policy.default)
        self.taken.setdefault(m['Message-ID'].strip('<>'), set()).add(
            envelope.original_content)
        self.copies += 1
        self.rcpt.update(envelope.rcpt_tos)
        if dice < 0.15:
            self.broken_off += 1
            server.transport.abort()
        return '250 taken'


def serve(handler):
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(
        lambda: SMTP(handler, loop=loop), '127.0.0.1', 0))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return server.sockets[0].getsockname()[1]


def kc(*argv):
    return subprocess.run([CLI] + list(argv), env=ENV, capture_output=True,
                          text=True, timeout=300)


def children(program):
    """Processes of this name whose parent runs on our ledger."""
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            words = open('/proc/%s/cmdline' % pid).read().split('\0')
            parent = open('/proc/%s/stat' % pid).read().rsplit(')')[-1].split()[1]
            if words[0].endswith(program) and \
                    D in open('/proc/%s/cmdline' % parent).read():
                yield int(pid)
        except (OSError, IndexError):
            pass


def killer(stop, handler, killed):
    """Kills the sender each time that some more have been taken."""
    at = 60
    while not stop.is_set() and len(killed) < 5:
        if len(handler.taken) >= at:
            for pid in children('kaocheng-sender'):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
            at = len(handler.taken) + 60
        stop.wait(0.01)


def status():
    return json.loads(kc('remind', 'status', '--dir', D, '--json').stdout)


def outcomes():
    """Message ids by kind of outcome, from the signed entries. Those that
    failed are all overtaken: `failed` of the status is 0."""
    found = {'reminder.sent': [], 'reminder.failed': []}
    kc('export', '--bundle', top + '/bundle', '--dir', D)
    for kind, id in re.findall(
            rb'kaocheng/v1 entry (reminder\.\w+)\n(?:[^\n]+\n)*?message (\w+)\n',
            open(top + '/bundle', 'rb').read()):
        if kind.decode() in found:
            found[kind.decode()].append(id.decode())
    return found


def daemon(clock):
    d = subprocess.Popen([DAEMON, '--dir', D, '--test-clock', clock], env=ENV,
                         stderr=open(top + '/d.log', 'a'))
    while kc('clock', 'show', '--dir', D).returncode != 0:
        if d.poll() is not None:
            raise SystemExit(open(top + '/d.log').read())
        time.sleep(0.01)
    return d


def drain():
    """What is left goes out on the days that follow, with daemons killed. How
    many were, and when the last one stopped by its own clock."""
    killed = 0
    d = daemon('2023-03-01T01:00:00Z')
    for i in range(40):
        kc('clock', 'advance', '+2h', '--dir', D)
        handler.well = i > 6
        if i in (0, 2):
            d.kill()
            d.wait()
            killed += 1
            d = daemon('2023-03-%02dT01:30:00Z' % (i + 2))
        s = status()
        if s['planned'] + s['retrying'] == 0 and i > 2:
            break
        time.sleep(0.05)
    now = json.loads(kc('clock', 'show', '--dir', D, '--json').stdout)['now']
    d.terminate()
    t.same(d.wait(), 0, 'the daemon ends well')
    return killed, now


def year(seed):
    """One year, until nothing is on its way; how many messages went out."""
    global handler, D
    D, handler = '%s/%d' % (top, seed), Handler(seed)
    port = serve(handler)
    stop, killed = threading.Event(), []
    k = threading.Thread(target=killer, args=(stop, handler, killed))
    k.start()
    r = kc('demo', '--dir', D, '--no-serve', '--json', '--smtp',
           '127.0.0.1:%d' % port)
    stop.set()
    k.join()
    t.same(r.returncode, 0, 'the year is made while mail is unreliable')
    if r.returncode != 0:
        print('#', r.stderr)
    killed_daemons, now = drain()
    s = status()
    found = outcomes()
    sent, taken = set(found['reminder.sent']), {
        m.split('@')[0] for m in handler.taken}
    print('# seed %d: %d messages, %d copies; %d put off, %d broken off, '
          '%d senders and %d daemons killed, %d overtaken' % (
              seed, len(taken), handler.copies, handler.put_off,
              handler.broken_off, len(killed), killed_daemons, s['overtaken']))
    t.ok(handler.put_off > 10 and handler.broken_off > 5 and killed and
         killed_daemons > 0 and handler.copies > len(taken),
         'faults happened, and some messages came more than once')
    t.same([s['planned'], s['retrying'], s['failed']], [0, 0, 0],
           'nothing is on its way any more, nothing was given up')
    t.same(len(sent), len(found['reminder.sent']), 'one outcome a message')
    t.same(sent - taken, set(), 'none is said to be sent that never came')
    t.same(taken - sent - set(found['reminder.failed']), set(),
           'none came that the log does not know')
    t.same(len(found['reminder.failed']), s['overtaken'],
           'what was not sent was overtaken')
    due = json.loads(kc('remind', 'preview', '--dir', D, '--as-of', now,
                        '--json').stdout)
    t.same(due['messages'], 0, 'and nothing is due that was not planned')
    t.same([m for m, copies in handler.taken.items() if len(copies) != 1], [],
           'all copies of a message are the same bytes')
    t.same({m.split('@')[1] for m in handler.taken}, {'shili.example'},
           'Message-IDs are of the ledger')
    t.ok(all(a.endswith('.example') or '@example.' in a or
             a.endswith('.example.org') for a in handler.rcpt),
         'they went to the persons of the directory', handler.rcpt)
    raw = b''.join(b''.join(c) for c in handler.taken.values())
    t.ok(b'96.0083' not in raw, 'no score in a message')
    r = kc('verify', '--dir', D)
    t.same(r.returncode, 0, 'the ledger verifies with all outcomes')
    shutil.rmtree(D)
    return len(taken)


try:
    total = 0
    while total < NOTICES:
        total += year(SEED)
        SEED += 1
        if NOTICES > 200:
            print('# %d of %d' % (total, NOTICES), flush=True)
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
