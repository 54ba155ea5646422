#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may read: peers of the socket by uid, others by a signed challenge."""
import os, re, socket, subprocess, sys, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import *

t = Tap()
PUBLIC = ('/checkpoint', '/tile/0/000.p/3', '/healthz', '/v1/challenge',
          '/v1/consistency?old=1&size=3', '/v1/schemas',
          '/v1/schemas/trail')
ENTRIES = ('/tile/entries/000.p/3', '/v1/entries/0/raw',
           '/v1/entries/0/receipt')
READER = ('/v1/views', '/v1/views/log', '/v1/views/log?as_of=%230',
          '/v1/schema', '/v1/ids/' + '1' * 32 + '?by=admin.1',
          '/metrics') + ENTRIES


PORT = free_port()
AUD = Key('aud', 'aud')
d = Daemon(config='listen:\n  unix: socket\n  mode: "0666"\n'
           '  tcp: "127.0.0.1:%d"\nreaders:\n  - {uid: 65532, actor: aud}\n'
           'limits: {requests_per_s: 0}\n' % PORT).start()
os.chmod(d.dir, 0o755)
d.post(d.open_entry(id='1' * 32))
d.post(d.enrol(AUD, 'auditor'))
EST, ORG = Key('est', 'est'), Key('org', 'org')
HEAD, OTHER = Key('head', 'head'), Key('other', 'head-2')
d.post(d.enrol(EST, 'estab'))
d.post(d.enrol(ORG, 'org'))
t.same(d.post(d.enrol(Key('z', 'z'), 'auditor'), tcp=PORT)[0], 201,
       'a write over TCP needs no more than its signatures')


def as_uid(uid, path, d=d):
    """Status of a GET by another user."""
    back, out = os.pipe()
    child = os.fork()
    if child == 0:
        answer = b'?'
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            answer = b'%d' % d.get(path)[0]
        finally:
            os.write(out, answer)
            os._exit(0)
    os.waitpid(child, 0)
    answer = os.read(back, 100).decode()
    os.close(back)
    os.close(out)
    return answer


def peers():
    for path in PUBLIC + READER:
        t.same(d.get(path)[0], 200, 'own uid reads ' + path)
    if os.geteuid() != 0:
        t.skip('other uids', 'takes root')
        return
    for path in PUBLIC + READER:
        t.same(as_uid(65532, path), '200', 'a listed uid reads ' + path)
        t.same(as_uid(65533, path), '200' if path in PUBLIC else '401',
               'an unlisted uid at ' + path)


def session_text(nonce, actor='aud', ledger=ORIGIN):
    return ('kaocheng/v1 session\nledger %s\nnonce %s\nactor %s\n' % (
        ledger, nonce, actor))


def challenge():
    return json.loads(d.get('/v1/challenge', tcp=PORT)[2])


def login(text, *keys):
    return d.post(note(text, *keys), path='/v1/session', tcp=PORT)


def wait_penalty(post):
    """Posts again when Retry-After says so; that must be the true wait."""
    while True:
        began = time.monotonic()
        reply = post()
        if reply[0] != 429:
            return reply
        wait = int(reply[1]['retry-after'])
        t.ok(1 <= wait <= 4, 'a penalty is a few seconds', wait)
        time.sleep(max(0, wait - (time.monotonic() - began)))


