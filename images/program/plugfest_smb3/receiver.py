"""The receiving half of a connection: bytes become responses, and data that was read goes straight into its buffer."""

import socket
from collections.abc import Callable

from . import encryption, status as ntstatus, wire
from .errors import Lost

RECEIVE_SIZE = 16384
READ_HEAD = wire.HEADER_SIZE + 16  # where a READ response's data begins


class Receiver:
    """`sink_of` tells where the data of the answer to a message id goes, None for answers without.

    `take` gets each response when it is whole, `unseal` gives the plain text of an encrypted message.
    """

    def __init__(self, sock: socket.socket, sink_of: Callable[[int], memoryview | None],
                 take: Callable[[wire.Response], None], unseal: Callable[[bytes], bytes]):
        self._sock = sock
        self._sink_of = sink_of
        self._take = take
        self._unseal = unseal
        self._received = bytearray()
        self._filling: tuple[wire.Response, memoryview] | None = None

    def drain(self) -> int:
        """Reads until the socket is dry and returns how many bytes came. Raises Lost."""
        total = 0
        try:
            while True:
                count, full = self._fill() if self._filling else self._more()
                if not count:
                    raise Lost("closed by the server")
                total += count
                if not full:
                    return total
        except BlockingIOError:
            return total
        except OSError as error:
            raise Lost(f"receive: {error.strerror or error}") from None
        except ValueError as error:
            raise Lost(f"receive: {error}") from None

    def _fill(self) -> tuple[int, bool]:
        response, rest = self._filling
        count = self._sock.recv_into(rest)
        full = count == len(rest)
        self._filling = None if full else (response, rest[count:])
        if full:
            self._take(response)
        return count, full

    def _more(self) -> tuple[int, bool]:
        chunk = self._sock.recv(RECEIVE_SIZE)
        self._received += chunk
        self._cut()
        return len(chunk), len(chunk) == RECEIVE_SIZE

    def _cut(self) -> None:
        """Cuts what was received into messages; stops where data with a sink has begun, but not ended, to come."""
        received = self._received
        while len(received) >= wire.FRAME_SIZE and not self._filling:
            length = wire.frame_length(received)
            if received[wire.FRAME_SIZE:wire.FRAME_SIZE + 4] == encryption.MAGIC:
                if len(received) < wire.FRAME_SIZE + length:
                    return
                self._open(length)
                continue
            read = self._read_answer(length) if len(received) >= wire.FRAME_SIZE + READ_HEAD else None
            if read:
                self._sink(*read)
                continue
            end = wire.FRAME_SIZE + length
            if len(received) < end:
                return
            message = bytes(received[wire.FRAME_SIZE:end])
            del received[:end]
            self._take(wire.parse_response(message))

    def _open(self, length: int) -> None:
        """Takes an encrypted message, which is decrypted as a whole and copied to where its data goes."""
        end = wire.FRAME_SIZE + length
        message = bytes(self._received[wire.FRAME_SIZE:end])
        del self._received[:end]
        plain = self._unseal(message)
        response = wire.parse_response(plain)
        response.sealed = True
        sink = self._sink_of(response.message_id)
        if sink is not None and response.status == ntstatus.SUCCESS:
            size = _data_size(response.body, len(plain), sink)
            sink[:size] = plain[READ_HEAD:]
            response.sunk, response.body = size, response.body[:READ_HEAD - wire.HEADER_SIZE]
        self._take(response)

    def _read_answer(self, length: int) -> tuple[wire.Response, memoryview] | None:
        """The head of the next message and where its data goes, if it answers a READ well."""
        head = wire.parse_response(self._received[wire.FRAME_SIZE:wire.FRAME_SIZE + READ_HEAD])
        sink = self._sink_of(head.message_id)
        if sink is None or head.status != ntstatus.SUCCESS:
            return None
        return head, sink[:_data_size(head.body, length, sink)]

    def _sink(self, head: wire.Response, sink: memoryview) -> None:
        """Moves what has come of the data; the rest is received in place."""
        at = wire.FRAME_SIZE + READ_HEAD
        have = min(len(sink), len(self._received) - at)
        sink[:have] = self._received[at:at + have]
        del self._received[:at + have]
        head.sunk = len(sink)
        if have == len(sink):
            self._take(head)
        else:
            self._filling = (head, sink[have:])


def _data_size(body: bytes, length: int, sink: memoryview) -> int:
    """How much data a READ response of `length` bytes has."""
    data_at, size = body[2], int.from_bytes(body[4:8], "little")
    if data_at != READ_HEAD or size != length - data_at or size > len(sink):
        raise ValueError("malformed READ response")
    return size
