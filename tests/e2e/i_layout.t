#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How pages are set: the grid of the standard, tables and signatures over
pages, words that no line holds; and that every character that the project or
its city has is in a font."""
import glob, json, os, re, resource, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import BUILD, CLI, Tap
import paperkit

t = Tap()
SRC = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')


def document(**more):
    doc = {'title': '试', 'mark': '〔2022〕1号', 'issuer_name': '编办',
           'to': [], 'date': '2022-07-18', 'seq': 7, 'ledger': 'example.org/a',
           'as_of': {'size': 9, 'received': '2022-07-18T01:00:00.000Z'},
           'tables': [], 'rows': []}
    doc.update(more)
    return doc


def row(part, label, text, **more):
    return dict({'part': part, 'label': label, 'text': text, 'seq': None},
                **more)


def drawn(doc, name, **more):
    """The path of its PDF, what was said, and the code."""
    got = subprocess.run([os.path.join(BUILD, 'bin', 'kaocheng-paper'),
                          '--lang', 'zh'], input=json.dumps(doc).encode(),
                         capture_output=True, **more)
    path = os.path.join(top, name + '.pdf')
    with open(path, 'wb') as f:
        f.write(got.stdout)
    return path, got.stderr.decode(), got.returncode


def grid():
    """22 lines of 28 characters on a page, as the standard has it."""
    pdf, err, code = drawn(document(rows=[row('paragraph', '一',
                                              '国' * 28 * 60)]), 'grid')
    lines = [w for w in paperkit.words(pdf) if w.page == 2 and
             set(w.text) == {'国'}]
    t.same({len(w.text) for w in lines}, {28}, 'a line has 28 characters')
    t.same(len(lines), 22, 'and a page 22 lines')
    t.ok(abs(lines[0].x0 - paperkit.LEFT) < 2 and
         abs(lines[0].x1 - paperkit.RIGHT) < 2, 'as wide as the type area',
         lines[0])
    down = (lines[-1].y0 - lines[0].y0) / 21
    t.ok(abs(down - 225 * paperkit.MM / 22) < 0.05, 'evenly spaced', down)


def table():
    names = ['代码', '内容', '分值', '单位', '说明']
    lines = [{'cells': ['G19-2022-K%02d' % i, '全市目标' * 9, '20.0000',
                        '市商务局', '长' * (i % 50)]} for i in range(70)]
    lines[30]['cells'][4] = '很长的一格。' * 700
    pdf, err, code = drawn(document(tables=[
        {'title': '部门责任单', 'columns': names, 'lines': lines}]), 'table')
    pages = paperkit.pages(pdf)
    heads = [p for p in pages if '代码' in p and '说明' in p]
    t.ok(len(pages) > 6 and len(heads) >= len(pages) - 1 and
         all('代码' in p.split('\n')[0] for p in pages[1:-1]),
         'the head of a table stands on each page', [p[:40] for p in pages])
    whole = paperkit.bare(''.join(pages))
    t.ok(all('G19-2022-K%02d' % i in whole for i in range(70)) and
         paperkit.bare(''.join(pages)).count('很长的一格。') == 700,
         'and no row is lost, however long')
    t.same(paperkit.outside(pdf), [], 'nor any outside')
    t.same(paperkit.over(pdf), [], 'nor one over another')


def wide():
    """A document with many columns lies; its table does not end with a row
    alone, nor does what stands beside the code leave it."""
    names = ['列%d' % i for i in range(9)]
    for n in (3, 11, 14, 15, 16, 17, 18, 40):
        lines = [{'cells': ['第%d行' % i] + ['内容'] * 6 + ['0.50', '48 %']}
                 for i in range(n)]
        doc = document(stamp=['A' * 1200, 'B' * 900], rows=[
            row('field', '单位', '市商务局')] + [
                row('signer', '确认', '编办', by=['P09.a'], seq=7,
                    date='2022-07-18')] * 5, tables=[
                        {'title': '', 'columns': names, 'lines': lines}])
        pdf, err, code = drawn(doc, 'wide')
        pages = paperkit.pages(pdf)
        last = pages[-1]
        t.ok(paperkit.lies(pdf) and not paperkit.outside(pdf) and
             not paperkit.over(pdf), '%d wide rows on pages that lie' % n, err)
        t.ok(last.count('确认') == 5 and '二维码' in last and
             '第%d行' % (n - 1) in last and
             all('第' in p for p in pages) and '单位' in
             pages[0].split('列0')[0],
             'the end is together, and first what it is of', pages)
        t.same(len([x for x in paperkit.read_code(pdf, 100).split('\n') if x]),
               2, 'both codes are read at 100 dots an inch')
        at = {w.text: w.x1 for w in paperkit.words(pdf)
              if w.text in ('列7', '0.50')}
        t.ok(abs(at['列7'] - at['0.50']) < 1, 'numbers stand at the right', at)
    pdf, err, code = drawn(document(tables=[{
        'title': '', 'columns': ['甲', '乙'], 'lines': [
            {'cells': ['7', '']}] * 3}]), 'empty')
    at = {w.text: w for w in paperkit.words(pdf) if w.text in '甲乙'}
    t.ok(at['乙'].x0 < paperkit.RIGHT - 30,
         'the head of a column with nothing in it stands at the left', at)


def signatures():
    """For every length of what is signed: its end, the signatures and the
    issuer's name are on one page."""
    bad = []
    for n in range(8, 32):
        rows = [row('field', '项目%d' % i, '内容') for i in range(n)]
        rows += [row('signer', '确认', '编办', by=['P09.a'], seq=7,
                     date='2022-07-18')] * 2
        pdf, err, code = drawn(document(rows=rows), 'sign%d' % n)
        last = [p for p in paperkit.pages(pdf) if '确认' in p]
        if len(last) != 1 or '项目%d' % (n - 1) not in last[0] or \
                last[0].count('编办') < 3:
            bad.append((n, last))
    t.same(bad, [], 'signatures and seal are with the end of what is signed')
    many = [row('signer', '审批', '编办', by=['P09.a'], seq=7,
                date='2022-07-18')] * 60
    pdf, err, code = drawn(document(rows=many), 'many')
    pages = paperkit.pages(pdf)
    t.ok(code == 0 and sum(p.count('审批') for p in pages) == 60 and
         '审批' in pages[-1], 'more of them than a page has are parted',
         [p.count('审批') for p in pages])


