#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""LEDGERS different ledgers, each tampered with in twelve ways: our verifier
judges in tamper.c, the checker that knows none of our code here (TAP)."""
import os, pathlib, shutil, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', '..', 'docs', 'check'))
sys.dont_write_bytecode = True
import check_ledger

BUILD = os.environ.get('BUILD', 'build')
JUDGED = int(os.environ.get('JUDGED', 4))  # ledgers
# Exit codes without a checkpoint and with one. The rules are not its matter:
# of what they alone forbid it says nothing.
WANT = {'honest': ({0}, {0}), 'edit': ({10}, {10}), 'drop': ({10}, {10}),
        'insert': ({10}, {10}), 'swap': ({10}, {10}),
        'truncate': ({0}, {11}), 're-sign': ({0}, {10}),
        'replay': ({12}, {12}), 'strip': ({10}, {10}),
        'back-date': ({10}, {10}), 'forged-expiry': ({0}, {0}),
        'missing-expiry': ({0, 10}, {0, 10}), 'wrong-score': ({0}, {0})}


def judge(path, kept=None):
    try:
        check_ledger.check(path, None, kept)
    except check_ledger.Found as e:
        return e.args[0]
    return 0


def without_us(top, first):
    for number, (name, want) in enumerate(WANT.items(), first):
        said, wrong = [], []
        for ledger in sorted(top.iterdir())[:JUDGED]:
            got = (judge(ledger / name),
                   judge(ledger / name, ledger / 'honest' / 'checkpoint'))
            said.append(got)
            if got[0] not in want[0] or got[1] not in want[1]:
                wrong.append((ledger.name, got))
        print('%sok %d - without our software: %s: %d of %d noticed with a '
              'checkpoint, %d without' % (
                  '' if said and not wrong else 'not ', number, name,
                  sum(s[1] != 0 for s in said), len(said),
                  sum(s[0] != 0 for s in said)))
        for row in wrong:
            print('# ledger %s: %r' % row)
        yield not wrong


top = pathlib.Path(tempfile.mkdtemp(prefix='kc-tampered-'))
try:
    done = subprocess.run([BUILD + '/tests/sim/tamper'], text=True,
                          env=dict(os.environ, KEEP=str(top)),
                          stdout=subprocess.PIPE)
    lines = done.stdout.splitlines()
    ours = int(lines[-1].partition('1..')[2]) if lines else 0
    print('\n'.join(lines[:-1]))
    good = list(without_us(top, ours + 1))
    print('1..%d' % (ours + len(good)))
finally:
    shutil.rmtree(top, ignore_errors=True)
sys.exit(done.returncode or (0 if all(good) else 1))
