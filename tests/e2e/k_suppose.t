#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The year of the demonstration as if some of it had been otherwise, by the
command line: what a party to a dispute does, and what the other one gets."""
import hashlib, json, os, shutil, socket, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import BUILD, Tap, bundle, drain, split
import demokit

t = Tap()
top = tempfile.mkdtemp(prefix='kc-suppose-')
DIR = top + '/year'


def run(*args):
    p = subprocess.run([os.path.join(BUILD, 'bin', 'kaocheng')] + list(args) +
                       ['--dir', DIR], capture_output=True, text=True,
                       env=dict(os.environ, LC_ALL='C.UTF-8'))
    return p.returncode, p.stdout, p.stderr


def doc(*args):
    code, out, err = run(*args, '--json')
    if code != 0:
        print('# exit %d: %s' % (code, err))
        return {}
    return json.loads(out)


def file(name, text):
    with open(os.path.join(top, name), 'w') as f:
        f.write(text)
    return os.path.join(top, name)


def sha(path):
    with open(path, 'rb') as f:
        return hashlib.sha256(f.read()).hexdigest()


def entries(case, kind):
    return [e['seq'] for e in doc('prededuct', 'show', case)['rows']
            if e['kind'] == kind]


def a_case():
    """Its points came back in part after the unit's submission."""
    for c in doc('prededuct', 'list')['rows']:
        if c['state'] == 'returned' and c['returned'] == '0.4000':
            return c['case'], c['unit']


def post(path, body, kind='application/octet-stream'):
    """status and document of a request of our own"""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(DIR + '/socket')
        s.sendall(('POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close'
                   '\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n' % (
                       path, kind, len(body))).encode() + body)
        status, _, answer = split(drain(s))
    return status, json.loads(answer)


def texts(*paths):
    return bundle([open(p, 'rb').read() for p in paths])


def wrong_bodies(note, policy):
    """What is no body of suppositions; nothing is replayed for it."""
    for name, path, body, kind, want, word in (
            ('JSON', '', b'{}', 'application/json', 415, 'octet-stream'),
            ('nothing', '', b'', 'application/octet-stream', 400, 'note'),
            ('half a text', '', texts(note)[:-1], 'application/octet-stream',
             400, 'length'),
            ('a policy that is not there', '?policy=a.yaml&calendar=b.yaml',
             texts(policy), 'application/octet-stream', 400, 'calendar'),
            ('too many notes', '', texts(*[note] * 65),
             'application/octet-stream', 400, 'with'),
            ('far too many', '', texts(*[note] * 67),
             'application/octet-stream', 400, 'more'),
            ('an unknown parameter', '?with=1', texts(note),
             'application/octet-stream', 400, 'parameter')):
        status, said = post('/v1/replay' + path, body, kind)
        t.ok(status == want and word in json.dumps(said), 'refused: ' + name,
             (status, said))
    status, said = post('/v1/replay?policy=p.yaml', texts(policy, note, note))
    t.same((status, said['code'], said['supposed']),
           (409, 'E-ID-CONFLICT', {'part': 'with', 'at': 0}),
           'a problem names the part that is at fault')


def changes_over_the_socket(unit, case):
    """blame, bisect and diff: asked of the daemon as of the ledger's files"""
    def ask(where, *args):
        p = subprocess.run(
            [os.path.join(BUILD, 'bin', 'kaocheng')] + list(args) + where,
            capture_output=True, text=True,
            env=dict(os.environ, LC_ALL='C.UTF-8'))
        return p.returncode, p.stdout, p.stderr
    for args in (['blame', unit], ['blame', unit, '-o', 'csv'],
                 ['blame', unit, '--year', '2022', '--as-of', '#6500'],
                 ['blame', unit, '--lang', 'zh', '--as-of', '2022-10-01'],
                 ['bisect', unit, '--first', 'rank > 10 and total < 99.9'],
                 ['bisect', unit, '--first', case + ' = returned'],
                 ['diff', '#6000', '#6500'], ['diff', '6500', '6000'],
                 ['diff', '2022-09-30', '2022-10-31', '--lang', 'zh']):
        for more in ([], ['--json']):
            live = ask(['--socket', DIR + '/socket'], *args, *more)
            held = ask(['--dir', DIR], *args, *more)
            t.same((live[:2], len(live[1]) > 40), (held[:2], True),
                   'the daemon and the files say the same: ' +
                   ' '.join(args + more))
    for args, code, word in (
            (['blame', 'G99'], 3, 'G99'),
            (['bisect', unit, '--first', 'rank >> 10'], 2, 'rank >> 10'),
            (['bisect', unit], 2, '--first'),
            (['blame', unit, '--as-of', '#99999'], 2, 'as_of'),
            (['diff', '#1', '#99999'], 2, ': to'),
            (['diff', '#1'], 2, 'two entries'),
            (['diff', '#1', 'x'], 2, 'neither')):
        live = ask(['--socket', DIR + '/socket'], *args)
        t.ok(live[0] == code and live[1] == '' and word in live[2],
             'refused: ' + ' '.join(args), live)


