#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What both READMEs show of the demonstration is what it prints. "…" at the end
of a line stands for any rest, as in the tutorial: in which order the outcomes
of messages that go together come, and so the root, is the sender's pace."""
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


root = os.getcwd()
top = tempfile.mkdtemp(prefix="kaocheng-readme-")
try:
    for lang, page in (("en", "README.md"), ("zh", "docs/README.zh-CN.md")):
        os.chdir(top)
        shutil.rmtree("demo", ignore_errors=True)
        run = subprocess.run(
            [CLI, "demo", "--dir", "demo", "--no-serve",
             "--lang", lang], capture_output=True, text=True)
        os.chdir(root)
        printed = {line.rstrip() for line in
                   (run.stdout + run.stderr).splitlines()}
        with open(page, encoding="utf-8") as f:
            block = re.search(r"```\n\$ make demo\n(.*?)\n```", f.read(), re.S)
        shown = [line for line in block.group(1).splitlines()
                 if line not in ("", "…")]
        wrong = [line for line in shown if line not in printed and not (
                 line.endswith("…") and
                 any(p.startswith(line[:-1]) for p in printed))]
        ok(run.returncode == 0 and len(shown) > 40,
           f"{page} shows a run of the demonstration", run.stderr)
        ok(not wrong, f"every line in {page} is printed", "\n".join(wrong))
finally:
    os.chdir(root)
    shutil.rmtree(top, ignore_errors=True)
t.done()
