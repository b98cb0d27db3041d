"""One TCP connection that speaks SMB2: message ids, credits, signatures, and noticing that it is lost.

Everything happens in the calling thread: the socket never blocks, and each wait also watches the leash. Waits end
with Lost when nothing was heard for `io_timeout` seconds while an answer is due. After half of that an ECHO is
sent, so that a server which is merely slow with the disk is told from one that is gone.
"""

import select
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from . import messages, status as ntstatus, wire
from .encryption import Sealer
from .errors import Lost
from .leash import Leash
from .receiver import Receiver
from .signing import Signer


@dataclass(slots=True)
class _Due:
    """An answer that is due: to which command, since when, and where its data shall go."""

    command: int
    since: float
    sink: memoryview | None


class Connection:
    """`credits` is what may be spent now; `breaks` collects oplock and lease breaks for whoever owns the handle.

    `interrupt` is asked before each wait, and raises Lost where there is a reason to go.
    """

    def __init__(self, sock: socket.socket, address: str, leash: Leash, io_timeout: float):
        self.address = address
        self.signer: Signer | None = None
        self.sealer: Sealer | None = None
        self.binding = False  # joins a session: the last SESSION_SETUP is signed by a key that comes of it
        self.session_id = 0
        self.tree_id = 0
        self.channel_sequence = 0
        self.credits = 1
        self.credits_wanted = 64
        self.transcript: list[bytes] | None = []
        self.breaks: list[messages.Break] = []
        self.interrupt: Callable[[], None] = lambda: None
        self._sock = sock
        self._leash = leash
        self._io_timeout = io_timeout
        self._next_id = 0
        self._due: dict[int, _Due] = {}
        self._inbox: deque[wire.Response] = deque()
        self._receiver = Receiver(sock, self._sink_of, self._deliver, self._unseal)
        self._heard = time.monotonic()
        self._poll = select.poll()
        self._poll.register(leash.fd, select.POLLIN)
        self._poll.register(sock, select.POLLIN)
        self.port: int = sock.getsockname()[1]

    @property
    def fd(self) -> int:
        return self._sock.fileno()

    def send(self, command: int, body: bytes, data=None, *, sink: memoryview | None = None, length: int = 0,
             flags: int = 0) -> int:
        """Sends a request (`data` follows `body` unread and uncopied) and returns its message id.

        `length` is how much data moves either way: it sets the credit charge. The caller sees to the credits.
        """
        charge = wire.charge(length)
        message_id = self._next_id
        self._next_id += charge
        self.credits -= charge
        signer = None if self.sealer else self.signer  # what is encrypted needs no signature (3.2.4.1.1)
        if signer:
            flags |= wire.FLAG_SIGNED
        asked = charge + max(0, min(512, self.credits_wanted - self.credits))
        head = bytearray(wire.request_header(
            command, message_id, credit_charge=charge, credits=asked, flags=flags,
            channel_sequence=self.channel_sequence, tree_id=self.tree_id, session_id=self.session_id) + body)
        if signer:
            head[wire.SIGNATURE] = signer.sign(message_id, (head, data) if data is not None else (head,))
        if self.transcript is not None:
            self.transcript.append(bytes(head))
        now = time.monotonic()
        if not self._due:
            self._heard = now
        self._due[message_id] = _Due(command, now, sink)
        pieces = [head] if data is None else [head, data]
        if self.sealer:
            pieces = self.sealer.seal(pieces)
        self._push([memoryview(piece) for piece in (wire.framed(sum(map(len, pieces))), *pieces)])
        return message_id

    def _push(self, pieces: list[memoryview]) -> None:
        while pieces:
            try:
                sent = self._sock.sendmsg(pieces)
            except BlockingIOError:
                self._wait(None, sending=True)
                continue
            except OSError as error:
                raise Lost(f"send: {error.strerror or error}") from None
            while pieces and sent >= len(pieces[0]):
                sent -= len(pieces[0])
                pieces.pop(0)
            if pieces:
                pieces[0] = pieces[0][sent:]

    def responses(self, timeout: float | None) -> list[wire.Response]:
        """Answers that have come, waiting for the first at most `timeout` seconds (None: until one is lost)."""
        if not self._inbox:
            self._wait(timeout)
        found = list(self._inbox)
        self._inbox.clear()
        return found

    def pump(self, ready: bool) -> list[wire.Response]:
        """For who waits for several connections at once: reads what is there, else looks whether silence means something;
        gives the answers that have come."""
        if not ready:
            self._suspect(False)
        elif self._receiver.drain():
            self._heard = time.monotonic()
        found = list(self._inbox)
        self._inbox.clear()
        return found

    def call(self, command: int, body: bytes, **how) -> wire.Response:
        """Sends a request and waits for its answer; other answers stay for `responses`."""
        wanted = self.send(command, body, **how)
        while True:
            for response in self._inbox:
                if response.message_id == wanted:
                    self._inbox.remove(response)
                    return response
            self._wait(None)

    def _wait(self, timeout: float | None, sending: bool = False) -> None:
        """Waits for the socket or the leash, once; reads what is there."""
        self.interrupt()
        limit = self.patience()
        if timeout is not None:
            limit = min(limit, timeout)
        if sending:
            self._poll.modify(self._sock, select.POLLIN | select.POLLOUT)
        events = dict(self._poll.poll(limit * 1000))
        if sending:
            self._poll.modify(self._sock, select.POLLIN)
        if self._leash.fd in events:
            self._leash.check()
        if events.get(self._sock.fileno(), 0) & ~select.POLLOUT:
            if self._receiver.drain():
                self._heard = time.monotonic()
        elif not events:
            self._suspect(sending)

    def patience(self) -> float:
        """Seconds until silence means something: an ECHO at half time, the end at full time."""
        if not self._due:
            return 3600.0
        silent = time.monotonic() - self._heard
        half = self._io_timeout / 2
        return max(0.0, (half if silent < half else self._io_timeout) - silent) + 0.001

    def _suspect(self, sending: bool) -> None:
        if not self._due:
            return
        silent = time.monotonic() - self._heard
        if silent >= self._io_timeout:
            raise Lost(f"timeout: no answer for {round(silent * 1000)} ms")
        # Not in the middle of another message, and one is enough.
        free = not sending and not any(due.command == wire.ECHO for due in self._due.values())
        if free and silent >= self._io_timeout / 2 and self.tree_id and self.credits > 0:
            self.send(wire.ECHO, messages.echo())

    def _sink_of(self, message_id: int) -> memoryview | None:
        due = self._due.get(message_id)
        return due.sink if due else None

    def _deliver(self, response: wire.Response) -> None:
        self.credits += response.credits
        response.at = time.monotonic()
        if self.transcript is not None:
            self.transcript.append(response.raw)
        if response.message_id == wire.UNSOLICITED:
            if response.command == wire.OPLOCK_BREAK:
                self.breaks.append(messages.parse_break(response.body))
            return
        if response.status == ntstatus.PENDING and response.flags & wire.FLAG_ASYNC:
            return
        due = self._due.pop(response.message_id, None)
        if due is None:
            return
        if self.sealer and not response.sealed and response.status not in ntstatus.GONE:
            raise Lost("plain response on an encrypted session")
        if self.signer and not response.sealed and not (self.binding and response.status == ntstatus.SUCCESS):
            self.verify(response, due.sink)
        self._inbox.append(response)

    def _unseal(self, message: bytes) -> bytes:
        if self.sealer is None:
            raise Lost("an encrypted message in a session without encryption")
        return self.sealer.open(message)

    def verify(self, response: wire.Response, sink: memoryview | None = None) -> None:
        """Checks a signature. A wrong or missing one is a connection nobody may trust: Lost."""
        if not response.flags & wire.FLAG_SIGNED:
            # A server that has forgotten the session cannot sign; nothing but that status is believed of it.
            if response.status in ntstatus.GONE:
                return
            raise Lost("unsigned response on a signed session")
        pieces = [response.header[:48], wire.NO_SIGNATURE, response.body]
        if response.sunk and sink is not None:
            pieces.append(sink[:response.sunk])
        if self.signer.sign(response.message_id, pieces, from_server=True) != response.signature:
            raise Lost("wrong signature")

    def last_words(self, seconds: float) -> None:
        """From here on the leash is not looked at any more, and patience is short."""
        self._poll.unregister(self._leash.fd)
        self.interrupt = lambda: None
        self._io_timeout = seconds
        self._heard = time.monotonic()

    def drop(self) -> None:
        self._sock.close()
