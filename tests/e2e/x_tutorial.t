#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every transcript of docs/TUTORIAL.md, and of the Chinese page, is executed,
in one shell a page, and prints what the page shows. "…" alone on a line stands
for any lines, at the end of one for any rest. With FILL=en or FILL=zh that page
is printed as it should be."""
import os, re, shutil, signal, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap

BUILD = os.path.abspath(os.environ.get('BUILD', 'build'))
PAGES = {'en': ('docs/TUTORIAL.md', 'C.UTF-8'),
         'zh': ('docs/TUTORIAL.zh-CN.md', 'zh_CN.UTF-8')}
END = 'end-of-a-command'
FILL = os.environ.get('FILL')
t = Tap()


class Shell:
    """A bash that is told one command after another."""

    def __init__(self, top, lang):
        self.top = top
        self.p = subprocess.Popen(
            ['bash'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, cwd=top, text=True, encoding='utf-8',
            start_new_session=True,
            env={'PATH': BUILD + '/bin:' + os.environ['PATH'], 'HOME': top,
                 'LANG': lang})

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
    line = re.sub(r'(root |posted in|根 |用时 ).*', r'\1…', line)
    line = re.sub(r'(^\S+?\+|^id |^seen |^— \S+ ).*', r'\1…', line)
    return line


def run(name, top):
    page, lang = PAGES[name]
    with open(page, encoding='utf-8') as f:
        page = f.read()
    shell = Shell(top, lang)
    inside, ran = False, 0
    try:
        for command, shown in steps(page):
            if command is None:
                if FILL:
                    print(('```\n' if inside else '') + shown, end='')
                inside = False
                continue
            printed = shell.run(command)
            ran += 1
            if FILL:
                print('' if inside else '```\n', end='')
                print('\n'.join(['$ ' + command] + [mask(l) for l in printed]))
            else:
                t.ok(matches(shown, printed), name + ' ' + command,
                     'shown:\n%s\nprinted:\n%s' % ('\n'.join(shown),
                                                  '\n'.join(printed)))
            inside = True
    finally:
        shell.end()
    if not FILL:
        t.ok(ran > 50, name + ': the page has a whole case')


def main(name):
    scratch = tempfile.mkdtemp(prefix='kaocheng-tutorial-')
    try:
        run(name, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def commands(name):
    with open(PAGES[name][0], encoding='utf-8') as f:
        return [c for c, _ in steps(f.read()) if c is not None]


for name in [FILL] if FILL else PAGES:
    main(name)
if not FILL:
    t.same(commands('zh'), commands('en'), 'both pages run the same commands')
    t.done()
