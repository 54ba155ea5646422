#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Drafts that wait for a second signature: who reads them, what is refused,
how they end; over a restart, from several sides at once."""
import calendar, hashlib, os, sys, threading, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import *

t = Tap()
PORT = free_port()
d = Daemon(config='listen:\n  unix: socket\n  tcp: "127.0.0.1:%d"\n'
           'limits: {requests_per_s: 0}\n' % PORT).start()
EST, AUD, HEAD = Key('est', 'est'), Key('aud', 'aud'), Key('head', 'head')
ONE, TWO, THREE = d.admins
STORE = d.path('drafts')


def found():
    t.same(d.post(d.open_entry())[0], 201, 'a ledger')
    for key, role in ((EST, 'estab'), (AUD, 'auditor')):
        t.same(d.post(d.enrol(key, role))[0], 201, 'enrolled ' + key.name)
    t.same(d.post(d.entry('unit.register', [
        ('unit', 'U1'), ('group', 'gov'), ('name', 'U1')], [EST]))[0], 201,
        'a unit')
    t.same(d.post(d.enrol(HEAD, 'head', 'U1'))[0], 201, 'and its head')


def session(key):
    c = json.loads(d.get('/v1/challenge', tcp=PORT)[2])
    text = 'kaocheng/v1 session\nledger %s\nnonce %s\nactor %s\n' % (
        c['ledger'], c['nonce'], key.name)
    got = d.post(note(text, key), path='/v1/session', tcp=PORT)
    return ('Authorization: Bearer ' + json.loads(got[2])['token'],)


def halves(name, **more):
    """An enrolment: the text, both signature lines, the draft's id."""
    whole = d.enrol(Key(name, name), 'org', **more).decode()
    text, _, lines = whole.rpartition('\n\n')
    text += '\n'
    first, second = lines.splitlines(True)
    return text, first, second, hashlib.sha256(text.encode()).hexdigest()


def said(got):
    return got[0], json.loads(got[2]) if got[2] else None


def leave(text, *lines):
    return said(d.post((text + '\n' + ''.join(lines)).encode(),
                       path='/v1/drafts'))


def sign(id, *lines):
    return said(d.post(''.join(lines).encode(), path='/v1/drafts/%s/sign' % id))


def get(path, key, method='GET'):
    return d.ask(method, '/v1/drafts' + path, tcp=PORT,
                 headers=session(key) if key else ())


def rows(key, path=''):
    code, doc = said(get(path, key))
    return [r['id'] for r in doc['rows']] if code == 200 else code


def there():
    return sorted(os.listdir(STORE)) if os.path.isdir(STORE) else []


def size():
    return json.loads(d.get('/healthz')[2])['size']


def waits():
    """Left by one, read by both, by nobody else, signed by the other."""
    text, first, second, id = halves('org.1')
    before = size()
    code, doc = leave(text, first)
    t.same((code, doc['id'], doc['kind'], doc['by'], doc['signed'],
            doc['missing']),
           (202, id, 'actor.enrol', ['admin.1', 'admin.2'], ['admin.1'],
            ['admin.2']), 'a draft waits for the second administrator')
    t.same((doc['at'], doc['until']),
           ('2022-01-04T01:00:00.000Z', '2022-01-10T01:00:00.000Z'),
           'for six days of its own date')
    t.same((size(), there(), os.stat(STORE).st_mode & 0o777),
           (before, [id], 0o700), 'the log has nothing of it')
    t.same((rows(ONE), rows(TWO)), ([id], [id]), 'its signers see it')
    t.same(get('/' + id, TWO)[2].decode(), text + '\n' + first,
           'and read it byte for byte')
    t.same((rows(HEAD), rows(THREE)), ([], []), 'nobody else sees it')
    t.same(get('/' + id, HEAD)[0], 404, 'nor reads it by its id')
    t.same(get('?signer=admin.2', HEAD)[0], 403, 'nor asks for another')
    t.same(get('/' + id, HEAD, 'DELETE')[0], 404, 'nor takes it away')
    t.same((get('', None)[0], get('/' + id, None)[0]), (401, 401),
           'who is not known reads nothing')
    t.same(rows(AUD, '?signer=admin.2'), [id], 'the auditor does')
    todo = '/v1/views/todo?id=admin.2'
    t.same([d.get(todo, tcp=PORT, headers=session(k))[0]
            for k in (TWO, AUD, HEAD)], [200, 200, 403],
           'and so it is with what one has to do next')
    code, doc = sign(id, second)
    t.same((code, doc['seq'], 'receipt' in doc), (201, before, True),
           'with the last signature it is an entry, with its receipt')
    t.same((rows(TWO), there()), ([], []), 'and waits no more')
    t.same(sign(id, second)[0], 404, 'signed twice: there is none')
    raw = d.get('/v1/entries/%d/raw' % before)[2].decode()
    t.ok(raw.endswith(text + '\n' + first + second),
         'what stands is what both signed', raw)


