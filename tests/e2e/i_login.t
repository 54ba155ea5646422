#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who signs and where is remembered: login, whoami, logout; several
passphrase files; a mistyped passphrase at a terminal."""
import json, os, pty, select, shutil, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import CLI, Served, Tap, kaocheng

t = Tap()
good = t.good
top = tempfile.mkdtemp(prefix='kc-login-')
L, CONFIG = top + '/ledger', top + '/config/kaocheng/login.yaml'
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C',
       'XDG_CONFIG_HOME': top + '/config', 'XDG_STATE_HOME': top + '/state'}
NOW = '2022-01-10T01:00:00Z'


def run(*argv, **env):
    return kaocheng(*argv, home=top, **dict(ENV, **env))


def sign(*argv, **env):
    return run(*argv, '--at', NOW, '--yes', **env)


def bad(what, code, words, r):
    t.says(what, r, code, words)


def typed(*argv, answers):
    """Runs a command on a terminal of its own and types an answer at each
    passphrase that it asks for."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(top)
        os.execve(CLI, [CLI] + list(argv), ENV)
    said, left = b'', list(answers)
    while select.select([fd], [], [], 60)[0]:
        try:
            piece = os.read(fd, 4096)
        except OSError:
            break
        if not piece:
            break
        said += piece
        while left and said.count(b'Passphrase of') > len(answers) - len(left):
            os.write(fd, left.pop(0).encode() + b'\n')
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()


def remembers():
    bad('nobody is logged in', 3, 'nobody is logged in', run('whoami'))
    good('nor to be logged out', run('logout'))
    bad('an actor has a key', 3, 'no key file',
        run('login', 'nobody', '--dir', L))
    bad('one at a time', 2, 'one actor',
        run('login', 'a', '--as', 'b', '--dir', L))
    bad('and a name of one', 2, 'name', run('login', 'a b', '--dir', L))
    bad('the socket must be there', 3, 'gone',
        run('login', 'admin.1', '--socket', top + '/gone'))
    open(L + '/keys/bad.1.key', 'w').write('no key\n')
    bad('a broken key file is named', 2, 'keys/bad.1.key',
        run('login', 'bad.1', '--dir', L))
    t.ok(not os.path.exists(CONFIG), 'nothing of that is remembered')
    good('a login', run('login', 'admin.1', '--dir', 'ledger'))
    t.same(os.stat(CONFIG).st_mode & 0o777, 0o600, 'is for its user alone')
    t.same(os.stat(os.path.dirname(CONFIG)).st_mode & 0o777, 0o700,
           'so is the directory')
    text = open(CONFIG).read()
    t.ok('secret' not in text and L + '/socket' in text,
         'an absolute path, and no passphrase', text)


def says():
    rows = {r['item']: r['says'] for r in json.loads(
        good('whoami', run('whoami', '--json')).stdout)['rows']}
    t.same(rows['actor'], 'admin.1', 'who')
    t.same(rows['ledger'], 'example.org/login', 'of which ledger')
    t.ok('admin' in rows['roles'], 'in which roles', rows)
    t.same(rows['daemon'], L + '/socket', 'where')
    t.ok('a passphrase' in rows['key'] and 'admin.1.key' in rows['key'],
         'with which key', rows)
    r = run('whoami', '--lang', 'zh')
    t.ok('签署人' in r.stdout and '需要口令' in r.stdout, 'in Chinese',
         (r.stdout, r.stderr))
    r = run('whoami', '--as', 'estab.1')
    t.ok('estab.1' in r.stdout and 'admin.1' not in r.stdout,
         '--as says otherwise', r.stdout)
    good('a key that nobody enrolled', run('key', 'new', 'X.1',
                                           '--unprotected', '--dir', L))
    t.ok('not enrolled' in run('whoami', '--as', 'X.1').stdout,
         'is said to be that')


def signs():
    good('a statement needs no --as',
         sign('unit', 'register', 'G01', '--group', 'gov', '--name', '甲局',
              '--passphrase-file', 'estab', '--as', 'estab.1'))
    good('who is logged in as the signer',
         run('login', 'estab.1', '--dir', L))
    good('signs by himself',
         sign('unit', 'register', 'G02', '--group', 'gov', '--name', '乙局',
              '--passphrase-file', 'estab'))
    rows = json.loads(run('log', 'list', '--json', '--limit', '100',
                          '--from', '0').stdout)['rows']
    t.same(rows[-1]['by'], ['estab.1'], 'under his name')
    bad('a passphrase file of another is wrong', 4, 'wrong passphrase',
        sign('unit', 'register', 'G03', '--group', 'gov', '--name', '丙局',
             '--passphrase-file', 'admin'))