def sessions():
    for path in PUBLIC:
        t.same(d.get(path, tcp=PORT)[0], 200, 'TCP reads ' + path)
    for path in READER:
        t.same(d.get(path, tcp=PORT)[0], 401, 'TCP without session: ' + path)
    c = challenge()
    t.ok(c['ledger'] == ORIGIN and len(c['nonce']) == 64, 'a challenge', c)
    first = login(session_text(c['nonce']), AUD)
    t.same(first[0], 201, 'signed, it opens a session')
    token = json.loads(first[2])['token']
    auth = ['Authorization: Bearer ' + token]
    for path in READER:
        t.same(d.get(path, tcp=PORT, headers=auth)[0], 200,
               'TCP with session: ' + path)
    t.same(login(session_text(c['nonce']), AUD)[0], 400,
           'a nonce holds once')
    t.same(login(session_text('0' * 64), AUD)[0], 400, 'and must be known')
    t.same(login(session_text(challenge()['nonce'], actor='clerk'),
                 d.clerk)[0], 401, 'the clerk has no session')
    t.same(login(session_text(challenge()['nonce'], ledger='x'), AUD)[0],
           400, 'another ledger')
    for bad in ('Bearer ' + '0' * 64, 'Bearer ' + token[:-1],
                'Bearer ' + token.upper() + '0',
                'Basic ' + token, token):
        t.same(d.get('/metrics', tcp=PORT,
                     headers=['Authorization: ' + bad])[0], 401,
               'no session: ' + bad[:12])
    for scheme in ('bearer', 'BEARER'):
        t.same(d.get('/metrics', tcp=PORT, headers=[
            'Authorization: %s %s' % (scheme, token)])[0], 200,
            'the scheme has no case: ' + scheme)
    clock = json.dumps({'now': '2022-01-05T01:00:00Z'}).encode()
    t.same(d.post(clock, 'application/json', path='/v1/clock', tcp=PORT,
                  headers=auth)[0], 401, 'no reader moves the clock')
    t.same(d.get('/healthz', tcp=PORT)[0], 200, 'none of it is a penalty')
    return token


def failures(token):
    other, nobody = Key('aud', 'other'), Key('nobody', 'nobody')
    for _ in range(3):
        text = session_text(challenge()['nonce'], actor='nobody')
        t.same(login(text, nobody)[0], 401, 'a session for nobody')
    text = session_text(challenge()['nonce'])
    t.same(login(text, other)[0], 401, 'a session by somebody else\'s key')
    text = session_text(challenge()['nonce'])
    t.same(login(text, AUD)[0], 429, 'the name waits after that')
    for path in PUBLIC:
        t.same(d.get(path, tcp=PORT)[0], 200, 'nobody else does: ' + path)
    t.same(d.post(d.enrol(Key('y', 'y'), 'auditor'), tcp=PORT)[0], 201,
           'other authors of the same source write')
    reply = wait_penalty(lambda: login(
        session_text(challenge()['nonce']), AUD))
    t.same(reply[0], 201, 'and the name when its wait is over')
    forged = bytearray(d.enrol(Key('q', 'q'), 'auditor'))
    at = forged.index('\u2014 admin.1 '.encode()) + 30
    forged[at] = ord('B') if forged[at] == ord('A') else ord('A')
    t.same(d.post(bytes(forged), tcp=PORT)[0], 401, 'a forged note')
    good = d.enrol(Key('r', 'r'), 'auditor')
    t.same(d.post(good, tcp=PORT)[0], 429, 'its author waits')
    t.same(d.post(bundle([b'junk', good]), 'application/octet-stream',
                  tcp=PORT)[0], 429, 'in a bundle too')
    t.same(d.post(good)[0], 201, 'at this source alone')
    reply = d.raw(b'GET /healthz HTTP/1.1\r\nHost: evil.example\r\n'
                  b'Connection: close\r\n\r\n', PORT)
    t.same(split(reply)[0], 421, 'a foreign Host on TCP')
    auth = ['Authorization: Bearer ' + token]
    t.same(d.get('/metrics', tcp=PORT, headers=auth)[0], 200,
           'the session lives')
    retired = d.post(d.entry('actor.retire', [
        ('actor', 'aud'), ('reason', 'left')], d.admins[:2]))
    t.same(retired[0], 201, 'the actor is retired')
    for path in READER:
        t.same(d.get(path, tcp=PORT, headers=auth)[0], 401,
               'and the session with it: ' + path)


