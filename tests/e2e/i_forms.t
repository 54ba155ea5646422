#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Documents on paper of a whole year: text, pages of HTML and JSON, of a ledger
read from its directory."""
import html.parser, json, os, re, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import CLI, Tap
import demokit

t = Tap()
FORMS = {'unit-list': 'G19', 'quarterly-list': 'G19', 'personal-list': 'G19',
         'opinion': 'OP-2022-0001', 'warning': 'W-2022-0001',
         'deduction': 'PD-2022-0006', 'feedback': 'PD-2022-0006',
         'rectification': 'PD-2022-0006', 'refund': 'PD-2022-0006',
         'exemption': 'PD-2022-0002', 'review': 'D-2022-0001'}


class Page(html.parser.HTMLParser):
    """What a page shows, and whatever it would fetch."""
    VOID = {'meta', 'link', 'br', 'img'}

    def __init__(self, text):
        super().__init__()
        self.open, self.text, self.asks, self.bad = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)
        self.asks += [v for k, v in attrs if k in ('src', 'href')]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad.append(tag)

    def handle_data(self, data):
        if self.open and self.open[-1] != 'style':
            self.text.append(data)


def run(*argv, lang='zh'):
    return subprocess.run([CLI, '--lang', lang] + list(argv) +
                          ['--dir', 'demo'], cwd=top, capture_output=True,
                          text=True, env=dict(os.environ, HOME=top))


def rendered(form, handle):
    page = os.path.join(top, form + '.html')
    asked = run('form', 'render', form, handle, '--json')
    doc = json.loads(asked.stdout)
    t.same(run('form', 'render', form, handle, '-o', page).returncode, 0,
           '%s: a page is written' % form)
    shown = Page(open(page).read())
    words = re.sub(r'\s', '', ''.join(shown.text))
    lost = [r['text'] for r in doc['rows']
            if re.sub(r'\s', '', r['text']) not in words]
    cells = [c for table in doc['tables'] for line in table['lines']
             for c in line['cells']]
    lost += [c for c in cells if re.sub(r'\s', '', c) not in words]
    t.ok(not (lost or shown.bad or shown.open or shown.asks),
         '%s: the page shows all, is well formed and fetches nothing' % form,
         (lost, shown.bad, shown.open, shown.asks))
    text = re.sub(r'\s', '', run('form', 'render', form, handle).stdout)
    lost = [r['text'] for r in doc['rows']
            if re.sub(r'\s', '', r['text']) not in text]
    t.ok(not lost and doc['mark'].replace(' ', '') in text,
         '%s: and so does the text' % form, lost)


def forms():
    rows = json.loads(run('form', 'list', '--json').stdout)['rows']
    t.same({r['form'] for r in rows if r['waits'] is None},
           set(FORMS) | {'extension', 'negative', 'bonus', 'adjustment',
                          'staffing', 'result'},
           'the list says which can be printed')
    for form, handle in FORMS.items():
        rendered(form, handle)
    for form, signed in (('unit-list', '下达责任单'),
                         ('quarterly-list', '核实节点进度'),
                         ('personal-list', '分解任务')):
        doc = json.loads(run('form', 'render', form, 'G19', '--json').stdout)
        t.ok(doc['date'] and signed in [r['label'] for r in doc['rows']
                                        if r['part'] == 'signer'],
             '%s: has its day and who signed it' % form, doc['rows'])
    doc = json.loads(run('form', 'render', 'feedback', 'PD-2022-0006', '--json',
                         lang='en').stdout)
    t.same(doc['title'], 'Feedback', 'an English title has a capital')
    style = open(os.path.join(top, 'refund.html')).read()
    t.ok('size:A4;margin:37mm 26mm 35mm 28mm' in style,
         'the page has the margins of GB/T 9704')
    got = run('form', 'render', 'verification', 'x', lang='en')
    t.ok(got.returncode == 5 and 'waits for' in got.stderr,
         'what waits says for what', got)
    got = run('form', 'render', 'recipe', 'G19', lang='en')
    t.same(got.returncode, 3, 'what is none is not found')
    got = run('form', 'render', 'extension', 'PD-2022-0006', lang='en')
    t.same(got.returncode, 3, 'nor what was not made')
    got = run('form', 'render', 'refund', 'PD-2022-0006', '-o', 'x.doc')
    t.same(got.returncode, 2, 'an end that says no form is a slip')


top = tempfile.mkdtemp(prefix='kc-forms-')
try:
    made = demokit.year(top + '/demo', '--no-remind', '--disputes', 'heard')
    t.same(made.returncode, 0, 'the year of a city')
    forms()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
