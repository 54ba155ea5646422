#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`kaocheng found`: asked on a terminal, or answered from a file; each person
types a passphrase of his own, and tables are taken in at once."""
import csv, os, pty, re, select, shutil, signal, subprocess, sys, tempfile
import time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import BUILD, Tap

t = Tap()
CLI = os.path.abspath(BUILD + '/bin/kaocheng')
top = tempfile.mkdtemp(prefix='kc-answers-')
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C.UTF-8'}
NAME = 'example.org/kaohe-2026'


def run(*argv, **env):
    return subprocess.run([CLI, *argv], env=dict(ENV, **env), cwd=top,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=120)


class Typed:
    """The command on a terminal of its own."""

    def __init__(self, *argv):
        self.text = ''
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(top)
            os.execve(CLI, [CLI, *argv], ENV)

    def read(self, until=None):
        end = time.monotonic() + 60
        while until is None or until not in self.text:
            if not select.select([self.fd], [], [],
                                 end - time.monotonic())[0]:
                break
            try:
                self.text += os.read(self.fd, 4096).decode()
            except OSError: # it has ended
                break
        return until is None or until in self.text

    def answer(self, question, line):
        """What was read up to the question is forgotten."""
        if not self.read(question):
            t.ok(False, 'it asks: ' + question, self.text)
        before, self.text = self.text, ''
        os.write(self.fd, (line + '\n').encode())
        return before

    def end(self):
        self.read()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def table(name, *rows):
    with open(top + '/' + name, 'w', encoding='utf-8') as f:
        csv.writer(f).writerows(rows)


def card(actor, origin):
    run('key', 'new', actor, '--keys', actor, '--unprotected')
    run('key', 'card', actor, actor + '.card', '--keys', actor, '--origin',
        origin)
    return actor + '.card'


def asked():
    table('units.csv', ['unit.register'], ['unit', 'group', 'name'],
          ['G01', 'gov', '市政府办'], ['G02', 'gov', '市发改委'])
    table('people.csv', ['actor.enrol'], ['actor', 'unit', 'role', 'key'],
          ['G01.head', 'G01', 'head', card('G01.head', NAME)])
    p = Typed('found')
    p.answer('Directory of the new ledger [ledger]: ', '')
    p.answer('kaohe-2026: ', 'no name')
    p.answer('"no name" is not a name', NAME)
    p.answer('assessment: ', '示范市 2026 年度综合考核')
    p.answer('Year that is opened [', '20266')
    p.answer('20266 is not a year', '2026')
    p.answer('Policy file', '')
    p.answer('Card of an administrator', 'gone.card')
    p.answer('gone.card: not found', '')
    p.answer("Card of the Establishment Office", '')
    p.answer("Card of the Assessment Office", '')
    p.answer('A table to take in', 'units.csv')
    p.answer('A table to take in', 'people.csv')
    p.answer('A table to take in', '')
    p.read('[y/N]')
    summary = p.text
    t.ok('origin: "%s"' % NAME in summary and 'year: "2026"' in summary and
         'tables: ["units.csv","people.csv"]' in summary,
         'what was answered is shown', summary)
    t.ok('5 keys of persons are made here' in summary and
         'who knows two has two' in summary, 'and whose power is whose')
    p.answer('[y/N]', 'y')
    for who, secret in (('admin.1', 'one'), ('admin.2', 'two'),
                        ('admin.3', 'three'), ('estab.1', 'four'),
                        ('assess.1', 'four')):
        p.answer('Passphrase of %s, to be typed by him alone' % who, secret)
        p.answer('The same again', secret)
    code = p.end()
    t.ok(code == 0 and 'hand out' in p.text and
         'keys/admin.2.key  to admin.2' in p.text,
         'the ledger is founded, and who gets what is listed', p.text)
    t.ok('estab.1 assess.1 are under one passphrase' in p.text and
         'admin.1 admin.2' not in p.text,
         'two under one passphrase are told, others are not', p.text)
    rows = run('actor', 'list', '--dir', 'ledger').stdout
    t.ok('G01.head' in rows and '市发改委' in
         run('unit', 'list', '--dir', 'ledger').stdout,
         'the tables are in it', rows)
    with open(top + '/one', 'w') as f:
        f.write('one\n')
    r = run('key', 'passwd', 'admin.2', '--dir', 'ledger', '--unprotected',
            '--passphrase-file', 'one')
    t.ok(r.returncode == 4, "one's passphrase is not another's", r)
    return summary[summary.index('dir:'):summary.index('5 keys')]


def answered(summary):
    """The summary is a file of answers: the same again, with no terminal."""
    with open(top + '/again.yaml', 'w') as f:
        f.write(summary.replace('\r', '').replace('"ledger"', '"again"'))
    r = run('found', '--answers', 'again.yaml', '--yes', '--unprotected')
    t.ok(r.returncode == 0 and 'for a rehearsal only' in r.stderr and
         'G02' in run('unit', 'list', '--dir', 'again').stdout,
         'the same from a file', (r.stdout, r.stderr))
    r = run('found', '--answers', 'again.yaml', '--yes', '--unprotected')
    t.ok(r.returncode == 5 and 'already' in r.stderr,
         'which is looked at like what is typed', r.stderr)
    for text, code, words in (
            ('dir: x\n', 2, '"origin"'), ('dir: x\ncolour: red\n', 2, 'colour'),
            ('dir: x\norigin: [a, b]\n', 2, 'origin: at most 1'),
            ('dir: x\norigin: a.org/b\ntables: [gone.csv]\n', 3, 'gone.csv'),
            ('dir: x\norigin: a.org/b\nadmins: ["G01.head.card"]\n', 6,
             'another ledger')):
        with open(top + '/bad.yaml', 'w') as f:
            f.write(text)
        r = run('found', '--answers', 'bad.yaml', '--yes', '--unprotected')
        t.ok(r.returncode == code and words in r.stderr and
             not os.path.exists(top + '/x'), 'refused: ' + text.split('\n')[-2],
             (r.returncode, r.stderr))


def in_part():
    """What stands in the way of all of it, and an end in the middle."""
    table('bad.csv', ['unit.register'], ['unit', 'group', 'name'],
          ['G01', 'nonsense', '市政府办'])
    r = run('init', 'half', '--origin', NAME, '--unprotected', '--table',
            'bad.csv')
    t.ok(r.returncode == 6 and not os.path.exists(top + '/half'),
         'a table that is refused leaves no ledger', (r.returncode, r.stderr))
    r = run('init', 'half', '--origin', NAME, '--unprotected', '--admin',
            card('zhang', NAME), '--table', 'units.csv')
    t.ok(r.returncode == 2 and 'kaocheng import' in r.stderr,
         'where a signer is elsewhere, tables come later', r.stderr)
    p = Typed('--lang', 'zh', 'found', 'half')
    p.answer('kaohe-2026', '\x04')
    t.ok(p.end() == 1 and '没有建账' in p.text and
         not os.path.exists(top + '/half'), 'no answer is no founding', p.text)
    for files in (2, 6, 5):
        more = []
        for n in range(files):
            with open(top + '/p%d' % n, 'w') as f:
                f.write('secret %d' % n)
            more += ['--passphrase-file', 'p%d' % n]
        r = run('init', 'half', '--origin', NAME, *more)
        t.ok(r.returncode == 0 and 'under one' not in r.stderr if files == 5
             else r.returncode == 2 and 'one for each' in r.stderr,
             '%d passphrases for five persons' % files, r.stderr)


summary = asked()
answered(summary)
in_part()
shutil.rmtree(top)
t.done()