def pitch_of(pdf):
    at = [w.y0 for w in paperkit.words(pdf)
          if w.page == 1 and w.text.startswith('项目')]
    return (at[-1] - at[0]) / (len(at) - 1)


def closed_up():
    """Where that saves a page, lines stand closer: 26 points at least."""
    found, bad = {}, []
    for n in range(4, 16):
        rows = [row('field', '项目%d' % i, '内容') for i in range(n)]
        rows += [row('signer', '确认', '编办', by=['P09.a'], seq=7,
                     date='2022-07-18')]
        pdf, err, code = drawn(document(rows=rows), 'close%d' % n)
        found[n] = len(paperkit.pages(pdf)), round(pitch_of(pdf), 1)
        foot = [w for w in paperkit.words(pdf) if w.text.startswith('账本')]
        if len(foot) != 1 or foot[0].page != found[n][0] or \
                abs(foot[0].y1 - paperkit.BOTTOM) > 6:
            bad.append((n, foot))
    closer = [n for n, (pages, pitch) in found.items() if pitch < 28.9]
    t.ok(closer and all(found[n][0] == 1 and 26 <= found[n][1]
                        for n in closer) and
         found[max(closer) + 1] == (2, 29.0) and found[4] == (1, 29.0),
         'a page is saved by lines that stand closer', found)
    t.same(bad, [], 'the foot ends where the text of the last page does')


def whole():
    """Commands, paths, numbers with their units stand on one line."""
    keep = ['policies/nantong-2022.yaml:26:3', 'kaocheng-verify', '--trust']
    bad = []
    for n in range(4, 28):
        text = '国' * n + ' '.join(keep) + '国' * 20 + '完成 95 %，扣 7 分。'
        pdf, err, code = drawn(document(rows=[row('paragraph', '一', text)]),
                               'whole')
        found = paperkit.words(pdf)
        bad += [(n, k) for k in keep if not any(k in w.text for w in found)]
        for value, unit in (('95', '%'), ('7', '分')):
            at = [w.y0 for w in found
                  if w.text == value or w.text.startswith(unit)]
            if len(at) != 2 or abs(at[0] - at[1]) > 5:
                bad.append((n, value, at))
        if paperkit.outside(pdf):
            bad.append((n, paperkit.outside(pdf)))
    t.same(bad, [], 'what is read as one is not parted')


def reviewers():
    """Five signers with long labels, on a page that lies, with the seal."""
    names = ['列%d' % i for i in range(9)]
    rows = [row('signer', 'second review by both General Offices', '编办',
                by=['P09.a'], seq=7, date='2022-07-18')] * 5
    bad = []
    for n in range(1, 14):
        pdf, err, code = drawn(document(rows=rows, tables=[
            {'title': '', 'columns': names, 'lines': [
                {'cells': ['格'] * 8 + ['末%d' % i]} for i in range(n)]}]),
            'reviewers')
        last = paperkit.pages(pdf)[-1]
        if last.count('second') != 5 or '末%d' % (n - 1) not in last:
            bad.append((n, last))
    t.same(bad, [], 'signers are together, with the last row of their table')


def persons():
    """Who has a name has it beside the id, in cells and in fields too."""
    pdf, err, code = drawn(document(
        names={'G19.liaison': '张三'},
        tables=[{'title': '', 'columns': ['经办人', '领导'], 'lines': [
            {'cells': ['G19.liaison', 'C-G19-1']}]}],
        rows=[row('field', '联系人', '市商务局', by=['G19.liaison']),
              row('field', '联络', '市商务局', by=['G19.head'])]), 'persons')
    got = paperkit.text(pdf)
    t.ok(code == 0 and got.count('张三（G19.liaison）') == 2 and
         '联系人市商务局张三' in got and 'C-G19-1' in got and
         '联络市商务局G19.head' in got, 'persons have their names', got)


