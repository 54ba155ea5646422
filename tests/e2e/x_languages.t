#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No Chinese output has English words but those that x_languages.allow allows,
and no English output has Chinese characters but names and texts of the ledger:
help of every program, command and error code, tables, refusals, and sentences
before a signature. With SHOW=1 it prints each word that is not allowed."""
import collections, functools, os, re, shutil, subprocess, sys, tempfile, time
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lib'))
from kcd import BUILD, KAOCHENGD, Tap
import demokit

t = Tap()
top = tempfile.mkdtemp(prefix='kc-lang-')
WORD = re.compile(r'[A-Za-z]{2,}')
HAN = re.compile('[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]')


def allowed():
    with open(HERE + '/x_languages.allow', encoding='utf-8') as f:
        return [re.compile(l.split('\t')[0], re.A) for l in f
                if not l.startswith('#')]


ALLOW, COMMANDS = allowed(), []


def run(lang, program, *argv):
    env = {'PATH': os.environ['PATH'], 'HOME': top,
           'LANG': 'zh_CN.UTF-8' if lang == 'zh' else 'C.UTF-8'}
    p = subprocess.run([BUILD + '/bin/' + program, *argv], env=env, cwd=top,
                       text=True, stdin=subprocess.DEVNULL, timeout=120,
                       capture_output=True)
    return p.stdout + p.stderr


def kc(lang, *argv):
    return run(lang, 'kaocheng', *argv)


@functools.lru_cache(maxsize=None)
def left(line):
    """Words that are left when all that is allowed is taken out, and commands:
    a noun with its verb, or one that has none."""
    rest = line
    for a in ALLOW + COMMANDS:
        if not WORD.search(rest):
            return []
        rest = a.sub(' ', rest)
    return WORD.findall(rest)


def english(text):
    return [(w, line) for line in text.split('\n') for w in left(line)]


def both(name, said, ledger=False):
    """`said(lang)` prints something in each of the two languages."""
    bad = english(said('zh'))
    t.ok(not bad, name + ': no English in Chinese', bad[:3])
    if os.environ.get('SHOW'):
        for w, line in bad:
            print('%s\t%s\t%s' % (w, name, line), file=sys.stderr)
    if not ledger:
        bad = [l for l in said('en').split('\n') if HAN.search(l)]
        t.ok(not bad, name + ': no Chinese in English', bad[:3])


def names(part):
    """Commands or kinds that help lists."""
    said = kc('en', 'help').split(part + '\n')[1].split('\n\n')[0]
    return re.findall(r'^  ([a-z]+(?: [a-z-]+)?)  ', said, re.M)


def codes():
    path = os.path.join(HERE, '../../include/kaocheng/defs/refusals.def')
    with open(path, encoding='utf-8') as f:
        return re.findall(r'"(E-[A-Z0-9-]+)"', f.read())


def helps(every):
    for program in ('kaochengd', 'kaocheng-verify', 'kaocheng-witness',
                    'kaocheng-paper', 'kaocheng-sender', 'kaocheng-signer'):
        both(program, lambda lang: run(lang, program, '--help'))
    for topic in ('', 'kinds', 'roles', 'exit-codes', 'environment'):
        # What stands before the text of a line is a name.
        both('help ' + topic, lambda lang: re.sub(
            r'(?m)^  [a-z-]+([ .][a-z_-]+)?  ', '',
            kc(lang, 'help', *topic.split())))
    all_codes = codes()
    t.ok(len(all_codes) > 60, 'there are codes', len(all_codes))
    for code in all_codes:
        both('help ' + code, lambda lang: re.sub(
            '(?m)^  (例如|example) .*', '', kc(lang, 'help', code)))
    for name in every:
        both('help ' + name, lambda lang: kc(lang, 'help', *name.split()))


VIEWS = '''glance|glance G19|mirror|portrait G19|chart waterfall G19
chart timeline G19|chart bands mass|staffing list|promotion list
status|summary|score|score G19|trail G19|explain G19|explain G19 --rank
explain PD-2022-0060|deadline|deadline calendar G19 --month 2022-10|unit list
unit show G19|duty list|actor list|actor show G19.head|delegation list
grant list|target list G19|target show G19-2022-K01|task list|indicator list
warning list|prededuct list|prededuct show PD-2022-0060|cadre list|dispute list
dispute open|log list --limit 40|log tail -n 60|log search 整改|log show 6465
log show 5746|people show|people show G19.head|people check|replay|blame G19
diff 6400 6500|restore list|logkey list|policy show|policy list|cycle list
calendar show 2022|calendar list|calendar workdays 2022-09-30 10|clock list
whoami --as G19.head|doctor|remind status|evidence verify|key list
results|results G19|year show 2022|selfcheck list G19|panel show|negative list
bonus list|round list|unit history|adjust list|check list|opinion candidates
progress matrix|negative items|panel ballots
deadline simulate PD-2022-0060 --on 2022-10-10|bisect G19 --first total<99'''


def views():
    for view in VIEWS.replace('\n', '|').split('|'):
        both(view, lambda lang: kc(lang, *view.split(), '--dir', 'demo'),
             ledger=True)
    for program, argv in (('kaocheng-verify', ['demo/export']),
                          ('kaocheng', ['verify', 'demo/export'])):
        both(program + ' verify', lambda lang: run(lang, program, *argv),
             ledger=True)


WRONG = '''foo|score --frobnicate|score --yaer 2022|trail|trail G99|explain E-NONE
target show X|prededuct show PD-2022-9999|log show 99999|score --year x
score --as-of 1/2|unit list --dir nowhere|score --dir|prededuct cnofirm
key show nobody|help E-NONE|help nothing|verify nowhere|restore nowhere x
calendar workdays 2022-13-01 3|policy check nowhere|people show nobody
evidence get 12 --entry 1|bisect G19 --first nonsense|diff 1 x|import nowhere
sign nowhere --as estab.1|send nowhere|deadline simulate nothing
log list --kind nothing|log list --by nobody|score -o yaml|--lang fr score'''
SIGNED = '''prededuct confirm PD-2022-0058 --as P09.confirm
refund grant PD-2022-0058 --rate 85% --reason x --as P07.assessor
unit rename G19 --name 市局 --as P09.estab|unit rename G19 --name x --as G19.head
target read G19-2022-K01 --as leader.1|cycle open 2023 --as P09.estab
prededuct withdraw PD-2022-0060 --reason x --as P09.confirm
extension request PD-2022-0060 --reason x --as G19.head
cadre register C9 --unit G01 --city-managed yes --as P03.org
role give G19.head --role assessor --as admin.1 --as admin.2
delegation give G20.head --may refund.grant --from 2023-02-01 --until 2023-02-09\
 --as G02.assessor'''


def refusals(every):
    """What was typed stands in them; it is taken out first, but commands."""
    known = set(' '.join(every).split())
    for line in WRONG.replace('\n', '|').split('|'):
        where = [] if '--dir' in line else ['--dir', 'demo']
        given = re.compile(r'(?<![\w./-])(%s)(?![\w./-])' % '|'.join(
            re.escape(w) for w in line.split() if w not in known))
        both('refused ' + line, lambda lang: given.sub(
            ' ', kc(lang, *line.split(), *where)), ledger=True)


def sentences():
    at = '2023-01-31T01:00:00Z'
    d = subprocess.Popen([KAOCHENGD, '--dir', 'demo', '--test-clock', at],
                         cwd=top, stderr=open(top + '/log', 'w'))
    try:
        for _ in range(500):
            if os.path.exists(top + '/demo/socket') and \
                    'event=ready' in open(top + '/log').read():
                break
            time.sleep(0.02)
        for line in SIGNED.replace('\n', '|').split('|'):
            both('before ' + line, lambda lang: re.sub(
                r'(?m)^[a-z_]+(/v1)? .*$', '',
                kc(lang, *line.split(), '--dry-run', '--at', at, '--dir',
                   'demo')), ledger=True)
    finally:
        d.terminate()
        d.wait(20)


def main():
    every = names('commands') + names('(kaocheng help kinds)')
    t.ok(len(every) > 100, 'there are commands', len(every))
    COMMANDS.extend(re.compile(r'\b%s\b' % name, re.A)
                    for name in sorted(every, key=len, reverse=True))
    helps(every)
    t.good('a year', demokit.year(top + '/demo'))
    views()
    refusals(every)
    sentences()


try:
    main()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