def scopes():
    """The actor of a session decides what it sees."""
    for code in ('U1', 'U2'):
        t.same(d.post(d.entry('unit.register', [
            ('unit', code), ('group', 'gov'), ('name', code)], [EST]))[0],
            201, 'a unit is registered')
    for key, unit in ((HEAD, 'U1'), (OTHER, 'U2')):
        t.same(d.post(d.enrol(key, 'head', unit=unit))[0], 201, 'its head')
    cadre = {}
    for unit in ('U1', 'U2'):
        got = d.post(d.entry('cadre.register', [
            ('cadre', 'C' + unit), ('unit', unit), ('city_managed', 'yes')],
            [ORG]))
        t.same(got[0], 201, 'a cadre of it')
        cadre[unit] = json.loads(got[2])['seq']
    size = cadre['U2'] + 1
    auth = {}
    for key in (HEAD, ORG, EST, AUD):
        got = login(session_text(challenge()['nonce'], actor=key.name), key)
        t.same(got[0], 201, 'a session of ' + key.name)
        auth[key.name] = ['Authorization: Bearer ' +
                          json.loads(got[2])['token']]

    def ask(key, path):
        return d.get(path, tcp=PORT, headers=auth[key.name])

    for key, n in ((HEAD, 403), (ORG, 200), (EST, 200), (AUD, 200)):
        t.same(ask(key, '/tile/entries/000.p/%d' % size)[0], n,
               'a bundle of all entries, ' + key.name)
    got = ask(HEAD, '/v1/replay?without=%%23%d' % cadre['U1'])
    t.same((got[0], json.loads(got[2])['code']), (403, 'E-FORBIDDEN'),
           'a counterfactual is of all units')
    for key, own, all_ in ((HEAD, 'E-CYCLE', 'E-FORBIDDEN'),
                           (ORG, 'E-FORBIDDEN', 'E-FORBIDDEN'),
                           (AUD, 'E-CYCLE', None)):
        for path, want in (
                ('blame?unit=U1', own),
                ('bisect?unit=U1&first=total%20%3E%201', own),
                ('blame?unit=U2', own if key is AUD else 'E-FORBIDDEN'),
                ('diff?from=%231&to=%235', all_)):
            got = ask(key, '/v1/' + path)
            t.same(json.loads(got[2]).get('code'), want,
                   '%s asks for %s' % (key.name, path))
    t.same(d.get('/v1/blame?unit=U1', tcp=PORT)[0], 401,
           'and nobody without a name')
    got = d.post(b'\0\1x', kind='application/octet-stream', path='/v1/replay',
                 tcp=PORT, headers=auth[HEAD.name])
    t.same((got[0], json.loads(got[2])['code']), (403, 'E-FORBIDDEN'),
           'whatever is supposed')
    got = d.post(b'\0\1x', kind='application/octet-stream', path='/v1/replay',
                 tcp=PORT)
    t.same(got[0], 401, 'and nobody asks without a name')
    for unit in ('U1', 'U2'):
        may = 200 if unit == 'U1' else 403
        at = cadre[unit]
        for path in ('/v1/entries/%d/raw' % at, '/v1/entries/%d/receipt' % at,
                     '/v1/views/entry?id=%d' % at,
                     '/v1/views/entry?as_of=%%23%d&id=%d' % (
                         cadre['U2'], at)):
            got = ask(HEAD, path)
            t.same(got[0], may, 'a head reads of %s: %s' % (unit, path))
            t.ok(may == 200 or json.loads(got[2])['code'] == 'E-FORBIDDEN'
                 and b'C' + unit.encode() not in got[2],
                 'and a refusal says no more', got[2])
            t.same(ask(ORG, path)[0], 200, 'the personnel office ' + path)
    t.same(ask(HEAD, '/v1/views/summary')[0], 403, 'no view of all for a head')
    t.same(ask(ORG, '/v1/views/score')[0], 403, 'nor of scores for personnel')
    seen = json.loads(ask(HEAD, '/v1/views/log')[2])['rows']
    seqs = [row['seq'] for row in seen]
    t.ok(cadre['U1'] in seqs and cadre['U2'] not in seqs,
         'the log leaves out what it may not see', seqs)
    t.ok('public' not in ask(HEAD, '/v1/entries/%d/raw' % cadre['U1'])[1][
        'cache-control'], 'and no cache passes it on')


