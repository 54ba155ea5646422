# SPDX-License-Identifier: Apache-2.0
"""What a PDF says and where it says it, by poppler's tools."""
import array, collections, fcntl, glob, re, subprocess, termios
from kcd import VERIFY

MM = 72 / 25.4
LEFT, TOP = 28 * MM, 37 * MM
RIGHT, BOTTOM = LEFT + 156 * MM, TOP + 225 * MM
Word = collections.namedtuple('Word', 'page x0 y0 x1 y1 text')
Font = collections.namedtuple('Font', 'name embedded')
# a page that lies was turned with its left edge up
STANDS = (LEFT, TOP, RIGHT, BOTTOM)
ACROSS = (35 * MM, 28 * MM, (35 + 225) * MM, (28 + 156) * MM)


def tool(*argv):
    return subprocess.run(argv, capture_output=True, text=True,
                          check=True).stdout


def bare(text):
    return re.sub(r'\s', '', text)


def pages(pdf):
    """Each page's text in the order in which it was drawn."""
    out = tool('pdftotext', '-raw', pdf, '-').split('\f')[:-1]
    return [re.sub(r'—\s*\d+\s*—', '', p) for p in out]


def text(pdf):
    return bare(''.join(pages(pdf)))


def lost(doc, words):
    """What of a document is not among these words."""
    wanted = [doc['title'], doc['mark'] or '', doc['issuer_name']] + doc['to']
    for row in doc['rows']:
        wanted += [row['label'], row['text']]
    for table in doc['tables']:
        wanted += table['columns'] + [c for line in table['lines']
                                      for c in line['cells']]
    return [w for w in wanted if bare(w) not in words]


def words(pdf):
    out, page = [], 0
    for line in tool('pdftotext', '-bbox', pdf, '-').split('\n'):
        page += '<page ' in line
        m = re.search(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" '
                      r'yMax="([\d.]+)">(.*)</word>', line)
        if m:
            out.append(Word(page, *map(float, m.groups()[:4]), m.group(5)))
    return out


def lies(pdf):
    """Is each page of it as wide as the standard's is high?"""
    return {float(w) > float(h) for w, h in re.findall(
        r'<page width="([\d.]+)" height="([\d.]+)"',
        tool('pdftotext', '-bbox', pdf, '-'))} == {True}


def outside(pdf):
    """Words beyond the type area, but for the numbers of pages, which stand
    below it or, where pages lie, at its left. The box of a letter is higher
    than the letter."""
    across = lies(pdf)
    left, top, right, bottom = ACROSS if across else STANDS
    return [w for w in words(pdf)
            if (w.x0 < left - 1 or w.x1 > right + 1 or w.y0 < top - 8 or
                w.y1 > bottom + 8) and not (
                    re.fullmatch(r'—|\d+', w.text) and
                    (w.x1 < left if across else w.y1 > bottom + 8))]


def over(pdf):
    """Pairs of words of which one stands on the other."""
    found, all_of = [], words(pdf)
    for i, a in enumerate(all_of):
        for b in all_of[i + 1:]:
            wide = min(a.x1, b.x1) - max(a.x0, b.x0)
            high = min(a.y1, b.y1) - max(a.y0, b.y0)
            if a.page == b.page and wide > 1.5 and \
                    high > 0.6 * min(a.y1 - a.y0, b.y1 - b.y0):
                found.append((a, b))
    return found


def fonts(pdf):
    return [Font(line.split()[0], re.search(r' (yes|no) +(yes|no) +(yes|no) ',
                                            line).group(1) == 'yes')
            for line in tool('pdffonts', pdf).split('\n')[2:] if line]


def glyphs(pdf):
    """How many letters are drawn on the first page: what shapes text may add
    one of its own, which no text of the file has."""
    svg = tool('pdftocairo', '-svg', '-f', '1', '-l', '1', pdf, '-')
    return len(re.findall(r'<use (?:xlink:)?href="#glyph', svg))


def has_read(pipe):
    """Until all that was written to this pipe was read at its other end."""
    left = array.array('i', [1])
    while left[0]:
        fcntl.ioctl(pipe, termios.FIONREAD, left)


# --- codes -------------------------------------------------------------------
def read_picture(picture):
    """The texts of the symbols of a picture, a line each."""
    got = subprocess.run(['zbarimg', '--raw', '--quiet', '-Sdisable',
                          '-Sqrcode.enable', picture], capture_output=True,
                         text=True)
    return got.stdout


def read_code(pdf, dpi):
    """The texts of all symbols of a PDF, each page drawn so finely."""
    root = pdf + '.page'
    tool('pdftoppm', '-r', str(dpi), '-gray', pdf, root)
    return ''.join(read_picture(page) for page in
                   sorted(glob.glob(glob.escape(root) + '*.pgm')))


def proved(pdf, trust):
    """What kaocheng-verify says, offline, of the codes of a PDF as a scanner
    of 100 dots an inch sees them: 0 is proved."""
    return subprocess.run([VERIFY, '--trust', trust, '--qr', '-'],
                          input=read_code(pdf, 100), capture_output=True,
                          text=True).returncode


def read_svg(page, picture):
    """The same of the symbols of a page of HTML, each drawn here."""
    out = ''
    for side, path in re.findall(r'<svg width="[\d.]+mm" viewBox="0 0 (\d+) '
                                 r'\d+" role="img"><path d="([^"]*)">', page):
        side = int(side)
        rows = [bytearray(b'\xff' * side) for _ in range(side)]
        for x, y, n in re.findall(r'M(\d+) (\d+)h(\d+)v1h-\d+z', path):
            rows[int(y)][int(x):int(x) + int(n)] = bytes(int(n))
        wide = [bytes(b for v in row for b in [v] * 4) for row in rows]
        with open(picture, 'wb') as f:
            f.write(b'P5 %d %d 255\n' % (4 * side, 4 * side))
            f.write(b''.join(row * 4 for row in wide))
        out += read_picture(picture)
    return out
