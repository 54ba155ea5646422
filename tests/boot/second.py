# SPDX-License-Identifier: Apache-2.0
"""After the machine was booted again: another version, back, and away."""
import glob, hashlib, os

from first import kc
from running import DAEMON, WITNESS, active, quiet
from said import DIR, HERE, good, journal, note, ok, prop, run, same, until


def again():
    for unit in (DAEMON, WITNESS):
        ok(active(unit), unit + ' is up again by itself', journal(unit))
    ok(until(lambda: 'verified to' in journal('kaocheng-watch', '-b')),
       'the timer has had the monitor look', journal('kaocheng-watch'))
    states('G01')


def states(*units):
    r = kc('zhao', 'unit', 'list')
    good('what stood in the ledger stands', r, *units)


def signs(unit):
    good('zhao signs, and it stands', kc(
        'zhao', 'unit', 'register', unit, '--group', 'gov', '--name',
        '第 %s 局' % unit, '--yes'))


def install(folder, what, *options):
    """Over what is there; the units that ran run again, as what is new."""
    before = prop(DAEMON, 'MainPID')
    r = run('apt-get', 'install', '-y', *options,
            *glob.glob('%s/%s/*.deb' % (HERE, folder)))
    good(what, r)
    ok(active(DAEMON) and active(WITNESS), 'the units run')
    ok(prop(DAEMON, 'MainPID') != before, 'they were started again')
    with open('/etc/kaocheng/kaocheng.yaml') as f:
        ok('zhao.estab' in f.read(), 'the settings are the operator\'s')


def version():
    return run('dpkg-query', '-W', '-f', '${Version}', 'kaocheng').stdout


def upgraded():
    was = version()
    install('next', 'apt-get install of the next version')
    same(version(), was + '+next', 'which is there now')
    states('G01')
    signs('G02')
    install('now', 'and of the version before', '--allow-downgrades')
    same(version(), was, 'which is there now')
    states('G01', 'G02')
    signs('G03')


def ledger():
    """All that belongs to it, but for a lock's bytes."""
    out = {}
    for d, _, names in os.walk(DIR):
        for n in names:
            if n != 'ledger.mdb-lock':
                with open(os.path.join(d, n), 'rb') as f:
                    out[os.path.join(d, n)] = hashlib.sha256(
                        f.read()).hexdigest()
    return out


def removed(verb, running):
    if not running:
        run('systemctl', 'stop', DAEMON)
    before = ledger()
    names = ['kaocheng', 'kaocheng-witness', 'kaocheng-verify',
             'libkaocheng-dev']
    good('apt-get ' + verb, run('apt-get', verb, '-y', *names))
    ok(prop(DAEMON, 'ActiveState') != 'active' and
       not os.path.exists('/usr/bin/kaochengd'), 'nothing of it runs')
    after = ledger()
    same(sorted(after), sorted(before), 'all that is the ledger\'s is there')
    ok(running or after == before, 'a ledger at rest is as it was, to the bit')
    ok(os.path.exists('/var/lib/kaocheng-witness/witness.mdb'),
       'and so is the book of the witness')
    same(os.path.exists('/etc/kaocheng/kaocheng.yaml'), verb == 'remove',
         'settings stay with remove and go with purge')


def all_of_it():
    again()
    upgraded()
    removed('remove', True)
    install('now', 'installed again')
    states('G01', 'G02', 'G03')
    quiet()
    removed('purge', False)
    left = run('dpkg-query', '-W', '-f', '${Package} ${db:Status-Abbrev}\n',
               '*kaocheng*').stdout
    ok(' ii' not in left, 'no package is left', left)
