#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Histories that the holder of the log's key would like to have been: entries
cut, swapped, stamped anew, and all signed again. What a later author has seen
cannot be one of them; what nobody has seen yet can, and is counted."""
import base64, json, os, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from datetime import datetime, timedelta
from forge import *
from kcd import Tap

t = Tap()
OLD = 5000  # entries under the earlier checkpoint


def report(leaves, *more):
    """exit code, failed stages, what the log's key alone covers"""
    path = save(files_of(renumber(leaves)))
    done = subprocess.run([VERIFY, '--json', *more, path],
                          capture_output=True, timeout=60)
    said = json.loads(done.stdout)
    failed = ','.join(s['stage'] for s in said['stages']
                      if s.get('ok') is False)
    return done.returncode, failed, said.get('covered_by_log_key_only')


def earlier(leaves, size, name):
    path = os.path.join(TOP, name)
    write(path, checkpoint(size, fold([leaf_hash(x) for x in leaves[:size]])))
    return path


def refused(leaves, name, old, size=None):
    """As signed anew, with and without an earlier checkpoint; of the log as
    far as a later author is sure to have seen it."""
    leaves = leaves[:size]
    code, stages, _ = report(leaves)
    t.ok(code == 10 and 'seen' in stages, name, (code, stages))
    code, stages, _ = report(leaves, '--at-least', old)
    t.ok(code == 10 and ('seen' in stages or 'tree' in stages),
         name + ', with an earlier checkpoint', (code, stages))


