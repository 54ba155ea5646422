#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Documents as PDF: all of their text on paper, inside the type area of the
standard, in fonts that are in the file; the same document is the same file."""
import json, os, re, shutil, signal, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import BUILD, CLI, Tap
import demokit
import paperkit

t = Tap()
FORMS = {'unit-list': 'G19', 'quarterly-list': 'G19', 'personal-list': 'G19',
         'opinion': 'OP-2022-0001', 'warning': 'W-2022-0001',
         'deduction': 'PD-2022-0006', 'feedback': 'PD-2022-0006',
         'rectification': 'PD-2022-0006', 'refund': 'PD-2022-0006',
         'exemption': 'PD-2022-0002', 'review': 'D-2022-0001'}


def run(*argv, lang='zh', **env):
    return subprocess.run([CLI, '--lang', lang] + list(argv) +
                          ['--dir', 'demo'], cwd=top, capture_output=True,
                          text=True, env=dict(os.environ, HOME=top, **env))


def rendered(form, handle, lang):
    pdf = os.path.join(top, '%s-%s.pdf' % (form, lang))
    doc = json.loads(run('form', 'render', form, handle, '--json',
                         lang=lang).stdout)
    got = run('form', 'render', form, handle, '-o', pdf, lang=lang)
    t.ok(got.returncode == 0 and not got.stderr,
         '%s: a PDF is written' % form, got)
    lost = paperkit.lost(doc, paperkit.text(pdf))
    t.ok(not lost, '%s: all of its text is there' % form, lost)
    t.same(paperkit.outside(pdf), [], '%s: inside the type area' % form)
    t.same(paperkit.over(pdf), [], '%s: nothing over another' % form)
    fonts = paperkit.fonts(pdf)
    t.ok(fonts and all(f.embedded for f in fonts),
         '%s: every font is in the file' % form, fonts)


def same_bytes():
    v = []
    for name in ('first.pdf', 'second.pdf'):
        got = run('form', 'render', 'refund', 'PD-2022-0006', '-o', name,
                  TZ='UTC' if v else 'Asia/Shanghai')
        t.same(got.returncode, 0, name)
        v.append(open(os.path.join(top, name), 'rb').read())
    t.ok(v[0] == v[1], 'the same document is the same file')
    info = paperkit.tool('pdfinfo', '-isodates', os.path.join(top, 'first.pdf'))
    doc = json.loads(run('form', 'render', 'refund', 'PD-2022-0006',
                         '--json').stdout)
    t.ok('CreationDate:    ' + doc['as_of']['received'][:19] in info,
         'its date is that of the position', info)
    t.ok('595.276 x 841.89' in info, 'it is A4', info)


def refused():
    conf = os.path.join(top, 'fonts.conf')
    with open(conf, 'w') as f:
        f.write('<?xml version="1.0"?><fontconfig><dir>%s</dir></fontconfig>'
                % top)
    got = run('form', 'render', 'refund', 'PD-2022-0006', '-o', 'none.pdf',
              lang='en', FONTCONFIG_FILE=conf)
    t.ok(got.returncode == 1 and 'no font here has the characters' in
         got.stderr and 'fonts-noto-cjk' in got.stderr and
         not os.path.exists(os.path.join(top, 'none.pdf')),
         'with no font it says so and writes nothing', got)
    got = run('form', 'render', 'refund', 'PD-2022-0006', '-o', 'none.pdf',
              '--font', 'No Such Face', lang='en')
    t.ok(got.returncode == 1 and 'no font of this name' in got.stderr and
         not os.path.exists(os.path.join(top, 'none.pdf')),
         'a font that is not there is no font', got)
    got = run('form', 'render', 'refund', 'PD-2022-0006', '-o', 'sans.pdf',
              '--font', 'Noto Sans CJK SC')
    t.same({f.name.split('+')[1][:8] for f in
            paperkit.fonts(os.path.join(top, 'sans.pdf'))}, {'NotoSans'},
           'a font that is named is used')
    got = run('form', 'render', 'refund', 'PD-2022-0006', '-o', 'set.pdf',
              KAOCHENG_FONT='Noto Sans CJK SC')
    t.same({f.name.split('+')[1][:8] for f in
            paperkit.fonts(os.path.join(top, 'set.pdf'))}, {'NotoSans'},
           'so is one that is set')
    got = run('form', 'render', 'refund', 'PD-2022-0006', '-o', 'none.pdf',
              '--font', 'No Such Face', lang='en',
              KAOCHENG_FONT='Noto Sans CJK SC')
    t.ok(got.returncode == 1 and 'no font of this name' in got.stderr,
         'what the line says goes before it', got)
    got = run('form', 'render', 'refund', 'PD-2022-0006', '-o', 'empty.pdf',
              KAOCHENG_FONT='')
    t.same(got.returncode, 0, 'set to nothing it is not set')


def all_of():
    rows = json.loads(run('form', 'list', 'refund', '--json').stdout)['rows']
    got = run('form', 'render', '--all', 'refund', '-o', 'all/')
    t.ok(got.returncode == 0 and len(rows) > 10 and
         sorted(os.listdir(os.path.join(top, 'all'))) ==
         sorted('refund-%s.pdf' % r['about'] for r in rows),
         'all of a sort are a file each', (got, len(rows)))
    one = open(os.path.join(top, 'refund-zh.pdf'), 'rb').read()
    t.ok(one == open(os.path.join(top, 'all', 'refund-PD-2022-0006.pdf'),
                     'rb').read(), 'and each is the one that stands alone')
    t.same(run('form', 'render', '--all', 'refund').returncode, 2,
           'all of them go to a directory')
    with open(os.path.join(top, 'file'), 'w'):
        pass
    t.same(run('form', 'render', '--all', 'refund', '-o', 'file').returncode,
           1, 'and not to a file')
    t.same(run('form', 'list', 'recipe').returncode, 3, 'what is none is not')


def confined():
    p = subprocess.Popen([os.path.join(BUILD, 'bin', 'kaocheng-paper')],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE)
    p.stdin.write(b'{')
    p.stdin.flush()
    paperkit.has_read(p.stdin)
    with open('/proc/%d/status' % p.pid) as f:
        status = dict(line.split(':\t', 1) for line in f if ':\t' in line)
    t.ok(status['Seccomp'].strip() == '2' and
         status['NoNewPrivs'].strip() == '1',
         'before it reads it has given up calls', status)
    out, err = p.communicate(b'"no": ')
    t.ok(p.returncode == 1 and not out and err, 'what is no document is none',
         (p.returncode, out, err))


def faults():
    """A fault is not said to be a document that is too large."""
    for sign in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS):
        p = subprocess.Popen([os.path.join(BUILD, 'bin', 'kaocheng-paper'),
                              '--lang', 'en'], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        p.stdin.write(b'{')
        p.stdin.flush()
        paperkit.has_read(p.stdin)
        p.send_signal(sign)
        out, err = p.communicate()
        t.ok(p.returncode == -sign and not out and
             b'a fault of the program' in err and b'too large' not in err,
             'a fault is said to be one: %s' % sign.name,
             (p.returncode, err))


top = tempfile.mkdtemp(prefix='kc-paper-')
try:
    made = demokit.year(top + '/demo', '--no-remind', '--disputes', 'heard')
    t.same(made.returncode, 0, 'the year of a city')
    for form, handle in FORMS.items():
        rendered(form, handle, 'zh')
    rendered('refund', 'PD-2022-0006', 'en')
    same_bytes()
    all_of()
    refused()
    confined()
    faults()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
