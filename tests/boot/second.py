# SPDX-License-Identifier: Apache-2.0
"""After the machine was booted again."""
from said import good, ok, prop, run, same, until


def all_of_it():
    ok(until(lambda: prop('kaochengd', 'ActiveState') == 'active'),
       'the daemon is up again by itself', run('systemctl', 'status',
                                               'kaochengd').stdout)
