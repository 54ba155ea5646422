#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A table into the ledger: all its faults at once, all of it or nothing, from
CSV in two charsets and from workbooks that another program wrote."""
import csv as csvs, datetime, json, os, shutil, subprocess, sys, tempfile
import zipfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
import openpyxl
from brokenline import broken_line
from kcd import Tap, BUILD

t = Tap()
CLI = os.path.abspath(BUILD + '/bin/kaocheng')
DAEMON = os.path.abspath(BUILD + '/bin/kaochengd')
top = tempfile.mkdtemp(prefix='kc-import-')
D = top + '/l'
AT = '2026-07-06T01:00:00Z'
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C.UTF-8',
       'XDG_STATE_HOME': top + '/state', 'KAOCHENG_DIR': D}
UNITS = ['unit', 'group', 'name', 'name_en']


def kc(*argv, lang='en'):
    p = subprocess.run([CLI, '--lang', lang, *argv], env=ENV,
                       capture_output=True, text=True, cwd=top,
                       stdin=subprocess.DEVNULL, timeout=120)
    return p.returncode, p.stdout, p.stderr


def take(name, *more, who='estab.1'):
    code, out, err = kc('import', name, '--as', who, '--at', AT, '--json',
                        '--yes', *more)
    return code, json.loads(out) if out else None, err


def csv(name, rows, charset='utf-8', end='\r\n', start=''):
    text = start + ''.join(','.join(r) + end for r in rows)
    with open(top + '/' + name, 'w', encoding=charset, newline='') as f:
        f.write(text)
    return name


def size():
    return json.loads(kc('log', 'list', '--limit', '10000', '--json')[1])


def entries():
    return len(size()['rows'])


def found():
    kc('init', D, '--origin', 'example.org/import', '--year', '2026',
       '--unprotected', '--at', AT)
    p = subprocess.Popen([DAEMON, '--dir', D, '--test-clock', AT], env=ENV,
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    for line in p.stderr:
        if b'event=ready' in line:
            break
    return p


# --- templates ---------------------------------------------------------------
def templates():
    kc('import', '--template', 'target.draft', 't.csv')
    text = open(top + '/t.csv', encoding='utf-8-sig').read().splitlines()
    t.ok(text[0].startswith('target.draft,') and '分值 weight' in text[1] and
         'key (key work) | routine' in text[2] and text[3].startswith('#'),
         'a template names its kind, its columns, what they take, an example',
         text)
    kc('import', '--template', 'result.feed_back', 'f.csv')
    text = open(top + '/f.csv', encoding='utf-8-sig').read().splitlines()
    t.ok(text[3].startswith('# YE-2022-0001,'),
         'of a matter with a number of its kind', text)
    kc('import', '--template', '登记单位', 'u.xlsx')
    book = openpyxl.load_workbook(top + '/u.xlsx')
    sheet = book.active
    t.ok(sheet['A1'].value == 'unit.register' and
         [c.value.split()[-1] for c in sheet[2]] == UNITS,
         'a workbook has the same, by the label of the kind')
    lists = [v.formula1 for v in sheet.data_validations.dataValidation]
    t.ok(any('gov' in v for v in lists),
         'and its words are chosen from a list', lists)
    code, out, err = kc('import', 'u.xlsx', '--as', 'estab.1')
    t.ok(code == 2 and 'no rows below' in err,
         'an unfilled template is no table', err)
    for i in range(1, 4):
        sheet.append(['G%02d' % i, 'gov', '第%d局' % i, None])
    book.save(top + '/u.xlsx')
    code, doc, err = take('u.xlsx')
    t.ok(code == 0 and doc['written'] and
         [e['row'] for e in doc['entries']] == [5, 6, 7] and
         all(e['receipt_checked'] for e in doc['entries']),
         'filled in by another program, it stands', err)
    for bad in ('no.such', 'ledger.open', 'prededuct.expire'):
        t.same(kc('import', '--template', bad, 'x.csv')[0], 2,
               'no template of %s, which nobody signs by hand' % bad)
    t.same(kc('import', '--template', 'unit.register', 'x.ods')[0], 2,
           'nor in another format')


# --- faults -------------------------------------------------------------------
def faults():
    before = entries()
    name = csv('bad.csv', [
        ['登记单位', ''], ['单位', '类别', '名称', '#备注'],
        ['G11', 'gov', '第十一局', 'a remark'],
        ['G12', 'gvo', '第十二局', ''],
        ['G13', 'gov', '', ''],
        ['', '', '第十四局', ''],
        ['G15', 'gov', '第\u200b十五\u202e局', '']])
    code, doc, err = take(name)
    at = {(e['row'], e['column']): e for e in doc['errors']}
    t.ok(code == 6 and doc['rows'] == 5 and not doc['written'] and
         {r for r, c in at} == {4, 5, 6, 7},
         'every row that is wrong is named', doc)
    t.ok((4, '类别') in at and at[4, '类别']['value'] == 'gvo' and
         (5, '名称') in at and at[5, '名称']['code'] == 'E-FIELD-MISSING' and
         (6, '单位') in at and (6, '类别') in at,
         'by its column, with the value and the code', doc)
    t.ok('row 4, column 类别' in err and 'gvo: it takes party (Party' in err and
         '4 errors' not in err and 'nothing was written' in err,
         'and people read it', err)
    name = csv('comma.csv', [UNITS, ['G11', 'gov', '规划', '资源局', 'Planning'],
                             ['G12', 'gov', 'B', '', '', '']])
    code, doc, err = take(name, '--kind', 'unit.register')
    t.ok(code == 6 and [(e['row'], e['code']) for e in doc['errors']] ==
         [(2, 'E-CELL-BEYOND')] and 'Planning' in doc['errors'][0]['message']
         and '1 error;' in err and entries() == before,
         'a comma in a text moves no cell beyond the headings unseen', err)
    name = csv('huge.csv', [['unit', 'duty', 'text']] + [
        ['G01', 'G01-D%d' % i, '职' * 900] for i in range(1600)])
    code, out, err = kc('import', name, '--as', 'estab.1', '--kind',
                        'duty.register')
    t.ok(code == 2 and '1600 statements are' in err and
         'at most 4096 KiB' in err and entries() == before,
         'more than goes together is said to be', err)
    name = csv('again.csv', [UNITS, ['G11', 'gov', 'A', ''],
                             ['G01', 'gov', 'B', ''], ['G11', 'gov', 'C', '']])
    code, doc, err = take(name, '--kind', 'unit.register', '--dry-run')
    t.ok(code == 6 and [(e['row'], e['code']) for e in doc['errors']] ==
         [(3, 'E-EXISTS'), (4, 'E-EXISTS')],
         'what the ledger and the table itself have already is said', doc)
    code, doc, err = take(name, '--kind', 'unit.register')
    t.ok(code == 6 and entries() == before, 'and nothing is written', err)
    for rows, words in (
            ([['unit', 'size'], ['G21', '3']], '"size" is no field'),
            ([['unit', 'unit'], ['G21', 'G21']], 'two columns are unit'),
            ([], 'an empty table')):
        code, out, err = kc('import', csv('h.csv', rows), '--as', 'estab.1',
                            '--kind', 'unit.register')
        t.ok(code == 2 and words in err, 'refused: ' + words, err)
    code, out, err = kc('import', csv('h.csv', [UNITS, ['G1'] * 4]), '--as',
                        'estab.1')
    t.ok(code == 2 and '--kind' in err, 'of what kind is asked', err)
    t.same(kc('import', 'none.csv', '--as', 'estab.1')[0], 3,
           'a file that is not there')


# --- charsets and values -------------------------------------------------------
def charsets():
    name = csv('gb.csv', [['unit', 'duty', 'text'],
                          ['G01', 'G01-D1', '外资工作'],
                          ['G01', 'G01-D2', '统计']], 'gb18030')
    code, doc, err = take(name, '--kind', 'duty.register')
    t.ok(code == 0 and 'GB18030' in err and '外资工作' in
         kc('log', 'show', str(doc['entries'][0]['seq']))[1],
         'a CSV in GB18030 is read, and it says so', err)
    name = csv('bom.csv', [['duty.register', ''], ['单位', '职责代码', '职责'],
                           ['G01', 'G01-D3', '招商']], 'utf-8-sig')
    t.same(take(name)[0], 0, 'one with a byte order mark')
    name = csv('u16.csv', [['unit', 'duty', 'text']], 'utf-16')
    code, doc, err = take(name, '--kind', 'duty.register')
    t.ok(code == 2 and 'CSV UTF-8' in err, 'UTF-16 is not guessed at', err)


def values():
    """What a workbook shows is what is signed: days, rates, numbers, lists."""
    kc('key', 'new', 'G02.a', '--unprotected')
    kc('actor', 'enrol', 'G02.a', '--unit', 'G02', '--role', 'assessor', '--as',
       'admin.1', '--as', 'admin.2', '--at', AT, '--yes')
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(['grant', 'assessor', 'scope', 'from', 'until'])
    sheet.append(['GR-1', 'G02', 'all', datetime.date(2026, 1, 1),
                  datetime.datetime(2027, 4, 30, 0, 0)])
    sheet['D2'].number_format = 'yyyy"年"m"月"d"日"'
    book.save(top + '/g.xlsx')
    code, doc, err = take('g.xlsx', '--kind', 'grant.issue')
    shown = kc('log', 'show', str(doc['entries'][0]['seq']), '--raw')[1]
    t.ok(code == 0 and 'from 2026-01-01\n' in shown and
         'until 2027-04-30\n' in shown, 'a day of a workbook is a date', err)
    book = openpyxl.Workbook()
    sheet = book.active
    heads = ['target', 'unit', 'year', 'class', 'source', 'duty', 'weight',
             'assessor', 'title']
    sheet.append(heads)
    for i, weight in enumerate((30, 0.1 + 0.2, 39.7)):
        sheet.append(['G01-K%d' % i, 'G01', 2026, 'key', 'city-key',
                      'G01-D1; G01-D2；G01-D3', weight, 'G02',
                      '=1+1' if i == 9 else '题%d' % i])
    book.save(top + '/t.xlsx')
    code, doc, err = take('t.xlsx', '--kind', 'target.draft')
    t.ok(code == 0, "targets stand", err)
    shown = kc('log', 'show', str(doc['entries'][1]['seq']), '--raw')[1]
    t.ok(code == 0 and 'weight 0.3000\n' in shown and 'year 2026\n' in shown
         and shown.count('\nduty ') == 3,
         'numbers have no binary fraction, lists several values', shown + err)
    return heads


def texts():
    """A table may come from somebody else: it reads nothing of mine."""
    with open(top + '/secret', 'w') as f:
        f.write('the passphrase')
    name = csv('at.csv', [['unit', 'duty', 'text'],
                          ['G01', 'G01-D8', '@secret'],
                          ['G01', 'G01-D9', '@@x']])
    code, doc, err = take(name, '--kind', 'duty.register')
    shown = [kc('log', 'show', str(e['seq']), '--raw')[1]
             for e in doc['entries']]
    t.ok(code == 0 and '\ntext @secret\n' in shown[0] and
         '\ntext @@x\n' in shown[1],
         'a text that begins with @ is that text', (err, shown))
    kc('import', '--template', 'duty.register', 'd.csv')
    t.ok('@' not in open(top + '/d.csv', encoding='utf-8-sig').read(),
         'and a template says nothing else')


def handles():
    code, out, err = kc('target', 'submit', 'G01-K0', 'G01-K1', 'G01-K2', '--as',
                        'estab.1', '--at', AT, '--yes')
    t.ok(code == 0 and '3 statements stand' in out,
         'a command takes several handles', err)
    before = entries()
    code, out, err = kc('target', 'approve-first', 'G01-K0', 'G01-K9', 'G01-K1',
                        '--as', 'estab.1', '--at', AT, '--yes')
    t.ok(code == 6 and 'G01-K9' in err and entries() == before,
         'of which all stand or none', err)


# --- tables that come out ----------------------------------------------------
def sheet_of(name):
    return list(openpyxl.load_workbook(top + '/' + name).active.iter_rows())


def same(cell, text):
    """A figure is a number, all else the text that CSV has."""
    if cell.data_type == 'n' and cell.value is not None:
        return abs(float(text) - cell.value) < 1e-12
    return cell.data_type in 'sn' and (cell.value or '') == text


def books():
    take(csv('odd.csv', [UNITS, ['0019', 'gov', '=1+1', '-2']]), '--kind',
         'unit.register')
    for view in (['unit', 'list'], ['log', 'list'], ['policy', 'show'],
                 ['target', 'list', '--lang', 'zh']):
        code, _, err = kc(*view, '-o', 'xlsx', '--out', 'out.xlsx')
        t.ok(code == 0 and 'out.xlsx' in err, ' '.join(view), err)
        text = kc(*view, '--csv', '--bom')[1].lstrip('\ufeff')
        want = list(csvs.reader(text.splitlines()))
        rows = sheet_of('out.xlsx')
        t.ok(len(rows) == len(want) > 1 and all(
            len(r) == len(w) and all(
                same(c, x[1:] if x.startswith("'=") else x)
                for c, x in zip(r, w)) for r, w in zip(rows, want)),
             'has what CSV for a spreadsheet has', (want[:2], rows[:2]))
        t.ok(all(c.font.b for c in rows[0]), 'under bold headings')
    kc('unit', 'list', '-o', 'xlsx', '--out', 'out.xlsx', lang='zh')
    cells = [c for r in sheet_of('out.xlsx') for c in r]
    t.ok([c.data_type for c in cells if c.value in ('0019', '=1+1')] ==
         ['s', 's'], 'a code stays a text, and so does what looks like a '
         'formula', [(c.value, c.data_type) for c in cells if c.value])
    kc('target', 'list', '-o', 'xlsx', '--out', 'out.xlsx')
    looks = {c.number_format for r in sheet_of('out.xlsx') for c in r
             if c.data_type == 'n' and c.value is not None}
    t.ok('0.0000' in looks, 'points are numbers with their four digits', looks)


def no_books():
    code, _, err = kc('unit', 'list', '-o', 'xlsx')
    t.ok(code == 2 and '--out NAME.xlsx' in err, 'to which file?', err)
    for argv in (['replay'], ['replay', '--without', '3'],
                 ['target', 'submit', 'G01-K0', '--as', 'estab.1']):
        code, _, err = kc(*argv, '-o', 'xlsx', '--out', 'none.xlsx')
        t.ok(code == 2 and not os.path.exists(top + '/none.xlsx'),
             ' '.join(argv) + ' has no rows, and --out means another thing',
             err)
    os.mkdir(top + '/full.xlsx')
    code, _, err = kc('unit', 'list', '-o', 'xlsx', '--out', 'full.xlsx')
    t.ok(code == 1 and 'full.xlsx' in err and
         not [f for f in os.listdir(top) if f.startswith('full.xlsx.')],
         'what cannot be written leaves nothing behind', err)


# --- workbooks that are none -------------------------------------------------
def part(name, text):
    return name, text.encode()


BOOK = part('xl/workbook.xml', '<workbook xmlns:r="x"><sheets><sheet name="a" '
            'r:id="i"/></sheets></workbook>')
RELS = part('xl/_rels/workbook.xml.rels', '<Relationships><Relationship Id="i" '
            'Target="s.xml"/></Relationships>')


def hostile():
    def pack(name, parts, level=zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(top + '/' + name, 'w', level) as z:
            for n, text in parts:
                z.writestr(n, text)
        return name
    bomb = part('xl/s.xml', '<worksheet><sheetData>' + ' ' * (80 << 20))
    cases = [
        ('no workbook', [part('a.txt', 'x')], 'not a workbook'),
        ('no sheet', [part('xl/workbook.xml', '<workbook/>'), RELS],
         'without a sheet'),
        ('a document type', [BOOK, RELS, part('xl/s.xml',
         '<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>')], 'document type'),
        ('broken XML', [BOOK, RELS, part('xl/s.xml', '<worksheet><row>')],
         'damaged'),
        ('a string that is not there', [BOOK, RELS, part('xl/s.xml',
         '<worksheet><row r="1"><c r="A1" t="s"><v>7</v></c></row>'
         '</worksheet>')], 'names no string'),
        ('a bomb', [BOOK, RELS, bomb], 'too large'),
    ]
    for name, parts, words in cases:
        code, out, err = kc('import', pack('x.xlsx', parts), '--as', 'estab.1',
                            '--kind', 'unit.register')
        t.ok(code == 2 and words in err, 'refused: a workbook with ' + name, err)
    whole = open(top + '/t.xlsx', 'rb').read()
    with open(top + '/cut.xlsx', 'wb') as f:
        f.write(whole[:len(whole) // 2])
    code, out, err = kc('import', 'cut.xlsx', '--as', 'estab.1', '--kind',
                        'unit.register')
    t.ok(code == 2 and 'workbook' in err, 'refused: one that was cut', err)


# --- outcomes that are not known ------------------------------------------------
def unknown(daemon):
    name = csv('late.csv', [UNITS] + [['G%d' % i, 'gov', '局%d' % i, '']
                                      for i in range(40, 60)])
    args = ('import', name, '--kind', 'unit.register', '--as', 'estab.1',
            '--at', AT, '--yes')
    box = top + '/state/kaocheng/outbox'
    before = entries()
    line = broken_line(top + '/line', D + '/socket')
    code, out, err = kc(*args, '--socket', top + '/line', '--keys',
                        D + '/keys', '--trust', D + '/trust')
    line.close()
    t.ok(code not in (0, 6) and 'send --retry' in err and
         len(os.listdir(box)) == 1,
         'an outcome that is not known is not called failed', err)
    t.same(entries(), before + 20, 'it stands')
    code, out, err = kc('send', '--retry')
    t.ok(code == 0 and '20 statements stand' in out and
         not os.listdir(box) and entries() == before + 20,
         'asked again, each has its receipt, and nothing stands twice', err)
    daemon.terminate()
    daemon.wait()
    code, out, err = kc(*args)
    t.ok(code == 7 and not os.listdir(box),
         'without the daemon nothing is signed', err)


daemon = found()
try:
    templates()
    faults()
    charsets()
    values()
    texts()
    handles()
    books()
    no_books()
    hostile()
    unknown(daemon)
finally:
    daemon.kill()
    shutil.rmtree(top)
t.done()
