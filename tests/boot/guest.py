#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs at each boot of the machine: what comes next of what is to be tried."""
import os, subprocess, sys, traceback
import first, running, second
from said import STATE, note, ok, run, say

PARTS = ((first, running), (second,))
os.makedirs(STATE, exist_ok=True)
done = len(os.listdir(STATE))
if done == 0:
    r = run('systemctl', 'is-system-running', '--wait')
    ok(r.stdout.strip() == 'running', 'Debian is up, and nothing failed',
       (r.stdout, run('systemctl', '--failed').stdout))
try:
    for part in PARTS[done]:
        part.all_of_it()
    good = True
except Exception:
    good = ok(False, 'this part came to its end', traceback.format_exc())
open('%s/%d' % (STATE, done), 'w').close()
if good and done + 1 < len(PARTS):
    note('boots again')
    subprocess.run(['systemctl', 'reboot'])
else:
    say(end=True)
    subprocess.run(['systemctl', 'poweroff'])
