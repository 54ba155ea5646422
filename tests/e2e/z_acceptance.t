#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The acceptance year: made twice through a real daemon, it must print
exactly these figures, verify offline, and refuse what was changed."""
import json
import os
import random
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


# Domain acceptance table: figures of the fixture, not of any real city.
FIGURES = {
    "prededuct": 58, "units_unmet": 21, "cadres_good_lost": 6,
    "negative_items": 28, "bonus_situations": 4, "situations": 8,
    "named_tasks_lifted": 2, "deducted": "27.0000", "returned": "12.9400",
    "retained": "14.0600", "exempted": 9, "units_touched": 37,
    "units_retained": 37, "retained_unmet": "10.3000",
    "residual_met": "3.7600", "units": 88, "targets": 1057,
    "progress_reports": 6260, "rounds_closed": 2, "opinions": 1020,
    "negative_events": 5, "bonus_granted": 9, "warnings": 3,
    "ballots": 7450, "forms": 88, "closed": True,
    "grades": {"first": 19, "second": 64, "third": 0},
}
# situation: cases, deducted, returned, retained
BY_SITUATION = {
    "S1": (20, "10.0000", "5.4000", "4.6000"),
    "S2": (10, "4.0000", "1.8400", "2.1600"),
    "S3": (18, "9.0000", "4.5000", "4.5000"),
    "S4": (2, "2.0000", "0.0000", "2.0000"),
    "S7": (5, "1.2500", "0.8000", "0.4500"),
    "S8": (3, "0.7500", "0.4000", "0.3500"),
}
# Cases fed back on the days on which the arithmetic is not plain.
DUE = {
    "2022-04-20": "2022-07-20", "2022-07-01": "2022-10-08",
    "2022-07-08": "2022-10-08", "2022-07-15": "2022-10-17",
    "2022-10-08": "2023-01-09", "2022-10-24": "2023-01-28",
}

# Of the negative list. That of G16 is about the fact of a pre-deduction.
NEGATIVES = [
    ("G13", "final", "0.3000"), ("G16", "final", "0.2000"),
    ("G37", "final", "0.2000"), ("M07", "final", "0.1000"),
    ("P17", "withdrawn", "0.1000"), ("Z01", "final", "0.5000"),
    ("Z02", "declined", "0.3000"),
]

BONUSES = [
    ("G02", "granted", "0.5000"), ("G05", "granted", "1.0000"),
    ("G06", "granted", "1.0000"), ("G10", "granted", "0.5000"),
    ("G18", "granted", "0.3000"), ("G21", "granted", "0.5000"),
    ("G21", "granted", "0.8000"), ("G24", "granted", "1.0000"),
    ("G25", "granted", "0.8000"), ("M08", "refused", "0.0000"),
    ("M11", "lapsed", "0.0000"), ("P12", "withdrawn", "0.0000"),
    ("V03", "refused", "0.0000"),
]

top = tempfile.mkdtemp(prefix="kaocheng-acceptance-")
try:
    years = []
    for name in ("a", "b"):
        where = f"{top}/{name}"
        r = demokit.year(where) if name == "a" else run(
            CLI, "demo", "--dir", where, "--no-serve", "--json")
        ok(r.returncode == 0, f"the year is made ({name})", r.stderr)
        years.append(json.loads(r.stdout) if r.returncode == 0 else {})
    year = years[0]
    for key, want in FIGURES.items():
        ok(year.get(key) == want, f"{key} is {want}", year.get(key))
    ok(year.get("root") == years[1].get("root") and year.get("root"),
       "the same year has the same root")

    d = f"{top}/a"
    r = run(CLI, "prededuct", "list", "--dir", d, "--json")
    rows = json.loads(r.stdout)["rows"] if r.returncode == 0 else []
    counted = [c for c in rows if c["deducted"] != "0.0000"]
    for s, (n, ded, ret, kept) in BY_SITUATION.items():
        mine = [c for c in counted if c["situation"] == s]
        total = lambda key: "%.4f" % (
            sum(round(float(c[key]) * 10000) for c in mine) / 10000)
        got = (len(mine), total("deducted"), total("returned"),
               total("retained"))
        ok(got == (n, ded, ret, kept), f"{s}: {n} cases", got)
    for fed_back, due in DUE.items():
        got = {c["last_day"] for c in counted if c.get("delivered") == fed_back}
        ok(due in got, f"fed back {fed_back}, due {due}", got)

    r = run(CLI, "progress", "list", "--dir", d, "--json")
    rows = json.loads(r.stdout)["rows"] if r.returncode == 0 else []
    got = [n["state"] for n in rows]
    ok((got.count("verified"), got.count("reported")) == (108, 6152),
       "nodes that are verified were reported too", len(got))
    r = run(CLI, "negative", "list", "--dir", d, "--json")
    rows = json.loads(r.stdout)["rows"] if r.returncode == 0 else []
    got = sorted((n["unit"], n["state"], n["amount"]) for n in rows)
    ok(got == NEGATIVES, "events of the negative list and how they end", got)
    r = run(CLI, "negative", "list", "--dir", d, "--lang", "en")
    ok(" 17  business environment " in r.stdout,
       "each with the number of its item, and its name", r.stdout)
    r = run(CLI, "bonus", "list", "--dir", d, "--json")
    rows = json.loads(r.stdout)["rows"] if r.returncode == 0 else []
    got = sorted((b["unit"], b["state"], b["points"]) for b in rows)
    ok(got == BONUSES, "claims of bonuses and how they end", got)
    r = run(CLI, "score", "G21", "--dir", d, "--json")
    got = [s["bonus"] for s in json.loads(r.stdout)["rows"]]
    ok(got == ["0.8000"], "one matter counts once, at the highest", got)
    r = run(CLI, "explain", "G16", "--dir", d, "--json")
    got = {n.get("case") or n["part"]: n["points"] for n in
           json.loads(r.stdout)["rows"] if n["depth"] in (0, 1)}
    ok((got.get("negative"), got.get("PD-2022-0013")) == ("0.0000", "-0.3500"),
       "one fact is punished once: the pre-deduction is larger", got)

    r = run(CLI, "score", "--dir", d, "--json")
    rows = json.loads(r.stdout)["rows"] if r.returncode == 0 else []
    ok(len(rows) == 88, "88 units have a score", len(rows))
    r = run(CLI, "trail", "G19", "--dir", d, "--json")
    trail = json.loads(r.stdout) if r.returncode == 0 else {}
    ok((trail.get("deducted"), trail.get("returned"), trail.get("retained"))
       == ("1.0000", "0.4000", "0.6000"), "the trail of G19 adds up", trail)
    r = run(CLI, "explain", "G19", "--dir", d, "--json")
    ok(r.returncode == 0, "a score is explained", r.stderr)

    size = year.get("entries", 0)
    for fmt, head in (("csv", 1), ("jsonl", 0), ("tsv", 1)):
        r = run(CLI, "log", "list", "--dir", d, "-o", fmt)
        ok(r.stdout.count("\n") == size + head and r.stderr == "",
           f"the log as {fmt} is whole", (r.stdout.count("\n"), r.stderr))
    r = run(CLI, "log", "list", "--dir", d, "-o", "csv", "--limit", "2500")
    ok(r.stdout.count("\n") == 2501 and "--from 2500" in r.stderr,
       "a limit over a page is kept, and the rest is said", r.stderr)
    r = run(CLI, "log", "list", "--dir", d, "--json", "--limit", "2500",
            "--from", "1000")
    doc = json.loads(r.stdout)
    ok([row["seq"] for row in doc["rows"]] == list(range(1000, 3500)) and
       doc["next"] == 3500, "as one document too", doc["next"])
    r = run(CLI, "log", "list", "--dir", d)
    ok(f"listed 50, the log has {size} entries" in r.stderr,
       "a list cut for people says so", r.stderr)

    out = f"{top}/export"
    r = run(CLI, "export", out, "--dir", d)
    ok(r.returncode == 0, "the year is exported", r.stderr)
    r = run(VERIFY, out)
    ok(r.returncode == 0, "the export verifies", r.stdout + r.stderr)
    names = sorted(os.path.join(p, f) for p, _, fs in os.walk(out) for f in fs)
    rng = random.Random(2022)
    caught = 0
    for i in range(24):
        path = names[i % len(names)]
        with open(path, "rb") as f:
            good = f.read()
        at = rng.randrange(len(good))
        bad = good[:at] + bytes([good[at] ^ 1 << rng.randrange(8)]) + \
            good[at + 1:]
        with open(path, "wb") as f:
            f.write(bad)
        code = run(VERIFY, out).returncode
        caught += code in (10, 11, 12)
        if code not in (10, 11, 12):
            print(f"# {path} byte {at}: exit {code}")
        with open(path, "wb") as f:
            f.write(good)
    ok(caught == 24, "every flipped bit is caught", caught)
    ok(run(VERIFY, out).returncode == 0, "restored, it verifies again")
    os.rename(names[-1], names[-1] + ".gone")
    code = run(VERIFY, out).returncode
    ok(code in (10, 11), "a missing file is caught", code)

    r = run(CLI, "demo", "--dir", f"{top}/c", "--no-serve", "--tamper")
    ok(r.returncode == 0, "demo --tamper shows the flip caught",
       r.stdout + r.stderr)
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