def stamped(leaf, seconds):
    word = head(leaf)
    at = received(leaf) + timedelta(seconds=seconds)
    word[4] = (at.strftime('%Y-%m-%dT%H:%M:%S.') + '%03dZ' % (
        at.microsecond // 1000)).encode()
    return b' '.join(word) + b'\n' + leaf.split(b'\n', 1)[1]


def without(log, *which):
    return [x for i, x in enumerate(log) if i not in which]


def find(log, name, after=0):
    return next(i for i in range(after, len(log)) if kind(log[i]) == name)


def field(leaf, name):
    """Its line, without the name."""
    return next(x for x in text_of(leaf).split(b'\n')
                if x.startswith(name + b' '))[len(name) + 1:]


def received(leaf):
    return datetime.strptime(head(leaf)[4].decode(), '%Y-%m-%dT%H:%M:%S.%fZ')


def gap(log, i):
    return (received(log[i]) - received(log[i - 1])).total_seconds()


def histories(log):
    code, stages, alone = report(log)
    t.same((code, stages), (0, ''), 'the honest year')
    old = earlier(log, OLD, 'old')
    i = find(log, 'duty.register')
    refused(log[:i] + [log[i + 1], log[i]] + log[i + 2:],
            'two independent entries swapped', old, OLD + 99)
    for name, after in (('feedback.acknowledge', 5200), ('rectify.plan', 5200),
                        ('completion.find', 0), ('indicator.report', 0)):
        i = find(log, name, after)
        # Findings come in one heap at the year's end, and are seen after it.
        refused(without(log, i), 'one %s cut out' % name, old,
                None if i > 5500 else max(i, OLD) + 300)
    i = max(i for i, x in enumerate(log) if kind(x) == 'refund.grant'
            and i < alone['from'] - 1)
    refused(without(log, i), 'a return cut out', old)
    i = next(i for i in range(1, OLD) if gap(log, i) > 600)
    for seconds in (599, -599):
        refused(log[:i] + [stamped(x, seconds) for x in log[i:]],
                'received of thousands moved by %d s' % seconds, old, OLD + 99)
    late(log, old)


def late(log, old):
    """With the help of a head of unit: the rectification that was late comes
    in time, and the expiry never was."""
    e = find(log, 'prededuct.expire')
    case = field(log[e], b'case')
    plan = max(i for i in range(e) if kind(log[i]) == 'rectify.plan' and
               field(log[i], b'case') == case)
    text = another_id(text_of(log[find(log, 'rectify.submit')]))
    for name in (b'case', b'by', b'at', b'seen'):
        text = b'\n'.join(
            name + b' ' + field(log[plan], name)
            if x.startswith(name + b' ') else x for x in text.split(b'\n'))
    put = signed(log[plan], text, key(field(log[plan], b'by').decode()))
    refused(log[:plan + 1] + [put] + log[plan + 1:e] + log[e + 1:],
            'a late rectification put in, its expiry left out', old, e + 300)


def tail(log):
    """What nobody has seen yet: all that is left to a thief."""
    code, stages, alone = report(log)
    t.ok(code == 0 and 0 < alone['from'] <= alone['to'] == len(log) - 1,
         'a year cut short, and what the key alone covers',
         (code, stages, alone))
    cut = log[:alone['from']]
    t.same(report(cut)[0], 0, 'the tail that nobody has seen can be cut')
    code, stages, _ = report(log[:alone['from'] - 1] + log[alone['from']:])
    t.ok(code == 10 and 'seen' in stages,
         'the last entry that somebody has seen cannot', (code, stages))
    t.same(report(without(log, len(log) - 1))[:2], (0, ''),
           'the last entry can be left out')
    t.same(report(log[:-1] + [stamped(log[-1], 599)])[:2], (0, ''),
           'the last entry can be stamped anew')
    whole = earlier(log, len(log), 'whole')
    t.same(report(log, '--at-least', whole), (0, '', None),
           'under a checkpoint held elsewhere nothing is left')
    t.same(report(without(log, len(log) - 1), '--at-least', whole)[:2],
           (11, 'tree'), 'nor can the last entry be left out then')
    some = earlier(log, len(log) - 2, 'some')
    t.same(report(log, '--at-least', some)[2],
           {'from': len(log) - 2, 'to': len(log) - 1},
           'a checkpoint in the tail covers what stands under it')
    witness(log)


def witness(log):
    w = key('w').cosigner()
    mine = os.path.join(TOP, 'quorum')
    write(mine, b'log %s\nwitness w %s\nquorum w\n' % (
        LOG.vkey.encode(), w.vkey.encode()))
    files = files_of(log)
    text = files['checkpoint'].split(b'\n\n')[0] + b'\n'
    files['checkpoint'] += w.cosign(text, 1700000000).encode()
    done = subprocess.run([VERIFY, '--json', '--trust', mine, save(files)],
                          capture_output=True)
    said = json.loads(done.stdout)
    t.ok(done.returncode == 0 and said['covered_by_log_key_only'] is None and
         said['witnesses'][0]['time'] == 1700000000,
         'a quorum of witnesses covers all', said)


def clerk(log):
    """The clerk's key lies beside the log's: what it has seen, it has not."""
    e = max(i for i, x in enumerate(log) if kind(x) == 'prededuct.expire')
    base = log[:e + 1]
    code, stages, alone = report(base)
    i = alone['from']
    t.ok(code == 0 and i < int(field(base[e], b'seen').split(b' ')[0]),
         'the clerk\'s word is not counted', (code, stages, alone))
    moved = renumber(base[:i] + [stamped(base[i], 1)] + base[i + 1:])
    code, stages, _ = report(moved)
    t.ok(code == 10 and 'seen' in stages,
         'with the log\'s key alone the clerk is a witness', (code, stages))
    for j in range(i + 1, len(moved)):
        size = int(field(moved[j], b'seen').split(b' ')[0])
        if size <= i:
            continue
        root = base64.b64encode(fold([leaf_hash(x) for x in moved[:size]]))
        text = text_of(moved[j]).replace(
            field(moved[j], b'seen'), b'%d %s' % (size, root))
        moved[j] = signed(moved[j], text, key('clerk'))
    t.same(report(moved)[:2], (0, ''),
           'with both keys he is none: so it is counted')


try:
    _, LOG_LEAVES = make()
    histories(LOG_LEAVES)
    tail(LOG_LEAVES[:1500])
    clerk(LOG_LEAVES)
finally:
    shutil.rmtree(TOP, ignore_errors=True)
t.done()
