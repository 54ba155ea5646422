#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A hearing: a unit files what the year would be without a return as evidence
in its dispute, in one step; the other party makes the same text from the log."""
import hashlib, json, os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
sys.dont_write_bytecode = True
from kcd import *
import demokit

t = Tap()
top = tempfile.mkdtemp(prefix='kc-hearing-')
CLI, DIR = os.path.join(BUILD, 'bin', 'kaocheng'), top + '/year'
ENV = dict(os.environ, LC_ALL='C.UTF-8',
           XDG_STATE_HOME=top + '/state')


def run(*args, cwd=None):
    p = subprocess.run([os.path.abspath(CLI), *args], capture_output=True,
                       text=True, env=ENV, timeout=60, cwd=cwd)
    return p.returncode, p.stdout, p.stderr


def live(*args):
    return run(*args, '--socket', DIR + '/socket', '--keys', DIR + '/keys',
               '--trust', DIR + '/trust', '--lang', 'en', '--yes', '--at',
               '2023-01-29T02:00:01Z')


def doc(*args):
    return json.loads(run(*args, '--socket', DIR + '/socket', '--json')[1])


def key(actor):
    """Keys of the demonstration follow from their names."""
    k = Key(actor, 'kaocheng demonstration key, not a secret: ' + actor)
    path = DIR + '/keys/%s.key' % actor
    with open(path, 'w') as f:
        f.write(k.file())
    os.chmod(path, 0o600)


def left():
    """Texts that nobody asked to keep."""
    return [f for _, _, files in os.walk(top + '/state') for f in files
            if f.startswith('counterfactual')]


def dispute():
    """The unit disputes what came back to it, and is heard."""
    row = [r for r in doc('dispute', 'open')['rows']
           if r['kind'] == 'refund.grant'][-1]
    unit = row['unit']
    judge = [e['by'] for e in doc('prededuct', 'show', row['matter'])['rows']
             if e['kind'] == 'refund.grant'][-1]
    judge = judge[0] if isinstance(judge, list) else judge
    for actor in (unit + '.head', judge, 'G01.head'):
        key(actor)
    code, _, err = live('dispute', 'file', '--decision', str(row['seq']),
                        '--matter', row['matter'], '--claim', 'x', '--as',
                        unit + '.head')
    t.same(code, 0, 'a return is disputed' + err * (code != 0))
    handle = doc('dispute', 'list')['rows'][-1]['dispute']
    return handle, row, unit, judge


def hearing():
    handle, row, unit, judge = dispute()
    case = ['--without', row['matter']]
    at = doc('replay')['entries'] - 1
    code, out, err = live('replay', *case, '--file-with', handle, '--as',
                          unit + '.head')
    t.ok(code == 0 and 'This is a supposition' in out,
         'filed in one step, and shown', out + err)
    rows = doc('dispute', 'show', handle)['rows']
    filed = [r for r in rows if r['kind'] == 'dispute.present']
    t.same(len(filed), 1, 'it stands in the dispute')
    text = run('log', 'show', str(filed[0]['seq']), '--raw', '--dir', DIR)[1]
    cited = [x.split(' ')[1:] for x in text.split('\n')
             if x.startswith('evidence ')]
    t.same((len(cited), cited[0][2]), (1, 'text/plain'), 'citing one text')

    mine = top + '/mine'
    code, _, err = run('replay', *case, '--as-of', '#%d' % at, '--out', mine,
                       '--dir', DIR)
    with open(mine, 'rb') as f:
        made = f.read()
    t.same((code, 'sha256:' + hashlib.sha256(made).hexdigest(),
            str(len(made))), (0, *cited[0][:2]),
           'the other party makes the same bytes from the log alone')
    code, _, err = live('evidence', 'get', cited[0][0], '--entry',
                        str(filed[0]['seq']), '--out', top + '/got')
    with open(top + '/got', 'rb') as f:
        t.same((code, f.read()), (0, made), 'and is given those by the daemon')
    t.same(left(), [], 'no file of it is left behind')

    code, _, err = live('replay', *case, '--file-with', handle, '--as', judge,
                        '--dir', DIR, '--out', top + '/kept')
    t.same((code, os.path.exists(top + '/kept')), (0, True),
           'who judged answers with his own' + err * (code != 0))
    return handle, case, unit


def refused(handle, case, unit):
    before = doc('replay')['entries']
    for name, want, word, args in (
            ('a stranger', 4, '[E-UNIT]',
             case + ['--file-with', handle, '--as', 'G01.head']),
            ('no such dispute', 3, 'E-NOT-FOUND',
             case + ['--file-with', 'D-2022-0999', '--as', unit + '.head']),
            ('nothing is supposed', 2, '--file-with takes',
             ['--file-with', handle, '--as', unit + '.head']),
            ('nobody signs', 2, '--as ACTOR', case + ['--file-with', handle]),
            ('a case that is not there', 3, 'E-NOT-FOUND',
             ['--without', 'PD-2022-9999', '--file-with', handle, '--as',
              unit + '.head'])):
        code, out, err = live('replay', *args)
        t.ok(code == want and word in err, 'refused: ' + name, (code, err))
    code, out, err = live('replay', *case, '--file-with', handle, '--as',
                          unit + '.head', '--dry-run')
    t.ok(code == 0 and 'kaocheng/v1 entry dispute.present' in out,
         'shown, and not sent, for a dry run', out + err)
    t.same((doc('replay')['entries'], left()), (before, []),
           'nothing of it is written')


d = None
try:
    demokit.year(DIR, '--no-remind', '--open', '--disputes',
                 'overturned').check_returncode()
    d = subprocess.Popen([KAOCHENGD, '--dir', DIR, '--test-clock',
                          '2023-01-29T02:00:01Z'],
                         stderr=subprocess.PIPE, text=True)
    while 'event=ready' not in d.stderr.readline():
        if d.poll() is not None:
            break
    refused(*hearing())
finally:
    if d:
        d.terminate()
        d.wait()
        d.stderr.close()
    shutil.rmtree(top)
t.done()
