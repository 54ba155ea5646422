# SPDX-License-Identifier: Apache-2.0
"""A small city whose reports cite evidence: a unit with two indicators, which
stats.1 reports."""
import hashlib, os, tempfile
from kcd import Served, Tap, kaocheng

AT = '2022-01-10T01:00:00Z'
t = Tap()
top = tempfile.mkdtemp(prefix='kc-evidence-')
L = top + '/ledger'


def run(*argv, **env):
    return kaocheng(*argv, home=top, text=False, **env)


def sign(*argv):
    return run(*argv, '--dir', L, '--yes', '--at', AT)


def file(name, data):
    with open(os.path.join(top, name), 'wb') as f:
        f.write(data)
    return name, hashlib.sha256(data).hexdigest()


def found(origin):
    """The daemon of that city."""
    t.good('a ledger', run('init', L, '--origin', origin, '--at', AT,
                           '--unprotected'))
    d = Served(L, clock=AT).start()
    t.good('a key', run('key', 'new', 'stats.1', '--dir', L, '--unprotected'))
    t.good('the statistics office', sign(
        'actor', 'enrol', '--actor', 'stats.1', '--role', 'stats', '--as',
        'admin.1', '--as', 'admin.2'))
    t.good('a unit', sign('unit', 'register', 'U1', '--group', 'gov', '--name',
                          'Roads', '--as', 'estab.1'))
    for name in ('I1', 'I2'):
        t.good('an indicator', sign(
            'indicator', 'register', name, '--unit', 'U1', '--direction',
            'higher', '--measure', 'km', '--name', 'roads ' + name, '--as',
            'estab.1'))
    return d


def report(quarter, *more):
    return sign('indicator', 'report', 'I1', '--quarter', quarter, '--value',
                '12', *more, '--as', 'stats.1')