def over_the_socket(case, unit, good, bad):
    """Who has only the daemon gets the bytes that the ledger's own give."""
    d = subprocess.Popen(
        [os.path.join(BUILD, 'bin', 'kaochengd'), '--dir', DIR,
         '--test-clock', '2024-01-20T00:00:00Z'],
        stderr=subprocess.PIPE, text=True)
    try:
        while 'event=ready' not in d.stderr.readline():
            if d.poll() is not None:
                break

        def ask(*args):
            return subprocess.run(
                [os.path.join(BUILD, 'bin', 'kaocheng'), 'replay', '--socket',
                 DIR + '/socket', '--json'] + list(args),
                capture_output=True, text=True,
                env=dict(os.environ, LC_ALL='C.UTF-8'))
        names = ['--without', case, '--without', '#6000']
        now = ask(*names, '--out', top + '/its')
        then = ask(*names, '--as-of', '#6500')
        none = ask('--without', 'PD-2022-9999')
        late = ask(*names, '--as-of', '#99999')
        same = []
        for args in good:
            live = ask(*args, '--out', top + '/live')
            held = run('replay', *args, '--json', '--out', top + '/held')
            same.append((live.returncode, live.stdout, sha(top + '/live')) ==
                        (*held[:2], sha(top + '/held')))
        no = [(ask(*args), run('replay', *args, '--json')) for args in bad]
        wrong_bodies(bad[0][1], good[2][1])
        changes_over_the_socket(unit, case)
    finally:
        d.terminate()
        d.wait()
        d.stderr.close()
    mine = run('replay', *names, '--json', '--out', top + '/mine')
    t.same((now.returncode, now.stdout), mine[:2],
           'over the socket the same bytes')
    t.same(sha(top + '/its'), sha(top + '/mine'), 'and the same evidence')
    t.same((then.returncode, then.stdout),
           run('replay', *names, '--json', '--as-of', '#6500')[:2],
           'as of an entry too')
    t.ok('E-NOT-FOUND' in none.stderr, 'a case that is not there', none.stderr)
    t.ok('as_of' in late.stderr, 'an entry that is not there', late.stderr)
    t.same(same, [True] * len(good), 'notes, a policy and a calendar that are '
           'supposed: the same bytes, and the same evidence')
    for live, held in no:
        said, want = json.loads(live.stderr.split('\n')[0]), json.loads(
            held[2].split('\n')[0])
        t.same((live.returncode, live.stdout, said.get('code'),
                live.stderr.split('\n')[1:]),
               (held[0], '', want.get('code'), held[2].split('\n')[1:]),
               'refused alike: ' + want.get('code', 'an empty file'))


def of_a_year(granted):
    """A part of a year has what came in it, and what came later about the
    cases that it made; that alone."""
    path = top + '/y2022'
    code, _, err = run('export', '--year', '2022', path)
    with open(path, 'rb') as f:
        part = f.read().split(b'\nfile entry/')[0].decode()
    within = {int(l[6:]) for l in part.split('\n') if l.startswith('entry ')}
    rows = doc('log', 'list', '--limit', '100000')['rows']
    end = '2022-12-31T16:00:00.000Z'
    early = {r['seq'] for r in rows if r['received'] < end}
    late = {r['seq'] for r in rows if r['received'] >= end and
            r['about'].startswith(('PD-2022-', 'W-2022-'))}
    t.ok(code == 0 and len(late) > 30 and granted in early, 'a year, and what '
         'came after it', (err, len(late)))
    t.same(within, early | late, 'the returns and expiries of January are in, '
           'what was found of the targets is not')
    p = subprocess.run([os.path.join(BUILD, 'bin', 'kaocheng-verify'),
                        '--json', path], capture_output=True)
    t.same((p.returncode, json.loads(p.stdout)['part']), (0, ['year:2022']),
           'it holds')


