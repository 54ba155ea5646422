# SPDX-License-Identifier: Apache-2.0
"""The end of a year for score_model.py: what panels think, ranks, grades, and
the list that is signed (RULES "Panels", "Ranks and grades", FORMAT "The list
of results")."""
import hashlib
from fractions import Fraction

FULL = 10000
CRITERIA = ('full', 'proper', 'benefit')
GROUPS = ('inner', 'outer', 'grass')
# POLICY: what may be left out of a text
LEFT_OUT = {'panel.inner': '50%', 'panel.outer': '30%', 'panel.grass': '20%',
            'panel.trim_from': '10', 'grade.first': '25%',
            'grade.third_below': '80.0000', 'grade.third_quota': '0%',
            'grade.tie': 'admit'}


# --- panels ----------------------------------------------------------------
def group_mean(p, ballots):
    """of one group on one unit, the marks of each; None: void"""
    if sum(any(b) for b in ballots) < int(p.keys['panel.min_ballots']):
        return None
    means = []
    for marks in zip(*ballots):
        known = sorted(m for m in marks if m)
        if len(known) >= int(p.keys['panel.trim_from']):
            known = known[1:-1]
        if known:
            means.append(Fraction(sum(known), len(known)))
    mean = sum(means) / len(means) * 20 * FULL
    return p.divide(mean.numerator, 1, mean.denominator)


class Panels:
    def __init__(self):
        self.persons = {}  # actor: the commitment
        self.cast = {}  # year: {unit: {voter: (group, marks)}}
        self.means = {}  # (year, unit): {group: mean}, once they are closed

    def of_person(self, actor):
        return self.persons.get(actor, actor)

    def open(self, year):
        self.cast[year] = {}

    def put(self, e):
        """the newest statement of a person on a unit"""
        votes = self.cast[e.number('year')].setdefault(e.one('unit'), {})
        who = self.of_person(e.one('by'))
        for voter in list(votes):
            if self.of_person(voter) == who:
                del votes[voter]
        if e.kind == 'panel.ballot':
            marks = [e.one(c) for c in CRITERIA]
            votes[e.one('by')] = e.one('group'), [
                0 if m == 'unknown' else int(m) for m in marks]

    def close(self, p, year):
        for unit, votes in self.cast[year].items():
            self.means[year, unit] = means = {}
            for group in GROUPS:
                mean = group_mean(
                    p, [marks for g, marks in votes.values() if g == group])
                if mean is not None and p.rate('panel.' + group):
                    means[group] = mean

    def base(self, p, year, unit, objective):
        """what they think of it, and the base of its score"""
        means = self.means.get((year, unit))
        if not means:
            return 0, objective
        weight = sum(p.rate('panel.' + g) for g in means)
        sums = sum(p.rate('panel.' + g) * m for g, m in means.items())
        panel, share = p.divide(sums, 1, weight), p.rate('panel.share')
        return panel, p.divide(
            objective * (FULL - share) + panel * share, 1, FULL)


# --- ranks and grades -------------------------------------------------------
def standing(r):
    return r['total'], r['key'], -(r['negative'] + r['retained'])


def rank(rows):
    """over all, and in the group with how many it has"""
    for r in rows:
        group = [] if r['group'] == 'apart' else [
            o for o in rows if o['group'] == r['group']]
        r['rank'] = 1 + sum(standing(o) > standing(r) for o in rows)
        r['group_ranked'] = len(group) or None
        r['group_rank'] = 1 + sum(standing(o) > standing(r)
                                  for o in group) if group else None
        r['alike'] = sum(standing(o) == standing(r) for o in group)


def grade(p, r):
    n = r['group_ranked']
    if n is None:
        return None
    best, last = r['group_rank'], r['group_rank'] + r['alike'] - 1
    first = n * p.rate('grade.first') // FULL
    above = n - n * p.rate('grade.third_quota') // FULL
    lenient = p.keys['grade.tie'] == 'admit'
    if r['total'] < p.points('grade.third_below'):
        return 'third'
    if (best if lenient else last) <= first:
        return 'first'
    return 'third' if (best if lenient else last) > above else 'second'


def ruled(given, least, dispute):
    """the better of what its place gives and what a ruling does, and which
    ruling it is by"""
    grades = 'first', 'second', 'third'
    better = least and given and grades.index(least) < grades.index(given)
    return (least, dispute) if better else (given, None)


# --- the list ---------------------------------------------------------------
def e4(n):
    return '%d.%04d' % divmod(n, FULL)


def list_hash(origin, year, version, rows, graded):
    text = ('kaocheng/v1 results\nledger %s\nyear %d\nversion %d\nlist %s\n' %
            (origin, year, version, 'graded' if graded else 'draft'))
    for r in rows:
        places = [r[k] or '-' for k in ('rank', 'group_rank', 'group_ranked')]
        text += ' '.join(
            ['unit', r['unit'], r['group']] +
            [e4(r[k]) for k in ('total', 'key', 'routine', 'dynamic',
                                'credit', 'panel', 'negative', 'retained',
                                'bonus')] +
            [str(w) for w in places] +
            [graded and r['grade'] or '-'] +
            (graded and r['ruling'] and ['ruling', r['ruling']] or [])) + '\n'
    return 'sha256:' + hashlib.sha256(text.encode()).hexdigest()
