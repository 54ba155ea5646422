#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""On a terminal no line is wider than it, at 40, 60, 80 and 120 columns and in
both languages, but for a code that cannot be broken and is wider itself."""
import os, pty, re, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import CLI, Served, Tap, width
import demokit

WIDTHS = (40, 60, 80, 120)
t = Tap()


def on_terminal(columns, lang, argv, cwd=None):
    """What the command line prints on a terminal of so many columns."""
    ours, theirs = pty.openpty()
    env = {'PATH': os.environ['PATH'], 'HOME': cwd or '/', 'NO_COLOR': '1',
           'LANG': 'zh_CN.UTF-8' if lang == 'zh' else 'C.UTF-8',
           'COLUMNS': str(columns)}
    p = subprocess.Popen([CLI] + argv, env=env, cwd=cwd, stdout=theirs,
                         stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    os.close(theirs)
    out = b''
    while True:
        try:
            got = os.read(ours, 65536)
        except OSError:
            break
        if not got:
            break
        out += got
    os.close(ours)
    p.wait(60)
    return out.decode().replace('\r\n', '\n').split('\n')


def too_wide(lines, columns):
    """Lines that are, but for those with one word of codes."""
    return [l for l in lines if width(l) > columns and
            ' ' in l.strip()]


def fits(name, argv, cwd=None, widths=WIDTHS):
    for lang in ('zh', 'en'):
        bad = {w: too_wide(on_terminal(w, lang, argv, cwd), w) for w in widths}
        t.ok(not any(bad.values()), '%s (%s) fits' % (name, lang),
             {w: b[:3] for w, b in bad.items() if b})


VIEWS = '''glance|glance G19|mirror|portrait G19|chart waterfall G19
chart timeline G19|chart bands mass|staffing list|promotion list
status|summary|score|score G19|trail G19|explain G19|explain G19 --rank
explain PD-2022-0060|deadline|deadline list|deadline calendar G19 --month 2022-10
unit list|unit show G19|duty list|actor list|actor show G19.head
delegation list|grant list|grant show GR-G02|target list G19
target show G19-2022-K01|task list|indicator list|indicator show G02-I04
warning list|prededuct list|prededuct show PD-2022-0060|cadre list
dispute list|dispute open|log list --limit 40|log tail -n 60|log search 整改
log show 6465|log show 5746|people show|people show G19.head|people check
blame G19|diff 6400 6500|restore list|logkey list|policy show|policy list
cycle list|calendar show 2022|calendar list|clock list|doctor
whoami --as G19.head|remind status|evidence verify|key list
deadline simulate PD-2022-0060 --on 2022-10-10|bisect G19 --first total<99
form list|form list refund|form render unit-list G19
form render quarterly-list G19
form render personal-list G19|form render opinion OP-2022-0001
form render warning W-2022-0001|form render deduction PD-2022-0060
form render feedback PD-2022-0060|form render rectification PD-2022-0060
form render refund PD-2022-0060|form render exemption PD-2022-0002'''


def words(lines):
    """Codes, figures and paths of a table, each up to a slash of its own."""
    return {w for l in lines for w in re.split('[^!-~]+|(?<=/)', l) if w}


def stays_whole(view, top):
    """Cells are broken between words: a path after a slash, a figure never."""
    argv = view.split() + ['--dir', 'demo']
    want = words(on_terminal(10000, 'en', argv, top))
    for w in (72, 80, 88, 100, 120):
        got = words(on_terminal(w, 'en', argv, top))
        t.ok(got and not got - want, '%s has whole words at %d' % (view, w),
             sorted(got - want)[:8])


def signers(top):
    """Where four sign, each has a line, and the table stays one."""
    said = on_terminal(100, 'en', ['trail', 'G19', '--dir', 'demo'], top)
    at = [i for i, l in enumerate(said) if '(P09.estab)' in l]
    t.ok(any(l.startswith('case  ') and '  entry' in l for l in said) and at and
         '(kaohe.office)' in said[at[0] + 1] and
         '(P02.inspect)' in said[at[0] + 2], 'of four signers each has a line',
         said[:12])


def views():
    """Every table of the year of a city."""
    top = tempfile.mkdtemp(prefix='kc-widths-')
    try:
        t.good('the year of a city', demokit.year(top + '/demo'))
        # A daemon has the year in memory; what is beside it asks the files.
        daemon = Served(top + '/demo', clock='2023-02-20T01:00:00Z').start()
        for view in VIEWS.replace('\n', '|').split('|'):
            beside = view.split()[0] in ('doctor', 'people', 'evidence')
            fits(view, view.split() + (['--dir', 'demo'] if beside else [
                '--socket', 'demo/socket']), top)
        daemon.stop()
        for view in ('explain G19', 'trail G19', 'target list', 'policy show'):
            stays_whole(view, top)
        signers(top)
    finally:
        shutil.rmtree(top, ignore_errors=True)


def commands():
    said = subprocess.run([CLI, '--lang', 'en', 'help'], capture_output=True,
                          text=True, check=True).stdout
    return re.findall(r'^  ([a-z]+(?: [a-z-]+)?)  ', said, re.M)


def main():
    for topic in ('', 'kinds', 'roles', 'exit-codes', 'environment',
                  'E-STATE', 'E-ROLE'):
        fits('help ' + topic, ['help'] + topic.split())
    names = commands()
    t.ok(len(names) > 100, 'help lists the commands')
    for name in names:
        fits('help ' + name, ['help'] + name.split(), widths=(40,))
    views()
    t.done()


main()
