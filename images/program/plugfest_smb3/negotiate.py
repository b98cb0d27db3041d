"""NEGOTIATE for SMB 3.1.1 with preauthentication integrity, encryption and signing ([MS-SMB2] 2.2.3, 2.2.4)."""

import os
import struct
import uuid
from dataclasses import dataclass

from . import encryption, signing, wire
from .connection import Connection
from .errors import Failed, Lost, Refused

DIALECT = 0x0311
SIGNING_ENABLED, SIGNING_REQUIRED = 1, 2
CAP_LEASING, CAP_LARGE_MTU, CAP_MULTI_CHANNEL, CAP_PERSISTENT, CAP_ENCRYPTION = 0x02, 0x04, 0x08, 0x10, 0x40
PREAUTH_CONTEXT, ENCRYPTION_CONTEXT, SIGNING_CONTEXT = 0x0001, 0x0002, 0x0008
SHA512 = 1


@dataclass(frozen=True)
class Negotiated:
    """What the server is and can do. `signing` is an algorithm id; AES-CMAC where the server names none (3.2.5.2).
    `cipher` is None where none was agreed on."""

    server_guid: str
    capabilities: int
    max_read: int
    max_write: int
    signing: int
    cipher: int | None
    token: bytes


def request(client_guid: bytes, algorithms: list[int], salt: bytes, cipher: int | None = None,
            channels: bool = False) -> bytes:
    preauth = struct.pack("<HHH", 1, len(salt), SHA512) + salt
    sign = struct.pack(f"<H{len(algorithms)}H", len(algorithms), *algorithms)
    contexts = [(PREAUTH_CONTEXT, preauth), (SIGNING_CONTEXT, sign)]
    if cipher is not None:
        contexts.append((ENCRYPTION_CONTEXT, struct.pack("<HH", 1, cipher)))
    blob = b""
    for kind, data in contexts:
        blob += bytes(-len(blob) % 8) + struct.pack("<HHI", kind, len(data), 0) + data
    dialects = struct.pack("<H", DIALECT)
    end = wire.HEADER_SIZE + 36 + len(dialects)
    padding = bytes(-end % 8)
    # Samba looks at no cipher without the flag (smb2_negprot.c).
    more = (CAP_ENCRYPTION if cipher is not None else 0) | (CAP_MULTI_CHANNEL if channels else 0)
    head = struct.pack("<HHHHI16sIHH", 36, 1, SIGNING_ENABLED | SIGNING_REQUIRED, 0,
                       CAP_LEASING | CAP_LARGE_MTU | CAP_PERSISTENT | more, client_guid, end + len(padding), len(contexts), 0)
    return head + dialects + padding + blob


def parse(body: bytes) -> Negotiated:
    """Raises Lost when the server chose another dialect."""
    dialect, count = struct.unpack_from("<HH", body, 4)
    guid = uuid.UUID(bytes_le=bytes(body[8:24]))
    capabilities, _, max_read, max_write = struct.unpack_from("<IIII", body, 24)
    token_at, token_length = struct.unpack_from("<HH", body, 56)
    if dialect != DIALECT:
        raise Lost(f"the server chose dialect 0x{dialect:04x}, not 3.1.1", "negotiate")
    algorithm, cipher = signing.AES_CMAC, None
    at = struct.unpack_from("<I", body, 60)[0] - wire.HEADER_SIZE
    for _ in range(count):
        kind, length = struct.unpack_from("<HH", body, at)
        if kind == SIGNING_CONTEXT:
            algorithm = struct.unpack_from("<H", body, at + 10)[0]
        if kind == ENCRYPTION_CONTEXT:
            cipher = struct.unpack_from("<H", body, at + 10)[0] or None
        at += 8 + length
        at += -at % 8
    token_at -= wire.HEADER_SIZE
    token = body[token_at:token_at + token_length]
    return Negotiated(str(guid), capabilities, max_read, max_write, algorithm, cipher, token)


def negotiate(connection: Connection, client_guid: bytes, algorithms: list[int],
              cipher: int | None = None, channels: bool = False) -> Negotiated:
    """Raises Refused, Lost, or Failed when the server signs by none of `algorithms`, or does not take `cipher`."""
    response = connection.call(wire.NEGOTIATE, request(client_guid, algorithms, os.urandom(32), cipher, channels))
    if response.status:
        raise Refused("negotiate", response.status)
    found = parse(response.body)
    if found.signing not in algorithms:
        wanted = " or ".join(signing.NAMES[algorithm] for algorithm in algorithms)
        raise Failed("negotiate", f"the server signs by {signing.NAMES.get(found.signing, found.signing)}, not by {wanted}")
    if cipher is not None and found.cipher != cipher:
        raise Failed("negotiate", f"the server does not encrypt by {encryption.NAMES[cipher]}")
    return found
