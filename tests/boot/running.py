# SPDX-License-Identifier: Apache-2.0
"""Units that run: what they may, what they say, how they end and begin."""
import os, re, signal

import first
from said import (DIR, edit, good, journal, note, ok, prop, run, same, until,
                  write)

DAEMON, WITNESS = 'kaochengd.service', 'kaocheng-witness.service'
CONFIG = '/etc/kaocheng/kaocheng.yaml'


def status(pid):
    with open('/proc/%d/status' % pid) as f:
        return dict(l.rstrip('\n').split(':\t', 1) for l in f if ':\t' in l)


def processes(unit):
    """Of a unit: its programs, by the name of their file."""
    pids = {}
    for p in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/cgroup' % p) as f:
                if '/' + unit in f.read():
                    name = os.readlink('/proc/%s/exe' % p)
                    pids[os.path.basename(name)] = int(p)
        except OSError:
            pass  # it has ended, or is the kernel's
    return pids


def confined(unit, *names):
    """Each process of it gave up what the kernel lets it give up."""
    found = processes(unit)
    same(sorted(found), sorted(names), unit + ' is these programs, apart')
    for name, pid in found.items():
        s = status(pid)
        same((s['NoNewPrivs'], s['Seccomp'], int(s['CapEff'], 16),
              int(s['CapBnd'], 16), '0' in s['Uid'].split()),
             ('1', '2', 0, 0, False),
             name + ' has no privilege, and only its calls')
    r = run('systemd-analyze', 'security', '--no-pager', '--threshold=15',
            unit)
    good(unit + ' is exposed by at most 1.5, as it runs', r, 'Overall exposure')
    note(r.stdout.strip().splitlines()[-1])


def active(unit):
    return until(lambda: prop(unit, 'ActiveState') == 'active')


def restart(unit):
    good(unit + ' starts again', run('systemctl', 'restart', unit))


def reload():
    pid = prop(DAEMON, 'MainPID')
    edit(CONFIG, ('listen:', 'log_level: debug\nlisten:'))
    good('systemctl reload', run('systemctl', 'reload', DAEMON))
    ok(until(lambda: 'event=reloaded' in journal(DAEMON)),
       'the daemon has read its settings again', journal(DAEMON, '-n', '20'))
    same(prop(DAEMON, 'MainPID'), pid, 'and is the same process')


def killed():
    """As the kernel does where memory is short."""
    pid = int(prop(DAEMON, 'MainPID'))
    os.kill(pid, signal.SIGKILL)
    ok(until(lambda: prop(DAEMON, 'MainPID') not in ('0', str(pid)) and
             prop(DAEMON, 'ActiveState') == 'active'),
       'a daemon that is killed is started again', journal(DAEMON, '-n', '20'))
    signer = processes(DAEMON)['kaocheng-signer']
    os.kill(signer, signal.SIGKILL)
    good('a statement stands, whose head another signer signs', first.kc(
        'zhao', 'unit', 'register', 'G09', '--group', 'gov', '--name',
        '第九局', '--yes'))
    ok(until(lambda: processes(DAEMON).get('kaocheng-signer') not in
             (None, signer)), 'a signer is there again, by the daemon',
       journal(DAEMON, '-n', '20'))


def witnessed():
    r = run('kaocheng-witness', '-c', '/etc/kaocheng/witness.yaml', '--new',
            'witness.boot.example.org', user='kaocheng-witness')
    good('a witness makes its key', r, 'witness.boot.example.org+')
    key = re.search(r'witness\.boot\.example\.org\+\S+', r.stdout).group(0)
    log = re.search(r'^log (\S+)', open(DIR + '/trust').read(), re.M).group(1)
    edit('/etc/kaocheng/witness.yaml', (
        'audit.example.org/ledger+ed2f384c+AZsfhHkc/HZjBFhU04netcqVRJ2HXydqg4'
        'QLBgqznPxx', log))
    good('the witness starts', run('systemctl', 'enable', '--now', WITNESS))
    with open(CONFIG, 'a') as f:
        f.write('witnesses:\n  quorum: 1\n  list:\n    - {url: '
                '"http://127.0.0.1:8440", key: "%s"}\n' % key)
    restart(DAEMON)
    ok(until(lambda: re.search('event=witness .*state=signs',
                               journal(DAEMON))),
       'it signs the head of the ledger', journal(DAEMON, '-n', '20'))
    r = run('kaocheng-witness', '-c', '/etc/kaocheng/witness.yaml', '--show',
            user='kaocheng-witness')
    good('and shows it', r, 'example.org/boot')
    confined(WITNESS, 'kaocheng-witness')


def reminds():
    """A message goes out of the unit's own confinement into a folder of which
    the operator says that it may be written."""
    r = run('install', '-d', '-o', 'kaocheng', '-m', '0700', '/srv/reminders')
    good('a folder for reminders', r)
    with open(CONFIG, 'a') as f:
        f.write('remind:\n  link: https://kaohe.example.org/\n'
                '  file: {dir: /srv/reminders}\n')
    write('/etc/systemd/system/kaochengd.service.d/remind.conf',
          '[Service]\nReadWritePaths=/srv/reminders\nExecStartPost=/usr/bin/'
          'kaochengd -c %s --try-reminder file:zhao.estab:zh\n' % CONFIG)
    run('systemctl', 'daemon-reload')
    restart(DAEMON)
    ok(len(os.listdir('/srv/reminders')) == 1, 'a message is in it',
       journal(DAEMON, '-n', '30'))
    confined(DAEMON, 'kaochengd', 'kaocheng-signer', 'kaocheng-sender')