def of_a_policy(draft, supposed):
    """what a draft says otherwise, and who would stand where"""
    d = doc('policy', 'diff', draft)
    t.same([(r['key'], r['from'], r['to']) for r in d['rows']],
           [('pd.refund_max', '80%', '50%')],
           'a draft differs from the policy in force in what was changed')
    t.ok(d['rows'][0]['from_place'].startswith('policies/nantong-2022.yaml:')
         and d['rows'][0]['to_place'].startswith(draft),
         'each with its place', d)
    d = doc('policy', 'diff', draft, 'policies/nantong-2022.yaml')
    t.same([(r['from'], r['to']) for r in d['rows']], [('50%', '80%')],
           'two files differ without a ledger, in their order')
    t.same(doc('policy', 'impact', draft), supposed,
           'its impact is the log replayed under it')
    code, out, _ = run('policy', 'impact', draft)
    t.ok(code == 0 and 'pd.refund_max' in out and 'E-RET-CAP' in out and
         'nothing of it is in the ledger' in out,
         'said with what differs first', out)
    code, out, err = run('policy', 'impact', file('b.yaml', 'policy: b\n'))
    t.same((code, out, 'E-POLICY' in err), (6, '', True),
           'a malformed one has none')


def e4(points):
    return round(float(points) * 10000)


def score(unit, at=None):
    return doc('score', unit, *(['--as-of', at] if at else []))['rows'][0]


def changes(d):
    return {c['unit']: c for c in d['changed']}


