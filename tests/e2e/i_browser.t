#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pages of documents in a real browser, printed by it: all of their text inside
the type area, nothing over another, tables with their titles, the seal with
the signers, and a code that a scanner reads."""
import json, os, re, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import BUILD, CLI, Tap
import demokit
import paperkit

t = Tap()
BROWSER = ('chromium', '--headless', '--no-sandbox', '--disable-gpu',
           '--disable-dev-shm-usage', '--no-first-run',
           '--disable-background-networking', '--no-pdf-header-footer')
PATIENCE = 120  # seconds, of a machine with much else to do


def run(*argv, lang='zh'):
    return subprocess.run([CLI, '--lang', lang] + list(argv) +
                          ['--dir', 'demo'], cwd=top, capture_output=True,
                          text=True, env=OWN)


def printed(form, handle, lang):
    """The document, and the path of what the browser made of its page."""
    page = os.path.join(top, '%s-%s.html' % (form, lang))
    pdf = page[:-5] + '.pdf'
    doc = json.loads(run('form', 'render', form, handle, '--json',
                         lang=lang).stdout)
    got = run('form', 'render', form, handle, '-o', page, lang=lang)
    t.same(got.returncode, 0, '%s: a page is written' % form)
    said = browse('--print-to-pdf=' + pdf, 'file://' + page)
    t.ok(os.path.exists(pdf), '%s: the browser prints it' % form, said)
    return doc, pdf


def browse(*argv):
    """The last that the browser said, should it have made nothing."""
    try:
        r = subprocess.run(BROWSER + ('--user-data-dir=' +
                                      os.path.join(top, 'own'),) + argv,
                           capture_output=True, text=True, errors='replace',
                           timeout=PATIENCE, env=OWN)
    except subprocess.TimeoutExpired:
        return 'nothing in %d s' % PATIENCE
    return r.returncode, r.stderr[-2000:]


def outside(pdf, across):
    """Words whose middle is beyond the type area, but the numbers of pages: the
    box of a letter is much higher here than the letter."""
    left, top_, right, bottom = paperkit.ACROSS if across else paperkit.STANDS
    return [w for w in paperkit.words(pdf)
            if not re.fullmatch(r'—|\d+', w.text) and
            (w.x0 < left - 1 or w.x1 > right + 1 or
             not top_ < (w.y0 + w.y1) / 2 < bottom)]


def whole(form, doc, pdf, across):
    lost = paperkit.lost(doc, paperkit.bare(''.join(
        paperkit.tool('pdftotext', '-raw', pdf, '-').split('\f'))))
    t.same(lost, [], '%s: all of its text is printed' % form)
    t.same(paperkit.lies(pdf), across, '%s: its pages lie or stand' % form)
    t.same(outside(pdf, across), [], '%s: inside the type area' % form)
    t.same(paperkit.over(pdf), [], '%s: nothing over another' % form)
    pages = [paperkit.bare(p) for p in paperkit.pages(pdf)]
    for table in doc['tables']:
        title, first = map(paperkit.bare, (table['title'],
                                           table['lines'][0]['cells'][1]))
        if title:
            t.ok(any(title in p and first in p[p.index(title):]
                     for p in pages), '%s: a title is with its table' % form,
                 (title, first))
    signers = [paperkit.bare(r['label']) for r in doc['rows']
               if r['part'] == 'signer']
    t.ok(all(s in pages[-1] for s in signers) and
         doc['issuer_name'].replace(' ', '') in pages[-1],
         '%s: signers and seal are on its last page' % form,
         (signers, pages[-1]))


def parted(pdf):
    """Words of the foot that end a line within a command."""
    return [w.text for w in paperkit.words(pdf)
            if w.text.endswith('-') and w.text != '—']


def pages():
    for form, handle, lang, across in (
            ('result', 'RF-2022-0001', 'zh', False),
            ('unit-list', 'G19', 'zh', True)):
        doc, pdf = printed(form, handle, lang)
        if not os.path.exists(pdf):
            return
        whole(form, doc, pdf, across)
        t.same(parted(pdf), [], '%s: commands are whole' % form)
    ours = os.path.join(top, 'ours.pdf')
    run('form', 'render', 'unit-list', 'G19', '-o', ours)
    t.same(len(paperkit.pages(pdf)), len(paperkit.pages(ours)),
           'a wide list takes as many pages as in PDF of our own')
    pdf = os.path.join(top, 'result-zh.pdf')
    export = os.path.join(top, 'demo')
    got = subprocess.run([os.path.join(BUILD, 'bin', 'kaocheng-verify'),
                          '--trust', os.path.join(export, 'trust'), '--qr',
                          '-'], input=paperkit.read_code(pdf, 150),
                         capture_output=True, text=True)
    t.same(got.returncode, 0, 'the code of what is printed proves its entry')


top = tempfile.mkdtemp(prefix='kc-browser-')
# As root a browser makes even a home that is not there, for all tests after.
OWN = dict(os.environ, HOME=top, XDG_CONFIG_HOME=top, XDG_CACHE_HOME=top)
before = os.environ.get('XDG_CONFIG_HOME')
try:
    made = demokit.year(top + '/demo', '--no-remind')
    t.same(made.returncode, 0, 'the year of a city')
    pages()
    t.ok(before is None or not os.path.exists(before + '/chromium'),
         'the browser leaves nothing where others look')
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
