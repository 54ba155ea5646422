# SPDX-License-Identifier: Apache-2.0
"""The way of docs/OPERATIONS.md: install, found, start; a statement from an
ordinary user. Then what systemd says of the units that run."""
import glob, json, os, pwd, re, stat

from said import (DIR, HERE, edit, good, journal, note, ok, prop, run, same,
                  until, write)

ORIGIN = 'example.org/boot'
UNITS = ('kaochengd.service', 'kaocheng-witness.service')
# What one's own long words are for: people have a passphrase each.
PASS = {'zhao': 'the long words of zhao', 'kaocheng': 'of who administers'}


def install():
    r = run('apt-get', 'install', '-y', *glob.glob(HERE + '/now/*.deb'))
    good('apt-get install', r)
    for unit in UNITS + ('kaocheng-watch.timer',):
        same((prop(unit, 'LoadState'), prop(unit, 'ActiveState'),
              prop(unit, 'UnitFileState')), ('loaded', 'inactive', 'disabled'),
             unit + ' is there, and nobody starts it but the operator')
    for user, where in (('kaocheng', DIR), ('kaocheng-witness', DIR + '-witness'),
                        ('kaocheng-watch', DIR + '-watch')):
        st = os.stat(where)
        same((stat.S_IMODE(st.st_mode), st.st_uid),
             (0o700, pwd.getpwnam(user).pw_uid), where + ' is of ' + user)
    good('systemd finds no fault in the units',
         run('systemd-analyze', 'verify', '--man=no', *UNITS, 'kaocheng-watch.timer'))


def people():
    """zhao may come to the socket, qian may not."""
    for name in ('zhao', 'qian'):
        good('a user ' + name, run('useradd', '-m', '-s', '/bin/sh', name))
    good('zhao is let at the socket', run('gpasswd', '-a', 'zhao', 'kaocheng'))
    for name, words in PASS.items():
        write('/srv/words/' + name, words + '\n', 0o600)
        os.chown('/srv/words/' + name, pwd.getpwnam(name).pw_uid, 0)


def kc(user, *argv):
    return run('kaocheng', *argv, '--passphrase-file', '/srv/words/' + user,
               user=user)


def found():
    good('zhao makes a key', kc('zhao', 'key', 'new', 'zhao.estab', '--keys',
                                'keys'))
    good('and a card', kc('zhao', 'key', 'card', 'zhao.estab', 'zhao.card',
                          '--keys', 'keys', '--origin', ORIGIN))
    good('which he hands in', run('install', '-m', '0644',
                                  '/home/zhao/zhao.card', '/tmp/zhao.card'))
    r = kc('kaocheng', 'init', DIR, '--origin', ORIGIN, '--year', '2026',
           '--estab', '/tmp/zhao.card')
    good('the founding waits for zhao', r, 'waits for zhao.estab')
    notes = [n for n in glob.glob(DIR + '/founding/*.note')
             if 'by zhao.estab' in open(n).read()]
    for n in notes:
        good(os.path.basename(n) + ' goes to him', run(
            'install', '-o', 'zhao', n, '/home/zhao'))
    mine = [os.path.basename(n) for n in notes]
    good('he signs', kc('zhao', 'sign', *mine, '--as', 'zhao.estab', '--keys',
                        'keys'))
    for n in mine:
        good('and gives it back', run('install', '-o', 'kaocheng', '-g',
                                      'kaocheng', '/home/zhao/' + n,
                                      DIR + '/founding/' + n))
    good('the ledger is founded', kc('kaocheng', 'init', DIR, '--resume'))


def start():
    edit('/etc/kaocheng/kaocheng.yaml',
         ('#  tcp: "127.0.0.1:8430"', '  tcp: "127.0.0.1:8430"'),
         ('#readers:\n#  - {uid: 1000, actor: G29.liaison}', 'readers:\n'
          '  - {uid: %d, actor: zhao.estab}' % pwd.getpwnam('zhao').pw_uid))
    r = run('systemctl', 'enable', '--now', 'kaochengd')
    good('the daemon starts', r)
    ok('event=ready' in journal('kaochengd'), 'and says so in the journal',
       journal('kaochengd'))


def signs():
    run('install', '-m', '0644', DIR + '/trust', '/tmp/trust')
    r = kc('zhao', 'login', 'zhao.estab', '--socket', '/run/kaocheng/socket',
           '--keys', '/home/zhao/keys', '--trust', '/tmp/trust')
    good('zhao logs in', r)
    good('the socket answers', kc('zhao', 'status'))
    r = kc('zhao', 'unit', 'register', 'G01', '--group', 'gov', '--name',
           '市政府办公室', '--yes')
    good('he signs a statement, which stands', r)
    r = kc('zhao', 'unit', 'list', '--json')
    ok('市政府办公室' in r.stdout, 'and is read again', r)
    r = run('kaocheng', 'status', '--socket', '/run/kaocheng/socket',
            user='qian')
    ok(r.returncode != 0 and '/run/kaocheng/socket' in r.stderr,
       'who is not of the group does not reach it, and is told where', r)


def all_of_it():
    install()
    people()
    found()
    start()
    signs()
