#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Start, stop, reload, refuse to start: what an operator meets."""
import glob, os, shutil, signal, subprocess, sys, threading, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import *

t = Tap()


def stops_in_time(d):
    began = time.monotonic()
    code = d.stop()
    return code == 0 and time.monotonic() - began < 2


def life():
    d = Daemon().start()
    t.same(d.get('/healthz')[0], 200, 'a new ledger is healthy')
    t.same(d.get('/checkpoint')[0], 404, 'and has no checkpoint yet')
    opening = d.open_entry()
    t.same(d.post(opening)[0], 201, 'the opening entry is taken')
    again = d.post(opening)
    t.ok(again[0] == 200 and json.loads(again[2])['duplicate'],
         'the same bytes again give the first receipt', again)
    code, log = Daemon.run(d)
    t.ok(code == 1 and str(d.process.pid) in log,
         'a second daemon ends with 1 and names the first', (code, log))
    t.ok(d.get('/healthz')[0] == 200 and os.path.exists(d.path('socket')),
         'and does no harm to the first')
    t.ok(stops_in_time(d), 'SIGTERM ends it with 0 in less than 2 s', d.lines)
    t.ok(not os.path.exists(d.path('socket')), 'the socket is gone')
    code, out = d.run('-n')
    t.same((code, out), (0, 'ok\n'), '-n checks configuration and ledger')
    d.start()
    d.process.kill()
    d.process.wait()
    t.ok(os.path.exists(d.path('socket')), 'kill -9 leaves the socket behind')
    d.start()
    t.ok(json.loads(d.get('/healthz')[2])['size'] == 1,
         'the next start takes it over, with every entry')
    t.ok(stops_in_time(d), 'and ends well')
    d.remove()


def stop_at_start():
    """SIGTERM while it starts: no loop sees to signals yet."""
    d = Daemon().start()
    d.post(d.open_entry())
    d.stop()

    def tell():
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        os.kill(os.getpid(), signal.SIGTERM)

    done = subprocess.run(d.command(), stderr=subprocess.PIPE, text=True,
                          timeout=20, preexec_fn=tell)
    t.ok(done.returncode == 0 and 'event=stopping' in done.stderr and
         'event=ready' not in done.stderr,
         'told to end before it is ready, it never is: 0', done)
    t.same(d.run('-n')[0], 0, 'and the ledger is as it was')
    d.start()
    t.same(d.stop(), 0, 'the next start is not concerned')
    d.remove()


def options():
    d = Daemon(clock=None)
    t.same(d.run('--nonsense')[0], 100, 'an unknown option is 100')
    t.same(d.run('surplus')[0], 100, 'a surplus word is 100')
    t.same(d.run('--version')[0], 0, '--version')
    code, out = d.run('--routes')
    t.ok(code == 0 and 'POST /v1/entries signer\t' in out, '--routes', out)
    d.clock = 'yesterday'
    t.same(d.run()[0], 1, 'a clock that is no instant is refused')
    d.clock = None
    d.config = 'ledger: .\nlisten:\n  unix: socket\n  prot: 1\n'
    code, out = d.run('-n')
    t.ok(code == 1 and 'k.yaml:4:3' in out and 'prot' in out,
         'an unknown key is refused with its place', out)
    d.config = 'listen: {unix: s, tcp: "0.0.0.0:80"}\n'
    t.same(d.run('-n')[0], 1, 'TCP beyond the loopback is refused')
    d.config = ''
    os.chmod(d.path('keys/log.key'), 0o640)
    code, out = d.run('-n')
    t.ok(code == 1 and 'mode 0600' in out,
         'a key that others can read is refused', out)
    os.chmod(d.path('keys/log.key'), 0o600)
    os.rename(d.path('keys/clerk.key'), d.path('keys/real'))
    os.symlink('real', d.path('keys/clerk.key'))
    t.same(d.run('-n')[0], 1, 'a key behind a symbolic link is refused')
    os.unlink(d.path('keys/clerk.key'))
    t.same(d.run('-n')[0], 1, 'a missing key is refused')
    os.rename(d.path('keys/real'), d.path('keys/clerk.key'))
    d.write('socket', 'not a socket')
    code, out = d.run()
    t.ok(code == 1 and 'not a socket' in out,
         'a file where the socket belongs is left alone', out)
    d.remove()


def reload():
    d = Daemon(config='listen: {unix: socket}\nlog_level: info\n').start()

    def hup(word):
        n = len(d.lines)
        d.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if any(word in line for line in d.lines[n:]):
                return True
            d.get('/healthz')
        return False

    d.write('k.yaml', 'listen: {unix: socket}\nlog_levle: info\n')
    t.ok(hup('event=reload-refused'), 'a broken file is not taken on SIGHUP')
    t.same(d.get('/healthz')[0], 200, 'the daemon goes on with the old one')
    d.write('k.yaml', 'anchor: elsewhere\nlisten: {unix: s2}\n'
            'limits: {requests_per_s: 9, queue: 7}\n')
    for _ in range(2):
        t.ok(hup('event=reloaded ignored=anchor,listen.unix,limits.queue'),
             'a reload names what only a start can take, each time', d.lines)
    for sig in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGIO):
        d.process.send_signal(sig)
    t.same(d.get('/healthz')[0], 200, 'signals that mean nothing end nothing')
    d.write('k.yaml', 'listen: {unix: socket}\nlog_level: error\n')
    d.process.send_signal(signal.SIGHUP)
    t.same(d.get('/healthz')[0], 200, 'a good file is taken')
    t.ok(stops_in_time(d), 'and it ends')
    d.remove()