def runs_a_gateway():
    """A program of the operator's, under all that the unit denies, has the
    message and the files that are named for it, and no other."""
    write('/usr/local/bin/gateway', '#!/bin/sh\ncat >/srv/reminders/sent\n'
          'cat /var/lib/kaocheng/trust >/srv/reminders/taken 2>/dev/null\n'
          'exit 0\n', 0o755)
    good('zhao has a telephone', run(
        'kaocheng', 'people', 'edit', 'zhao.estab', 'name=赵一',
        'phone=+86 138-0000-0000', 'channels=command', '--dir', DIR, '--yes', user='kaocheng'))
    edit(CONFIG, ('  file: {dir: /srv/reminders}', '  command: {argv: '
                  '[/usr/local/bin/gateway], paths: [/srv/reminders]}'))
    edit('/etc/systemd/system/kaochengd.service.d/remind.conf',
         ('file:zhao.estab:zh', 'command:zhao.estab:zh'))
    run('systemctl', 'daemon-reload')
    restart(DAEMON)
    ok(os.path.exists('/srv/reminders/sent'), 'a gateway has the message',
       journal(DAEMON, '-n', '15'))
    same(os.path.getsize('/srv/reminders/taken'), 0,
         'and reads nothing of the ledger')
    confined(DAEMON, 'kaochengd', 'kaocheng-signer', 'kaocheng-sender')


def watched():
    """By a timer; a look that raises an alarm is a unit that failed."""
    run('install', '-m', '0644', DIR + '/trust', '/etc/kaocheng/watch.trust')
    edit(CONFIG, ('listen:', 'publish: entries\nlisten:'))
    restart(DAEMON)
    edit('/etc/kaocheng/watch.conf',
         ('https://kaohe.example', 'http://127.0.0.1:8430'))
    good('the monitor looks', run('systemctl', 'start', 'kaocheng-watch'))
    ok('verified to' in journal('kaocheng-watch'),
       'and says in the journal what it saw', journal('kaocheng-watch'))
    run('systemctl', 'stop', DAEMON)
    ok(run('systemctl', 'start', 'kaocheng-watch').returncode != 0 and
       prop('kaocheng-watch', 'ActiveState') == 'failed',
       'without a daemon it fails, which an operator sees')
    ok(re.search(r'^\{.*"alarm":"silent".*\}$', journal('kaocheng-watch'), re.M),
       'the alarm is in the journal, as JSON',
       journal('kaocheng-watch'))
    good('the daemon is there again', run('systemctl', 'start', DAEMON))
    run('systemctl', 'reset-failed', 'kaocheng-watch')
    write('/etc/systemd/system/kaocheng-watch.timer.d/soon.conf',
          '[Timer]\nOnBootSec=\nOnBootSec=1\nOnUnitInactiveSec=2\n'
          'RandomizedDelaySec=0\n')
    good('the timer is enabled', run('systemctl', 'enable',
                                     'kaocheng-watch.timer'))


def guarded():
    """What must be looked at is not tried again and again."""
    run('systemctl', 'stop', DAEMON)
    os.rename(DIR + '/ledger.mdb', DIR + '/away')
    ok(run('systemctl', 'start', DAEMON).returncode != 0,
       'a ledger that is gone is no new ledger')
    same((prop(DAEMON, 'ActiveState'), prop(DAEMON, 'NRestarts')),
         ('failed', '0'), 'and nobody tries it again')
    ok('rolled back' in journal(DAEMON, '-p', 'err'),
       'the journal says why, as an error', journal(DAEMON, '-n', '20'))
    for name in os.listdir(DIR):
        if name.startswith('ledger.mdb'):
            os.remove('%s/%s' % (DIR, name))
    os.rename(DIR + '/away', DIR + '/ledger.mdb')
    run('systemctl', 'reset-failed', DAEMON)
    good('put back, it starts', run('systemctl', 'start', DAEMON))


def quiet():
    """Nothing was killed by a filter of calls, and no file was not taken."""
    text = run('journalctl', '--no-pager', '-o', 'cat', '-b').stdout
    bad = [l for l in text.splitlines() if re.search(
        'SIGSYS|status=31|type=1326|no-landlock|event=sandbox|dumped core', l)]
    same(bad, [], 'no filter of calls killed anything, Landlock is there')
    ok(not re.search('kaocheng.*(Unknown|ignoring)', text),
       'systemd knows each word of the units', [
           l for l in text.splitlines() if 'ignoring' in l])
    lines = journal(DAEMON, '-p', 'info').splitlines()
    ok(any(l.startswith('event=ready ') for l in lines) and
       not any(re.match('<[0-7]>', l) for l in lines),
       'lines of the journal have their priority, and no mark of it',
       lines[-5:])


def all_of_it():
    confined(DAEMON, 'kaochengd', 'kaocheng-signer')
    reload()
    killed()
    witnessed()
    reminds()
    runs_a_gateway()
    watched()
    guarded()
    quiet()
