"""TCP connections to a cluster's addresses."""

import errno
import os
import select
import socket

from .errors import Lost
from .leash import Leash

PORT = 445


def dial(address: str, timeout: float, leash: Leash) -> socket.socket:
    """A connected, non-blocking socket. Raises Lost (stage `connect`) after `timeout` seconds or on refusal."""
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = sock.connect_ex((address, PORT))
        if code == errno.EINPROGRESS:
            poll = select.poll()
            poll.register(sock, select.POLLOUT)
            poll.register(leash.fd, select.POLLIN)
            while True:
                events = dict(poll.poll(timeout * 1000))
                if leash.fd in events:
                    leash.check()
                if sock.fileno() in events or not events:
                    break
            if not events:
                raise Lost("timed out", "connect")
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise Lost(os.strerror(code), "connect")
        return sock
    except BaseException:
        sock.close()
        raise
