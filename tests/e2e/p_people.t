#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The directory of persons: in and out as tables, erased for good, beside a
ledger that holds no name."""
import csv, glob, io, os, stat, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import *
import demokit

t = Tap()
TOOL = os.path.abspath(os.path.join(BUILD, 'bin', 'kaocheng'))
top = tempfile.mkdtemp(prefix='kc-people-', dir='/tmp')


def run(*args, dir=None, env=()):
    done = subprocess.run(
        [TOOL] + list(args) + ['--dir', dir or top], text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=120,
        env=dict(os.environ, LC_ALL='C.UTF-8', LANGUAGE='en', **dict(env)))
    return done.returncode, done.stdout, done.stderr


def table(rows, name='in.csv', start=''):
    path = os.path.join(top, name)
    with open(path, 'w', encoding='utf-8', newline='') as f:
        f.write(start)
        csv.writer(f).writerows(rows)
    return path


def files(dir=None):
    return sorted(os.listdir(os.path.join(dir or top, 'people')))


def bytes_of(dir):
    return b''.join(open(p, 'rb').read() for p in
                    glob.glob(os.path.join(dir, '**'), recursive=True)
                    if os.path.isfile(p))


HEADS = ['人员代号', '姓名', '职务', '电话', '邮箱', '渠道', '代理人']
GOOD = [['G03.liaison', '李敏', '联络员', '+86 513 5555', 'li@example.org',
         'smtp; dingtalk', 'G03.head'],
        ['G03.head', '王芳', '局长', '', 'wang@example.org', '', '']]


def imports():
    bad = table([HEADS] + GOOD + [
        ['G04.head', '赵云', '', '12', 'a@b', '', ''],
        ['G05.head', '', '', '', 'x@y\nBcc: all@example.org', '', ''],
        ['../x', '钱一', '', '', '', '', ''],
        ['G03.head', '王芳', '', '', '', '', ''],
        ['G06.head', '周敏', '处长', '兼职', '', '', '', 'zh']])
    code, out, err = run('people', 'import', bad, '--yes')
    t.ok(code == 6 and not os.path.exists(os.path.join(top, 'people')),
         'a table with a fault is not taken at all', err)
    for row, column, value in ((4, 'phone', '12'), (5, 'mail', 'x@y\\x0aBcc'),
                               (7, 'actor', '../x'), (8, 'actor', 'G03.head')):
        t.ok('row %d, column %s, value "%s' % (row, column, value) in err,
             'its fault is named: row %d' % row, err)
    t.ok('row 9: "zh" stands beyond the last heading' in err,
         'what a comma moved beyond the headings too', err)
    code, out, err = run('people', 'import', bad, '--json', '--yes')
    doc = json.loads(out)
    t.ok(code == 6 and not doc['written'] and [
        (e['row'], e['column'], e['code']) for e in doc['errors']][0] ==
         (4, 'phone', 'E-FIELD-VALUE'), 'and for programs', out)
    for rows, what in (([['actor', 'rank']], 'a heading that is none'),
                       ([['name', 'post']], 'no actors'),
                       ([['actor', 'name', '姓名']], 'a heading twice')):
        t.same(run('people', 'import', table(rows), '--yes')[0], 2,
               what + ' is refused')
    path = os.path.join(top, 'gbk.csv')
    open(path, 'wb').write('人员代号,姓名\nG01.a,李敏\n'.encode('gbk'))
    code, _, err = run('people', 'import', path, '--yes')
    t.ok(code == 2 and 'CSV UTF-8' in err, 'another encoding is named', err)

    good = table([HEADS] + GOOD, start='\ufeff')
    t.same(run('people', 'import', good)[0], 2,
           'without a terminal nothing is written unasked')
    code, out, _ = run('people', 'import', good, '--dry-run')
    t.ok(code == 0 and 'G03.head  new' in out and
         not os.path.exists(os.path.join(top, 'people')),
         'a dry run says what it would do', out)
    t.same(run('people', 'import', good, '--yes')[0], 0, 'it is taken')
    t.same(files(), ['G03.head', 'G03.liaison'], 'one file an actor')
    for name, mode in (('', 0o700), ('G03.head', 0o600)):
        path = os.path.join(top, 'people', name)
        t.same(stat.S_IMODE(os.stat(path).st_mode), mode,
               'for its owner alone: ' + (name or 'the directory'))


def rounds():
    before = bytes_of(os.path.join(top, 'people'))
    for more in ((), ('--bom',), ('--bom', '--lang', 'zh')):
        path = os.path.join(top, 'out.csv')
        code, _, err = run('people', 'export', path, *more)
        t.ok(code == 0 and stat.S_IMODE(os.stat(path).st_mode) == 0o600,
             'exported ' + ' '.join(more), err)
        text = open(path, encoding='utf-8').read()
        t.ok("'+86 513 5555" in text and 'salt' not in text,
             'no formula and no salt in it', text)
        code, out, _ = run('people', 'import', path, '--yes', '--json')
        doc = json.loads(out)
        t.ok(code == 0 and doc['same'] == 2 and not doc['rows'] and
             bytes_of(os.path.join(top, 'people')) == before,
             'and taken back without a change', out)
    # A table of some columns leaves the others alone; an empty cell empties.
    some = table([['actor', 'phone'], ['G03.liaison', '']])
    t.same(run('people', 'import', some, '--yes')[0], 0, 'some columns')
    row = json.loads(run('people', 'show', 'G03.liaison', '--json')[1])
    t.same([row['rows'][0][k] for k in ('name', 'phone', 'channel')],
           ['李敏', '', ['smtp', 'dingtalk']], 'change only those')


def edits():
    salt = lambda: open(os.path.join(top, 'people', 'G03.head')).read()[-65:]
    was = salt()
    code, _, err = run('people', 'edit', 'G03.head', 'phone=110')
    t.ok(code == 0 and 'phone: - -> 110' in err and salt() == was,
         'a new phone keeps the salt', err)
    run('people', 'edit', 'G03.head', '姓名=周宁', '--dry-run')
    t.ok('王芳' in open(os.path.join(top, 'people', 'G03.head')).read(),
         'a dry run writes nothing')
    t.ok(run('people', 'edit', 'G03.head', '姓名=周宁')[0] == 0 and
         salt() != was, 'another person has another salt')
    t.same(run('people', 'edit', 'new.one', 'mail=a@b.cn')[0], 2,
           'a new file wants a name')
    for bad in ('salt=00', 'actor=x', 'rank=3', 'mail'):
        t.same(run('people', 'edit', 'G03.head', bad)[0], 2, 'no ' + bad)
    t.same(run('people', 'edit', 'G03.head', 'mail=a@b, c@d')[0], 2,
           'two addresses are none')
    t.same(run('people', 'show', 'nobody')[0], 3, 'nobody is not found')
    t.same(run('people', 'show', '../in.csv')[0], 3, 'nor is a path')


def erasure():
    t.same(run('people', 'erase', 'G03.head')[0], 2, 'not unasked')
    code, _, err = run('people', 'erase', 'G03.head', '--dry-run')
    t.ok(code == 0 and 'what stays' in err and 'G03.head' in files(),
         'a dry run says what goes and what stays', err)
    t.same(run('people', 'erase', 'G03.head', '--yes')[0], 0, 'erased')
    left = bytes_of(os.path.join(top, 'people'))
    t.ok('周宁'.encode() not in left and b'wang@' not in left and
         files() == ['G03.liaison'], 'no byte of it is left')
    t.same(run('people', 'erase', 'G03.head', '--yes')[0], 3, 'once')


def city():
    """The demonstration's year: 110 persons, and none of them in the log."""
    dir = os.path.join(top, 'city')
    root = json.loads(demokit.year(dir).stdout)['root']
    names = [r[1] for r in csv.reader(io.StringIO(
        run('people', 'export', dir=dir)[1]))][1:]
    t.ok(len(names) > 100 and all(len(n) >= 2 for n in names),
         'the year has its persons', names[:3])
    code, out, _ = run('people', 'check', '--json', dir=dir)
    doc = json.loads(out)
    t.ok(code == 0 and doc['matches'] > 90 and doc['differs'] == 0,
         'the ledger has committed to them', out[-300:])
    run('export', os.path.join(top, 'public'), dir=dir)
    run('export', '--bundle', os.path.join(top, 'bundle'), dir=dir)
    log = bytes_of(os.path.join(top, 'public')) + open(
        os.path.join(top, 'bundle'), 'rb').read() + open(
        os.path.join(dir, 'ledger.mdb'), 'rb').read()
    found = [n for n in names if n.encode() in log]
    t.ok(len(log) > 1000000 and not found and b'@example.org' not in log,
         'no name, no address in the log or what is made of it', found)

    view = json.loads(run('trail', 'G03', '--json', dir=dir)[1])
    t.ok(view['names'] and set(view['names'].values()) <= set(names),
         'who has the directory sees names', view.get('names'))
    who = 'G02.assessor'
    t.ok('%s (%s)' % (view['names'][who], who) in
         run('trail', 'G03', dir=dir)[1], 'beside the ids')

    # Another person under the same id, and one erased.
    run('people', 'edit', 'G03.head', 'name=冒名', dir=dir)
    name = json.loads(run('people', 'show', 'leader.1', '--json',
                          dir=dir)[1])['rows'][0]['name']
    run('people', 'erase', 'leader.1', '--yes', dir=dir)
    code, out, _ = run('people', 'check', '--json', dir=dir)
    found = {r['actor']: r['finding'] for r in json.loads(out)['rows']}
    t.ok(code == 1 and found['G03.head'] == 'differs' and
         found['leader.1'] == 'missing', 'the check tells both', out[-300:])
    for actor in ('G03.head', 'admin.1'):
        run('people', 'edit', actor, 'name=冒名', 'mail=x@example.org',
            dir=dir)
    code, out, _ = run('people', 'check', '--json', dir=dir)
    t.same([(r['actor'], r['detail']) for r in json.loads(out)['rows']
            if r['finding'] == 'twofold'],
           [('G03.head', 'admin.1')],
           'and one person behind two actors who are kept apart')
    done = subprocess.run([KAOCHENGD, '--dir', dir, '-n'], text=True,
                          stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    t.ok(done.returncode == 0 and 'finding=differs' in done.stderr and
         'finding=missing' in done.stderr and
         'finding=twofold' in done.stderr and '冒名' not in done.stderr,
         'so does the daemon, and runs all the same', done.stderr)
    t.ok(run('verify', os.path.join(top, 'public'), dir=dir)[0] == 0 and
         json.loads(run('replay', '--json', dir=dir)[1])['root'] == root,
         'the ledger is what it was')
    t.ok(name not in run('log', 'list', '--limit', '90000', dir=dir)[1],
         'who is erased has no name any more')


def served():
    """Names over HTTP: of the present, to whom they may be told."""
    port = free_port()
    aud, lead = Key('aud', 'aud'), Key('lead', 'lead')
    d = Daemon(config='listen:\n  unix: socket\n  tcp: "127.0.0.1:%d"\n'
               'people: persons\nlimits: {requests_per_s: 0}\n' % port).start()
    try:
        d.post(d.open_entry())
        d.post(d.enrol(aud, 'auditor'))
        d.post(d.enrol(lead, 'stats'))
        d.write('kaocheng.yaml', 'people: persons\n')
        for actor, name in (('aud', '李敏'), ('lead', '王芳')):
            run('people', 'edit', actor, 'name=' + name, dir=d.dir)
        t.ok(os.path.isdir(d.path('persons')), 'where the configuration says')

        def login(key):
            nonce = json.loads(d.get('/v1/challenge', tcp=port)[2])['nonce']
            text = ('kaocheng/v1 session\nledger %s\nnonce %s\nactor %s\n' % (
                ORIGIN, nonce, key.name))
            body = d.post(note(text, key), path='/v1/session', tcp=port)[2]
            return ['Authorization: Bearer ' + json.loads(body)['token']]

        def names(headers, path='/v1/views/actors'):
            body = d.get(path, tcp=port, headers=headers)[2]
            return json.loads(body).get('names')

        both = {'aud': '李敏', 'lead': '王芳'}
        t.same(names(login(aud)), both, 'an auditor is told all names')
        t.same(names(login(lead)), {'lead': '王芳'}, 'others their own')
        t.same(json.loads(d.get('/v1/views/actors')[2]).get('names'), both,
               'the own uid all')
        t.same(names(login(aud), '/v1/views/actors?as_of=%231'), None,
               'no reader those of an earlier state')
        gz = d.get('/v1/views/log', headers=['Accept-Encoding: gzip'])
        t.same(gz[0], 200, 'a view with names compresses')
        t.same(run('people', 'erase', 'aud', '--yes', dir=d.dir)[0], 0,
               'erased beside a daemon')
        t.same(names(login(aud)), {'lead': '王芳'}, 'and at once not told')
        os.chmod(d.path('persons'), 0o755)
        t.same(names(login(aud)), None,
               'a directory that others may read is not read')
    finally:
        d.remove()


imports()
rounds()
edits()
erasure()
city()
served()
shutil.rmtree(top, ignore_errors=True)
t.done()
