#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a shell offers: words from the tables, values from the ledger; asked of
bash, zsh and fish themselves."""
import os, pty, re, select, shutil, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import BUILD, Served, Tap, kaocheng

t = Tap()
good = t.good
top = tempfile.mkdtemp(prefix='kc-complete-')
AT = '2026-07-06T01:00:00Z'
YES = ['--as', 'estab.1', '--at', AT, '--yes']
ENV = {'PATH': os.path.abspath(BUILD + '/bin') + ':' + os.environ['PATH'],
       'HOME': top, 'LANG': 'C.UTF-8', 'KAOCHENG_DIR': top + '/l',
       'TERM': 'dumb'}


def run(*argv):
    return kaocheng(*argv, '--dir', 'l', home=top)


def found():
    kaocheng('init', 'l', '--origin', 'example.org/c', '--year', '2026',
             '--unprotected', '--at', AT, home=top)
    d = Served(top + '/l', clock=AT).start()
    for code in ('G01', 'G02'):
        good('a unit', run('unit', 'register', code, '--group', 'gov',
                           '--name', '第%s局' % code, *YES))
    good('a duty', run('duty', 'register', 'G01', 'G01-D1', '--text', 'x',
                       *YES))
    for n in '12':
        good('a target', run(
            'target', 'draft', 'G01-K' + n, '--unit', 'G01', '--year', '2026',
            '--class', 'key', '--source', 'city-key', '--duty', 'G01-D1',
            '--weight', '35', '--assessor', 'G02', '--title', '外资', *YES))
    good('one is submitted', run('target', 'submit', 'G01-K2', *YES))
    good('a draft waits', run(
        'actor', 'retire', 'admin.3', '--reason', 'x', '--as', 'admin.1',
        '--share', 'admin.2', '--at', AT, '--yes'))
    return d


def bash(line):
    words = ' '.join("'%s'" % w for w in line)
    r = subprocess.run(['bash', '-c', 'source ./c.bash; COMP_WORDS=(%s); '
                        'COMP_CWORD=%d; _kaocheng; printf "%%s\\n" '
                        '"${COMPREPLY[@]}"' % (words, len(line) - 1)],
                       cwd=top, env=ENV, capture_output=True, text=True,
                       stdin=subprocess.DEVNULL)
    return r.stdout.split()


def fish(line):
    r = subprocess.run(['fish', '-N', '-c', 'source c.fish; complete -C "%s"'
                        % ' '.join(line)], cwd=top, env=ENV, text=True,
                       capture_output=True, stdin=subprocess.DEVNULL)
    return [l.split('\t')[0] for l in r.stdout.split('\n') if l]


def zsh(line):
    """Typed at a terminal, with the key for a list of what may come."""
    script = ('PS1="%%%%"; LISTMAX=10000; autoload -U compinit; '
              'compinit -u -D; zstyle ":completion:*" list-colors ""; '
              'source ./c.zsh; unsetopt zle_bracketed_paste; '
              'bindkey "^X" list-choices; print READY')
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(top)
        os.execvpe('zsh', ['zsh', '-f', '-i'], ENV)
    out = b''

    def until(words):
        nonlocal out
        end = time.monotonic() + 30
        while not re.search(words, out) and time.monotonic() < end:
            if select.select([fd], [], [], 1)[0]:
                try:
                    out += os.read(fd, 65536)
                except OSError:
                    return
    os.write(fd, (script + '\n').encode())
    until(rb'\nREADY|\rREADY')
    out = b''
    os.write(fd, (' '.join(line) + '\x18').encode())
    # What is listed ends with the line anew.
    until(re.escape(' '.join(line).encode()) + rb'[^\n]*\n(.|\n)*' +
          re.escape(line[-1].encode()))
    settled = time.monotonic() + 3
    while select.select([fd], [], [], 0.5)[0] and time.monotonic() < settled:
        out += os.read(fd, 65536)
    os.write(fd, b'\x03\x04exit\n')
    os.close(fd)
    os.waitpid(pid, 0)
    return re.findall(r'[\w.-]+', re.sub(r'\x1b\[[\d;?]*[A-Za-z]', '',
                                         out.decode(errors='replace')))


def asks(shell, name):
    for line, wants, without in (
            (('sta',), {'status'}, set()),
            (('target', 'sub'), {'submit'}, {'show'}),
            (('target', 'approve-first', ''), {'G01-K2'}, {'G01-K1'}),
            (('target', 'submit', ''), {'G01-K1'}, {'G01-K2'}),
            (('trail', ''), {'G01', 'G02'}, set()),
            (('target', 'list', '--unit', 'G'), {'G01', 'G02'}, set()),
            (('duty', 'register', '--unit', ''), {'G01', 'G02'}, set()),
            (('actor', 'show', 'est'), {'estab.1'}, set()),
            (('unit', 'register', '--group', ''), {'gov', 'party'}, set()),
            (('role', 'give', 'estab.1', '--role', 'aud'), {'auditor'}, set()),
            (('log', 'list', '--kind', 'target.s'), {'target.submit'}, set()),
            (('prededuct', 'decide', '--sit'), {'--situation'}, set()),
            (('explain', '--li'), {'--light'}, set()),
            (('-o', 'js'), {'json', 'jsonl'}, set())):
        got = set(shell(('kaocheng',) + line))
        t.ok(wants <= got and not without & got,
             '%s: %s' % (name, ' '.join(line)), got)


def drafts():
    ids = {l.split()[0] for l in
           run('draft', 'list', '--as', 'admin.2', '-o', 'tsv').stdout
           .split('\n')[1:] if l}
    for shell, name in ((bash, 'bash'), (fish, 'fish'), (zsh, 'zsh')):
        got = shell(('kaocheng', 'inbox', '--as', 'admin.2', ''))
        t.ok(any(i[:8] in got for i in ids) and ids,
             name + ': the ids of drafts', (ids, got))


def silent(d):
    d.stop()
    for shell, name in ((bash, 'bash'), (fish, 'fish')):
        t.ok('status' in shell(('kaocheng', 'sta')) and
             'G01' not in shell(('kaocheng', 'trail', '')),
             name + ': words alone where no ledger answers')


d = found()
for name in ('bash', 'zsh', 'fish'):
    with open('%s/c.%s' % (top, name), 'w') as f:
        f.write(run('completion', name).stdout)
open(top + '/a file.csv', 'w').close()
asks(bash, 'bash')
asks(fish, 'fish')
asks(zsh, 'zsh')
drafts()
t.ok('a' in bash(('kaocheng', 'import', 'a')), 'bash: files')
t.ok('a file.csv' in fish(('kaocheng', 'import', 'a')), 'fish: files')
silent(d)
shutil.rmtree(top)
t.done()
