#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lists by pages, over the demonstration's year: pages of any size together are
the list, of the position at which it was begun, whatever is written between
two of them; and the command line, which puts them together."""
import csv, datetime, hashlib, io, json, os, random, re, sys, tempfile, threading
from urllib.parse import quote

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Relay, Served, Tap, kaocheng
import demokit

t = Tap()
dice = random.Random(20221017)
work = tempfile.TemporaryDirectory(prefix='kc-pages.')
DIR = os.path.join(work.name, 'demo')
ROWS_MAX = 10000


def run(*words, where=('--dir', DIR)):
    return kaocheng(*words, *where, home=work.name, LANG='C.UTF-8')


t.good('the year is made', demokit.year(DIR, '--no-remind'))
begun = json.loads(run('log', 'tail', '-n', '1', '--json').stdout)['as_of']
now = begun['received'][:16] + ':59Z'
d = Served(DIR, clock=now).start()
SOCKET = ('--socket', d.path('socket'))


def get(view, **query):
    path = '/v1/views/%s?%s' % (view, '&'.join(
        '%s=%s' % (k, quote(str(v))) for k, v in query.items()))
    status, _, body = d.get(path)
    return status, json.loads(body)


def pages(view, sizes, between=lambda n: None, **query):
    """Those of a list, each of a size of its own."""
    got, after = [], {}
    while True:
        status, doc = get(view, limit=next(sizes), **after, **query)
        if status != 200:
            return got + [doc]
        got.append(doc)
        if doc['rows_next'] is None:
            return got
        after = {'after': doc['rows_next']}
        between(len(got))


def rows_of(docs):
    return [row for doc in docs for row in doc.get('rows', ['none'])]


def draw(top):
    while True:
        yield dice.randint(1, top)


IDS = {'bands': {'id': 'gov'}, 'round': {'id': 'R-2022-0001'},
       'renewal': {'id': '2023'}, 'todo': {'id': 'P09.estab'},
       'ready': {'id': 'grant.withdraw'}, 'papers': {'kind': 'warning'}}
OF_UNIT = ('trail', 'rank', 'reform')


def lists():
    """Every list that the daemon says that it has."""
    views = json.loads(d.get('/v1/views')[2])['views']
    named = [v for v in views if 'a' in v['args'] and 'f' not in v['args']]
    t.ok(len(named) > 45, 'there are lists', len(named))
    long = 0
    for v in named:
        query = dict(IDS.get(v['name'], {}))
        if v['name'] in OF_UNIT:
            query['unit'] = 'G03'
        status, whole = get(v['name'], **query)
        if status != 200:
            t.ok(False, v['name'] + ' is asked for', whole)
            continue
        n = len(whole['rows'])
        long += n > 50
        got = pages(v['name'], draw(max(1, n // 3)), **query)
        t.ok(rows_of(got) == whole['rows'] and
             {x['rows_total'] for x in got} == {n} and
             whole['rows_next'] is None and len(got) >= (n > 0),
             '%s: %d rows in %d pages' % (v['name'], n, len(got)),
             (got[-1] if 'rows' not in got[-1] else len(rows_of(got)), n))
    t.ok(long > 12, 'many of them are long', long)


def issue(n):
    return run('grant', 'issue', 'GR-P%d' % n, '--assessor', 'G02', '--scope',
               'all', '--from', '2023-01-01', '--until', '2023-12-31', '--as',
               'P09.estab', '--yes', '--quiet', '--at', now)


def writer():
    """Somebody writes between any two pages."""
    before = get('grants')[1]
    written = []

    def write(n):
        written.append(issue(len(written) + 1))

    got = pages('grants', draw(3), between=write)
    t.ok(len(written) > 3 and all(w.returncode == 0 for w in written),
         'what is written between pages is taken', written[:1])
    t.same(rows_of(got), before['rows'], 'no row is doubled and none is lost')
    t.same([x['as_of'] for x in got], [before['as_of']] * len(got),
           'all pages are of the position of the first')
    people = get('actors')[1]
    names = {}
    for page in pages('actors', draw(60), between=write):
        names.update(page.get('names', {}))
    t.ok(len(names) > 50 and names == people['names'],
         'who may be told names is told them on all pages', len(names))
    after = get('grants')[1]
    t.same(len(after['rows']), len(before['rows']) + len(written),
           'a list that begins now has what was written')
    t.same(rows_of(pages('grants', draw(9))), after['rows'],
           'and is that by pages')
    return before


def at_once():
    """Second pages are asked for while somebody writes: also where the state goes
    on between the look at it and the reading."""
    done = []
    other = threading.Thread(target=lambda: done.extend(
        issue(100 + n).returncode for n in range(20)))
    other.start()
    pairs = wrong = 0
    while other.is_alive():
        first = get('grants', limit=1)[1]
        status, second = get('grants', after=first['rows_next'])
        pairs += 1
        wrong += not (status == 200 and second['as_of'] == first['as_of'] and
                      len(second['rows']) == first['rows_total'] - 1)
    other.join()
    t.ok(done == [0] * 20 and pairs > 20, 'pages while somebody writes',
         (done, pairs))
    t.same(wrong, 0, 'are all of the position of the first')


def earlier(before):
    """A list as of an entry goes on as of it."""
    at = '#%d' % (before['as_of']['size'] - 1)
    whole = get('grants', as_of=at)[1]
    t.same(whole['rows'], before['rows'], 'the list as of an earlier entry')
    t.same(rows_of(pages('grants', draw(5), as_of=at)), whole['rows'],
           'by pages that say as of when')
    first = get('grants', as_of=at, limit=5)[1]
    second = get('grants', after=first['rows_next'])[1]
    t.same(first['rows'] + second['rows'], whole['rows'],
           'and by a cursor alone')
    status, doc = get('grants', after=first['rows_next'], as_of='#57')
    t.ok(status == 400 and 'after' in doc['detail'],
         'a cursor of another entry is none', doc)
    day = before['as_of']['received'][:10]
    t.same(rows_of(pages('targets', draw(400), as_of=day)),
           get('targets', as_of=day)[1]['rows'],
           'a list as of the end of a day')


def made_up():
    """A cursor's sum is no secret: who makes one up has a list as of an entry, at
    an instant that is none of before it, so that no grant that has ended
    holds for what came since."""
    doc = get('targets', unit='G03', limit=1)[1]
    size, ms, at, total = doc['rows_next'].split('.')
    origin = doc['ledger']

    def cursor(size, ms):
        head = '%s.%s.%s.' % (size, ms, at)
        lines = '\n'.join([origin, 'targets', 'G03', '', '', '', '', '', ''])
        told = head + lines + '%d 0 0 0 ' % doc['year']
        return head + hashlib.sha256(told.encode()).hexdigest()[:8]

    t.same(cursor(size, ms), doc['rows_next'], 'a cursor is made up')
    rest = get('targets', unit='G03', after=cursor(size, ms))[1]['rows']
    for n in (int(size), int(size) - 1):
        when = get('log', **{'from': n - 1, 'limit': 1})[1]['rows'][0]
        last = int(datetime.datetime.fromisoformat(
            when['received'].replace('Z', '+00:00')).timestamp() * 1000)
        status, page = get('targets', unit='G03', after=cursor(n, last))
        t.ok(status == 200 and page['rows'] == rest,
             'of %d entries at the instant of the last' % n, page)
        for wrong in (last - 1, last - 86400000, 0, 7258118400000, 2**63 - 1):
            status, page = get('targets', unit='G03', after=cursor(n, wrong))
            t.ok(status == 400 and 'after' in page['detail'],
                 'and not at %d' % wrong, page)


def refused():
    cursor = get('grants', limit=1)[1]['rows_next']
    for view, query, word in (
            ('grants', {'limit': 0}, 'limit'),
            ('grants', {'limit': ROWS_MAX + 1}, 'limit'),
            ('grants', {'limit': 'x'}, 'limit'),
            ('grants', {'limit': '-1'}, 'limit'),
            ('log', {'limit': 0}, 'limit'),
            ('grants', {'after': 'x'}, 'after'),
            ('grants', {'after': cursor + '0'}, 'after'),
            ('grants', {'after': cursor.replace('.1.', '.2.')}, 'after'),
            ('grants', {'after': cursor, 'unit': 'G02'}, 'after'),
            ('targets', {'after': cursor}, 'after'),
            ('grants', {'after': re.sub(r'^\d+', '99999999', cursor)},
             'after'),
            ('status', {'after': cursor}, 'after'),
            ('entry', {'id': 5, 'limit': 1}, 'limit')):
        status, doc = get(view, **query)
        t.ok(status == 400 and doc['code'] == 'E-REQUEST' and
             word in doc['detail'], '%s with %s is refused' % (view, query),
             doc)
    t.same(get('grants', limit=ROWS_MAX)[0], 200, 'the largest page')
    for way in ({}, {'before': 10**9}):
        got, after = [], {}
        while len(got) < 300:
            doc = get('log', limit=dice.randint(1, 99), **way, **after)[1]
            got += [x['seq'] for x in doc['rows']]
            after = {'after': doc['rows_next']}
        last = get('log', limit=1, before=10**9)[1]['rows'][0]['seq']
        want = range(last, -1, -1) if way else range(last + 1)
        t.same(got, list(want)[:len(got)], 'the log goes on both ways')


def by_limit():
    """The command line with --limit, and without."""
    for where, what in ((SOCKET, 'a daemon'), (('--dir', DIR), 'a directory')):
        whole = json.loads(run('prededuct', 'list', '--json',
                               where=where).stdout)
        got, more, shown = [], (), 0
        while True:
            r = run('prededuct', 'list', '--limit', '13', '--json', *more,
                    where=where)
            doc = json.loads(r.stdout)
            got += doc['rows']
            if doc['rows_next'] is None:
                break
            shown += ('13 of %d shown; go on with --after %s' % (
                len(whole['rows']), doc['rows_next'])) in r.stderr
            more = ('--after', doc['rows_next'])
        t.same(got, whole['rows'], 'pages of 13 from ' + what)
        t.ok(shown == (len(got) - 1) // 13 and r.stderr == '',
             'each but the last says where to go on', (shown, r.stderr))
    some = json.loads(run('prededuct', 'list', '--state', 'expired', '--json',
                          where=SOCKET).stdout)['rows']
    r = run('prededuct', 'list', '--state', 'expired', '--json', '--limit', '2',
            where=SOCKET)
    doc = json.loads(r.stdout)
    t.ok(len(some) > 2 and doc['rows'] == some[:2] and 'go on' in r.stderr,
         'so many rows of a state', r.stderr)
    doc = json.loads(run('prededuct', 'list', '--state', 'expired', '--json',
                         '--after', doc['rows_next'], where=SOCKET).stdout)
    t.same(doc['rows'], some[2:], 'and the others')
    r = kaocheng('prededuct', 'list', '--limit', '3', '--lang', 'zh', *SOCKET,
                 home=work.name, LANG='C.UTF-8')
    t.ok('已列 3 行，共 67 行；续列请用 --after ' in r.stderr, 'in Chinese',
         r.stderr)
    for words, said in ((('--limit', '0'), '--limit 0'),
                        (('--limit', '9x'), '--limit 9x'),
                        (('--limit', '3', '-n', '2'), '-n')):
        t.says(' '.join(words) + ' is refused',
               run('prededuct', 'list', *words, where=SOCKET), 2, said)
    t.says('--after of none is refused', run(
        'prededuct', 'list', '--after', '58', where=SOCKET), 2, 'after')
    t.says('one case takes no --limit', run(
        'prededuct', 'show', 'PD-2022-0001', '--limit', '1', where=SOCKET), 2,
        '--limit')


def followed():
    """Behind a door that gives at most seven rows at a time, every form of every
    list is what it is without it, also while somebody writes."""
    door = os.path.join(work.name, 'door')

    def seven(path):
        if not path.startswith('/v1/views/') or 'limit=' in path:
            return None
        name = path[10:].partition('?')[0]
        if name in ('log', 'entry', 'status'):
            return None
        if 'after=' in path and name == 'grants':
            door.writes.append(issue(1000 + len(door.writes)))
        status, _, body = d.get(path + '&limit=7')
        return status, body

    door = Relay(door, d.path('socket'), seven)
    door.writes = []
    behind = ('--socket', os.path.join(work.name, 'door'))
    for words in (('target', 'list', 'G03'), ('prededuct', 'list'),
                  ('deadline', 'list'), ('trail', 'G03'), ('unit', 'list'),
                  ('actor', 'list'), ('prededuct', 'list', '-n', '3'),
                  ('prededuct', 'list', '--state', 'returned')):
        for form in ('json', 'jsonl', 'csv', 'table', 'md'):
            one = run(*words, '-o', form, where=SOCKET)
            other = run(*words, '-o', form, where=behind)
            same = one.stdout == other.stdout
            if form == 'json':
                same = json.loads(one.stdout) == json.loads(other.stdout)
            t.ok(one.returncode == other.returncode == 0 and same,
                 '%s as %s, seven rows at a time' % (' '.join(words), form),
                 (other.returncode, other.stdout[-300:], other.stderr))
    before = json.loads(run('grant', 'list', '--json', where=SOCKET).stdout)
    got = json.loads(run('grant', 'list', '--json', where=behind).stdout)
    t.ok(len(door.writes) > 2 and
         all(w.returncode == 0 for w in door.writes),
         'somebody wrote between its pages', door.writes[:1])
    t.ok(got == before, 'and the list is whole, with its names',
         (got['rows_total'], before['rows_total'], got.get('names')))
    book = os.path.join(work.name, 'targets.xlsx')
    r = run('target', 'list', '-o', 'xlsx', '--out', book, where=behind)
    t.ok(r.returncode == 0 and os.path.getsize(book) > 10000,
         'a workbook of all', r.stderr)
    lines = list(csv.reader(io.StringIO(
        run('target', 'list', '--csv', where=behind).stdout)))
    t.same(len(lines), 1 + len(get('targets')[1]['rows']),
           'as CSV a line each')


def misled():
    """A door that leads in circles, or gives more than was asked for."""
    first = d.get('/v1/views/grants?lang=en&limit=2')[2]
    next = quote(json.loads(first)['rows_next'])
    second = d.get('/v1/views/grants?lang=en&limit=2&after=' + next)[2]
    whole = d.get('/v1/views/grants?lang=en')[2]
    doors = {'circle': lambda path: (200, first),
             'two': lambda path: (200, second if 'after=' in path and
                                  next in path else first),
             'large': lambda path: (200, whole)}
    for name, door in doors.items():
        at = os.path.join(work.name, name)
        Relay(at, d.path('socket'),
              lambda path, door=door: door(path) if '/grants' in path else None)
        for words in ((), ('--limit', '9'), ('--limit', '1')):
            if words == () and name == 'large':
                continue  # it is the list
            r = kaocheng('grant', 'list', *words, '--json', '--socket', at,
                         home=work.name, LANG='C.UTF-8', timeout=20)
            t.ok(r.returncode > 0 and r.stdout == '' and
                 'grants' in r.stderr, 'a door: %s %s' % (name, words), r)


try:
    lists()
    earlier(writer())
    at_once()
    made_up()
    refused()
    by_limit()
    followed()
    misled()
finally:
    d.stop()
t.done()
