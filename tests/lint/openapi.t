#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/openapi.yaml and docs/API.md name the routes that the daemon has, and the
documents of its views."""
import json, os, re, subprocess, sys

build = os.environ.get('BUILD', 'build')
top = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
table = subprocess.run([os.path.join(build, 'bin', 'kaochengd'), '--routes'],
                       capture_output=True, text=True, check=True).stdout
routes, public, readers = set(), set(), set()
for line in table.splitlines():
    method, path, who = line.split('\t')[0].split(' ')
    routes.add((method, path))
    if who in ('public', 'signer'):
        public.add((method, path.replace('...', '')))
    else:
        readers.add((method, path.replace('...', '')))


def read(name):
    with open(os.path.join(top, 'docs', name)) as f:
        return f.read()


said, open_said, asks_said, path, method = set(), set(), set(), None, None
for line in read('openapi.yaml').partition('\npaths:\n')[2].splitlines():
    m = re.match(r'  (/\S*):$', line)
    if m:
        path = m.group(1)
    m = re.match(r'    (get|post|put|delete|patch|head):$', line)
    if m:
        method = m.group(1).upper()
        said.add((method, path))
    if line == '      security: []':
        open_said.add((method, path))
    if line.startswith('        "401": '):
        asks_said.add((method, path))
plain = {(m, p.replace('...', '')) for m, p in routes}
page = set(re.findall(r'^\| `(GET|POST|DELETE) (/[^`?]*)', read('API.md'), re.M))

rows = json.loads(subprocess.run(
    [os.path.join(build, 'bin', 'kaocheng'), 'schema', '--json'],
    capture_output=True, text=True, check=True).stdout)['rows']
documents = {r['name'] for r in rows}
named = set(re.findall('"/v1/schemas/([a-z_]+)"', read('openapi.yaml')))
views, defs = set(), os.path.join(top, 'include', 'kaocheng', 'defs')
for name in os.listdir(defs):
    with open(os.path.join(defs, name)) as f:
        views |= set(re.findall(r'^VIEW\((\w+),', f.read(), re.M))
of_views = set(re.findall(r'^        - \{\$ref: "/v1/schemas/(\w+)"\}$',
                          read('openapi.yaml'), re.M))

print('1..6')
bad = 0
for n, (name, a, b) in enumerate((
        ('openapi.yaml has every route and no other', said, plain),
        ('openapi.yaml says which ask for no identity', open_said, public),
        ('and that those which ask for one answer 401', asks_said, readers),
        ('API.md has every route and no other', page, routes),
        ('openapi.yaml names documents that there are', named - documents,
         set()),
        ('and that of every view', of_views, views)), 1):
    print('%sok %d - %s' % ('' if a == b else 'not ', n, name))
    if a != b:
        bad = 1
        print('# differ: %s' % sorted(a ^ b))
sys.exit(bad)