def refused():
    """Checked as an entry is, but for what is missing."""
    text, first, second, id = halves('org.2')
    before = size()
    for what, got, want in (
            ('a text that was not signed', leave(text.replace('01:00:00Z', '01:00:01Z'),
                                     first), 'E-SIGNATURE'),
            ('no signature', leave(text), 'E-SIGNERS'),
            ('somebody else\'s', leave(text, THREE.line(text.encode())),
             'E-SIGNERS'),
            ('what may not be', leave(*halves('org.1')[:2]), 'E-EXISTS'),
            ('another ledger', leave(
                text.replace(ORIGIN, 'example.org/other'), first),
             'E-SIGNATURE')):
        t.same(got[1]['code'], want, what + ' is refused')
    t.same((there(), size()), ([], before), 'and nothing is kept')
    t.same(leave(text, first)[0], 202, 'as it was signed it is taken')
    t.same(leave(text, first)[0], 202, 'twice is the same draft')
    t.same(there(), [id], 'one')
    wrong = TWO.line(text.encode() + b'x')
    t.same(sign(id, wrong)[1]['code'], 'E-SIGNATURE', 'a wrong signature')
    t.same(sign(id, first)[1]['missing'], ['admin.2'],
           'one\'s own again changes nothing')
    t.ok(sign(id, 'x')[0] >= 400 and sign(id)[0] >= 400, 'no signature')
    t.same(sign('0' * 64, second)[0], 404, 'of no draft')
    t.same(sign('x', second)[0], 404, 'of no id')
    t.same(get('/' + id, TWO, 'DELETE')[0], 200, 'its signer takes it away')
    t.same((get('/' + id, TWO, 'DELETE')[0], there()), (404, []), 'once')
    t.same(d.post((text + '\n' + first).encode(), 'application/json',
                  path='/v1/drafts')[0], 415, 'not as JSON')
    t.same(get('/' + id, ONE, 'PUT')[0], 405, 'nor by another method')


def moved_on():
    """The matter went on meanwhile: the refusal says how, the draft stays
    until it expires or is taken away."""
    text, first, second, id = halves('org.3')
    leave(text, first)
    t.same(d.post(d.enrol(Key('org.3', 'x'), 'org'))[0], 201,
           'another enrolment was faster')
    code, doc = sign(id, second)
    t.same((code, doc['code']), (409, 'E-EXISTS'), 'the last signature: ' +
           doc['detail'])
    t.same((rows(TWO), get('/' + id, TWO)[2].decode()),
           ([id], text + '\n' + first), 'the draft is as it was')
    t.same(get('/' + id, ONE, 'DELETE')[0], 200, 'and can be taken away')
    text, first, second, id = halves('org.4')
    leave(text, first)
    t.same(d.post((text + '\n' + first + second).encode())[0], 201,
           'sent whole by another way')
    t.same((get('/' + id, TWO)[0], rows(TWO), there()), (404, [], []),
           'it is no draft any more')


def restarted():
    text, first, second, id = halves('org.5')
    leave(text, first)
    d.process.kill()
    d.process.wait()
    d.start()
    t.same(rows(TWO), [id], 'after a kill it waits')
    t.same(sign(id, second)[0], 201, 'and is signed')


def at_once():
    """Many hands: each draft becomes one entry."""
    many = [halves('org.a%d' % i) for i in range(8)]
    before, codes = size(), []

    def both(text, first, second, id):
        leave(text, first)
        hands = [threading.Thread(
            target=lambda: codes.append(sign(id, second)[0]))
            for _ in range(3)]
        for h in hands:
            h.start()
        for h in hands:
            h.join()
    sides = [threading.Thread(target=both, args=m) for m in many]
    for s in sides:
        s.start()
    for s in sides:
        s.join()
    t.same((size(), there()), (before + 8, []), 'eight drafts, eight entries')
    t.ok(codes.count(201) == 8 and set(codes) <= {200, 201, 404, 409},
         'one hand of each is the first', sorted(codes))


def expired():
    text, first, second, id = halves('org.6')
    leave(text, first)
    move = lambda when: d.post(json.dumps({'now': when}).encode(),
                               'application/json', path='/v1/clock')
    move('2022-01-10T00:59:59Z')
    t.same(rows(TWO), [id], 'to the last second it waits')
    move('2022-01-10T01:00:00Z')
    t.same(sign(id, second)[0], 404, 'then there is none')
    t.same((rows(TWO), there()), ([], []), 'and nothing is left of it')
    t.same(leave(text, first)[0], 404, 'nor is one taken that is over')


def counted():
    got = d.get('/metrics')[2].decode()
    for line in ('drafts_signed_total', 'drafts_admitted_total',
                 'drafts_withdrawn_total'):
        t.ok('kaocheng_%s ' % line in got, line + ' is counted', got)
    t.ok('kaocheng_drafts_admitted_total 9\n' in got,
         'since the start nine were admitted', got)
    t.same([l for l in d.lines if 'event=drafts ' in l], [],
           'nothing of the directory had to be told')


found()
waits()
refused()
moved_on()
restarted()
at_once()
expired()
counted()
t.same(d.stop(), 0, 'the daemon ends well')
d.remove()
t.done()
