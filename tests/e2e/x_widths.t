#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""On a terminal no line is wider than it, at 40, 60, 80 and 120 columns and in
both languages, but for a code that cannot be broken and is wider itself."""
import os, pty, re, subprocess, sys, unicodedata
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import CLI, Tap

WIDTHS = (40, 60, 80, 120)
t = Tap()


def width(s):
    return sum(0 if unicodedata.combining(c) else
               2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in s)


def on_terminal(columns, lang, argv, cwd=None):
    """What the command line prints on a terminal of so many columns."""
    ours, theirs = pty.openpty()
    env = {'PATH': os.environ['PATH'], 'HOME': cwd or '/', 'NO_COLOR': '1',
           'LANG': 'zh_CN.UTF-8' if lang == 'zh' else 'C.UTF-8',
           'COLUMNS': str(columns)}
    p = subprocess.Popen([CLI] + argv, env=env, cwd=cwd, stdout=theirs,
                         stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
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
            (' ' in l.strip() or width(l) != len(l))]


def fits(name, argv, cwd=None, widths=WIDTHS):
    for lang in ('zh', 'en'):
        bad = {w: too_wide(on_terminal(w, lang, argv, cwd), w) for w in widths}
        t.ok(not any(bad.values()), '%s (%s) fits' % (name, lang),
             {w: b[:3] for w, b in bad.items() if b})


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
    t.done()


main()
