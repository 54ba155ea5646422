#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The last days of a person as a calendar: of a stopped ledger, asked of the
daemon by who may, and by a secret address."""
import http.client, json, os, re, shutil, stat, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap, BUILD, free_port
import demokit
from icalendar import Calendar

t = Tap()
CLI = os.path.abspath(BUILD + '/bin/kaocheng')
DAEMON = os.path.abspath(BUILD + '/bin/kaochengd')
top = tempfile.mkdtemp(prefix='kc-feed-')
D, PORT = top + '/l', free_port()
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C.UTF-8',
       'XDG_STATE_HOME': top + '/state'}
URL = 'http://127.0.0.1:%d' % PORT
THEN = '2022-10-11 12:00'


def kc(*argv):
    p = subprocess.run([CLI, *argv], env=ENV, capture_output=True,
                       timeout=120)
    return p.returncode, p.stdout, p.stderr.decode()


def ics(actor, *more):
    return kc('deadline', 'ics', '--actor', actor, '--dir', D, *more)


def offline():
    code, data, err = ics('G19.head', '--as-of', THEN)
    cal = Calendar.from_ical(data)
    t.ok(code == 0 and not [c.errors for c in cal.walk() if c.errors],
         'the calendar of a person is one', err)
    total, broken, listed = 0, 0, set()
    rows = json.loads(kc('deadline', '--dir', D, '--as-of', THEN,
                         '--json')[1])['rows']
    units = sorted({r['unit'] for r in rows if r['unit']})[::2]
    for unit in units:
        for role in ('head', 'assessor'):
            code, data, _ = ics('%s.%s' % (unit, role), '--as-of', THEN)
            if code == 3:
                continue
            broken += max(map(len, data.split(b'\r\n'))) > 75
            for e in Calendar.from_ical(data).walk('VEVENT'):
                total += 1
                if e['STATUS'] == 'CANCELLED':
                    continue
                case, limit = re.match(r'(.+)\.\w+\.(\w+)@',
                                       e['UID']).groups()
                listed.add((case, limit, unit, e['DTSTART'].dt.isoformat()))
    want = {(r['case'], r['limit'], r['unit'], r['due']) for r in rows
            if r['unit'] in units}
    t.ok(len(want) > 5 and want == listed & want,
         'every open last day is in the calendar of who must act',
         want - listed)
    t.ok(total > len(want) and broken == 0, 'what has ended is there too')
    t.same(ics('nobody.1')[0], 3, 'of nobody there is none')
    t.same(kc('deadline', 'ics', '--dir', D)[0], 2, 'and it is asked whose')


def asked():
    """The same of the daemon."""
    one = ics('G19.head', '--as-of', THEN)[1]
    own = ('--url', URL, '--as', 'G19.head')
    t.same(kc('deadline', 'ics', '--dir', D, '--socket', D + '/socket',
              '--actor', 'G19.head', '--as-of', THEN)[1], one,
           'the daemon makes the same bytes')
    t.same(ics('G19.head', '--as-of', THEN, *own)[1], one,
           'for the person itself')
    t.same(kc('deadline', 'ics', '--dir', D, '--as-of', THEN, *own)[1], one,
           'who need not be named')
    code, _, err = ics('G17.head', *own)
    t.ok(code == 4 and 'E-FORBIDDEN' in err, 'not of another', err)
    t.same(ics('G19.head', '--url', URL, '--as', 'P09.estab')[0], 0,
           'the Establishment Office reads all')
    t.same(ics('G19.head', '--url', URL)[0], 4, 'nobody reads without a name')
    t.same(ics('nobody.1', '--url', URL, '--as', 'P09.estab')[0], 3,
           'of nobody there is none')


def foretold():
    """Where a letter goes: the same of the daemon, to whom it concerns."""
    ask = ('deadline', 'simulate', 'W-2022-0003', '--on', '2022-10-12',
           '--as-of', THEN, '--json', '--dir', D)
    code, data, err = kc(*ask)
    doc = json.loads(data)
    t.ok(code == 0 and doc['case'] == 'W-2022-0003' and
         [(r['unit'], r['due'], r['late']) for r in doc['rows']] ==
         [('G23', '2022-08-03', True), ('G23', '2022-12-20', False)],
         'a letter is foretold', data.decode() + err)
    t.same(kc(*ask, '--url', URL, '--as', 'P09.estab')[1], data,
           'by the daemon in the same bytes')
    code, _, err = kc(*ask, '--url', URL, '--as', 'G19.head')
    t.ok(code == 4 and 'E-FORBIDDEN' in err, 'and not to another unit', err)
    t.same(kc('deadline', 'simulate', 'W-2022-0999', '--dir', D)[0], 3,
           'of none there is nothing')


def get(path, method='GET', **headers):
    c = http.client.HTTPConnection('127.0.0.1', PORT, timeout=20)
    c.request(method, path, headers=headers)
    r = c.getresponse()
    answer = r.status, dict(r.getheaders()), r.read()
    c.close()
    return answer


def feed(*more, actor='G19.head'):
    code, out, err = kc('deadline', 'feed', '--actor', actor, '--dir', D,
                        *more)
    return code, out.decode().strip(), err


def secret():
    code, path, _ = feed()
    t.ok(code == 0 and re.fullmatch(r'/feed/G19\.head\.[0-9a-f]{64}', path),
         'an address is made', path)
    code, again, err = feed()
    t.ok(code == 0 and again == '' and '--renew' in err, 'and shown once', err)
    mark = D + '/people/.feed~G19.head'
    mode = os.stat(mark).st_mode
    t.ok(stat.S_IMODE(mode) == 0o600 and
         path.rsplit('.')[-1] not in open(mark).read(),
         'what is kept is not the address')
    status, head, body = get(path)
    t.same(body, ics('G19.head', '--socket', D + '/socket', '--lang', 'zh')[1],
           'who has it reads the calendar in the person\'s language')
    t.same((status, head['Content-Type'], head['Cache-Control'],
            'Access-Control-Allow-Origin' in head),
           (200, 'text/calendar; charset=utf-8', 'private, no-cache', False),
           'alone')
    t.same(get(path, **{'If-None-Match': head['ETag']})[::2], (304, b''),
           'and is sent it when something changed')
    t.same(get(path, 'HEAD')[::2], (200, b''), 'or its head')
    lost = get('/none')
    digit = '0' if path[-1] != '0' else '1'
    for bad in (path[:-1] + digit, path[:-1], path + '0', path[:-65],
                path.replace('G19.head', 'G17.head'),
                path.replace('G19.head', 'nobody'),
                path.replace('G19.head', '..%2fG19.head'), '/feed/x', '/feed/'):
        t.same(get(bad)[::2], lost[::2], 'there is no ' + bad[:22])
    code, other, _ = feed('--renew')
    t.ok(code == 0 and other != path and get(path)[0] == 404 and
         get(other)[0] == 200, 'another address ends the one before')
    t.same((feed('--revoke')[0], get(other)[0], feed('--revoke')[0]),
           (0, 404, 3), 'it can be taken back, once')
    path = feed('--url', 'https://k.example/')[1]
    t.ok(path.startswith('https://k.example/feed/') and
         get(path[17:])[0] == 200, 'it is made with what stands before it')
    names = sorted(os.listdir(D + '/people'))
    t.ok(len(json.loads(kc('people', 'show', '--dir', D, '--json')[1])['rows'])
         == len(names) - 1, 'persons are listed without it')
    kc('people', 'erase', 'G19.head', '--yes', '--dir', D)
    t.same((get(path[17:])[0], os.path.exists(mark)), (404, False),
           'it goes with the person')
    t.same(feed(actor='nobody.1')[0], 3, 'nobody has one')
    t.same(feed('--renew', '--revoke')[0], 2, 'one thing at a time')
    for actor in ('P07.assessor', 'P09.estab'):
        path = feed(actor=actor)[1]
        t.same(get(path)[0], 200, 'another one has another')
    said = open(top + '/log').read()
    t.ok(not re.search('[0-9a-f]{64}', said) and '/feed/' not in said,
         'the log has none of it', said[-500:])


demokit.year(D, '--no-remind').check_returncode()
offline()
with open(D + '/kaocheng.yaml', 'r+') as f:
    text = f.read().replace('listen:\n',
                            'listen:\n  tcp: "127.0.0.1:%d"\n' % PORT)
    f.seek(0)
    f.write(text)
daemon = subprocess.Popen([DAEMON, '--dir', D, '--test-clock',
                           '2023-02-21T01:00:00Z'], env=ENV,
                          stderr=open(top + '/log', 'w'))
try:
    while kc('clock', 'show', '--dir', D)[0] != 0:
        if daemon.poll() is not None:
            raise SystemExit(open(top + '/log').read())
    asked()
    foretold()
    secret()
finally:
    daemon.terminate()
    daemon.wait(20)
    shutil.rmtree(top)
t.done()
