#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The reminders of the demonstration year, planned and not sent: how many go
to whom, and what scripts read of one instant."""
import json
import os
import subprocess
import sys
import tempfile

CLI = os.environ.get("BUILD", "build") + "/bin/kaocheng"
count = failed = 0


def ok(good, name, detail=""):
    global count, failed
    count += 1
    failed += not good
    print(f"{'' if good else 'not '}ok {count} - {name}")
    if not good and detail:
        print("# " + str(detail).replace("\n", "\n# "))
    sys.stdout.flush()


def run(*argv):
    return subprocess.run([CLI, *argv], capture_output=True, text=True)


def simulate(*span):
    p = run("remind", "simulate", "--dir", d, *span, "--json")
    return json.loads(p.stdout) if p.returncode == 0 else p.stderr


print("1..7")
with tempfile.TemporaryDirectory() as tmp:
    d = tmp + "/demo"
    p = run("demo", "--dir", d, "--no-serve", "--no-remind")
    year = ("--from", "2022-01-01", "--to", "2022-12-31")
    made = simulate(*year)
    ok(p.returncode == 0 and made["messages"] == 547 and made["roles"] == {
        "estab": 88, "leader": 19, "assessor": 102, "head": 328, "org": 10},
       "the year sends its messages to each role", (p.stderr, made)[:500]
       if p.returncode else (made["messages"], made["roles"]))
    ok(simulate(*year) == made, "and the same when it is planned again")
    parts = [simulate("--from", a, "--to", b) for a, b in (
        ("2022-01-01", "2022-06-30"), ("2022-07-01", "2022-12-31"))]
    ok(sum(x["messages"] for x in parts) == 547,
       "its halves are the whole", [x["messages"] for x in parts])
    p = run("remind", "preview", "--dir", d, "--as-of", "2022-10-11 09:30",
            "--json")
    rows = json.loads(p.stdout)["rows"]
    ok(rows and all(list(r) == ["to_role", "actor", "case", "stage", "due",
                                "channel"] for r in rows),
       "a preview lists what scripts ask for", p.stdout[:300])
    who = rows[0]["actor"]
    p = run("people", "edit", who, "name=张三", "phone=13800000000",
            "channels=wecom", "--dir", d)
    ok(p.returncode == 0, "one of them wants another channel", p.stderr)
    p = run("remind", "preview", "--dir", d, "--as-of", "2022-10-11 09:30",
            "--json")
    ways = {(r["actor"] == who, r["channel"]) for r in
            json.loads(p.stdout)["rows"]}
    ok(ways == {(True, "wecom"), (False, "smtp")},
       "and is told by it, and nobody else", ways)
    p = run("remind", "simulate", "--dir", d, "--from", "2022-02-30", "--to",
            "2022-03-01")
    ok(p.returncode == 2 and "--from" in p.stderr, "a day that is none is usage",
       p.stderr)
sys.exit(failed != 0)
