"""One TCP connection that speaks SMB2: message ids, credits, signatures, and noticing that it is lost.

Everything happens in the calling thread: the socket never blocks, and each wait also watches the leash. Waits end
with Lost when nothing was heard for `io_timeout` seconds while an answer is due. After half of that an ECHO is
sent, so that a server which is merely slow with the disk is told from one that is gone.
"""

import select
import socket
import time
from collections import deque
from dataclasses import dataclass

from . import messages, status as ntstatus, wire
from .errors import Lost
from .leash import Leash
from .signing import Signer

RECEIVE_SIZE = 16384
READ_HEAD = wire.HEADER_SIZE + 16  # where a READ response's data begins


@dataclass(slots=True)
class _Due:
    """An answer that is due: to which command, since when, and where its data shall go."""

    command: int
    since: float
    sink: memoryview | None


class Connection:
    """`credits` is what may be spent now; `breaks` collects oplock and lease breaks for whoever owns the handle."""

    def __init__(self, sock: socket.socket, address: str, leash: Leash, io_timeout: float):
        self.address = address
        self.signer: Signer | None = None
        self.session_id = 0
        self.tree_id = 0
        self.channel_sequence = 0
        self.credits = 1
        self.credits_wanted = 64
        self.transcript: list[bytes] | None = []
        self.breaks: list[messages.Break] = []
        self._sock = sock
        self._leash = leash
        self._io_timeout = io_timeout
        self._next_id = 0
        self._due: dict[int, _Due] = {}
        self._inbox: deque[wire.Response] = deque()
        self._received = bytearray()
        self._filling: tuple[wire.Response, memoryview] | None = None
        self._heard = time.monotonic()
        self._poll = select.poll()
        self._poll.register(leash.fd, select.POLLIN)
        self._poll.register(sock, select.POLLIN)
        self.port: int = sock.getsockname()[1]

    # -- sending -----------------------------------------------------------------------------------------------

    def send(self, command: int, body: bytes, data=None, *, sink: memoryview | None = None, length: int = 0,
             flags: int = 0) -> int:
        """Sends a request (`data` follows `body` unread and uncopied) and returns its message id.

        `length` is how much data moves either way: it sets the credit charge. The caller sees to the credits.
        """
        charge = wire.charge(length)
        message_id = self._next_id
        self._next_id += charge
        self.credits -= charge
        if self.signer:
            flags |= wire.FLAG_SIGNED
        asked = charge + max(0, min(512, self.credits_wanted - self.credits))
        head = bytearray(wire.request_header(
            command, message_id, credit_charge=charge, credits=asked, flags=flags,
            channel_sequence=self.channel_sequence, tree_id=self.tree_id, session_id=self.session_id) + body)
        if self.signer:
            head[wire.SIGNATURE] = self.signer.sign(message_id, (head, data) if data is not None else (head,))
        if self.transcript is not None:
            self.transcript.append(bytes(head))
        now = time.monotonic()
        if not self._due:
            self._heard = now
        self._due[message_id] = _Due(command, now, sink)
        size = len(head) + (len(data) if data is not None else 0)
        self._push([memoryview(wire.framed(size) + head)] + ([data] if data is not None else []))
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

    # -- waiting and receiving ---------------------------------------------------------------------------------

    def responses(self, timeout: float | None) -> list[wire.Response]:
        """Answers that have come, waiting for the first at most `timeout` seconds (None: until one is lost)."""
        if not self._inbox:
            self._wait(timeout)
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
        limit = self._patience()
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
            self._receive()
        elif not events:
            self._suspect()

    def _patience(self) -> float:
        """Seconds until silence means something: an ECHO at half time, the end at full time."""
        if not self._due:
            return 3600.0
        silent = time.monotonic() - self._heard
        half = self._io_timeout / 2
        return max(0.0, (half if silent < half else self._io_timeout) - silent) + 0.001

    def _suspect(self) -> None:
        if not self._due:
            return
        silent = time.monotonic() - self._heard
        if silent >= self._io_timeout:
            raise Lost(f"timeout: no answer for {round(silent * 1000)} ms")
        asked = any(due.command == wire.ECHO for due in self._due.values())
        if silent >= self._io_timeout / 2 and not asked and self.tree_id and self.credits > 0:
            self.send(wire.ECHO, messages.echo())

    def _receive(self) -> None:
        """Reads until the socket is dry: whole messages go to the inbox, data with a sink straight into it."""
        try:
            while True:
                if self._filling:
                    response, rest = self._filling
                    count = self._sock.recv_into(rest)
                    full = count == len(rest)
                    self._filling = None if full else (response, rest[count:])
                    if full:
                        self._deliver(response)
                else:
                    chunk = self._sock.recv(RECEIVE_SIZE)
                    count = len(chunk)
                    self._received += chunk
                    self._cut()
                    full = count == RECEIVE_SIZE
                if not count:
                    raise Lost("closed by the server")
                self._heard = time.monotonic()
                if not full:
                    return
        except BlockingIOError:
            return
        except OSError as error:
            raise Lost(f"receive: {error.strerror or error}") from None
        except ValueError as error:
            raise Lost(f"receive: {error}") from None

    def _cut(self) -> None:
        """Cuts what was received into messages; stops where data with a sink has begun, but not ended, to come."""
        received = self._received
        while len(received) >= wire.FRAME_SIZE and not self._filling:
            length = wire.frame_length(received)
            read = self._read_answer(length) if len(received) >= wire.FRAME_SIZE + READ_HEAD else None
            if read:
                self._sink(*read)
                continue
            end = wire.FRAME_SIZE + length
            if len(received) < end:
                return
            message = bytes(received[wire.FRAME_SIZE:end])
            del received[:end]
            self._deliver(wire.parse_response(message))

    def _read_answer(self, length: int) -> tuple[wire.Response, memoryview] | None:
        """The head of the next message and where its data goes, if it answers a READ well."""
        head = wire.parse_response(self._received[wire.FRAME_SIZE:wire.FRAME_SIZE + READ_HEAD])
        due = self._due.get(head.message_id)
        if due is None or due.sink is None or head.status != ntstatus.SUCCESS:
            return None
        data_at, size = head.body[2], int.from_bytes(head.body[4:8], "little")
        if data_at != READ_HEAD or size != length - data_at or size > len(due.sink):
            raise ValueError("malformed READ response")
        return head, due.sink[:size]

    def _sink(self, head: wire.Response, sink: memoryview) -> None:
        """Moves what has come of the data; the rest is received in place."""
        at = wire.FRAME_SIZE + READ_HEAD
        have = min(len(sink), len(self._received) - at)
        sink[:have] = self._received[at:at + have]
        del self._received[:at + have]
        head.sunk = len(sink)
        if have == len(sink):
            self._deliver(head)
        else:
            self._filling = (head, sink[have:])

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
        if self.signer:
            self.verify(response, due.sink)
        if due.command != wire.ECHO:
            self._inbox.append(response)

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
        self._io_timeout = seconds
        self._heard = time.monotonic()

    def drop(self) -> None:
        self._sock.close()
