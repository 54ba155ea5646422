#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every transcript of docs/TUTORIAL.md is executed, in one shell, and prints
what the page shows. "…" alone on a line stands for any lines, at the end of
one for any rest. With FILL=1 the page is printed as it should be."""
import os, re, shutil, signal, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap

BUILD = os.path.abspath(os.environ.get('BUILD', 'build'))
PAGE = 'docs/TUTORIAL.md'
END = 'end-of-a-command'
FILL = os.environ.get('FILL')
t = Tap()


class Shell:
    """A bash that is told one command after another."""

    def __init__(self, top):
        self.top = top
        self.p = subprocess.Popen(
            ['bash'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, cwd=top, text=True, encoding='utf-8',
            start_new_session=True,
            env={'PATH': BUILD + '/bin:' + os.environ['PATH'], 'HOME': top,
                 'LANG': 'C.UTF-8'})

    def run(self, command):
        self.p.stdin.write('%s\necho %s\n' % (command, END))
        self.p.stdin.flush()
        out = []
        for line in self.p.stdout:
            line = line.rstrip('\n')
            if line.endswith(END):
                out += [line[:-len(END)]] if line != END else []
                break
            out.append(line.rstrip())
        if command.endswith('&'):
            self.wait(re.search(r'--dir (\S+)', command).group(1))
        return out

    def wait(self, dir):
        """A reader would start the daemon in another terminal."""
        for _ in range(1000):
            if subprocess.run([BUILD + '/bin/kaocheng', 'log', 'list',
                               '--socket', '%s/%s/socket' % (self.top, dir)],
                              capture_output=True).returncode == 0:
                return
            time.sleep(0.01)

    def end(self):
        self.p.stdin.close()
        try:
            self.p.wait(10)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.p.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def matches(shown, printed):
    """May "…" stand for what is left out?"""
    if not shown:
        return not printed
    if shown[0] == '…':
        return any(matches(shown[1:], printed[i:])
                   for i in range(len(printed) + 1))
    if not printed:
        return False
    head = shown[0].rstrip()
    same = printed[0].startswith(head[:-1]) if head.endswith('…') \
        else printed[0] == head
    return same and matches(shown[1:], printed[1:])


def steps(page):
    """(command, lines shown), and what stands between."""
    for part in re.split(r'(```\n.*?\n```\n)', page, flags=re.S):
        if not part.startswith('```'):
            yield None, part
            continue
        command, shown = None, []
        for line in part.split('\n')[1:-2]:
            if line.startswith('$ '):
                if command:
                    yield command, shown
                command, shown = line[2:], []
            else:
                shown.append(line)
        yield command, shown
        yield None, ''


def mask(line):
    line = re.sub(r'(root |posted in).*', r'\1…', line)
    line = re.sub(r'(^\S+?\+|^id |^— \S+ ).*', r'\1…', line)
    return line


def main(top):
    with open(PAGE, encoding='utf-8') as f:
        page = f.read()
    shell = Shell(top)
    inside = False
    try:
        for command, shown in steps(page):
            if command is None:
                if FILL:
                    print(('```\n' if inside else '') + shown, end='')
                inside = False
                continue
            printed = shell.run(command)
            if FILL:
                print('' if inside else '```\n', end='')
                print('\n'.join(['$ ' + command] + [mask(l) for l in printed]))
            else:
                t.ok(matches(shown, printed), command,
                     'shown:\n%s\nprinted:\n%s' % ('\n'.join(shown),
                                                  '\n'.join(printed)))
            inside = True
    finally:
        shell.end()
    if not FILL:
        t.ok(t.n > 50, 'the page has a whole case')
        t.done()


scratch = tempfile.mkdtemp(prefix='kaocheng-tutorial-')
try:
    main(scratch)
finally:
    shutil.rmtree(scratch, ignore_errors=True)
