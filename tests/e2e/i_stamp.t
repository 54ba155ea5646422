#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The code on a document is read back from a picture of the page, and proves
with a trust file and nothing else the entry that the document was made by."""
import base64, json, os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import CLI, VERIFY, Served, Tap
import demokit
import paperkit

t = Tap()


def run(*argv, program=CLI, given=None):
    return subprocess.run([program] + list(argv), cwd=top, input=given,
                          capture_output=True, text=True,
                          env=dict(os.environ, HOME=top, LANG='C'))


def render(form, handle, end, *more):
    got = run('form', 'render', form, handle, '-o', form + end,
              *(more or ('--dir', 'demo')))
    t.ok(got.returncode == 0 and not got.stderr,
         '%s%s is written' % (form, end), got)
    return os.path.join(top, form + end)


def judged(text, *more, trust='demo/trust'):
    got = run('--trust', trust, '--json', '--qr', '-', *more, program=VERIFY,
              given=text)
    return got.returncode, json.loads(got.stdout)


def proves(text, seq, name):
    code, said = judged(text)
    raw = run('log', 'show', str(seq), '--raw', '--dir', 'demo').stdout
    t.ok(code == 0 and said['entry'] == {'seq': seq, 'text': raw}, name,
         (code, said))


def seq_of(form, handle):
    return json.loads(run('form', 'render', form, handle, '--json', '--dir',
                          'demo').stdout)['seq']


# each sort that the demonstration has; an adjustment is in i_renew.t, advice on
# staffing in m_use.t; the report of a verification is of no entry
SORTS = {'quarterly-list': 'G19', 'personal-list': 'G19',
         'opinion': 'OP-2022-0001', 'warning': 'W-2022-0001',
         'deduction': 'PD-2022-0006', 'feedback': 'PD-2022-0006',
         'rectification': 'PD-2022-0006', 'exemption': 'PD-2022-0002',
         'extension': 'PD-2022-0035', 'negative': 'N-2022-0001',
         'bonus': 'B-2022-0001', 'result': 'RF-2022-0001'}


def each_sort():
    listed = {r['form'] for r in json.loads(
        run('form', 'list', '--json').stdout)['rows'] if r['waits'] is None}
    t.same(listed, set(SORTS) | {'refund', 'unit-list', 'review',
                                 'adjustment', 'staffing'},
           'every sort is tried')
    for form, handle in SORTS.items():
        proves(paperkit.read_code(render(form, handle, '.pdf'), 100),
               seq_of(form, handle),
               '%s: its code is read at 100 dpi and proves its entry' % form)


def on_paper():
    for form, handle in (('refund', 'PD-2022-0006'), ('unit-list', 'G19'),
                         ('review', 'D-2022-0001')):
        seq = seq_of(form, handle)
        pdf = render(form, handle, '.pdf')
        for dpi in (100, 200):
            proves(paperkit.read_code(pdf, dpi), seq,
                   '%s: the code of a page at %d dpi proves its entry' %
                   (form, dpi))
        page = open(render(form, handle, '.html')).read()
        proves(paperkit.read_svg(page, top + '/svg.pgm'), seq,
               form + ': and so does that of the page of HTML')


def version(line):
    """Of the least symbol, error correction M, for so many characters: the
    capacities that the standard gives (ISO/IEC 18004, table 7)."""
    holds = [20, 38, 61, 90, 122, 154, 178, 221, 262, 311, 366, 419, 483, 528,
             600, 656, 734, 816, 909, 970, 1035, 1134, 1248, 1326, 1451]
    return next((i + 1 for i, n in enumerate(holds) if len(line) <= n), 99)


def altered(text):
    proof, part = sorted(text.split(), reverse=True)
    t.ok(max(version(proof), version(part)) <= 25,
         'its symbols have 25 as their version at most',
         (version(proof), version(part)))

    def with_letter(line, at):
        other = 'A' if line[at] != 'A' else 'B'
        return line[:at] + other + line[at + 1:]
    told = {judged(proof + '\n' + with_letter(part, at) + '\n')[0]
            for at in range(40, len(part) - 1, len(part) // 16)}
    t.same(told, {10}, 'another entry contradicts what the log signed')
    told = {judged(with_letter(proof, at) + '\n' + part + '\n')[0]
            for at in range(5, len(proof) - 1, len(proof) // 128)}
    t.ok(told <= {1, 10, 11} and 10 in told, 'another proof proves nothing',
         told)
    t.same(judged(part + '\n' + proof)[0], 0, 'the order does not matter')
    code, said = judged(proof + '\n')
    t.same(code, 11, 'without its entry it is not proved')
    raw = os.path.join(top, 'raw')
    for seq, want in ((seq_of('refund', 'PD-2022-0006'), 0), (100, 10)):
        with open(raw, 'w') as f:
            f.write(run('log', 'show', str(seq), '--raw', '--dir',
                        'demo').stdout)
        t.same(judged(proof + '\n', '--leaf', raw)[0], want,
               'with the bytes of entry %d from elsewhere it is %d' %
               (seq, want))
    hidden = base64.b32decode(proof[5:] + '=' * (-len(proof[5:]) % 8))
    at = 1 + hidden[0] + 16 + 32  # the leaf's hash
    hidden = hidden[:at] + bytes([hidden[at] ^ 1]) + hidden[at + 1:]
    got = 'KC1P:' + base64.b32encode(hidden).decode().rstrip('=')
    t.same(judged(got)[0], 10, 'a hash alone that is not there contradicts')
    with open(os.path.join(top, 'false'), 'w') as f:
        f.write(got)
    t.same(judged('https://example.org/\n')[0], 11,
           'a code of others is no stamp')
    with open(os.path.join(top, 'other'), 'w') as f:
        f.write('log example.org/log+d85a9acd+AfEOPW1pdwBUb0ikWBXk7RyHzVIv44'
                'Ub3kSLiiMk4mI9\nquorum none\n')
    got = run('--trust', 'other', '--qr', '-', program=VERIFY, given=text)
    t.ok(got.returncode in (1, 11), 'another log has not signed it', got)
    got = run('--qr', '-', program=VERIFY, given=text)
    t.same(got.returncode, 2, 'with nobody trusted it is a slip')


def of_a_daemon():
    d = Served(os.path.join(top, 'demo'), '--dir', os.path.join(top, 'demo'),
               clock='2023-12-01T01:00:00Z')
    d.start()
    try:
        pdf = render('refund', 'PD-2022-0006', '.pdf', '--socket',
                     os.path.join(top, 'demo', 'socket'))
        proves(paperkit.read_code(pdf, 150),
               seq_of('refund', 'PD-2022-0006'), 'a daemon gives the same')
        got = run('unit', 'rename', 'G19', '--name', '市商务局（新）',
                  '--as', 'P09.estab', '--at', '2023-12-01T01:00:00Z', '--yes',
                  '--dir', 'demo')
        t.ok(got.returncode == 0, 'the log goes on', got)
        with open(os.path.join(top, 'later'), 'w') as f:
            f.write(run('log', 'show', '0', '--receipt', '--dir',
                        'demo').stdout)
        got = run('--trust', 'demo/trust', '--lang', 'en', '--qr', 'false',
                  '--at-least', 'later', program=VERIFY)
        t.ok(got.returncode == 11 and 'stands there' not in got.stderr,
             'no hash is told of that was not looked for', got)
        got = run('--trust', 'demo/trust', '--lang', 'en', '--qr', 'false',
                  program=VERIFY)
        t.ok(got.returncode == 10 and 'stands there' not in got.stderr,
             'nor one that is not there', got)
    finally:
        d.stop()


top = tempfile.mkdtemp(prefix='kc-stamp-')
try:
    made = demokit.year(top + '/demo', '--no-remind', '--disputes', 'heard')
    t.same(made.returncode, 0, 'the year of a city')
    on_paper()
    each_sort()
    altered(paperkit.read_code(os.path.join(top, 'refund.pdf'), 150))
    of_a_daemon()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
