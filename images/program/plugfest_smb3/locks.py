"""LOCK requests ([MS-SMB2] 2.2.26): byte ranges, one per request."""

import struct
from dataclasses import dataclass

SHARED, EXCLUSIVE, UNLOCK, FAIL_IMMEDIATELY = 0x1, 0x2, 0x4, 0x10


@dataclass(frozen=True)
class Range:
    offset: int
    length: int
    exclusive: bool = True


def request(file_id: bytes, locked: Range, index: int) -> bytes:
    """`index` counts a handle's locks from 0: it becomes the lock sequence, by which a server knows one that is sent
    again after a loss (3.3.5.14)."""
    flags = (EXCLUSIVE if locked.exclusive else SHARED) | FAIL_IMMEDIATELY
    return _request(file_id, locked, index, 1, flags)


def release(file_id: bytes, locked: Range, index: int) -> bytes:
    """Gives up what `request` took; refused (RANGE_NOT_LOCKED) where this handle does not have it."""
    return _request(file_id, locked, index, 2, UNLOCK)


def _request(file_id: bytes, locked: Range, index: int, number: int, flags: int) -> bytes:
    sequence = (index % 64 + 1) << 4 | number
    return struct.pack("<HHI16sQQII", 48, 1, sequence, file_id, locked.offset, locked.length, flags, 0)
