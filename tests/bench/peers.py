#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a user would pick instead, on the same machine in the same run: appends
beside plain INSERTs of the same bytes into PostgreSQL, a replay beside ledger
and hledger, which balance a journal of as many transactions. Prints figures
and ratios, "name value unit" a line; nothing decides by them.

    peers.py BUILD [--smoke]

All of it lies under BUILD/peers, on one file system, and is removed at the end.
The server is started for it, listens on a Unix socket there and nowhere else,
and is stopped. Ends with 77 where a package is missing ("make deps-bench")."""
import glob, os, pwd, re, resource, shutil, subprocess, sys, tempfile

CLIENTS = 64
SECONDS = 5           # of a measurement of PostgreSQL,
TRIES = 3             # of so many
TRANSACTIONS = 200000  # of a journal: REPLAYED in bench.c
UNITS = 88


def fail(text, code=1):
    print('peers: ' + text, file=sys.stderr)
    sys.exit(code)


def line(name, value, unit):
    print('%s %.4g %s' % (name, value, unit), flush=True)


def ours(build, top, percent, part, extra=()):
    out = subprocess.run(
        [build + '/tests/bench/bench', '-p', str(percent), '-t', top, *extra,
         build + '/bin', part], stdout=subprocess.PIPE, text=True)
    if out.returncode != 0:
        fail('the bench itself fails')
    figures = {}
    for text in out.stdout.splitlines():
        name, value, unit = text.split(' ', 2)
        figures[name] = float(value)
        print(text, flush=True)
    return figures


# --- PostgreSQL ---------------------------------------------------------------
class Server:
    """A cluster of its own, as a user without rights: it takes no root."""

    def __init__(self, bin_dir, top):
        self.bin = bin_dir
        self.data = top + '/pg'
        # A path of more than 107 bytes is no socket's.
        self.run_dir = tempfile.mkdtemp(prefix='kc-pg-')
        self.user = None
        os.mkdir(self.data, 0o700)
        if os.getuid() == 0:
            self.user = pwd.getpwnam('postgres')
            for path in (self.data, self.run_dir):
                os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def run(self, program, *args, **more):
        who = {}
        if self.user is not None:
            who = {'user': self.user.pw_uid, 'group': self.user.pw_gid,
                   'extra_groups': []}
        return subprocess.run([self.bin + '/' + program, *args], check=True,
                              stdout=subprocess.PIPE, text=True,
                              cwd=self.run_dir, **who, **more).stdout

    def start(self):
        self.run('initdb', '-D', self.data, '-U', 'bench', '-A', 'trust',
                 '-E', 'UTF8', '--locale=C')
        with open(self.data + '/postgresql.conf', 'a') as f:
            f.write("listen_addresses = ''\n"
                    "unix_socket_directories = '%s'\n"
                    'max_connections = 100\n'
                    'synchronous_commit = on\nfsync = on\n' % self.run_dir)
        self.run('pg_ctl', '-D', self.data, '-l', self.data + '/log', '-w',
                 'start')
        self.run('psql', '-q', '-h', self.run_dir, '-U', 'bench', '-d',
                 'postgres', '-c', 'CREATE TABLE log ('
                 'seq bigserial PRIMARY KEY, note text NOT NULL)')

    def stop(self):
        if os.path.exists(self.data + '/postmaster.pid'):
            self.run('pg_ctl', '-D', self.data, '-w', '-m', 'fast', 'stop')
        shutil.rmtree(self.run_dir, ignore_errors=True)

    def inserts(self, note, clients, prepared, seconds):
        """Rows a second, one a transaction."""
        script = self.run_dir + '/insert.sql'
        with open(script, 'w') as f:
            f.write('INSERT INTO log (note) VALUES (%s);\n' %
                    (':note' if prepared else '$note$%s$note$' % note))
        os.chmod(script, 0o644)
        out = self.run('pgbench', '-n', '-h', self.run_dir, '-U', 'bench',
                       '-f', script, '-c', str(clients), '-j',
                       str(min(clients, 2)), '-T', str(seconds), '-M',
                       'prepared' if prepared else 'simple',
                       *(['-D', 'note=' + note] if prepared else []),
                       'postgres', stderr=subprocess.DEVNULL)
        return float(re.search(r'^tps = ([0-9.]+)', out, re.M).group(1))


def postgres(top, note, seconds):
    found = sorted(glob.glob('/usr/lib/postgresql/15/bin'))
    server = Server(found[0], top)
    rates = {}
    try:
        server.start()
        for name, clients, prepared in (
                ('64', CLIENTS, False), ('64_prepared', CLIENTS, True),
                ('one', 1, False), ('one_prepared', 1, True)):
            # The best of three: others may run beside us.
            rates[name] = max(
                server.inserts(note, clients, prepared, seconds)
                for _ in range(TRIES))
            line('pg_%s_per_s' % name, rates[name], '1/s')
    finally:
        server.stop()
    return rates


# --- ledger, hledger ----------------------------------------------------------
def journal(path, n):
    """Points taken from a unit, for each of n reports."""
    with open(path, 'w') as f:
        for i in range(n):
            f.write('2022/%02d/%02d * report %d\n'
                    '    points:unit%d  %d.%04d\n'
                    '    reserve:unit%d\n\n'
                    % (i // 28 % 12 + 1, i % 28 + 1, i, i % UNITS, i % 97,
                       i % 10000, i % UNITS))


def balance(program, path, n):
    """Transactions a second of processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([program, '-f', path, 'balance'], check=True,
                   stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    rate = n / (after.ru_utime + after.ru_stime - before.ru_utime -
                before.ru_stime)
    line('%s_transactions_per_s' % program, rate, '1/s')
    return rate


def main():
    smoke = '--smoke' in sys.argv[2:]
    if len(sys.argv) < 2:
        fail('usage: peers.py BUILD [--smoke]', 2)
    build = os.path.abspath(sys.argv[1])
    lacks = [p for p in ('ledger', 'hledger') if shutil.which(p) is None]
    if not glob.glob('/usr/lib/postgresql/15/bin/pgbench'):
        lacks.append('postgresql-15')
    if lacks:
        fail('not installed: %s (make deps-bench)' % ' '.join(lacks), 77)
    os.makedirs(build, exist_ok=True)
    top = tempfile.mkdtemp(prefix='peers-', dir=build)
    os.chmod(top, 0o755)
    percent, n = (1, TRANSACTIONS // 100) if smoke else (100, TRANSACTIONS)
    try:
        append = ours(build, top, percent, 'append', ['-o', top + '/note'])
        with open(top + '/note') as f:
            pg = postgres(top, f.read(), 1 if smoke else SECONDS)
        replay = ours(build, top, percent, 'replay')
        journal(top + '/journal', n)
        others = {p: balance(p, top + '/journal', n)
                  for p in ('ledger', 'hledger')}
    except subprocess.CalledProcessError as e:
        fail('%s: exit %d' % (e.cmd[0], e.returncode))
    finally:
        shutil.rmtree(top, ignore_errors=True)
    line('ratio_pg_64', append['append_single_per_s'] / pg['64'],
         'singles of 64 clients beside plain INSERTs')
    line('ratio_pg_64_prepared',
         append['append_batch_per_s'] / pg['64_prepared'],
         'batches beside prepared INSERTs')
    line('ratio_pg_one', append['append_sequential_per_s'] / pg['one'],
         'one client beside one')
    for name, rate in others.items():
        line('ratio_%s_replay' % name,
             replay['replay_entries_per_s_core'] / rate,
             'entries beside transactions, of processor')


main()
