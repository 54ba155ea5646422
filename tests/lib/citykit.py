# SPDX-License-Identifier: Apache-2.0
"""A small city of two units, each step of its founding by the command line;
its daemon, and who types there. For tests of what is said to people."""
import json, os, shutil, subprocess, tempfile
from kcd import KAOCHENGD, Served, kaocheng

NOW = '2022-07-04T01:00:00Z'
ADMINS = ('--as', 'admin.1', '--as', 'admin.2')
ESTAB = ('--as', 'estab.1')
ACTORS = (('G19.head', 'head', 'G19'), ('G02.judge', 'assessor', 'G02'),
          ('G02.judge2', 'assessor', 'G02'), ('party.1', 'go-party', None),
          ('gov.1', 'go-gov', None), ('leader.1', 'leader', None))


class City:
    """Its ledger is l/, below `top`; K1 and R1 are issued to G19, nothing is
    to G02. Where it stops, so does the test."""

    def __init__(self, *init):
        self.top, self.now = tempfile.mkdtemp(prefix='kc-'), NOW
        self.daemon = Served(self.top + '/l', clock=NOW)
        if '--tcp' in init:
            self.url = ('--url', 'http://' + init[init.index('--tcp') + 1])
        self.must('init', 'l', '--origin', 'example.org/city',
                  '--unprotected', *init, where=None)
        self.daemon.start()
        for code, zh, en in (('G19', '市商务局', 'Commerce'),
                             ('G02', '市统计局', 'Statistics')):
            self.must('unit', 'register', code, '--group', 'gov', '--name',
                      zh, '--name-en', en, *ESTAB)
            self.must('duty', 'register', code, '--duty', code + '-D1',
                      '--text', '统计', *ESTAB)
        for actor, role, unit in ACTORS:
            self.must('key', 'new', actor, '--unprotected', at=None)
            self.must('actor', 'enrol', actor, '--role', role,
                      *(('--unit', unit) if unit else ()), *ADMINS)
        self.must('grant', 'issue', 'GR-1', '--assessor', 'G02', '--scope',
                  'all', '--from', '2022-01-01', '--until', '2023-04-30',
                  *ESTAB)
        self.plan()

    def plan(self):
        for name, of, source, weight, who in (
                ('K1', 'key', 'city-key', '70', ESTAB),
                ('R1', 'routine', 'handed-down', '20', ('--as', 'G19.head'))):
            self.must('target', 'draft', name, '--unit', 'G19', '--year',
                      '2022', '--class', of, '--source', source, '--duty',
                      'G19-D1', '--weight', weight, '--assessor', 'G02',
                      '--title', '题', *who)
            self.must('target', 'submit', name, *who)
            self.must('target', 'approve-first', name, *ESTAB)
            self.must('target', 'approve-second', name, '--as', 'party.1',
                      '--as', 'gov.1')
            self.must('target', 'read', name, '--as', 'leader.1')
        self.must('list', 'issue', 'G19', '--year', '2022', *ESTAB)

    def run(self, *argv, where='l', at=NOW, **env):
        """Somebody types this; `where` None: and says where the ledger is."""
        if at is not None and '--as' in argv and '--at' not in argv:
            argv += ('--at', at)
        return kaocheng(*argv, home=self.top, KAOCHENG_DIR=where,
                        **dict({'LANG': 'C.UTF-8'}, **env))

    def must(self, *argv, at=NOW, **more):
        if argv[0] == 'init':
            argv += ('--at', at)
        r = self.run(*argv, '--yes', at=at, **more)
        if r.returncode:
            raise SystemExit('%s: %s' % (argv, r.stderr))
        return r

    def do(self, *argv, **more):
        """Somebody types this on the day that it is."""
        return self.run(*argv, '--yes', at=self.now, **more)

    def asked(self, who, *argv):
        """Over the port that was given with --tcp, as somebody."""
        return self.run(*argv, *self.url, '--as', who, '--keys', 'l/keys',
                        at=None)

    def enrol(self, who, role, *more):
        """Who is not there yet, with a key of its own."""
        if self.run('actor', 'show', who, at=None).returncode:
            self.must('key', 'new', who, '--unprotected', at=None)
            self.must('actor', 'enrol', who, '--role', role, *more, *ADMINS,
                      at=self.daemon.clock)

    def view(self, *argv, **more):
        r = self.run(*argv, '--json', at=None, **more)
        return json.loads(r.stdout) if r.returncode == 0 else {'bad': r.stderr}

    def day(self, to):
        """The daemon begins anew on that day; its clerk writes what is due."""
        self.daemon.stop()
        self.now = self.daemon.clock = to + 'T01:00:00Z'
        self.daemon.start()

    def path(self, name):
        return os.path.join(self.top, name)

    def put(self, name, data=''):
        with open(self.path(name), 'wb') as f:
            f.write(data if isinstance(data, bytes) else data.encode())
        return name

    def served(self, *argv):
        """The daemon's program, to its end."""
        return subprocess.run(
            [KAOCHENGD, *argv], cwd=self.top, capture_output=True, text=True,
            env={'PATH': os.environ['PATH'], 'HOME': self.top},
            stdin=subprocess.DEVNULL, timeout=20)

    def remove(self):
        self.daemon.kill()
        shutil.rmtree(self.top, ignore_errors=True)
