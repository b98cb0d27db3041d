"""SMB2 on the wire: the 64-byte header, direct-TCP framing, command numbers and flags ([MS-SMB2] 2.1, 2.2.1)."""

import struct
from dataclasses import dataclass

NEGOTIATE, SESSION_SETUP, LOGOFF, TREE_CONNECT, TREE_DISCONNECT, CREATE, CLOSE, FLUSH, READ, WRITE = range(10)
LOCK, IOCTL = 10, 11
ECHO, QUERY_DIRECTORY = 13, 14
QUERY_INFO, SET_INFO, OPLOCK_BREAK = 16, 17, 18

FLAG_RESPONSE = 0x00000001
FLAG_ASYNC = 0x00000002
FLAG_SIGNED = 0x00000008
FLAG_REPLAY = 0x20000000

UNSOLICITED = 0xFFFFFFFFFFFFFFFF  # message id of an oplock or lease break
HEADER_SIZE = 64
FRAME_SIZE = 4
CREDIT_UNIT = 65536
MAX_FRAME = 0xFFFFFF

_HEADER = struct.Struct("<4sHHHHHHIIQIIQ16s")
_RESPONSE = struct.Struct("<4sHHIHHIIQIIQ16s")
_MAGIC = b"\xfeSMB"
NO_SIGNATURE = bytes(16)
SIGNATURE = slice(48, 64)


def charge(length: int) -> int:
    """Credits a request costs that moves `length` bytes of data in either direction (3.1.5.2)."""
    return max(1, (length + CREDIT_UNIT - 1) // CREDIT_UNIT)


def request_header(command: int, message_id: int, *, credit_charge: int, credits: int, flags: int,
                   channel_sequence: int, tree_id: int, session_id: int) -> bytes:
    return _HEADER.pack(_MAGIC, HEADER_SIZE, credit_charge, channel_sequence, 0, command, credits, flags, 0,
                        message_id, 0, tree_id, session_id, NO_SIGNATURE)


def frame_length(prefix) -> int:
    """Length of the message that follows the 4 bytes of direct-TCP framing."""
    value = struct.unpack_from(">I", prefix)[0]
    if value > MAX_FRAME:
        raise ValueError(f"not an SMB frame: 0x{value:08x}")
    return value


def framed(length: int) -> bytes:
    return struct.pack(">I", length)


@dataclass(slots=True)
class Response:
    """A response: header fields, `body` (all that follows the header and was not read into a sink), and `sunk`."""

    command: int
    status: int
    credits: int
    flags: int
    message_id: int
    tree_id: int
    session_id: int
    signature: bytes
    header: bytes
    body: bytes
    sunk: int = 0
    sealed: bool = False  # came encrypted
    at: float = 0.0

    @property
    def raw(self) -> bytes:
        return self.header + self.body


def parse_response(message: bytes) -> Response:
    """Header and body of a response. Raises ValueError when this is not SMB2."""
    if len(message) < HEADER_SIZE:
        raise ValueError("shorter than an SMB2 header")
    magic, size, _, status, command, credits, flags, _, message_id, _, tree_id, session_id, signature = \
        _RESPONSE.unpack_from(message)
    if magic != _MAGIC or size != HEADER_SIZE or not flags & FLAG_RESPONSE:
        raise ValueError("not an SMB2 response")
    return Response(command, status, credits, flags, message_id, tree_id, session_id, signature,
                    bytes(message[:HEADER_SIZE]), bytes(message[HEADER_SIZE:]))
