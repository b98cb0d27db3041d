"""`python3 -m plugfest_smb3.payload plant`: spoils part of a file on the backing store until stdin ends, then mends it.

For the proof that a check sees such a defect. Blocks are those of the payload (64 KiB); `at` is a byte in the first that
is spoilt. Emits `planted` {offset, length} once the file is spoilt.

    flip   one byte is another
    zero   a block is zeros
    swap   a block and the one after it have each other's place
    stale  a block is that of the generation before
"""

import os

from .errors import Failed
from .job import Job
from .leash import Leash
from .payload import BLOCK, Payload
from .report import emit


def plant(job: Job, leash: Leash) -> None:
    """Raises Failed where it cannot be spoilt so, Aborted when stdin has ended and the file is mended."""
    try:
        _plant(job, leash, job.at // BLOCK * BLOCK)
    except OSError as error:
        raise Failed("plant", f"{job.file}: {error.strerror}") from None


def _plant(job: Job, leash: Leash, at: int) -> None:
    with open(job.file, "r+b", buffering=0) as file:
        before = os.pread(file.fileno(), 2 * BLOCK, at)
        spoilt = spoil(job, at, before)
        if spoilt == before:
            raise Failed("plant", f"{job.defect} at {at} changes nothing")
        try:
            os.pwrite(file.fileno(), spoilt, at)
            emit("planted", offset=at, length=len(spoilt))
            while True:
                leash.rest(3600)
        finally:
            os.pwrite(file.fileno(), before, at)


def spoil(job: Job, at: int, before: bytes) -> bytes:
    """Two blocks, or what the file has of them, with the defect."""
    first, second = before[:BLOCK], before[BLOCK:]
    if job.defect == "flip":
        middle = len(first) // 2
        return first[:middle] + bytes([first[middle] ^ 0xFF]) + first[middle + 1:] + second
    if job.defect == "zero":
        return bytes(len(first)) + second
    if job.defect == "swap":
        return second + first if len(second) == BLOCK else before
    stale = bytearray(len(first))
    Payload(bytes.fromhex(job.seed), job.run, job.generation - 1).fill(at, memoryview(stale))
    return bytes(stale) + second
