#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the command line prints as JSON is what `kaocheng schema` says: every
command that reads, over the year of the demo, in both languages, and those
that write, by turns."""
import base64, glob, json, os, re, shutil, subprocess, sys, tempfile
import jsonschema
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
sys.dont_write_bytecode = True
from kcd import BUILD, Key, Served, Tap, note
import demokit

CLI = os.path.abspath(BUILD) + '/bin/kaocheng'
t = Tap()
top = tempfile.mkdtemp(prefix='kc-schema-')
D = top + '/demo'
DEFS = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    '../../include/kaocheng/defs/*.def')
ENV = dict(os.environ, HOME=top, XDG_STATE_HOME=top + '/s', LANG='C')
for name in ('KAOCHENG_DIR', 'KAOCHENG_SOCKET'):
    ENV.pop(name, None)
POLICIES = os.path.join(os.path.dirname(DEFS), '../../../policies/')
CALENDAR = POLICIES + 'calendar/2026.yaml'
AT = '2023-02-28T01:00:00Z'
schemas, seen, turn, daemon = {}, set(), [0], None
in_chinese = set()


def run(*argv):
    return subprocess.run([CLI, *map(str, argv)], env=ENV, cwd=top, text=True,
                          capture_output=True, timeout=120)


def schema_of(name):
    if name not in schemas:
        r = run('schema', name)
        schemas[name] = json.loads(r.stdout) if r.returncode == 0 else None
    return schemas[name]


def faults(doc):
    schema = schema_of(doc.get('schema', ''))
    if schema is None:
        return ['no schema: %s' % doc.get('schema')]
    seen.add(doc['schema'])
    v = jsonschema.Draft202012Validator(schema)
    bad = ['%s: %s' % (list(e.path), e.message[:200])
           for e in v.iter_errors(doc)][:5]
    for inner in doc.values():  # a document of its own
        if isinstance(inner, dict) and 'schema' in inner:
            bad += faults(inner)
    return bad


def ask(*argv, codes=(0,)):
    """The document in English, which is held to its schema; each sort of
    document in Chinese too, once."""
    first = {}
    for lang in ('en', 'zh'):
        r = run(*argv, '--json', '--lang', lang)
        try:
            doc = json.loads(r.stdout)
            bad = faults(doc)
        except ValueError:
            doc, bad = {}, [r.stdout[:200] + r.stderr]
        t.ok(r.returncode in codes and not bad, ' '.join(map(str, argv)) +
             ', ' + lang, bad or (r.returncode, r.stderr))
        first = first or doc
        if doc.get('schema') in in_chinese:
            break
    in_chinese.add(first.get('schema'))
    return first


def read(*argv, **more):
    return ask(*argv, '--dir', D, **more)


def live(*argv, **more):
    """Of the daemon, which has the year in memory."""
    return ask(*argv, '--socket', D + '/socket', **more)


def column(doc, key):
    return [r[key] for r in doc.get('rows', ())]


def lists():
    for argv in (('status',), ('summary',), ('score',), ('score', 'G19'),
                 ('trail', 'G19'), ('explain', 'G19'),
                 ('explain', 'G19', '--rank'), ('explain', '--light'),
                 ('deadline',), ('deadline', 'list', '--as-of', '2022-10-20'),
                 ('deadline', 'list', '--as-of', '2022-10-20', '--light',
                  'red'),
                 ('explain', '--light', '--as-of', '2022-10-20'),
                 ('unit', 'list'), ('unit', 'show', 'G19'), ('duty', 'list'),
                 ('unit', 'history', 'G19'),
                 ('actor', 'list'), ('actor', 'show', 'G19.head'),
                 ('delegation', 'list'), ('grant', 'list'),
                 ('target', 'list'), ('target', 'list', '-n', 3),
                 ('indicator', 'list'), ('cadre', 'list'),
                 ('task', 'list'), ('progress', 'list'),
                 ('progress', 'matrix'), ('round', 'list'),
                 ('opinion', 'list'), ('opinion', 'candidates'),
                 ('negative', 'list'), ('negative', 'items'),
                 ('bonus', 'list'),
                 ('dispute', 'list'), ('dispute', 'open', '--as-of',
                                       '2022-10-20'),
                 ('log', 'list', '--limit', 20), ('log', 'tail'),
                 ('log', 'search', '整改'), ('restore', 'list'),
                 ('logkey', 'list'), ('policy', 'show'), ('policy', 'list'),
                 ('cycle', 'list'), ('calendar', 'show', 2022),
                 ('calendar', 'list'), ('clock', 'list'),
                 ('calendar', 'workdays', '2022-09-30', 10),
                 ('key', 'window', 'G19.head', '--from', 5000),
                 ('blame', 'G19'), ('bisect', 'G19', '--first', 'total > 95'),
                 ('diff', '#4700', '#6500'), ('replay',),
                 ('replay', '--without', 'PD-2022-0011'),
                 ('remind', 'preview', '--as-of', '2022-10-20'),
                 ('remind', 'simulate', '--from', '2022-10-01', '--to',
                  '2022-10-31'),
                 ('people', 'show'), ('people', 'check'),
                 ('evidence', 'list'), ('remind', 'status'),
                 ('key', 'list'), ('verify',)):
        read(*argv)
    read('doctor', codes=(0, 1))
    t.ok(run('export', top + '/x', '--dir', D).returncode == 0, 'an export')
    ask('verify', top + '/x')
    ask('verify', top + '/nowhere', codes=(3,))
    os.truncate(top + '/x/tile/entries/003', 9999)
    ask('verify', top + '/x', codes=(10, 11))
    with open(top + '/proof', 'w') as f:
        f.write(run('log', 'show', 9, '--proof', '--dir', D).stdout)
    ask('verify', top + '/proof', '--trust', D + '/trust')
    read('version')


def things():
    for noun, key in (('grant', 'grant'), ('target', 'target'),
                      ('indicator', 'indicator'), ('cadre', 'cadre'),
                      ('warning', 'warning'), ('prededuct', 'case'),
                      ('round', 'round'), ('opinion', 'opinion'),
                      ('negative', 'negative'), ('bonus', 'bonus'),
                      ('dispute', 'dispute')):
        of = read  # the first of the files, the others of the daemon
        for name in sorted(set(column(read(noun, 'list'), key)))[:4]:
            of(noun, 'show', name)
            if noun in ('warning', 'prededuct', 'dispute'):
                of('explain', name)
                of('explain', name, '--light')
                of('deadline', 'simulate', name, '--on', '2022-10-10')
            of = live
    read('deadline', 'simulate', 'prededuct.decide', '--on', '2022-03-01')
    kinds = {}
    for r in read('log', 'list', '--limit', 100000).get('rows', ()):
        kinds.setdefault(r['kind'], r['seq'])
    for n, seq in enumerate(kinds.values()):
        (live if n % 8 else read)('log', 'show', seq)
    t.ok(len(kinds) > 40, 'an entry of each kind of the year', kinds)


def texts():
    """Of files: policies, calendars, receipts."""
    county = POLICIES + 'county-2024.yaml'
    read('form', 'list')
    read('policy', 'diff', POLICIES + 'nantong-2022.yaml', county)
    read('policy', 'impact', county, codes=(0, 6))
    read('calendar', 'import', CALENDAR, '--dry-run')
    key = Key('log', '')
    with open(D + '/keys/log.key') as f:
        lines = dict(l.split(' ', 1) for l in f.read().splitlines())
    key.name = lines['name']
    key.of(base64.b64decode(lines['box']))
    heads = [note('%s\n8176\n%s=\n' % (key.name, c * 42 + 'A'), key)
             for c in 'AB']
    with open(top + '/fork', 'wb') as f:
        f.write(b'kaocheng/v1 fork\n\n' + heads[0] + b'\n' + heads[1])
    ask('verify', top + '/fork', '--trust', D + '/trust', codes=(10,))


def once(*argv, codes=(0,), lines=False):
    """What writes, in the language whose turn it is; its documents."""
    turn[0] += 1
    r = run(*argv, '--json', '--dir', D, '--at', AT, '--yes', '--lang',
            ('zh', 'en')[turn[0] % 2])
    out = r.stdout.splitlines() if lines else [r.stdout]
    try:
        docs = [json.loads(line) for line in out]
        bad = [x for doc in docs for x in faults(doc)]
    except ValueError:
        docs, bad = [{}], [r.stdout[:200] + r.stderr]
    t.ok(r.returncode in codes and docs and not bad, ' '.join(argv),
         bad or (r.returncode, r.stdout[:200], r.stderr))
    return docs if lines else docs[0]


def table(name, *rows):
    with open(top + '/' + name, 'w') as f:
        f.write('\n'.join(rows) + '\n')
    return top + '/' + name


def follows(write):
    """An entry as a follower sees it come."""
    p = subprocess.Popen([CLI, 'log', 'tail', '-f', '-n', '1', '-o', 'jsonl',
                          '--dir', D], env=ENV, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    p.stdout.readline()  # what stood before: a row, as of any table
    seq = write().get('seq')
    doc = json.loads(p.stdout.readline())
    p.kill()
    p.communicate()
    t.ok(doc['seq'] == seq and not faults(doc), 'log tail -f',
         (doc, faults(doc)))


def served():
    """The daemon says the same of every document as the command line."""
    names = [r['name'] for r in json.loads(run('schema', '--json').stdout)[
        'rows']]
    said = json.loads(daemon.get('/v1/schemas')[2])
    t.ok([r['name'] for r in said['rows']] == names and not faults(said),
         'the daemon lists the documents', said)
    other = [n for n in names if json.loads(daemon.get(
        '/v1/schemas/' + n)[2]) != json.loads(run('schema', n).stdout)]
    t.ok(len(names) > 80 and not other, 'and has the schema of each', other)
    t.same(daemon.get('/v1/schemas/nothing')[0], 404, 'but of no other')


def foreseen(text):
    """What a statement would do, as the daemon says it."""
    for asked in text, text.replace('group gov', 'group mass'):
        doc = json.loads(daemon.post(asked.encode(), path='/v1/effect')[2])
        t.ok(doc['kind'] == 'unit.register' and not faults(doc), 'an effect',
             (doc, faults(doc)))


def answered(text):
    """What the daemon says of notes: one that stands, and one that cannot."""
    note = daemon.get('/v1/entries/40/raw')[2].split(b'\n', 1)[1]
    many = b''.join(len(n).to_bytes(2, 'big') + n for n in (
        note, note.replace(b'\nby ', b'\nby x')))
    effect = len(text).to_bytes(2, 'big') + text.encode()
    octets = 'application/octet-stream'
    for wants, reply in (
            ('seq', daemon.post(note)), ('results', daemon.post(many, octets)),
            ('results', daemon.post(effect, octets, '/v1/effect'))):
        doc = json.loads(reply[2])
        t.ok(reply[0] == 200 and wants in doc and not faults(doc),
             'an answer with ' + wants, (reply, faults(doc)))


def writes():
    BY, UNIT = ('--as', 'P09.estab'), ('unit', 'register')
    begun = ('watch', '--once', '--trust', D + '/trust', '--state',
             top + '/state')
    ask('whoami', '--dir', D, '--as', 'G19.head')
    ask('clock', 'show', '--dir', D)
    run(*begun, '--dir', D)
    text = once(*UNIT, 'Z1', '--group', 'gov', '--name', 'Z1', *BY,
                '--dry-run')['text']
    foreseen(text)
    answered(text)
    follows(lambda: once(*UNIT, 'Z1', '--group', 'gov', '--name', 'Z1', *BY))
    told = once(*begun, codes=(1,), lines=True)
    t.ok({'seq', 'says'} <= {k for doc in told for k in doc},
         'a monitor tells of it, and what else there is', told)
    for more in ('--dry-run',), ():
        once('import', table('units.csv', 'unit,group,name', 'Z2,gov,Z2',
                             'Z3,mass,Z3'), '--kind', 'unit.register', *BY,
             *more)
    doc = once('import', table('bad.csv', 'unit,group,name', 'Z4,nothing,Z4',
                               ',gov,'), '--kind', 'unit.register', *BY,
               codes=(6,))
    t.ok(len(doc.get('errors', ())) > 1, 'what is wrong with a table', doc)
    once('prededuct', 'confirm', 'PD-2022-0057', 'PD-2022-0058', '--as',
         'P09.confirm', codes=(6,))
    give = ('role', 'give', 'G19.head', '--role', 'assessor', '--as', 'admin.1')
    once(*give, '--share', 'admin.2')
    ask('draft', 'list', '--as', 'admin.2', '--dir', D)
    t.ok(len(once('inbox', '--as', 'admin.2').get('drafts', ())) == 1,
         'a draft waits')
    once('inbox', '--all', '--as', 'admin.2')
    once('inbox', '--as', 'G19.head')
    once('evidence', 'put', table('e.txt', 'a photo'), '--as', 'G19.head')
    for more in (), (), ('--renew',), ('--revoke',):
        once('deadline', 'feed', '--actor', 'G19.head', *more)
    once('people', 'import', table('p.csv', 'actor,name', 'G19.head,某某'))
    once('people', 'import', table('p.csv', 'actor,name', 'no such actor,x'),
         codes=(6,))
    once('remind', 'test', 'file', '--to', 'G19.head', codes=(1,))
    ask('receipt', 'check', top + '/proof', '--dir', D)
    ask('receipt', 'check', top + '/proof', top + '/e.txt', '--dir', D,
        codes=(1,))
    once('key', 'rotate', '--as', 'G19.head', '--unprotected')
    once('logkey', 'rotate', '--as', 'admin.1', '--as', 'admin.2')
    once('clock', 'advance', '+1h')


def errors():
    for argv in (('trail', 'G99'), ('scor',), ('deadline', 'list', '--since',
                                               'x')):
        r = run(*argv, '--dir', D, '--json')
        doc = json.loads(r.stderr.splitlines()[0])
        t.ok(r.returncode == doc['exit'] != 0 and not faults(doc),
             'an error: ' + ' '.join(argv), (doc, faults(doc)))


def named():
    names = column(ask('schema'), 'document')
    t.ok(names and all(schema_of(n) for n in names), 'all that are listed')
    for n in names:
        jsonschema.Draft202012Validator.check_schema(schema_of(n))
    written = {s for folder in ('daemon', 'cli') for path in glob.glob(
        '%s/../../%s/**/*.c' % (os.path.dirname(__file__), folder),
        recursive=True) for s in re.findall(
            r'kaocheng\.[a-z][a-z._-]*/1', open(path).read())}
    t.ok(len(written) > 30, 'sources name documents', written)
    t.same(sorted(written - set(names)), [], 'each of which is listed')
    t.same(run('schema', 'nothing').returncode, 3, 'of nothing there is none')
    views = {'kaocheng.%s/1' % v for f in glob.glob(DEFS) for v in
             re.findall(r'^VIEW\((\w+)', open(f).read(), re.M)}
    t.same(sorted(set(names) - seen - views), [],
           'every document was printed here, or is a view that unit tests hold')


try:
    r = demokit.year(D, '--no-remind', '--disputes', 'heard')
    t.ok(r.returncode == 0 and not faults(json.loads(r.stdout)), 'the year',
         r.stderr)
    lists()
    errors()
    texts()
    daemon = Served(D, clock=AT, env=ENV).start()
    things()
    served()
    writes()
    named()
finally:
    if daemon:
        daemon.stop()
    shutil.rmtree(top, ignore_errors=True)
t.done()
