# SPDX-License-Identifier: Apache-2.0
"""An export judged by our verifier, and by the checker that knows none of our
code (docs/check)."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', '..', 'docs', 'check'))
sys.dont_write_bytecode = True
import check_ledger
from forge import *
from kcd import Tap

t = Tap()


def expect(path, want, name, *more):
    t.same(verify(path, *more), want, name)


def without_us(path, want, name, at_least=None):
    """The independent checker says the same, but for the rules."""
    try:
        check_ledger.check(path, LOG.vkey, at_least)
        got = (0,)
    except check_ledger.Found as e:
        got = e.args
    t.ok(got[0] in ((0, 12) if want == 12 else (want,)),
         'without our software: ' + name, (got, want))
