# SPDX-License-Identifier: Apache-2.0
"""A line to a daemon that breaks when its answer is wanted most."""
import socket, threading


def read_message(c):
    data = b''
    while b'\r\n\r\n' not in data:
        more = c.recv(65536)
        if not more:
            return None
        data += more
    head, rest = data.split(b'\r\n\r\n', 1)
    n = 0
    for line in head.split(b'\r\n'):
        if line.lower().startswith(b'content-length:'):
            n = int(line.split(b':')[1])
    while len(rest) < n:
        rest += c.recv(65536)
    return head + b'\r\n\r\n' + rest


def broken_line(path, daemon):
    """A line to the daemon that breaks after a post of many was taken."""
    s = socket.socket(socket.AF_UNIX)
    s.bind(path)
    s.listen(8)

    def serve(c):
        d = socket.socket(socket.AF_UNIX)
        d.connect(daemon)
        while True:
            asked = read_message(c)
            if asked is None:
                break
            d.sendall(asked)
            said = read_message(d)
            if b'together=1' in asked.split(b'\r\n')[0]:
                break
            c.sendall(said)
        c.close()
        d.close()

    def run():
        while True:
            try:
                c, _ = s.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(c,), daemon=True).start()
    threading.Thread(target=run, daemon=True).start()
    return s