def table():
    """{view: (its parameters, roles that see all, roles that see some)}."""
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..',
                        'include', 'kaocheng')
    with open(os.path.join(here, 'viewer.h')) as f:
        sets = re.search(r'KC_NOBODY = 0,(.*?)};', f.read(), re.S).group(1)
    sets = re.sub(r'/\*.*?\*/', '', sets, flags=re.S)
    known = {'KC_NOBODY': set()}

    def roles(text):
        out = set()
        for word in re.findall(r'KC_ROLE_BIT\(KC_ROLE_(\w+)\)|(KC_\w+)', text):
            out |= ({word[0].lower().replace('_', '-')} if word[0]
                    else known[word[1]])
        return out

    with open(os.path.join(here, 'kind.h')) as f:
        for name, text in re.findall(r'#define (KC_ROLES_\w+) +\\\n'
                                     r'((?:.*\\\n)*.*)', f.read()):
            known[name] = roles(text)
    for row in sets.split(','):
        name, _, text = row.partition('=')
        known[name.strip()] = roles(text)
    rows = {}
    for name in sorted(os.listdir(os.path.join(here, 'defs'))):
        with open(os.path.join(here, 'defs', name)) as f:
            text = f.read()
        for m in re.finditer(
                r'^VIEW\((\w+), "(\w*)", SEES\((.*?), (.*?), (.*?)\), ',
                text, re.M):
            everyone, judged, own = [roles(x) for x in m.groups()[2:]]
            rows[m.group(1)] = m.group(2), everyone, judged | own
        for m in re.finditer(  # what the keepers do not see either
                r'^VIEW\((\w+), "(\w*)", SEALED\((.*?), (\w+)\), ',
                text, re.M):
            rows[m.group(1)] = m.group(2), roles(m.group(3)), set()
    return rows