def two_files():
    take = ('role', 'take', 'admin.3', '--role', 'admin', '--reason', 'r')
    two = ('--as', 'admin.1', '--as', 'admin.2')
    bad('one file does not open two keys', 4, 'wrong passphrase',
        sign(*take, *two, '--passphrase-file', 'admin'))
    bad('nor three files two', 2, 'more files than signers',
        sign(*take, *two, '--passphrase-file', 'admin', '--passphrase-file',
             'other', '--passphrase-file', 'admin'))
    good('one for each signer, in their order',
         sign(*take, *two, '--passphrase-file', 'admin', '--passphrase-file',
              'other'))


def mistyped():
    line = ('unit', 'register', 'G04', '--group', 'gov', '--name', '丁局',
            '--at', NOW, '--yes')
    code, said = typed(*line, answers=('wrong', 'estab secret'))
    t.ok(code == 0 and said.count('Passphrase of') == 2 and 'again' in said,
         'a mistyped passphrase is asked again', (code, said))
    t.ok('secret' not in said and 'wrong' not in said,
         'and shown nowhere, however soon it is typed', said)
    code, said = typed(*line, answers=('one', 'two', 'three'))
    t.ok(code == 4 and said.count('Passphrase of') == 3,
         'three times, and no more', (code, said))


def kept():
    """Another signer of the same ledger: its other files are where they were.
    """
    os.rename(L + '/keys', top + '/safe')
    shutil.copy(L + '/trust', top + '/by-hand')
    good('keys, a trust file and a language of his own', run(
        'login', 'admin.1', '--dir', L, '--keys', 'safe', '--trust', 'by-hand',
        '--lang', 'zh'))
    for line in (('admin.2',), ('admin.1', '--dir', L)):
        good('a login without them', run('login', *line))
        text = open(CONFIG).read()
        t.ok(all(w in text for w in (
            'actor: "%s"' % line[0], 'keys: "%s/safe"' % top,
            'trust: "%s/by-hand"' % top, 'lang: "zh"')), 'keeps them', text)
    os.rename(top + '/safe', L + '/keys')
    good('they are said anew', run('login', 'admin.1', '--dir', L, '--keys',
                                   L + '/keys', '--lang', 'en'))
    t.ok('keys: "%s/keys"' % L in open(CONFIG).read() and
         'lang: "en"' in open(CONFIG).read(), 'and changed by that')
    good('logout', run('logout'))


def broken():
    good('--lang is remembered too',
         run('login', 'admin.1', '--dir', L, '--lang', 'zh'))
    t.ok('管理' in run('whoami').stdout or '签署人' in run('whoami').stdout,
         'every command speaks it')
    t.ok('daemon' in run('whoami', '--lang', 'en').stdout,
         'unless it is told otherwise')
    r = run('status', KAOCHENG_DIR=top + '/elsewhere')
    t.ok(r.returncode == 7 and 'elsewhere' in r.stderr,
         'another ledger is asked where the environment names one',
         (r.returncode, r.stderr))
    whole = open(CONFIG).read()
    for text, place in ((whole + 'password: x\n', 'password'),
                        ('actor: [1]\n', 'login.yaml:1'),
                        ('', 'login.yaml')):
        open(CONFIG, 'w').write(text)
        r = run('whoami', '--lang', 'en')
        t.ok(r.returncode == 2 and place in r.stderr, 'what is broken is said',
             (text, r.returncode, r.stderr))
    good('help does without it', run('help'))
    good('a new login replaces it', run('login', 'admin.1', '--dir', L))
    good('logout', run('logout'))
    t.ok(not os.path.exists(CONFIG), 'removes the file')
    bad('who signs must be said again', 2, 'who signs?',
        sign('unit', 'register', 'G05', '--group', 'gov', '--name', '戊局',
             '--dir', L))


def main():
    for name in ('admin', 'other', 'estab'):
        open(top + '/' + name, 'w').write(name + ' secret\n')
    good('a ledger', run('init', L, '--origin', 'example.org/login', '--year',
                         '2022', '--passphrase-file', 'admin', '--at', NOW))
    for actor, file in (('admin.2', 'other'), ('estab.1', 'estab')):
        good('a passphrase of his own',
             run('key', 'passwd', actor, '--dir', L, '--passphrase-file',
                 'admin', '--new-passphrase-file', file))
    daemon = Served(L, clock=NOW, env=ENV).start()
    try:
        for part in (remembers, says, signs, two_files, mistyped, kept, broken):
            part()
    finally:
        daemon.stop()
        shutil.rmtree(top)
    t.done()


main()