def guard():
    d = Daemon().start()
    d.post(d.open_entry())
    d.stop()
    os.mkdir(d.path('old'))
    for f in glob.glob(d.path('ledger.mdb*')):
        shutil.copy(f, d.path('old'))
    d.start()
    for n in range(3):  # the anchor itself holds the last two
        d.post(d.enrol(Key('aud%d' % n, 'aud%d' % n), 'auditor'))
    d.stop()
    os.mkdir(d.path('new'))
    for f in glob.glob(d.path('ledger.mdb*')):
        shutil.copy(f, d.path('new'))
        shutil.copy(d.path('old/' + os.path.basename(f)), f)
    code, log = d.run()
    t.ok(code == 65 and 'event=guard' in log,
         'an older copy of the ledger is a rollback: 65', (code, log))
    for f in glob.glob(d.path('ledger.mdb*')):
        os.unlink(f)
    code, log = d.run()
    t.ok(code == 65, 'no ledger where the anchor knows one: 65', (code, log))
    for f in glob.glob(d.path('new/*')):
        shutil.copy(f, d.dir)
    os.rename(d.path('anchor'), d.path('anchor.lost'))
    d.start()
    health = d.get('/healthz')
    t.ok(health[0] == 503 and json.loads(health[2])['mode'] == 'read-only',
         'without its anchor the ledger is read-only', health)
    refused = d.post(d.enrol(Key('aud2', 'aud2'), 'auditor'))
    t.ok(refused[0] == 503 and b'E-READ-ONLY' in refused[2],
         'and says so to who writes', refused)
    t.same(d.get('/v1/entries/1/raw')[0], 200, 'reading goes on')
    d.stop()
    for f in glob.glob(d.path('anchor*')):
        if not f.endswith('lost'):
            os.unlink(f)
    d.start('--reseed-anchor')
    t.same(d.get('/healthz')[0], 200, 'an operator may seed a new anchor')
    d.stop()
    d.start()
    t.same(d.get('/healthz')[0], 200, 'which holds from then on')
    d.stop()
    d.remove()


def clock():
    d = Daemon().start()
    d.post(d.open_entry())
    body = b'{"now":"2022-02-01T00:00:00.500Z"}'
    moved = d.post(body, 'application/json', '/v1/clock')
    t.ok(moved[0] == 200 and json.loads(moved[2])['settled'] is True,
         'the clock of a test moves', moved)
    t.ok(b'2022-02-01T00:00:00.500Z' in d.get('/healthz')[2],
         'and stands where it was put')
    back = b'{"now":"2022-01-05T00:00:00Z"}'
    t.same(d.post(back, 'application/json', '/v1/clock')[0], 400,
           'not backwards')
    t.same(d.post(b'{"now":"2022-01-05T00:00:00Z","back":"yes"}',
                  'application/json', '/v1/clock')[0], 200,
           'unless told so')
    for bad in (b'{"now":1}', b'{}', b'[]', b'{"now":"x"}',
                b'{"now":"2022-03-01T00:00:00Z","x":"y"}',
                b'{"now":"2022-03-01T00:00:00Z","now":"2022-03-01T00:00:00Z"}'):
        t.same(d.post(bad, 'application/json', '/v1/clock')[0], 400,
               'no clock: ' + bad.decode())
    d.stop()
    d.clock = None
    d.start()
    t.same(d.post(body, 'application/json', '/v1/clock')[0], 404,
           'a real clock has no such address')
    d.stop()
    d.remove()


def stop_under_load():
    d = Daemon().start()
    d.post(d.open_entry())
    notes = [d.enrol(Key('a%d' % i, 'a%d' % i), 'auditor') for i in range(40)]
    acked = []

    def send(part):
        for n in part:
            try:
                status, _, body = d.post(n)
            except (OSError, ValueError, IndexError):
                return
            if status == 201:
                acked.append(json.loads(body)['seq'])

    threads = [threading.Thread(target=send, args=(notes[i::4],))
               for i in range(4)]
    for th in threads:
        th.start()
    while len(acked) < 10 and any(th.is_alive() for th in threads):
        time.sleep(0.001)
    t.ok(stops_in_time(d), 'SIGTERM under load ends it with 0 in time')
    for th in threads:
        th.join()
    d.start()
    lost = [s for s in acked if d.get('/v1/entries/%d/raw' % s)[0] != 200]
    t.same(lost, [], 'every acknowledged entry is there (%d)' % len(acked))
    d.stop()
    d.remove()


for part in (life, stop_at_start, options, reload, guard, clock, stop_under_load):
    part()
t.done()
