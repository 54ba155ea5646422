#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The process that sends: what it holds, what it may, how it ends; local
programs and files."""
import glob, os, shutil, signal, socket, stat, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from senderkit import *

t = Tap()
dir = tempfile.mkdtemp()


def path(name):
    return os.path.join(dir, name)


def phone(n, **more):
    return job(n, 'command', {'phone': '+86 138-0000-0000'}, **more)


def shell(text, paths=(), timeout_s=10, **more):
    return Sender(command('/bin/sh', '-c', text, paths=paths,
                          timeout_s=timeout_s), **more)


def files():
    out = path('out')
    s = Sender({'file': {'dir': out}})
    t.same(s.ask(job(1, 'file', {'actor': 'G29.liaison'})),
           ('sent', 'file'), 'a message becomes a file')
    names = os.listdir(out)
    t.same(names, ['%032x.eml' % 1], 'of its id, and no other is left')
    mode = stat.S_IMODE(os.stat(path('out/' + names[0])).st_mode)
    t.same(mode, 0o600, 'that nobody else reads')
    text = open(path('out/' + names[0])).read()
    t.ok('X-Kaocheng-Actor: G29.liaison\n' in text and '@' not in
         text.split('To: ')[1].split('\n')[0], 'it says to whom, by actor')
    s.ask(job(1, 'file', {'actor': 'G29.liaison'}))
    t.same(len(os.listdir(out)), 1, 'once more is the same file')
    shutil.rmtree(out)
    t.same(s.ask(job(2, 'file', {'actor': 'a'})), ('deferred', 'write'),
           'without its directory it waits')
    t.same(s.ask(mail(3)), ('deferred', 'off'),
           'a channel that is not configured is off')
    s.close()


def programs():
    for code, want in ((0, 'sent'), (75, 'deferred'), (111, 'deferred'),
                       (78, 'deferred'), (1, 'failed'), (67, 'failed'),
                       (100, 'failed')):
        s = shell('exit %d' % code)
        t.same(s.ask(phone(4)), (want, str(code)), 'exit code %d' % code)
        s.close()
    s = shell('kill -9 $$')
    t.same(s.ask(phone(4)), ('deferred', 'signal'), 'ended by a signal')
    s.close()
    s = Sender(command('/no/such/program'))
    t.same(s.ask(phone(4))[0], 'deferred', 'no such program')
    s.close()
    spool = path('spool')
    os.mkdir(spool)
    s = shell('cat >%s/message; env >%s/env; ps -o args= $$ >%s/args; '
              'ls /proc/self/fd >%s/fds; exit 0' % ((spool,) * 4),
              paths=[spool, '/proc'])
    t.same(s.ask(phone(5)), ('sent', '0'), 'a program that writes')
    t.same(open(spool + '/message').read(),
           'To: +86 138-0000-0000\nId: %032x\nLang: zh\n\n%s' % (
               5, phone(5)['text']), 'reads the message')
    t.ok('138' not in open(spool + '/args').read() +
         open(spool + '/env').read(),
         'neither its arguments nor its surroundings have an address')
    t.same(open(spool + '/fds').read().split(), ['0', '1', '2', '3'],
           'and nothing is open (3 is its own look at the list)')
    s.close()
    s = shell('exec sleep 60 0<&- & sleep 60', timeout_s=1)
    t.same(s.ask(phone(6)), ('deferred', 'timeout'), 'one that hangs')
    s.close()
    big = phone(7, text='x' * 16384)
    s = shell('exit 0')
    t.same(s.ask(big), ('sent', '0'), 'one that does not read')
    s.close()


def sandbox():
    ledger = path('ledger')
    os.makedirs(ledger + '/keys')
    for name in ('data.mdb', 'keys/log.key', 'people'):
        with open(os.path.join(ledger, name), 'w') as f:
            f.write('secret\n')
    for name in ('data.mdb', 'keys/log.key', 'people'):
        s = shell('cat %s/%s && exit 0; exit 3' % (ledger, name))
        t.same(s.ask(phone(8)), ('failed', '3'), 'it cannot read ' + name)
        s.close()
    s = shell('cat %s/data.mdb >/dev/null || exit 3' % ledger, paths=[ledger])
    t.same(s.ask(phone(8)), ('sent', '0'),
           'but where that is what it is for, it can')
    s.close()
    s = shell('echo x >%s/new 2>/dev/null || exit 3' % ledger)
    t.same(s.ask(phone(8)), ('failed', '3'), 'nor write there')
    s.close()
    s = shell('unshare -U true 2>/dev/null || exit 3')
    t.same(s.ask(phone(8)), ('failed', '3'), 'nor make itself a new root')
    s.close()


def holds_nothing():
    r, w = os.pipe()
    os.set_inheritable(w, True)
    s = Sender({'file': {'dir': path('out2')}})
    os.close(w)
    ready, _, _ = select.select([r], [], [], 5)
    t.ok(ready and os.read(r, 1) == b'',
         'it has closed what it was not given')
    s.close()
    os.close(r)
    done = subprocess.run([SENDER], stdin=subprocess.DEVNULL,
                          capture_output=True)
    t.same(done.returncode, 100, 'started by hand it says who starts it')


def rests(s, after=-1):
    """Waits until the first thread of a sender sleeps, having done so more
    often than `after`; how often it has. It sleeps where it reads, and where
    it has seen the end."""
    while True:
        with open('/proc/%d/task/%d/status' % ((s.process.pid,) * 2)) as f:
            said = dict(line.split(':', 1) for line in f)
        times = int(said['voluntary_ctxt_switches'])
        if said['State'].strip()[0] == 'S' and times > after:
            return times
        time.sleep(0.01)


def ends():
    s = shell('sleep 30')
    s.line(phone(9))
    began = time.monotonic()
    t.same(s.close(), 0, 'it ends when the daemon is gone')
    t.ok(time.monotonic() - began < 5, 'at once, whatever is under way')
    flags = path('flags')
    os.mkdir(flags)
    s = shell('touch %s/at.$$; until [ -e %s/go ]; do sleep 0.02; done' %
              (flags, flags), paths=[flags])
    for n in range(10, 16):
        s.line(phone(n))
    while len(glob.glob(flags + '/at.*')) < 4:
        time.sleep(0.01)
    times = rests(s)
    s.socket.shutdown(socket.SHUT_WR)
    rests(s, times)
    open(flags + '/go', 'w').close()
    answers = [s.read() for _ in range(5)]
    t.same([a and a['outcome'] for a in answers], ['sent'] * 4 + [None],
           'told to end, it brings to an end what it is at, no more')
    t.same(s.wait(), 0, 'and then ends')
    s = shell('exit 0')
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        s.process.send_signal(number)
    t.same(s.ask(phone(20)), ('sent', '0'), 'signals of a stop do not end it')
    s.close()


def many():
    s = shell('exit 0')
    for n in range(64):
        s.line(phone(100 + n))
    answers = [s.read() for _ in range(64)]
    t.same({a['id'] for a in answers}, {'%032x' % (100 + n)
                                        for n in range(64)},
           '64 jobs are answered, each once')
    t.ok(all(a['outcome'] == 'sent' for a in answers), 'all of them sent')
    s.close()
    s = shell('sleep 5')
    for n in range(80):
        s.line(phone(200 + n))
    t.same(s.wait(), 1, 'more at a time than agreed: it ends')


def nonsense():
    for what, line in (('no JSON', b'hello'), ('no id', b'{}'),
                       ('a line without end', b'x' * 2000000)):
        s = shell('exit 0')
        try:
            s.line(line)
        except (BrokenPipeError, ConnectionResetError):
            pass
        t.same(s.wait(), 1, '%s: it ends, it does not guess' % what)
    s = shell('exit 0')
    t.same(s.ask({'id': '%032x' % 1, 'channel': 'pigeon'}),
           ('failed', 'job'), 'a job that is none is answered')
    t.same(s.ask(phone(1)), ('sent', '0'), 'and the next one is carried out')
    s.close()
    for what, section in (('an unknown channel', {'pigeon': {}}),
                          ('a key too few', {'file': {}}),
                          ('a relative program', command('sms'))):
        s = Sender(section, ready=False)
        t.same(s.wait(), 78, 'a configuration with ' + what)


files()
programs()
sandbox()
holds_nothing()
ends()
many()
nonsense()
shutil.rmtree(dir)
t.done()
