# SPDX-License-Identifier: Apache-2.0
"""A sender of its own over a socket pair, as the daemon would start it, and
the certificates of servers that it meets."""
import json, os, select, socket, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kcd import Key, Tap, BUILD

SENDER = os.path.abspath(os.path.join(BUILD, 'bin', 'kaocheng-sender'))
ORIGIN = 'example.org/kaohe'


def smtp(port, tls='starttls', host='localhost', user='', password=''):
    return {'smtp': {'host': host, 'port': port, 'tls': tls,
                     'from': 'kaohe@example.org', 'user': user,
                     'password': password}}


def webhook(key, reach='loopback'):
    return {'webhook': {'reach': reach, 'key': key}}


def robot(name, url, places, reach='loopback'):
    return {name: {'url': url, 'reach': reach, 'places': places}}


def command(*argv, paths=(), timeout_s=30):
    return {'command': {'argv': list(argv), 'paths': list(paths),
                        'timeout_s': timeout_s}}


def job(n, channel, to, **more):
    """Message number n; `to` is the one member of its address."""
    id = '%032x' % n
    return dict({'id': id, 'channel': channel, 'to': to, 'lang': 'zh',
                 'subject': '【考成】PD-2022-0058 报送整改报告：还有 3 个工作日',
                 'text': '以下事项请及时办理：\n\n- PD-2022-0058\n',
                 'message_id': id + '@example.org', 'date': 1665970200,
                 'link': 'https://kaohe.example.org/',
                 'notices': [{'handle': 'PD-2022-0058',
                              'limit': 'case.rectify', 'stage': '-3',
                              'last': '2022-12-30'}]}, **more)


def mail(n, **more):
    return job(n, 'smtp', {'mail': 'liaison.g29@example.org'}, **dict(
        {'html': '<p>报送整改报告</p>',
         'ics': 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n'}, **more))


class Sender:
    def __init__(self, *sections, ca='', timeout_s=5, ready=True, **popen):
        config = {'origin': ORIGIN, 'sender': '', 'ca': ca, 'link': '',
                  'timeout_s': timeout_s}
        for s in sections:
            config.update(s)
        ours, theirs = socket.socketpair()
        self.socket = ours
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [SENDER], stderr=self.log, close_fds=False,
            preexec_fn=lambda: os.dup2(theirs.fileno(), 3), **popen)
        theirs.close()
        self.buffer = b''
        self.line({'config': config})
        self.channels = self.read()['channels'] if ready else None

    def line(self, value):
        data = value if isinstance(value, bytes) else json.dumps(
            value, ensure_ascii=False).encode()
        self.socket.sendall(data + b'\n')

    def read(self, timeout=20):
        """The next line; None when the sender has closed its side."""
        end = time.monotonic() + timeout
        while b'\n' not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                raise TimeoutError('no line of the sender')
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                data = b''
            if not data:
                return None
            self.buffer += data
        line, self.buffer = self.buffer.split(b'\n', 1)
        return json.loads(line)

    def ask(self, a_job):
        """(outcome, code) of a job."""
        self.line(a_job)
        self.answer = self.read()
        return (self.answer['outcome'], self.answer['code'])

    def said(self):
        self.log.seek(0)
        return self.log.read().decode()

    def wait(self, timeout=10):
        return self.process.wait(timeout)

    def close(self):
        self.socket.close()
        return self.wait()


# --- certificates -----------------------------------------------------------
def _openssl(*args):
    subprocess.run(('openssl',) + args, check=True, capture_output=True)


def authority(dir, name):
    """A certificate authority; its certificate is DIR/NAME.pem."""
    key, pem = (os.path.join(dir, name + e) for e in ('.key', '.pem'))
    _openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt',
             'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out',
             pem, '-days', '30', '-subj', '/CN=' + name)
    return pem


def certificate(dir, ca, name, hosts):
    """(certificate, key) of a server that CA has signed for these hosts."""
    key, req, pem, ext = (os.path.join(dir, name + e)
                          for e in ('.key', '.csr', '.crt', '.ext'))
    _openssl('req', '-newkey', 'ec', '-pkeyopt',
             'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out',
             req, '-subj', '/CN=' + name)
    with open(ext, 'w') as f:
        f.write('subjectAltName=' + hosts + '\n')
    _openssl('x509', '-req', '-in', req, '-CA', ca, '-CAkey',
             ca[:-4] + '.key', '-CAcreateserial', '-days', '30', '-extfile',
             ext, '-out', pem)
    return pem, key


def secret(dir, name, text):
    path = os.path.join(dir, name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), 'w') as f:
        f.write(text)
    return path
