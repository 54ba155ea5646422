#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Work looked at, through a real daemon: a node is reported, verified with
another figure, held against third-party data and visited; what is shown."""
import datetime, json, os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
sys.dont_write_bytecode = True
from kcd import *
import demokit

t = Tap()
top = tempfile.mkdtemp(prefix='kc-checked-')
CLI, DIR = os.path.abspath(os.path.join(BUILD, 'bin', 'kaocheng')), top + '/y'
ENV = dict(os.environ, LC_ALL='C.UTF-8', XDG_STATE_HOME=top + '/state')


def run(*args):
    p = subprocess.run([CLI, *args, '--socket', DIR + '/socket', '--lang',
                        'en'], capture_output=True, text=True, env=ENV,
                       timeout=60, cwd=top)
    return p.returncode, p.stdout, p.stderr


def doc(*args):
    return json.loads(run(*args, '--json')[1])


def sign(who, *args):
    """Keys of the demonstration follow from their names."""
    path = DIR + '/keys/%s.key' % who
    with open(path, 'w') as f:
        f.write(Key(who, 'kaocheng demonstration key, not a secret: ' +
                    who).file())
    os.chmod(path, 0o600)
    return run(*args, '--as', who, '--keys', DIR + '/keys', '--trust',
               DIR + '/trust', '--yes', '--at', AT)


def good(what, r, *words):
    t.ok(r[0] == 0 and all(w in r[1] + r[2] for w in words), what, r)


def refused(what, r, code):
    t.ok(r[0] != 0 and code in r[2], what, r)


def look(node, unit, target, judge):
    quarter = '2022-' + node[-2:]
    good('it is reported again, while nobody has verified it',
         sign(unit + '.head', 'progress', 'report', node, '--actual', '50%',
              '--report', '补报'))
    refused('another figure takes its reason',
            sign(judge, 'progress', 'verify', node, '--finding', 'behind',
                 '--actual', '10%', '--evidence', 'f.txt', '--text', 'x'),
            'E-FIELD-MISSING')
    good('it is verified', sign(
        judge, 'progress', 'verify', node, '--finding', 'behind', '--actual',
        '10%', '--evidence', 'f.txt', '--reason', '重复计算', '--text',
        '现场未见'))
    refused('and reported no more',
            sign(unit + '.head', 'progress', 'report', node, '--actual',
                 '60%', '--report', 'x'), 'E-STATE')
    good('data are held against it', sign(
        'G28.stats', 'data', 'check', '--target', target, '--quarter', quarter,
        '--node', node, '--reported', '50.0000', '--value', '10.0000',
        '--measure', '%', '--provider', '省统计局', '--agrees', 'no',
        '--evidence', 'f.txt', '--text', '不符'))
    good('the place is visited', sign(
        'P02.inspect', 'site', 'visit', '--target', target, '--node', node,
        '--on', '2022-12-20', '--where', '工地', '--finding',
        'off-direction', '--evidence', 'f.txt', '--text', '停工'))


def shown(node, unit, target):
    d = doc('progress', 'show', node)
    t.same((d['light'], d['finding'], len(d['checks'])),
           ('red', 'behind', 2), 'the light follows what was found')
    t.ok('; reported 50.00 %' in d['why'], 'and says why',
         d['why'])
    kinds = [r['kind'] for r in d['rows']]
    t.same(kinds[-3:], ['progress.verify', 'data.check', 'site.visit'],
           'all of it is in the history of the node')
    t.ok({'progress.verify', 'data.check', 'site.visit'} <=
         {r['kind'] for r in doc('target', 'show', target)['rows']},
         'and of the target')
    good('read as a table', run('progress', 'show', node), 'behind schedule',
         '10.00 %')
    rows = doc('check', 'list', unit)['rows']
    t.same([(r['kind'], r['fails']) for r in rows],
           [('data.check', True), ('site.visit', True)], 'checks are listed')
    good('one is shown', run('check', 'show', rows[0]['check']),
         'they do not agree', '省统计局')
    found = [r for r in doc('opinion', 'candidates', unit)['rows']
             if r['check'] == rows[0]['check']]
    t.same([r['cause'] for r in found], ['false-data'],
           'data that do not agree are a candidate')
    good('the task has it too', run('task', 'show', node[:-3]),
         'reported', 'verify')
    code, out, err = run('progress', 'matrix', '-o', 'csv')
    t.ok(code == 0 and any(l.startswith(unit + ',') and 'red' in l
                           for l in out.splitlines()),
         'units by quarters as CSV', out[:400] + err)
    code, out, err = run('progress', 'matrix', '-o', 'xlsx', '--out', top + '/m.xlsx')
    t.ok(code == 0 and os.path.getsize(top + '/m.xlsx') > 1000,
         'and as a workbook', out + err)


def after():
    """A minute after the last entry of the year."""
    r = subprocess.run([CLI, 'unit', 'list', '--dir', DIR, '--json'],
                       capture_output=True, text=True, env=ENV)
    last = datetime.datetime.fromisoformat(
        json.loads(r.stdout)['as_of']['received'].replace('Z', '+00:00'))
    return (last + datetime.timedelta(minutes=1)).strftime(
        '%Y-%m-%dT%H:%M:%SZ')


d = None
try:
    with open(top + '/f.txt', 'w') as f:
        f.write('evidence\n')
    demokit.year(DIR, '--no-remind', '--open').check_returncode()
    AT = after()
    d = subprocess.Popen([KAOCHENGD, '--dir', DIR, '--test-clock', AT],
                         stderr=subprocess.PIPE, text=True)
    while 'event=ready' not in d.stderr.readline():
        if d.poll() is not None:
            break
    row = [r for r in doc('progress', 'list', 'P01')['rows']
           if r['state'] == 'reported' and r['node'].endswith('.Q4')][0]
    judge = doc('target', 'show', row['target'])['assessor'] + '.assessor'
    look(row['node'], 'P01', row['target'], judge)
    shown(row['node'], 'P01', row['target'])
finally:
    if d:
        d.terminate()
        d.wait()
        d.stderr.close()
    shutil.rmtree(top)
t.done()
