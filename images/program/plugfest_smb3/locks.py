"""LOCK requests ([MS-SMB2] 2.2.26): byte ranges, one per request."""

import struct
from dataclasses import dataclass

SHARED, EXCLUSIVE, FAIL_IMMEDIATELY = 0x1, 0x2, 0x10


@dataclass(frozen=True)
class Range:
    offset: int
    length: int
    exclusive: bool = True


def request(file_id: bytes, locked: Range, index: int) -> bytes:
    """`index` counts a handle's locks from 0: it becomes the lock sequence, by which a server knows one that is sent
    again after a loss (3.3.5.14)."""
    sequence = (index % 64 + 1) << 4 | 1
    flags = (EXCLUSIVE if locked.exclusive else SHARED) | FAIL_IMMEDIATELY
    return struct.pack("<HHI16sQQII", 48, 1, sequence, file_id, locked.offset, locked.length, flags, 0)
