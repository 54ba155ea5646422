#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A key that may have been in other hands: what it signed since, the scores
with and without that, and marks on it wherever it shows; nothing is removed."""
import json, os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import BUILD, Tap
import demokit

t = Tap()
top = tempfile.mkdtemp(prefix='kc-window-')
DIR = top + '/year'
NOW = '2024-01-20T02:00:00Z'
CLI = os.path.join(BUILD, 'bin', 'kaocheng')


def run(*args, lang='C.UTF-8'):
    return subprocess.run([CLI] + [str(a) for a in args], text=True,
                          capture_output=True,
                          env=dict(os.environ, LC_ALL=lang, HOME=top))


def good(what, r):
    t.ok(r.returncode == 0, what, (r.returncode, r.stderr))
    return r


def doc(*args):
    r = run(*args, '--json', '--dir', DIR)
    if r.returncode != 0:
        print('# exit %d: %s' % (r.returncode, r.stderr))
        return {}
    return json.loads(r.stdout)


def start():
    d = subprocess.Popen([os.path.join(BUILD, 'bin', 'kaochengd'), '--dir',
                          DIR, '--test-clock', NOW],
                         stderr=subprocess.PIPE, text=True)
    while 'event=ready' not in d.stderr.readline():
        if d.poll() is not None:
            raise SystemExit('no daemon')
    return d


def stop(d):
    d.terminate()
    d.stderr.close()
    d.wait()


def revoke(key, *args):
    """By two administrators, over the socket of the running daemon."""
    return run('key', 'revoke', '--key', key, '--reason', '遗失', '--as', 'admin.1',
               '--as', 'admin.2', '--at', NOW, '--yes', '--dir', DIR, *args)


def grant():
    """The last return, who signed it, and of which unit it is."""
    return max((e['seq'], e['by'][0], c['unit'])
               for c in doc('prededuct', 'list')['rows']
               if c['returned'] == '0.4000'
               for e in doc('prededuct', 'show', c['case'])['rows']
               if e['kind'] == 'refund.grant')


def marks(view, unit):
    return [r for r in doc(view, unit)['rows'] if r.get('in_doubt')]


try:
    demokit.year(DIR, '--no-remind').check_returncode()
    granted, judge, unit = grant()
    key = run('key', 'show', judge, '--dir', DIR).stdout.strip()
    name = '+'.join(key.split('+')[:2])
    before, scores = doc('replay'), doc('score')['rows']
    r = run('key', 'window', judge, '--dir', DIR)
    t.ok(r.returncode == 3 and 'has no disputed window' in r.stderr,
         'a key that nobody doubts has no window', r.stderr)
    what_if = doc('key', 'window', judge, '--from', granted)
    t.ok(granted in [e['entry'] for e in what_if['without']['left_out']],
         'one is supposed before anybody is accused', what_if)

    d = start()
    try:
        r = revoke(key, '--from', '99999')
        t.ok('E-FIELD-VALUE' in r.stderr and 'in force' in r.stderr,
             'it begins with an entry of the key\'s time', r.stderr)
        good('the key is revoked from an entry on',
             revoke(key, '--from', granted))
        live = run('key', 'window', judge, '--json', '--socket',
                   DIR + '/socket')
    finally:
        stop(d)

    w = doc('key', 'window', judge)
    t.same((live.returncode, json.loads(live.stdout)['without']['evidence']),
           (0, w['without']['evidence']),
           'over the socket as from the ledger itself')
    listed = [e['seq'] for e in w['rows']]
    t.same((w['disputed'], w['key'], w['from'], w['to']),
           (True, name, granted, before['entries'] - 1),
           'its window ends before the revocation')
    t.ok(granted in listed and all(judge in e['by'] and e['in_doubt']
                                   for e in w['rows']),
         'what the key signed in it is listed', w['rows'][:3])
    signed = [e['seq'] for n in range(0, before['entries'], 900)
              for e in doc('log', 'list', '--from', str(n), '--limit', '900')
              ['rows'] if e['seq'] >= granted and judge in e['by']]
    t.same(listed, signed, 'no more and no less')

    one_by_one = doc('replay', *[x for n in listed
                                 for x in ('--without', '#%d' % n)])
    t.same((w['without']['changed'], w['without']['digest'],
            w['without']['refused']),
           (one_by_one['changed'], one_by_one['digest'],
            one_by_one['refused']),
           'without the window is without each of them')
    t.ok('-0.4000' in [c['difference'] for c in w['without']['changed']
                       if c['unit'] == unit],
         'the return would not have been', w['without']['changed'])
    t.same(doc('score')['rows'], scores, 'and no score is another for that')

    seen = [granted in ([r['seq']] if 'seq' in r else r['seqs'])
            for view in ('trail', 'explain') for r in marks(view, unit)]
    t.ok(seen.count(True) >= 2, 'trail and explain mark it', seen)
    t.ok(all(r['seq'] in listed for r in marks('trail', unit)),
         'and nothing else', marks('trail', unit))
    t.same(marks('trail', unit) != [] and
           '存疑' in run('trail', unit, '--lang', 'zh', '--dir', DIR).stdout,
           True, 'in words too')
    t.ok('in_doubt' in run('log', 'show', str(granted), '--json', '--dir',
                           DIR).stdout, 'so does the entry itself')
    r = good('people read both', run('key', 'window', judge, '--dir', DIR))
    t.ok('is disputed from #%d' % granted in r.stdout and
         'supposition' in r.stdout, 'window and scores', r.stdout[:300])
    r = good('in Chinese', run('key', 'window', judge, '--dir', DIR,
                               lang='zh_CN.UTF-8'))
    t.ok('存疑' in r.stdout, 'the words too', r.stdout[:200])
    t.ok(good('the ledger replays', run('replay', '--json', '--dir', DIR)) and
         good('and verifies', run('verify', '--dir', DIR)), 'as ever')
finally:
    shutil.rmtree(top)
t.done()
