#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Robots of DingTalk, WeCom and Feishu against one that checks what theirs
check: tokens, signatures by another implementation, forms, sizes."""
import base64, hashlib, hmac, http.server, os, shutil, sys, tempfile
import threading, urllib.parse
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from senderkit import *

t = Tap()
dir = tempfile.mkdtemp()
SECRET = 'SEC' + '0f' * 30
seen = []
replies = []


def mac(key, text):
    return base64.b64encode(
        hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    ).decode()


def judge(path, query, body):
    """What the vendor's server would say."""
    now = time.time()
    if path == '/robot/send':
        stamp = query.get('timestamp', '0')
        if query.get('access_token') != 'dt-token':
            return {'errcode': 400101, 'errmsg': 'token is not exist'}
        if query.get('sign') != mac(SECRET, stamp + '\n' + SECRET) or \
                abs(int(stamp) / 1000 - now) > 3600:
            return {'errcode': 310000, 'errmsg': 'sign not match'}
        assert body['msgtype'] == 'markdown' and body['markdown']['title']
        return {'errcode': 0, 'errmsg': 'ok'}
    if path == '/cgi-bin/webhook/send':
        if query.get('key') != 'wx-key':
            return {'errcode': 93000, 'errmsg': 'invalid webhook url'}
        if len(body['markdown']['content'].encode()) > 4096:
            return {'errcode': 40058, 'errmsg': 'too long'}
        return {'errcode': 0, 'errmsg': 'ok'}
    if path == '/open-apis/bot/v2/hook/fs-token':
        stamp = body['timestamp']
        if body['sign'] != mac(stamp + '\n' + SECRET, '') or \
                abs(int(stamp) - now) > 3600:
            return {'code': 19021, 'msg': 'sign match fail'}
        assert body['msg_type'] == 'interactive'
        return {'StatusCode': 0, 'StatusMessage': 'success', 'code': 0}
    return {'code': 19001, 'msg': 'token invalid'}


class Robot(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        parts = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(parts.query))
        body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        seen.append((parts.path, query, body))
        status, reply = 200, judge(parts.path, query, body)
        if replies:
            status, reply = replies.pop(0)
        data = reply if isinstance(reply, bytes) else json.dumps(
            reply).encode()
        self.send_response(status)
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Robot)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = 'http://127.0.0.1:%d' % server.server_port

places = {
    'dingtalk': secret(dir, 'dt', 'G29 dt-token %s\nold gone %s\n'
                       'bad dt-token wrong\n' % (SECRET, SECRET)),
    'wecom': secret(dir, 'wx', '* wx-key\n'),
    'feishu': secret(dir, 'fs', 'G29 fs-token %s\nbad fs-token x\n' % SECRET)}
s = Sender(robot('dingtalk', base + '/robot/send', places['dingtalk']),
           robot('wecom', base + '/cgi-bin/webhook/send', places['wecom']),
           robot('feishu', base + '/open-apis/bot/v2/hook', places['feishu']))
t.same(s.channels, ['dingtalk', 'wecom', 'feishu'], 'three robots')


def at(channel, place, n=1, **more):
    return job(n, channel, {'place': place}, **more)


t.same(s.ask(at('dingtalk', 'G29')), ('sent', '0'), 'DingTalk takes it')
t.ok(seen[-1][2]['markdown']['text'].startswith('#### 【考成】'),
     'with its subject and text', seen[-1])
t.same(s.ask(at('dingtalk', 'old')), ('failed', '400101'),
       'a token that is no more')
t.same(s.ask(at('dingtalk', 'bad')), ('deferred', '310000'),
       'a wrong secret can be mended')
t.same(s.ask(at('dingtalk', 'G30')), ('failed', 'place'),
       'a group that has no line')
t.same(s.ask(at('wecom', 'anybody')), ('sent', '0'),
       'WeCom takes it; its one group is for all')
long = at('wecom', 'G29', text='整改报告：请及时办理。\n' * 400)
t.same(s.ask(long), ('sent', '0'), 'a long text is cut')
content = seen[-1][2]['markdown']['content']
t.ok(content.endswith('…') and len(content.encode()) > 3900,
     'at a character, not before it must', len(content.encode()))
t.same(s.ask(at('feishu', 'G29')), ('sent', '0'), 'Feishu takes it')
t.same(seen[-1][2]['card']['header']['title']['tag'], 'plain_text',
       'as plain text')
t.same(s.ask(at('feishu', 'bad')), ('deferred', '19021'), 'a wrong secret')

# What robots say with a status of 200 is what counts.
for channel, member, code, want, wait in (
        ('dingtalk', 'errcode', 130101, 'deferred', 600),
        ('dingtalk', 'errcode', 400102, 'failed', 0),
        ('dingtalk', 'errcode', -1, 'deferred', 0),
        ('dingtalk', 'errcode', 123, 'failed', 0),
        ('wecom', 'errcode', 45009, 'deferred', 60),
        ('wecom', 'errcode', 93004, 'failed', 0),
        ('feishu', 'code', 11232, 'deferred', 60),
        ('feishu', 'code', 9499, 'failed', 0)):
    replies.append((200, {member: code, 'msg': 'G29.liaison 13800000000'}))
    t.same(s.ask(at(channel, 'G29')), (want, str(code)),
           '%s says %d' % (channel, code))
    t.same(s.answer['retry_s'], wait, 'and waits for %d s' % wait)
    t.ok('13800000000' not in json.dumps(s.answer), 'its words stay there')
for status, reply, want in (
        (200, b'<html>', ('deferred', 'reply')),
        (200, {'errcode': '0'}, ('deferred', 'reply')),
        (200, {'errcode': 0.0}, ('deferred', 'reply')),
        (200, b'{"errcode":0,"errcode":0}', ('deferred', 'reply')),
        (200, b'{"errcode":0,"x":"' + b'x' * 70000, ('deferred', 'reply')),
        (204, b'', ('deferred', '204')), (302, {'errcode': 0}, ('failed', '302')),
        (429, b'', ('deferred', '429')), (500, b'', ('deferred', '500'))):
    replies.append((status, reply))
    t.same(s.ask(at('dingtalk', 'G29')), want,
           'a reply of %d and %s' % (status, str(reply)[:30]))
t.ok(SECRET not in s.said() and 'dt-token' not in s.said() and
     base not in s.said(), 'no secret stands in the log', s.said())
s.close()

for what, text in (('without its secret', 'G29 token\n'),
                   ('twice the same', 'a t s\na t s\n'),
                   ('a token that leads elsewhere', 'a ../x s\n'),
                   ('broken off', 'a t s'), ('empty', '')):
    bad = Sender(robot('feishu', base, secret(dir, 'p%d' % len(text), text)),
                 ready=False)
    t.same(bad.wait(), 78, 'a file of places, ' + what)
os.chmod(places['wecom'], 0o644)
bad = Sender(robot('wecom', base, places['wecom']), ready=False)
t.same(bad.wait(), 78, 'one that others may read')
shutil.rmtree(dir)
t.done()
