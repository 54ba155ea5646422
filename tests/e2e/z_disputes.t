#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The acceptance year with disputes, through a real daemon: one upheld and
one reduced leave 58 pre-deductions, one overturned leaves 57. Both figures are
worked out anew by the verifier, and the record that the clerk attached by
whoever asks for the dispute as of that entry."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))
from kcd import CLI, VERIFY, Tap
import demokit

t = Tap()
ok = t.ok


def run(*argv):
    return subprocess.run(argv, capture_output=True, text=True)


def view(where, *argv):
    r = run(CLI, *argv, "--dir", where, "--json")
    if r.returncode != 0:
        print(f"# {argv}: {r.stderr}")
        return {}
    return json.loads(r.stdout)


# What differs from the plain year: 58, 27.0000, 12.9400, 14.0600.
YEARS = {
    # E6: 0.5000 with 0.4000 returned, reduced to 0.3000
    "heard": {"prededuct": 58, "units_unmet": 21, "cadres_good_lost": 6,
              "deducted": "26.8000", "returned": "12.7800",
              "retained": "14.0200"},
    # E5: the same, overturned
    "overturned": {"prededuct": 57, "units_unmet": 21, "cadres_good_lost": 6,
                   "deducted": "26.5000", "returned": "12.5400",
                   "retained": "13.9600"},
}
# dispute: state, what the case comes to
ENDS = {
    "heard": {"D-2022-0001": ("applied", "0.3000", "0.2400"),
              "D-2022-0002": ("stands", "0.5000", "0.4000")},
    "overturned": {"D-2022-0001": ("applied", "0.0000", "0.0000")},
}

top = tempfile.mkdtemp(prefix="kaocheng-disputes-")
try:
    r = run(CLI, "demo", "--dir", f"{top}/none", "--disputes", "reduced")
    ok(r.returncode == 2 and not os.path.exists(f"{top}/none"),
       "another word makes no year, and no part of one", r.stderr)
    for which, figures in YEARS.items():
        where = f"{top}/{which}"
        r = demokit.year(where, "--no-remind", "--disputes", which)
        ok(r.returncode == 0, f"{which}: the year is made", r.stderr)
        year = json.loads(r.stdout) if r.returncode == 0 else {}
        for key, want in figures.items():
            ok(year.get(key) == want, f"{which}: {key} is {want}",
               year.get(key))
        for handle, (state, deducted, returned) in ENDS[which].items():
            d = view(where, "dispute", "show", handle, "--lang", "en")
            ok(d.get("state") == state, f"{which}: {handle} is {state}",
               d.get("state"))
            c = view(where, "prededuct", "show", d.get("matter", ""))
            ok((c.get("deducted"), c.get("returned")) ==
               (deducted, returned), f"{which}: what its case comes to",
               (c.get("deducted"), c.get("returned")))
            ok(handle in c.get("disputes", []),
               f"{which}: the case names it", c.get("disputes"))
            replay = [r for r in d.get("rows", [])
                      if r["kind"] == "dispute.replay"]
            ok(len(replay) == 1, f"{which}: the replay is attached", replay)
            seq = replay[0]["seq"] if replay else 0
            at = view(where, "dispute", "show", handle, "--as-of",
                      f"#{seq - 1}").get("record", {})
            r = run(CLI, "log", "show", str(seq), "--dir", where, "--raw")
            ok(at.get("position") == seq and
               all(f"\n{key} {at.get(key)}\n" in r.stdout
                   for key in ("policy", "state", "trail")),
               f"{which}: whoever replays to there has the same record",
               (at, r.stdout))
            trail = view(where, "trail", d.get("unit", ""), "--lang", "en")
            shown = [row for row in trail.get("rows", [])
                     if handle in row.get("event", "")]
            ok(len(shown) == (state == "applied"),
               f"{which}: the trail shows the correction with its dispute",
               shown)
        out = f"{top}/{which}.export"
        r = run(CLI, "export", out, "--dir", where)
        ok(r.returncode == 0, f"{which}: exported", r.stderr)
        r = run(VERIFY, out)
        ok(r.returncode == 0, f"{which}: the export verifies",
           r.stdout + r.stderr)
    where = f"{top}/overturned"
    c = view(where, "dispute", "show", "D-2022-0001").get("unit", "")
    x = view(where, "explain", c)
    rows = [r for r in x.get("rows", []) if r["part"] == "correct"]
    ok(len(rows) == 1 and rows[0]["points"] == "0.1000",
       "the last tenth comes back, and is explained", rows)
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