def words():
    pdf, err, code = drawn(document(
        title='很长的标题' * 20, issuer_name='某某市某某委员会办公室' * 4,
        rows=[row('field', '散列', 'a1' * 300),
              row('field', '标签' * 30, 'x' * 200),
              row('paragraph', 'p', 'W' * 500),
              row('field', 'h', '/aB3' * 99),
              row('note', 'n', 'sha256:' + '0f' * 200)]), 'words')
    t.ok(code == 0 and paperkit.outside(pdf) == [] and
         paperkit.over(pdf) == [], 'a word that no line holds is broken',
         paperkit.outside(pdf))
    got = paperkit.text(pdf)
    t.ok('a1' * 300 in got and 'W' * 500 in got and '很长的标题' * 20 in got,
         'and nothing of it is lost')


def limits():
    """What no page holds is refused and said, not left out."""
    lines = [{'cells': ['G19-2022-K%02d' % i, '全市目标' * 9]}
             for i in range(9000)]
    table = {'title': '单', 'columns': ['代码', '内容'], 'lines': lines}
    small = lambda: resource.setrlimit(resource.RLIMIT_AS, (320 << 20,) * 2)
    quick = lambda: resource.setrlimit(resource.RLIMIT_CPU, (1, 60))
    for what, said, doc, more in (
            ('33 columns', '过宽', document(tables=[
                {'title': '', 'columns': ['列'] * 33, 'lines': []}]), None),
            ('a heading of a page', '过宽', document(tables=[
                {'title': '', 'columns': ['列' * 2000], 'lines': []}]), None),
            ('a text of twice an entry', '过长', document(
                rows=[row('paragraph', '一', '国' * 50000)]), None),
            ('more than there is memory for', '过大',
             document(tables=[table]), small),
            ('more than there is time for', '过大',
             document(tables=[table] * 2), quick)):
        pdf, err, code = drawn(doc, 'limit', preexec_fn=more)
        t.ok(code == 3 and said in err.rstrip().split('\n')[-1] and
             not os.path.getsize(pdf), what + ' is refused', (code, err))
    pdf, err, code = drawn(document(tables=[
        {'title': '', 'columns': ['列%02d' % i for i in range(32)],
         'lines': [{'cells': ['格%02d' % i for i in range(32)]}]}]), 'limit')
    got = paperkit.bare(paperkit.text(pdf))
    t.ok(code == 0 and all('%s%02d' % (w, i) in got for w in '列格'
                           for i in range(32)), '32 columns are all there', got)
    pdf, err, code = drawn(document(ledger='长' * 6000), 'limit')
    t.ok(code == 0 and paperkit.bare(paperkit.text(pdf)).count('长') == 6000
         and paperkit.outside(pdf) == [], 'a foot goes on over pages',
         (code, err))


def hyphens():
    """A hash that is parted at the end of a line has no hyphen there."""
    key = 'dQTYPRfGPYhyWLfKjfSSLKGjpNY'
    drawn_for = []
    for n in (1, 4):
        pdf, err, code = drawn(document(rows=[
            row('field', '公钥', key * n),
            row('paragraph', '理由', '见' + key * n)]), 'hyphens')
        drawn_for.append(paperkit.glyphs(pdf))
    t.same(drawn_for[1] - drawn_for[0], 2 * 3 * len(key),
           'no letter is drawn that the text does not have')


def strings():
    """Each text that the tables, the catalogue and the demonstration have."""
    found = set()
    for path in glob.glob(SRC + '/include/kaocheng/defs/*.def') + \
            [SRC + '/po/zh_CN.po'] + glob.glob(SRC + '/policies/*.yaml') + \
            glob.glob(SRC + '/cli/demo/*.c') + \
            glob.glob(SRC + '/daemon/core/view/*.c'):
        with open(path, encoding='utf-8') as f:
            for s in re.findall(r'"((?:[^"\\]|\\.)*)"', f.read()):
                found.add(re.sub(r'\\.', ' ', s).strip())
    return sorted(s for s in found if s)


def characters():
    rows = [row('paragraph', '词', s) for s in strings()]
    t.ok(len(rows) > 3000, 'there are texts', len(rows))
    pdf, err, code = drawn(document(rows=rows), 'words')
    t.ok(code == 0 and not err, 'a font has every character of them',
         (code, err))
    got = paperkit.text(pdf)
    lost = {c for r in rows for c in paperkit.bare(r['text'])} - set(got)
    t.ok(not lost, 'and the file gives each back', sorted(lost))
    pdf, err, code = drawn(document(rows=[row('field', '项', '甲\ue123乙')]),
                           'private')
    t.ok(code == 2 and '(U+E123)' in err and
         not os.path.getsize(pdf), 'one that none has is said', (code, err))


top = tempfile.mkdtemp(prefix='kc-layout-')
try:
    grid()
    table()
    wide()
    signatures()
    closed_up()
    whole()
    reviewers()
    persons()
    words()
    hyphens()
    limits()
    characters()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
