#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The same calendar read by python's icalendar, and as octets."""
import os, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap, BUILD
from icalendar import Calendar
import datetime

t = Tap()
data = subprocess.run([os.path.join(BUILD, 'tests', 'interop', 'ics'),
                       'print'], capture_output=True, check=True).stdout
lines = data.split(b'\r\n')
t.same(lines.pop(), b'', 'lines end with CR LF')
t.ok(not any(b'\n' in x or b'\r' in x for x in lines), 'and have no other')
t.ok(max(map(len, lines)) <= 75, 'none is longer than 75 octets')
bad = 0
for x in lines:
    try:
        x.decode()
    except UnicodeDecodeError:
        bad += 1
t.same(bad, 0, 'no character is broken between two')
cal = Calendar.from_ical(data)
events = [c for c in cal.walk('VEVENT')]
todos = [c for c in cal.walk('VTODO')]
t.same((len(events), len(todos)), (200, 200), 'icalendar reads all of it')
t.same((str(cal['VERSION']), str(cal['X-WR-CALNAME'])),
       ('2.0', '考成期限，联络员'), 'and what it is')
t.same([e.errors for e in events + todos if e.errors], [], 'without a fault')
t.ok(all(isinstance(e['DTSTART'].dt, datetime.date) and
         not isinstance(e['DTSTART'].dt, datetime.datetime) and
         e['DTEND'].dt - e['DTSTART'].dt == datetime.timedelta(days=1)
         for e in events), 'events are whole days')
PAIRS = {('CONFIRMED', 'NEEDS-ACTION'), ('TENTATIVE', 'NEEDS-ACTION'),
         ('CANCELLED', 'COMPLETED'), ('CANCELLED', 'CANCELLED')}
t.ok(all(d['DUE'].dt == e['DTSTART'].dt and d['SUMMARY'] == e['SUMMARY'] and
         (str(e['STATUS']), str(d['STATUS'])) in PAIRS and
         ('COMPLETED' in d) == (d['STATUS'] == 'COMPLETED')
         for e, d in zip(events, todos)),
     'each has its thing to do')
t.same(len({str(c['UID']) for c in events + todos}), 400,
       'no UID stands twice')
nine = set()
for e in events:
    for a in e.walk('VALARM'):
        at = datetime.datetime.combine(e['DTSTART'].dt, datetime.time()) + \
            a['TRIGGER'].dt
        nine.add(at.time())
t.same(nine, {datetime.time(9)}, 'alarms come at nine')
t.done()