def documented(path):
    """The statuses that docs/openapi.yaml has for a view."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..',
                           '..', 'docs', 'openapi.yaml')) as f:
        text = f.read().partition('\n  %s:\n' % path)[2]
    return [int(x) for x in re.findall(
        r'^        "(\d+)":', text.partition('\n  /')[0], re.M)]


def matrix():
    """Every view that lists, asked for over HTTP in every role, of the own
    unit and of a foreign one, against the table of readers."""
    rows, said, n = table(), documented('/v1/views/{name}'), 0
    t.ok(len(rows) >= 18, 'the table of views was read', sorted(rows))
    t.same(rows['ballots'][1], {'auditor', 'tally'}, 'and what is sealed')
    for role, unit in (('leader', None), ('go-party', 'U1'), ('stats', 'U1'),
                       ('assessor', 'U1'), ('head', 'U1'), ('liaison', 'U1'),
                       ('org', None), ('inspect-gov', 'U1'), ('auditor', None),
                       ('assess-office', 'U1'), ('admin', None)):
        key = Key('m.' + role, 'm-' + role)
        t.same(d.post(d.enrol(key, role, **({'unit': unit} if unit else {})))[
            0], 201, 'enrolled as ' + role)
        got = login(session_text(challenge()['nonce'], actor=key.name), key)
        auth = ['Authorization: Bearer ' + json.loads(got[2])['token']]
        wrong = []
        for name, (args, everyone, some) in sorted(rows.items()):
            if 'i' in args:
                continue
            # Of one unit it shows what its score is made of, to who sees that.
            if name == 'glance':
                _, everyone, some = rows['score']
            # Without a sort it is of lists, for who sees targets.
            if name == 'papers':
                _, everyone, some = rows['targets']
            for of in ('U1', 'U2') if 'u' in args else ('',):
                path = '/v1/views/%s%s' % (name, of and '?unit=' + of)
                got = d.get(path, tcp=PORT, headers=auth)[0]
                some_rows = role in some and unit is not None
                want = ([d.get(path)[0]] if role in everyone or some_rows
                        else [403])
                if some_rows and role not in everyone and of == 'U2':
                    want.append(403)
                n += 1
                if got not in want or got in (200, 403) and got not in said:
                    wrong.append((path, got, want))
        t.same(wrong, [], 'views as the table has them for ' + role)
    t.ok(n > 250, 'so many were asked for: %d' % n)


peers()
token = sessions()
scopes()
matrix()
failures(token)
t.same(d.stop(), 0, 'it ends well')
d.remove()


def rate():
    port = free_port()
    d = Daemon(config='listen: {unix: socket, tcp: "127.0.0.1:%d"}\n'
               'limits: {requests_per_s: 10, reads_per_s: 20}\n' % port)
    d.start()
    for path, n in (('/v1/challenge', 10), ('/healthz', 20)):
        seen = [d.get(path, tcp=port)[0] for _ in range(60)]
        t.ok(n <= len(seen) - seen.count(429) < 60 and 429 in seen,
             'a source gets its requests a second: ' + path, seen)
    own = [d.get('/healthz')[0] for _ in range(30)]
    t.same(own.count(200), 30, 'our own uid is not held to it')
    d.stop()
    d.remove()


def signers():
    """Each signer of a request pays for it, whoever is named first."""
    port = free_port()
    d = Daemon(config='listen: {unix: socket, tcp: "127.0.0.1:%d"}\n'
               'limits: {requests_per_s: 10, reads_per_s: 1000}\n' % port)
    d.start()

    def ask(*names):
        text = 'kaocheng/v1 entry unit.register\n' + ''.join(
            'by %s\n' % name for name in names)
        return d.post((text + '\n').encode(), tcp=port)[0]

    seen = [ask('a%d' % i) for i in range(40)]
    t.same(seen.count(429), 0, 'authors have a budget each')
    seen = [ask('b%d' % i, 'c') for i in range(40)]
    t.ok(429 in seen, 'and who signs second has one too', seen)
    d.stop()
    d.remove()


def published():
    port = free_port()
    d = Daemon(config='listen: {unix: socket, tcp: "127.0.0.1:%d"}\n'
               'publish: entries\n' % port).start()
    d.post(d.open_entry())
    d.post(bundle([d.enrol(Key(x, x), 'auditor') for x in 'ab']),
           'application/octet-stream')
    for path in PUBLIC + ENTRIES:
        t.same(d.get(path, tcp=port)[0], 200, 'published: ' + path)
    for path in set(READER) - set(ENTRIES):
        t.same(d.get(path, tcp=port)[0], 401, 'and no more than that: ' + path)
    d.stop()
    d.remove()


def no_names():
    """In a user namespace the kernel names nobody: all are one uid."""
    try:
        with open('/proc/sys/kernel/overflowuid') as f:
            nobody = int(f.read())
    except OSError:
        nobody = 65534
    d = Daemon(config='readers:\n  - {uid: %d, actor: a}\n' % nobody)
    code, log = d.run()
    t.ok(code == 1 and 'not known here' in log,
         'the uid of nobody in particular is no reader', log)
    d.config = ('listen: {unix: socket, mode: "0666"}\n'
                'readers:\n  - {uid: 65532, actor: aud}\n')
    unshare = ['unshare', '--user', '--map-root-user']
    if os.geteuid() != 0 or subprocess.run(
            unshare + ['true'], capture_output=True).returncode != 0:
        t.skip('a user namespace', 'takes root and unshare')
        d.remove()
        return
    d.start(shell='set -- %s "$@"' % ' '.join(unshare))
    os.chmod(d.dir, 0o755)
    t.same(d.post(d.open_entry())[0], 201, 'in a user namespace our own uid '
           'writes')
    t.same(d.get('/metrics')[0], 200, 'and reads')
    for uid in (65532, 1234, nobody):
        t.same(as_uid(uid, '/metrics', d), '401', 'uid %d is nobody' % uid)
        t.same(as_uid(uid, '/checkpoint', d), '200', 'who reads in public')
    d.stop()
    d.remove()


def places():
    """Who can write where we read could be us."""
    d = Daemon(config='log_level: info\n')
    for path, mode, word in (('keys', 0o777, 'key'), ('.', 0o777, 'start')):
        was = os.stat(d.path(path)).st_mode
        os.chmod(d.path(path), mode)
        code, log = d.run('-n')
        t.ok(code == 1 and 'event=' + word in log and
             'everybody may write' in log, 'refused: 0777 of ' + path, log)
        os.chmod(d.path(path), was)
    t.same(d.run('-n')[0], 0, 'and else taken')
    d.write('k.yaml', 'log_level: info\n', 0o666)
    d.config, d.command = '', lambda *more: [
        KAOCHENGD, '-c', d.path('k.yaml')] + list(more)
    t.ok('everybody may write' in d.run('-n')[1], 'a configuration of 0666')
    os.chmod(d.path('k.yaml'), 0o644)
    if os.geteuid() == 0:
        os.chown(d.path('k.yaml'), 1234, 1234)
        t.ok('belongs to another' in d.run('-n')[1], 'and one of another user')
    d.remove()


rate()
signers()
published()
no_names()
places()
t.done()
