#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second model of the scores, from docs/RULES.md, POLICY.md and FORMAT.md.

Reads an exported ledger (FORMAT "Export"), takes its entries for granted, and
prints a line of JSON for each unit and year with an issued list, and one for
each list of results that was signed, with the hash that it should have. It
shares no code with the program and verifies nothing: it only counts.

    score_model.py DIRECTORY
"""
import json
import sys

import year_end
from log_export import FULL, Entry, leaves, points
from policy_text import Policy


# --- the state -------------------------------------------------------------
class Target:
    def __init__(self, entry, cls):
        self.unit = entry.one('unit')
        self.year = entry.number('year')
        self.cls = cls
        self.weight = entry.points('weight')
        self.rate = None
        self.withdrawn = False


class Case:
    """a pre-deduction"""

    def __init__(self, entry, target, policy):
        self.target = target
        self.policy = policy
        self.effect = entry.one('effect')
        self.standard = entry.points('standard')
        self.deducted = self.returned = 0
        self.counts = self.final = self.unmet = False

    def confirm(self):
        share = {'full': FULL, 'half': self.policy.rate('pd.half'),
                 'exempt': 0}[self.effect]
        self.deducted = self.policy.divide(self.standard, share, FULL)
        self.counts = self.effect != 'exempt'

    def give_back(self, rate):
        self.returned = self.deducted * rate // FULL
        self.unmet = rate < self.policy.rate('pd.met')
        self.final = True


class Event:
    """of the negative list"""

    def __init__(self, entry):
        self.unit = entry.one('unit')
        self.year = int(entry.one('on')[:4])
        self.item = entry.number('item')
        self.amount = entry.points('amount')
        self.case = entry.one('case')
        self.counts = False


# What the grades of bonuses are worth where a text does not say (POLICY).
SCALE = {'incentive': '1.0000', 'national': '1.0000', 'provincial': '0.8000',
         'main_leader': '0.5000', 'vice_leader': '0.3000', 'first': '1.0000',
         'advance': '0.5000'}


class Bonus:
    def __init__(self, entry, policy):
        self.unit = self.claimed_by = entry.one('unit')
        self.year = entry.number('year')
        self.situation = entry.one('situation')
        self.policy = policy
        self.points = 0
        self.counts = False
        self.complete(entry)

    def complete(self, entry):
        self.merit = entry.one('merit') or self.merit
        self.grade = entry.one('grade') or self.grade

    def grant(self, grade):
        key = (grade or self.grade).replace('-', '_')
        self.points = points(self.policy.keys.get('bonus.' + key, SCALE[key]))
        self.counts = True


class Ledger:
    def __init__(self):
        self.policy = None
        self.years = {}  # year: the policy of its opening
        self.epoch = 0
        self.targets = {}
        self.adjusts = {}
        self.cases = {}
        self.events = {}
        self.bonuses = {}  # in the order of their claims
        self.lists = set()
        self.counters = {}
        self.origin = None
        self.groups = {}  # of units
        self.panels = year_end.Panels()
        self.ends = {}  # handle of a year's end: year, and which version
        self.published = {}  # year: its rows
        self.forms = {}  # of results: year and unit
        self.regrades = {}  # year and unit: grade at the least, its dispute
        self.signed = []  # lists of results

    def handle(self, sort, year):
        n = self.counters[sort, year] = self.counters.get((sort, year), 0) + 1
        return '%s-%d-%04d' % (sort, year, n)

    def apply(self, e):
        act = getattr(self, e.kind.replace('.', '_'), None)
        if act is not None:
            act(e)

    def ledger_open(self, e):
        self.origin = e.one('ledger')
        self.epoch = e.number('epoch')

    def rules_adopt(self, e):
        self.epoch = e.number('epoch')

    def unit_register(self, e):
        self.groups[e.one('unit')] = e.one('group')

    def actor_enrol(self, e):
        if e.one('person'):
            self.panels.persons[e.one('actor')] = e.one('person')

    person_commit = actor_enrol

    def policy_adopt(self, e):
        self.policy = Policy(e.one('text'))

    def cycle_open(self, e):
        self.years[e.number('year')] = self.policy

    def law(self, year):
        """a year's own policy judges what is of it, from epoch 3 on"""
        return self.years[year] if self.epoch >= 3 else self.policy

    # targets
    def target_draft(self, e):
        self.targets[e.one('target')] = Target(e, e.one('class'))

    def target_revise(self, e):
        self.targets[e.one('target')].weight = e.points('weight')

    def target_withdraw(self, e):
        self.targets[e.one('target')].withdrawn = True

    def target_remove(self, e):
        self.targets[e.one('target')].withdrawn = True
        for code, gain in zip(e.fields.get('into', []),
                              e.fields.get('gain', [])):
            self.targets[code].weight += points(gain)

    # what a proposal changes holds once it was read
    def target_adjust(self, e):
        year = self.targets[e.one('target')].year
        self.adjusts[self.handle('AJ', year)] = e

    def adjust_read(self, e):
        a = self.adjusts[e.one('adjust')]
        if a.one('weight') is not None:
            self.targets[a.one('target')].weight = a.points('weight')
        for code, weight in zip(a.fields.get('other', []),
                                a.fields.get('other_weight', [])):
            self.targets[code].weight = points(weight)

    def target_add(self, e):
        self.targets[e.one('target')] = Target(e, 'dynamic')

    def list_issue(self, e):
        self.lists.add((e.one('unit'), e.number('year')))

    def completion(self, e):
        self.targets[e.one('target')].rate = e.number('rate')

    completion_find = completion_correct = completion_amend = completion

    # pre-deductions
    def prededuct_decide(self, e):
        target = self.targets[e.one('target')]
        name = self.handle('PD', target.year)
        self.cases[name] = Case(e, e.one('target'), self.law(target.year))
        if e.one('negative'):
            self.events[e.one('negative')].case = name

    def prededuct_confirm(self, e):
        self.cases[e.one('case')].confirm()

    def falls(self, e):
        self.cases[e.one('case')].counts = False

    prededuct_withdraw = prededuct_revoke = falls

    def refund_grant(self, e):
        self.cases[e.one('case')].give_back(e.number('rate'))

    def refund_correct(self, e):
        self.cases[e.one('case')].give_back(e.number('rate'))

    def prededuct_expire(self, e):
        case = self.cases[e.one('case')]
        case.final = case.unmet = True

    def extension_allow(self, e):
        case = self.cases[e.one('case')]
        case.final = case.unmet = False

    def prededuct_reduce(self, e):
        case = self.cases[e.one('case')]
        case.deducted = e.points('deducted')
        case.returned = e.points('returned')

    # the negative list
    def negative_propose(self, e):
        event = Event(e)
        self.events[self.handle('N', event.year)] = event

    def negative_confirm(self, e):
        self.events[e.one('negative')].counts = True

    def negative_falls(self, e):
        self.events[e.one('negative')].counts = False

    negative_withdraw = negative_revoke = negative_falls

    def negative_reduce(self, e):
        self.events[e.one('negative')].amount = e.points('amount')

    # bonuses
    def bonus_claim(self, e):
        year = e.number('year')
        self.bonuses[self.handle('B', year)] = Bonus(e, self.law(year))

    def bonus_complete(self, e):
        self.bonuses[e.one('bonus')].complete(e)

    def bonus_grant(self, e):
        self.bonuses[e.one('bonus')].grant(e.one('grade'))

    def bonus_cancel(self, e):
        self.bonuses[e.one('bonus')].counts = False

    def bonus_award(self, e):
        bonus = self.bonuses[e.one('bonus')]
        bonus.points = e.points('amount')
        bonus.counts = True

    # panels, and the end of a year
    def panel_open(self, e):
        self.panels.open(e.number('year'))

    def panel_ballot(self, e):
        self.panels.put(e)

    panel_recuse = panel_ballot

    def panel_close(self, e):
        year = e.number('year')
        self.panels.close(self.years[year], year)

    def end_again(self, year):
        name = self.handle('YE', year)
        self.ends[name] = year, self.counters['YE', year]

    def yearend_begin(self, e):
        self.end_again(e.number('year'))

    def year_reopen(self, e):
        year = self.ends[e.one('yearend')][0]
        self.published.pop(year)
        self.end_again(year)

    def sign(self, e):
        year, version = self.ends[e.one('yearend')]
        rows = self.rows(year)
        self.signed.append({
            'year': year, 'kind': e.kind, 'signed': e.one('results'),
            'follows': year_end.list_hash(self.origin, year, version, rows,
                                          e.kind != 'yearend.draft')})
        return year, rows

    yearend_draft = yearend_grade = yearend_approve = sign

    def yearend_publish(self, e):
        year, rows = self.sign(e)
        self.published[year] = rows

    def result_feed_back(self, e):
        year = self.ends[e.one('yearend')][0]
        self.forms[self.handle('RF', year)] = year, e.one('unit')

    def result_regrade(self, e):
        self.regrades[self.forms[e.one('result')]] = (
            e.one('grade'), e.one('dispute'))

    # units that end, or part (RULES "Units that end, or part")
    def reform(self, e, goes, ends):
        unit, to, year = e.one('unit'), e.one('successor'), int(e.one('on')[:4])
        went = set()
        for code, t in self.targets.items():
            if t.unit == unit and t.year >= year and goes(code):
                t.unit = to
                went.add(code)
                self.lists.add((to, t.year))
        for thing in [*self.events.values(), *self.bonuses.values()]:
            case = self.cases.get(getattr(thing, 'case', None))
            if thing.unit == unit and thing.year >= year and (
                    ends or (case is not None and case.target in went)):
                thing.unit = to
        if ends:
            self.lists = {(u, y) for u, y in self.lists
                          if u != unit or y < year}
        for u, y in self.lists:
            if u in (unit, to) and y >= year:
                self.lay(u, y)

    def lay(self, unit, year):
        """points of each class anew, by largest remainder"""
        for cls in ('key', 'routine', 'dynamic'):
            of = [t for t in self.targets.values() if t.cls == cls and
                  (t.unit, t.year) == (unit, year) and not t.withdrawn]
            have = sum(t.weight for t in of)
            want = self.years[year].points('points.' + cls)
            if cls == 'dynamic':
                want = min(have, want)
            parts = [divmod(t.weight * want, have) for t in of]
            left = want - sum(whole for whole, _ in parts)
            order = sorted(range(len(of)), key=lambda i: -parts[i][1])
            for rank, i in enumerate(order):
                of[i].weight = parts[i][0] + (rank < left)
            for t in of:
                if t.weight == 0:
                    max(of, key=lambda o: o.weight).weight -= 1
                    t.weight = 1

    def unit_merge(self, e):
        if e.one('successor'):
            self.reform(e, lambda code: True, True)

    unit_abolish = unit_merge

    def unit_split(self, e):
        self.reform(e, lambda code: code in e.fields['target'], False)

    # --- POLICY "Arithmetic" ---
    def capped(self, amounts, cap):
        """amounts by key: each sum capped, then all"""
        sums = {}
        for key, amount in amounts:
            sums[key] = sums.get(key, 0) + amount
        return sum(min(s, cap) for s in sums.values())

    def objective(self, p, targets):
        earned = {'key': 0, 'routine': 0, 'dynamic': 0}
        weight = dict(earned)
        for t in targets:
            weight[t.cls] += t.weight
            earned[t.cls] += t.weight if t.rate is None else p.divide(
                t.weight, min(t.rate, FULL), FULL)
        total = sum(earned.values())
        reserve = max(0, p.points('points.dynamic') - weight['dynamic'])
        mode = p.keys['reserve.mode']
        if mode == 'prorate':
            rest = 100 * FULL - reserve
            credit = p.divide(reserve, total, rest) if rest > 0 else 0
        elif mode == 'to_key':
            credit = p.divide(reserve, earned['key'], weight['key']) \
                if weight['key'] > 0 else 0
        else:
            credit = reserve if mode == 'full' else 0
        return earned, credit, total + credit

    def kept(self, p, c):
        if p.keys['pd.residual'] == 'only_if_unmet' and c.final and \
                not c.unmet:
            return 0
        return c.deducted - c.returned

    def punished_once(self, p, cases, events):
        """[(target, points)], [(item, points)]: of a pair what takes more"""
        kept = {name: self.kept(p, c) for name, c in cases.items()}
        taken = []
        for e in events:
            if e.case in kept and kept[e.case] > e.amount:
                continue
            taken.append((e.item, e.amount))
            if e.case in kept:
                kept[e.case] = 0
        return [(cases[n].target, k) for n, k in kept.items()], taken

    def gained(self, p, bonuses):
        """each capped, a merit of who claimed it at its highest (of two
        alike the first), each situation capped, then all"""
        best = {}
        for b in bonuses:
            amount = min(b.points, p.points('bonus.item_max'))
            merit = b.claimed_by, b.merit
            if merit not in best or amount > best[merit][1]:
                best[merit] = b.situation, amount
        return min(self.capped(best.values(), p.points('bonus.situation_max')),
                   p.points('bonus.total_max'))

    def score(self, unit, year):
        p = self.years[year]
        earned, credit, base = self.objective(
            p, [t for t in self.targets.values()
                if (t.unit, t.year) == (unit, year) and not t.withdrawn])
        cases = {n: c for n, c in self.cases.items() if c.counts and
                 (self.targets[c.target].unit,
                  self.targets[c.target].year) == (unit, year)}
        kept, taken = self.punished_once(
            p, cases, [e for e in self.events.values() if e.counts and
                       (e.unit, e.year) == (unit, year)])
        negative = self.capped(taken, p.points('neg.item_max'))
        retained = min(self.capped(kept, p.points('pd.cap_target')),
                       p.points('pd.cap_unit'))
        bonus = self.gained(
            p, [b for b in self.bonuses.values() if b.counts and
                (b.unit, b.year) == (unit, year)])
        panel, base = self.panels.base(p, year, unit, base)
        return {'unit': unit, 'year': year, 'group': self.groups[unit],
                **earned, 'credit': credit, 'panel': panel, 'base': base,
                'negative': negative, 'bonus': bonus,
                'deducted': sum(c.deducted for c in cases.values()),
                'returned': sum(c.returned for c in cases.values()),
                'retained': retained,
                'total': max(base - negative - retained + bonus,
                             p.points('score.floor'))}

    def rows(self, year):
        """its scores with ranks and grades"""
        rows = [self.score(u, y) for u, y in sorted(self.lists) if y == year]
        year_end.rank(rows)
        for r in rows:
            r['grade'], r['ruling'] = year_end.ruled(
                year_end.grade(self.years[year], r),
                *self.regrades.get((year, r['unit']), (None, None)))
        return rows

    def scores(self):
        """as they stand; and as they were published, or would be"""
        for year in sorted(self.years):
            rows = self.rows(year)
            shown = {r['unit']: r for r in self.published.get(year, rows)}
            for r in rows:
                yield {**r, 'shown': shown.get(r['unit'])}


def main():
    ledger = Ledger()
    for leaf in leaves(sys.argv[1]):
        ledger.apply(Entry(leaf))
    for row in [*ledger.signed, *ledger.scores()]:
        print(json.dumps(row))


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
