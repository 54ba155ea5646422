#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What both READMEs show of the demonstration is what it prints, line by line.
"…" at the end of a line stands for any rest, as in the tutorial, and a line of
its own for lines left out: in which order the outcomes of messages that go
together come, and so the root, is the sender's pace."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))
from kcd import CLI, Tap

t = Tap()
ok = t.ok


def lines(text):
    return [line.rstrip() for line in text.splitlines() if line.rstrip()]


def same(shown, printed):
    return shown == printed or (
        shown.endswith("…") and printed.startswith(shown[:-1]))


def first_wrong(shown, printed):
    """What is shown stands in what was printed in that order, one line after
    another but where "…" is: the first that does not, and what came."""
    at, anywhere = 0, True
    for line in shown:
        if line == "…":
            anywhere = True
            continue
        found = next((i for i in range(at, len(printed) if anywhere
                                       else min(at + 1, len(printed)))
                      if same(line, printed[i])), None)
        if found is None:
            came = printed[at] if at < len(printed) else "nothing"
            return f"{line}\ncame: {came}"
        at, anywhere = found + 1, False
    return None


root = os.getcwd()
top = tempfile.mkdtemp(prefix="kaocheng-readme-")
try:
    for lang, page in (("en", "README.md"), ("zh", "docs/README.zh-CN.md")):
        os.chdir(top)
        shutil.rmtree("demo", ignore_errors=True)
        run = subprocess.run(
            [CLI, "demo", "--dir", "demo", "--no-serve",
             "--lang", lang], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        os.chdir(root)
        with open(page, encoding="utf-8") as f:
            block = re.search(r"```\n\$ make demo\n(.*?)\n```", f.read(), re.S)
        shown = lines(block.group(1))
        ok(run.returncode == 0 and len(shown) > 40,
           f"{page} shows a run of the demonstration", run.stdout[-2000:])
        wrong = first_wrong(shown, lines(run.stdout))
        ok(wrong is None, f"{page} shows lines as they are printed", wrong)
finally:
    os.chdir(root)
    shutil.rmtree(top, ignore_errors=True)
t.done()