try:
    demokit.year(DIR, '--no-remind').check_returncode()
    before = doc('replay')
    stored = sha(DIR + '/ledger.mdb')
    case, unit = a_case()

    d = doc('replay', '--without', case)
    mine = changes(d)[unit]
    t.same((mine['from'], mine['to'])[0] < (mine['from'], mine['to'])[1], True,
           'a unit has more points without the case against it')
    t.same(mine['difference'], '0.1000', 'by what was kept of it')
    t.same(all(e['kind'].split('.')[0] in (
        'prededuct', 'feedback', 'rectify', 'refund') for e in d['left_out']),
        True, 'the case goes as a whole')
    t.same(d['state_digest'], before['state_digest'], 'beside it the log is what it was')
    t.ok(d['digest'] != before['state_digest'], 'the supposed state is another')

    a, b = top + '/a.txt', top + '/b.txt'
    one = doc('replay', '--without', case, '--out', a)
    run('replay', '--without', case, '--without', case, '--out', b)
    t.same(sha(a), sha(b), 'both parties make the same evidence')
    t.same(one['evidence'], 'sha256:' + sha(a), 'and compare its hash')
    with open(a) as f:
        lines = f.read().split('\n')
    t.ok('root ' + before['root'] in lines and 'without ' + case in lines and
         'state ' + before['state_digest'] in lines,
         'it names position, root, state and what was left out')

    submitted = entries(case, 'rectify.submit')[-1]
    granted = entries(case, 'refund.grant')[-1]
    d = doc('replay', '--without', '#%d' % submitted)
    t.same([(r['entry'], r['code']) for r in d['refused']
            if r['kind'] == 'refund.grant'], [(granted, 'E-STATE')],
           'without the submission the return falls, by its rule')
    t.same([r['about'] for r in d['derived']
            if r['kind'] == 'prededuct.expire'], [case],
           'and the clerk would have written the expiry')
    t.same(changes(d)[unit]['difference'], '-0.4000',
           'and nothing would have come back')

    raw = file('note.txt', run('log', 'show', str(submitted), '--raw')[1])
    d = doc('replay', '--without', '#%d' % submitted, '--with', raw)
    t.same((d['changed'], d['refused'], d['derived'], len(d['added'])),
           ([], [], [], 1), 'out and in again, nothing changes')
    code, _, err = run('replay', '--with', raw)
    t.same((code, 'E-ID-CONFLICT' in err), (5, True),
           'what stands in the log is not supposed')

    # More than may come back, unsigned, a day after the grant.
    text = run('log', 'show', str(granted), '--raw')[1]
    body = text.split('\n', 1)[1].rsplit('\n\n', 1)[0] + '\n'
    cap = file('cap.txt', body.replace('rate 8000', 'rate 9000'))
    code, out, err = run('replay', '--without', '#%d' % granted, '--with', cap)
    t.same((code, 'E-RET-CAP' in err, out), (6, True, ''),
           'a note that the rules refuse comes to nothing but that')
    half = file('half.txt', body.replace('rate 8000', 'rate 4000'))
    d = doc('replay', '--without', '#%d' % granted, '--with', half)
    t.same(changes(d)[unit]['difference'], '-0.2000',
           'another rate gives another score')

    with open('policies/nantong-2022.yaml') as f:
        policy = f.read().split('\ntests:')[0] + '\n'
    draft = file('draft.yaml', policy.replace('refund_max: { value: "80%"',
                                              'refund_max: { value: "50%"'))
    d = doc('replay', '--with-policy', draft)
    t.same({r['code'] for r in d['refused'] if r['kind'] == 'refund.grant'},
           {'E-RET-CAP'}, 'under another policy other returns fall')
    of_a_policy(draft, d)
    bad = file('bad.yaml', policy.replace('refund_max', 'refund_mux'))
    code, _, err = run('replay', '--with-policy', bad)
    t.same((code != 0, 'bad.yaml' in err), (True, True),
           'a malformed policy is said to be one')
    with open('policies/calendar/2022.yaml') as f:
        days = f.read()
    d = doc('replay', '--with-calendar', file('days.yaml', days.replace(
        '2022-10-01..2022-10-07', '2022-10-03..2022-10-07')))
    t.same([r['kind'] for r in d['replaced']], ['calendar.adopt'],
           'another calendar stands where its year was adopted')
    shutil.copy(top + '/days.yaml', top + '/other-name.yaml')
    shutil.copy(draft, top + '/mine.yaml')
    t.same([doc('replay', '--with-calendar', top + '/other-name.yaml',
                '--with-policy', top + '/mine.yaml'),
            doc('replay', '--with-calendar', top + '/other-name.yaml')],
           [doc('replay', '--with-calendar', top + '/days.yaml',
                '--with-policy', draft), d],
           'under whatever name a party keeps the file: the same evidence')

    code, _, err = run('replay', '--without', 'PD-2022-9999')
    t.same((code, 'PD-2022-9999' in err), (3, True), 'a name of nothing')
    code, out, _ = run('replay', '--without', case, '-o', 'csv')
    t.same((code, out.split('\n')[0]),
           (0, 'unit,year,from,to,difference,rank_from,rank_to'),
           'the differences as CSV')
    code, out, _ = run('replay', '--without', case, '--lang', 'zh')
    t.ok(code == 0 and '推演' in out and unit in out, 'in Chinese', out)
    d = doc('replay', '--without', case, '--as-of', '#%d' % (submitted - 1))
    t.same((d['entries'], 'refund.grant' in json.dumps(d['left_out'])),
           (submitted, False), 'as of an entry')
    code, out, err = run('explain', 'G01-K01', '--lang', 'en')
    t.ok(code == 3 and 'target show G01-K01' in err and out == '',
         'what is no unit is told what else can be asked', err)
    d = doc('blame', unit)
    t.same((sum(e4(r['points']) for r in d['rows']), e4(d['total'])),
           (e4(d['total']), e4(score(unit)['total'])),
           'the shares of all entries are the score')
    t.ok(granted in [r['seq'] for r in d['rows']],
         'what came back is one of them')
    d = doc('bisect', unit, '--first', 'rank > 10 and total < 99.9')
    at = d['first']
    t.same([score(unit, '#%d' % n)['rank'] > 10 and
            e4(score(unit, '#%d' % n)['total']) < 999000
            for n in (at - 1, at)], [False, True],
           'bisect names the entry at which it is so')
    code, _, err = run('bisect', unit, '--first', 'rank >> 10')
    t.same((code, 'first: rank >> 10' in err), (2, True), 'or says what it cannot read')
    d = doc('diff', '#%d' % (granted - 1), '#%d' % granted)
    t.same([(r['seq'], r['unit'], e4(r['to']) - e4(r['from']))
            for r in d['rows']], [(granted, unit, 4000)],
           'an entry is the difference between before and after it')
    t.same([(x['about'], x['to']) for x in d['things']], [(case, 'returned')],
           'in the state of its case too')
    shutil.copytree(DIR, top + '/copy')
    p = subprocess.run([os.path.join(BUILD, 'bin', 'kaocheng'), 'diff', DIR,
                        top + '/copy', '--json'], capture_output=True)
    d = json.loads(p.stdout)
    t.same((d['common'], d['changed'], d['rows']), (before['entries'], [], []),
           'two directories of the same ledger do not differ')
    code, out, _ = run('blame', unit, '--lang', 'zh')
    t.ok(code == 0 and '累计' in out, 'blame in Chinese', out)
    t.same((doc('replay'), sha(DIR + '/ledger.mdb')), (before, stored),
           'nothing of all this is stored')
    of_a_year(granted)
    days = top + '/days.yaml'
    out = ['--without', '#%d' % submitted]
    again = ['--without', '#%d' % granted]
    over_the_socket(case, unit, [
        out + ['--with', raw], again + ['--with', half],
        ['--with-policy', draft], ['--with-calendar', days],
        out + ['--with-policy', draft, '--with-calendar', days, '--with', raw],
        again + ['--with', half, '--as-of', '#%d' % (granted + 2)]],
        [['--with', raw], again + ['--with', cap], ['--with-policy', bad],
         ['--with', file('empty', '')]])
finally:
    shutil.rmtree(top)
t.done()
