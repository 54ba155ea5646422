#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The reminders of the demonstration year, planned and not sent: how many go
to whom, what scripts read of one instant, and the same asked of the daemon."""
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))
from kcd import free_port
import demokit

CLI = os.environ.get("BUILD", "build") + "/bin/kaocheng"
DAEMON = CLI + "d"
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


def asked(port):
    """Of the daemon, by its socket and by who has a key."""
    url = ("--url", "http://127.0.0.1:%d" % port)
    at = ("--as-of", "2022-10-11 09:30")
    span = ("--from", "2022-09-01", "--to", "2022-10-31")
    for what, args in (("preview", at), ("simulate", span),
                       ("simulate", (*span, *at)),
                       ("preview", ("--as-of", "#100"))):
        for how in ("--json",), ("--lang", "en"), ("--lang", "zh"):
            disk = run("remind", what, *args, *how, "--dir", d)
            same = [run("remind", what, *args, *how, "--dir", d, *to)
                    for to in (("--socket", d + "/socket"),
                               (*url, "--as", "P09.estab"))]
            ok(disk.returncode == 0 and "0" in disk.stdout and
               all(x.stdout == disk.stdout for x in same),
               "the daemon says the same bytes: " + " ".join((what, *args,
                                                              *how)),
               (disk.stdout[:300], [(x.stdout[:300], x.stderr) for x in same]))
    for what, args in (("preview", ()), ("simulate", span)):
        p = run("remind", what, *args, "--dir", d, *url, "--as", "G19.head")
        ok(p.returncode == 4 and "E-FORBIDDEN" in p.stderr,
           "a unit does not see whom others are told by: " + what, p.stderr)
    p = run("remind", "preview", "--dir", d, "--socket", d + "/socket",
            "--json")
    ok(p.returncode == 0 and "rows" in json.loads(p.stdout),
       "the present is asked too", p.stderr)
    p = run("remind", "simulate", "--dir", d, "--socket", d + "/socket",
            "--from", "2022-09-01", "--to", "2022-08-01")
    ok(p.returncode == 2, "days that end before they begin are usage",
       p.stderr)
    p = run("remind", "simulate", "--dir", d, "--from", "2022-01-01", "--to",
            "2024-01-02")
    ok(p.returncode == 2 and "731" in p.stderr, "nor are more than two years",
       p.stderr)
    got = [get("/v1/remind/days?from=2022-01-01&to=" + to)
           for to in ("2024-01-01", "2024-01-02")]
    ok(got[0][0] == 200 and got[1] == (400, "E-REQUEST"),
       "nor of the daemon", got)
    read = [reads_persons(url, who) for who in ("G19.head", "P09.estab")]
    ok(read in ([False, True], [False, False]),  # where no file has a time
       "who may not see has no file of a person read", read)


def reads_persons(url, who):
    """Does it read a person's file when this one asks?"""
    file = d + "/people/G19.head"
    os.utime(file, (0, os.stat(file).st_mtime))
    run("remind", "preview", "--dir", d, *url, "--as", who)
    return os.stat(file).st_atime > 0


def get(path):
    """Of the socket: the status, and the code of what is refused."""
    c = http.client.HTTPConnection("kaocheng")
    c.sock = socket.socket(socket.AF_UNIX)
    c.sock.connect(d + "/socket")
    c.request("GET", path)
    r = c.getresponse()
    body = json.loads(r.read())
    c.close()
    return r.status, body.get("code")


print("1..26")
with tempfile.TemporaryDirectory() as tmp:
    d = tmp + "/demo"
    p = demokit.year(d, "--no-remind")
    year = ("--from", "2022-01-01", "--to", "2022-12-31")
    made = simulate(*year)
    ok(p.returncode == 0 and made["messages"] == 1179 and made["roles"] == {
        "estab": 184, "leader": 25, "assessor": 110, "head": 850,
        "org": 10},
       "the year sends its messages to each role", (p.stderr, made)[:500]
       if p.returncode else (made["messages"], made["roles"]))
    ok(simulate(*year) == made, "and the same when it is planned again")
    parts = [simulate("--from", a, "--to", b) for a, b in (
        ("2022-01-01", "2022-06-30"), ("2022-07-01", "2022-12-31"))]
    ok(sum(x["messages"] for x in parts) == 1179,
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
    port = free_port()
    with open(d + "/kaocheng.yaml", "r+") as f:
        text = f.read().replace(
            "listen:\n", 'listen:\n  tcp: "127.0.0.1:%d"\n' % port)
        f.seek(0)
        f.write(text)
    with open(tmp + "/log", "w") as log:
        daemon = subprocess.Popen([DAEMON, "--dir", d, "--test-clock",
                                   "2023-02-21T01:00:00Z"], stderr=log)
    try:
        while run("clock", "show", "--dir", d).returncode != 0:
            if daemon.poll() is not None:
                sys.exit(open(tmp + "/log").read())
        asked(port)
    finally:
        daemon.terminate()
        daemon.wait(20)
sys.exit(failed != 0)
