#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Mail through real servers: taken, refused, put off, broken off, without TLS
and with the wrong certificate. Nothing is ever sent in the clear."""
import asyncio, email, email.policy, os, shutil, socket, ssl, sys, tempfile
import subprocess, threading, logging, warnings
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from senderkit import *
from aiosmtpd.smtp import SMTP, AuthResult

t = Tap()
logging.disable(logging.CRITICAL)
warnings.simplefilter('ignore')
dir = tempfile.mkdtemp()
CA = authority(dir, 'ca')
GOOD = certificate(dir, CA, 'good', 'DNS:localhost,IP:127.0.0.1')
OTHER_HOST = certificate(dir, CA, 'host', 'DNS:mail.example.net')
OTHER_CA = certificate(dir, authority(dir, 'other'), 'self', 'DNS:localhost')


class Handler:
    """Says what it is told to, and keeps what it was given."""

    def __init__(self):
        self.mails, self.from_seen, self.rcpt, self.data = [], 0, None, []
        self.drop = False

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.from_seen += 1
        envelope.mail_from = address
        return '250 OK'

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.mail_from, envelope.rcpt_tos,
                           envelope.original_content))
        if self.drop:
            server.transport.abort()
            return '250 nobody reads this'
        return self.data.pop(0) if self.data else '250 queued as 1'


def context(pair):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(*pair)
    return c


class Server:
    """An SMTP server on a port of its own, in a thread of its own."""

    def __init__(self, starttls=None, tls=None, **options):
        self.handler = Handler()
        self.loop = asyncio.new_event_loop()
        if starttls:
            options.update(tls_context=context(starttls),
                           require_starttls=True)
        self.server = self.loop.run_until_complete(self.loop.create_server(
            lambda: SMTP(self.handler, loop=self.loop, **options),
            'localhost', 0, family=socket.AF_INET,
            ssl=context(tls) if tls else None))
        self.port = self.server.sockets[0].getsockname()[1]
        threading.Thread(target=self.loop.run_forever, daemon=True).start()


def good():
    server = Server(starttls=GOOD)
    s = Sender(smtp(server.port), ca=CA)
    t.same(s.channels, ['smtp'], 'the sender is ready for mail')
    t.same(s.ask(mail(1)), ('sent', '250'), 'a message goes over STARTTLS')
    source, to, raw = server.handler.mails[0]
    t.same((source, to), ('kaohe@example.org', ['liaison.g29@example.org']),
           'from the configured address, to the one of the job')
    m = email.message_from_bytes(raw, policy=email.policy.default)
    t.same(m['Subject'], mail(1)['subject'], 'its subject is read as it was')
    t.same(m['Message-ID'], '<%032x@example.org>' % 1, 'Message-ID is its id')
    t.same(m['Date'].datetime.isoformat(), '2022-10-17T09:30:00+08:00',
           'Date is when it was made, in local time')
    t.same((m['To'], m['Auto-Submitted'], m['List-Id']),
           ('liaison.g29@example.org', 'auto-generated',
            '<reminders.example.org>'), 'no machine answers it')
    t.same([p.get_content_type() for p in m.walk()],
           ['multipart/mixed', 'multipart/alternative', 'text/plain',
            'text/html', 'text/calendar'], 'its parts are what they should be')
    parts = [p for p in m.walk() if not p.is_multipart()]
    t.same(parts[0].get_content().replace('\r\n', '\n'), mail(1)['text'],
           'the text is whole')
    t.same(parts[2].get_payload(decode=True).decode(), mail(1)['ics'],
           'so is the calendar')
    t.ok(not m.defects and not any(p.defects for p in parts),
         'nothing in it is malformed')
    t.ok(all(len(line) <= 78 for line in raw.split(b'\r\n')) and
         raw.isascii(), 'lines are short and ASCII', raw)
    t.same(s.ask(mail(1)), ('sent', '250'), 'the same message once more')
    t.same(server.handler.mails[1][2], raw, 'is the same, byte for byte')
    largest = mail(14, text='整' * 5460 + '\n', html='<p>' * 10900,
                   ics='X-A:bcdefghi\r\n' * 2340)
    t.same(s.ask(largest), ('sent', '250'), 'the largest job is a message')
    t.same(s.close(), 0, 'the sender ends with its daemon')
    t.ok('liaison' not in s.said() and '整改' not in s.said() and
         'localhost' not in s.said(),
         'the log has neither an address nor a text', s.said())


def refusals():
    server = Server(starttls=GOOD)
    h = server.handler
    s = Sender(smtp(server.port), ca=CA)
    for line, want in (
            ('450 4.2.1 come again', ('deferred', '450')),
            ('421 closing', ('deferred', '421')),
            ('550 5.1.1 <liaison.g29@example.org>: no such user',
             ('failed', '550')),
            ('553 what', ('failed', '553'))):
        h.rcpt = line
        t.same(s.ask(mail(2)), want, 'to a recipient: ' + line[:3])
    t.ok('liaison' not in json.dumps(s.answer),
         'no word of the server comes through', s.answer)
    h.rcpt = None
    for line, want in (('451 greylisted', ('deferred', '451')),
                       ('552 full', ('failed', '552')),
                       ('554 refused', ('failed', '554')),
                       ('250 queued', ('sent', '250'))):
        h.data = [line]
        t.same(s.ask(mail(3)), want, 'after the text: ' + line[:3])
    s.close()


def broken_off():
    server = Server(starttls=GOOD)
    s = Sender(smtp(server.port), ca=CA)
    server.handler.drop = True
    t.same(s.ask(mail(4)), ('deferred', 'broken'),
           'a server that goes after the text has perhaps taken it')
    server.handler.drop = False
    t.same(s.ask(mail(4)), ('sent', '250'), 'so it is sent again')
    raws = [m[2] for m in server.handler.mails]
    t.ok(len(raws) == 2 and raws[0] == raws[1],
         'and both copies are one message')
    s.close()


def no_tls():
    plain = Server()
    s = Sender(smtp(plain.port), ca=CA)
    t.same(s.ask(mail(5)), ('deferred', 'tls'),
           'a server without STARTTLS is sent nothing')
    t.same((plain.handler.from_seen, plain.handler.mails), (0, []),
           'not even from whom')
    s.close()
    for pair, what in ((OTHER_CA, 'an unknown authority'),
                       (OTHER_HOST, 'another host')):
        server = Server(starttls=pair)
        s = Sender(smtp(server.port), ca=CA)
        t.same(s.ask(mail(6)), ('deferred', 'tls'),
               'a certificate of %s is not taken' % what)
        t.same(server.handler.from_seen, 0, 'and nothing was sent')
        s.close()
    s = Sender(smtp(plain.port, 'none-loopback'))
    t.same(s.ask(mail(7)), ('sent', '250'),
           'without TLS to this machine, if so configured')
    s.close()
    s = Sender(smtp(25, 'none-loopback', host='203.0.113.1'))
    t.same(s.ask(mail(7)), ('failed', 'reach'),
           'but to no other, before it is connected to')
    s.close()
    server = Server(tls=GOOD)
    s = Sender(smtp(server.port, 'tls'), ca=CA)
    t.same(s.ask(mail(8)), ('sent', '250'), 'TLS from the first byte')
    s.close()


def login():
    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=data.password == b'right',
                          handled=False)

    server = Server(starttls=GOOD, authenticator=check, auth_required=True)
    for word, want in (('right', ('sent', '250')),
                       ('wrong', ('deferred', '535'))):
        path = secret(dir, word, word + '\n')
        s = Sender(smtp(server.port, user='kaohe', password=path), ca=CA)
        t.same(s.ask(mail(9)), want, 'the password is ' + word)
        s.close()
    os.chmod(path, 0o640)
    s = Sender(smtp(server.port, user='kaohe', password=path), ca=CA,
               ready=False)
    t.same(s.wait(), 78, 'a password that others may read is not taken')
    t.ok(path in s.said() and 'wrong' not in s.said().replace(path, ''),
         'the log names the file, not the word', s.said())


def hostile():
    server = Server(starttls=GOOD)
    s = Sender(smtp(server.port), ca=CA)
    for what, more in (
            ('a subject', {'subject': 'a\r\nBcc: all@example.org'}),
            ('a recipient', {'to': {'mail': 'a@b>\r\nRCPT TO:<c@d'}}),
            ('two recipients', {'to': {'mail': 'a@b,c@d'}}),
            ('an id', {'message_id': '%032x@h>\r\nX: y' % 10})):
        t.same(s.ask(dict(mail(10), **more)), ('failed', 'job'),
               'a line break in %s is no job' % what)
    t.same(server.handler.from_seen, 0, 'and no server heard of it')
    s.close()
    deaf = socket.create_server(('127.0.0.1', 0))
    s = Sender(smtp(deaf.getsockname()[1]), ca=CA, timeout_s=1)
    t.same(s.ask(mail(11)), ('deferred', 'timeout'),
           'a server that says nothing has its time')
    s.close()
    deaf.close()
    s = Sender(smtp(deaf_port()), ca=CA)
    t.same(s.ask(mail(12)), ('deferred', 'connect'), 'nobody is there')
    s.close()
    for said, name in ((b'220 hi\r\n' + b'x' * 100000, 'endless'),
                       (b'999 what\r\n', 'strange'), (b'\x00\xff\r\n', 'binary')):
        rude = socket.create_server(('127.0.0.1', 0))
        threading.Thread(target=blurt, args=(rude, said), daemon=True).start()
        s = Sender(smtp(rude.getsockname()[1]), ca=CA, timeout_s=2)
        outcome, code = s.ask(mail(13))
        t.ok(outcome == 'deferred', 'a %s greeting is nothing' % name, code)
        s.close()


def deaf_port():
    with socket.create_server(('127.0.0.1', 0)) as s:
        return s.getsockname()[1]


def blurt(server, said):
    try:
        c, _ = server.accept()
        c.sendall(said)
        while c.recv(4096):
            c.sendall(said)
    except OSError:
        pass


def tried():
    """`kaocheng remind test`: what an operator sees of a channel."""
    server, d = Server(starttls=GOOD), os.path.join(dir, 'ledger')
    os.makedirs(d + '/keys', 0o700)

    def kc(*argv):
        p = subprocess.run([os.path.join(BUILD, 'bin', 'kaocheng'), *argv],
                           capture_output=True, text=True, timeout=120,
                           env=dict(os.environ, LC_ALL='C.UTF-8'))
        return p.returncode, p.stdout, p.stderr

    def settings(port, ca):
        with open(d + '/kaocheng.yaml', 'w') as f:
            f.write('remind:\n  ca: %s\n  timeout_s: 5\n  smtp:\n'
                    '    host: localhost\n    port: %d\n    tls: starttls\n'
                    '    from: kaohe@example.org\n' % (ca, port))

    def attempt(channel='smtp', to='G29.head', *how):
        return kc('remind', 'test', channel, '--to', to, '--dir', d, *how)

    settings(server.port, CA)
    code, _, err = attempt()
    t.ok(code == 1, 'without the key of the log nothing is tried', err)
    with open(d + '/keys/log.key', 'w') as f:
        os.chmod(f.name, 0o600)
        f.write(Key(ORIGIN, 'log').file())
    code, out, err = attempt()
    t.ok(code == 1 and 'no-person' in out and 'people edit' in out,
         'who has no file is not reached, and it says what to do', (out, err))
    code, _, err = kc('people', 'edit', 'G29.head', 'name=张三',
                      'mail=liaison.g29@example.org', 'channels=smtp',
                      '--dir', d)
    t.ok(code == 0, 'the person has a file', err)
    before = sorted(os.listdir(d))
    code, out, err = attempt('smtp', 'G29.head', '--lang', 'en')
    t.ok(code == 0 and out.startswith('smtp -> G29.head: sent (250'),
         'a test message goes by the configured server', (out, err))
    source, to, raw = server.handler.mails[0]
    m = email.message_from_bytes(raw, policy=email.policy.default)
    t.ok(to == ['liaison.g29@example.org'] and 'test' in m['Subject'] and
         m['Message-ID'].endswith('@example.org>'),
         'and says that it is a test', m['Subject'])
    t.same(sorted(os.listdir(d)), before, 'no ledger is made or opened')
    code, out, err = attempt('smtp', 'G29.head', '--lang', 'zh')
    t.ok(code == 0 and '已送出' in out, 'in Chinese too', (out, err))
    t.ok(server.handler.mails[1][2] != raw, 'each test is another message')
    code, out, err = attempt('smtp', 'G29.head', '--json')
    said = json.loads(out)
    t.same((code, said['outcome'], said['code']), (0, 'sent', '250'),
           'and for scripts')
    server.handler.rcpt = '550 5.1.1 no such user'
    code, out, err = attempt()
    t.ok(code == 1 and '550' in out and "person's file" in out,
         'a refusal names what to mend', (out, err))
    code, out, err = attempt('wecom')
    t.ok(code == 1 and 'off' in out and 'remind' in out,
         'a channel that is not configured is named', (out, err))
    code, _, err = attempt('pigeon')
    t.ok(code == 2 and 'pigeon' in err, 'one that is none is usage', err)
    settings(deaf_port(), CA)
    code, out, err = attempt()
    t.ok(code == 1 and 'connect' in out and 'firewall' in out,
         'nobody is there: what to look at', (out, err))


good()
refusals()
broken_off()
no_tls()
login()
hostile()
tried()
shutil.rmtree(dir)
t.done()
