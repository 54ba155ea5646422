#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The report of a verification says what the verification found, whatever that
was, and changes nothing of its verdict."""
import json, os, re, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import CLI, Tap
import demokit
import paperkit

t = Tap()


def run(*argv, lang='zh'):
    return subprocess.run([CLI, '--lang', lang] + list(argv), cwd=top,
                          capture_output=True, text=True,
                          env=dict(os.environ, HOME=top))


def report(name, *argv, lang='zh'):
    """The code of a verification, and its report as a document."""
    got = run('verify', *argv, '--report', name + '.json', lang=lang)
    with open(os.path.join(top, name + '.json')) as f:
        return got, json.load(f)


def said(doc, label):
    return next((r['text'] for r in doc['rows'] if r['label'] == label), None)


def whole():
    found = json.loads(run('verify', 'demo/export', '--json').stdout)
    replayed = json.loads(run('replay', '--dir', 'demo', '--json').stdout)
    got, doc = report('whole', 'demo/export', '--trust', 'demo/trust')
    t.same(got.returncode, 0, 'a whole ledger holds')
    t.ok(said(doc, '重放状态散列') == replayed['state_digest'] and
         said(doc, '检查点的根') == found['root'] == replayed['root'] and
         said(doc, '账本公钥') == found['log_key'] and
         said(doc, '核验范围') == '#0 至 #%d' % (found['entries'] - 1),
         'the report has range, head, key and the state of the replay', doc)
    cells = [line['cells'] for line in doc['tables'][0]['lines']]
    t.ok([c[2] for c in cells] == [str(s['count']) for s in found['stages']]
         and {c[1] for c in cells} == {'成立'}, 'and what each stage counted',
         cells)
    t.ok('退出码 0' in said(doc, '结论') and '--at-least' in
         said(doc, '未证明'), 'and what is not proved')
    for end in ('.pdf', '.html', '.txt'):
        path = os.path.join(top, 'whole' + end)
        got = run('verify', 'demo/export', '--trust', 'demo/trust',
                  '--report', path)
        text = paperkit.text(path) if end == '.pdf' else \
            re.sub(r'\s', '', open(path).read())
        lost = [r['text'] for r in doc['rows'] if r['label'] != '核验时间' and
                paperkit.bare(r['text']) not in text.replace('&#39;', "'")]
        t.ok(got.returncode == 0 and not lost, 'the report as ' + end,
             (got, lost))
    t.same(paperkit.outside(os.path.join(top, 'whole.pdf')), [],
           'it is inside the type area')


def broken():
    bad = os.path.join(top, 'bad')
    shutil.copytree(os.path.join(top, 'demo', 'export'), bad)
    tile = os.path.join(bad, 'tile', 'entries', '000')
    with open(tile, 'r+b') as f:
        f.seek(5000)
        byte = f.read(1)
        f.seek(5000)
        f.write(bytes([byte[0] ^ 1]))
    plain = run('verify', 'bad')
    got, doc = report('bad-en', 'bad', lang='en')
    t.ok(plain.returncode == got.returncode == 10,
         'a report does not change the verdict', (plain, got))
    rows = [line['cells'] for line in doc['tables'][0]['lines']]
    wrong = [c for c in rows if c[1] == 'does not hold']
    t.ok(wrong and all(c[3] for c in wrong) and
         'exit code 10' in said(doc, 'conclusion') and
         said(doc, 'digest of the replayed state') is None,
         'it says which stage, and why', rows)


def one():
    proof = run('log', 'show', '10222', '--proof', '--dir', 'demo').stdout
    with open(os.path.join(top, 'proof'), 'w') as f:
        f.write(proof)
    got, doc = report('one', 'proof', '--trust', 'demo/trust')
    t.ok(got.returncode == 0 and said(doc, '核验范围') == '#10222' and
         len(doc['tables'][0]['lines']) == 4, 'of one entry, of that', doc)


def refused():
    got = run('verify', 'demo/export', '--report', 'r.doc')
    t.ok(got.returncode == 2 and not got.stdout,
         'an end that says no form is a slip, before anything is verified')
    os.mkdir(os.path.join(top, 'taken.txt'))
    got = run('verify', 'demo/export', '--report', 'taken.txt')
    t.same(got.returncode, 1, 'one that could not be written is no success')
    got = run('form', 'render', 'verification', 'x', '--dir', 'demo', lang='en')
    t.ok(got.returncode == 5 and '--report' in got.stderr,
         'the document of that name says where it is made', got)


top = tempfile.mkdtemp(prefix='kc-report-')
try:
    made = demokit.year(top + '/demo', '--no-remind')
    t.same(made.returncode, 0, 'the year of a city')
    whole()
    broken()
    one()
    refused()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
