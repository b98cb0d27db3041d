"""The payload: deterministic from a seed, any part of it computed from its offset alone, never stored.

A file is made of blocks of 64 KiB (the last may be shorter). Each block begins with a stamp of 64 bytes that says
where it belongs; the rest of the block is an AES-128-CTR keystream. All numbers are little-endian:

    0  magic       8 bytes   b"PLUGFEST"
    8  run        16 bytes   first half of SHA-256 of the run id
    24 offset      8 bytes   absolute offset of the block in the file
    32 generation  4 bytes   which writing of the file within the run
    36 length      4 bytes   64 KiB (also in a shorter last block)
    40 reserved   20 bytes   zero
    60 checksum    4 bytes   CRC-32 of bytes 0 to 59

The keystream's key is the seed. Its counter block is 8 bytes of SHA-256(run id, generation), then the offset divided
by 16 as 8 bytes, big-endian: two generations share no data. The keystream runs on below the stamps.

`python3 -m plugfest_smb3.payload verify` checks a file against it: see `store.py`.
"""

import hashlib
import os
import struct
import sys
import zlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 65536
STAMP_SIZE = 64
MAGIC = b"PLUGFEST"
_STAMP = struct.Struct("<8s16sQII20s")
_ZEROS = memoryview(bytes(1 << 20))


@dataclass(frozen=True)
class Stamp:
    run: bytes
    offset: int
    generation: int


def run_tag(run: str) -> bytes:
    return hashlib.sha256(run.encode()).digest()[:16]


def stamp(run: bytes, offset: int, generation: int) -> bytes:
    head = _STAMP.pack(MAGIC, run, offset, generation, BLOCK, bytes(20))
    return head + struct.pack("<I", zlib.crc32(head))


def read_stamp(data, at: int = 0) -> Stamp | None:
    """The stamp at `at`, or None when none is there whose checksum holds."""
    head = bytes(data[at:at + STAMP_SIZE])
    if len(head) < STAMP_SIZE or not head.startswith(MAGIC):
        return None
    if struct.unpack_from("<I", head, 60)[0] != zlib.crc32(head[:60]):
        return None
    _, run, offset, generation, _, _ = _STAMP.unpack_from(head)
    return Stamp(run, offset, generation)


class Payload:
    """Makes the bytes of one generation of one run. Going on where the last call ended costs least."""

    def __init__(self, seed: bytes, run: str, generation: int):
        self.run = run_tag(run)
        self.generation = generation
        self._key = algorithms.AES(seed)
        self._prefix = hashlib.sha256(run.encode() + b"\0" + struct.pack("<I", generation)).digest()[:8]
        self._at = -1
        self._stream = None

    def fill(self, offset: int, view: memoryview) -> None:
        """Writes the payload's bytes from `offset` on into `view`."""
        if offset != self._at:
            counter = self._prefix + struct.pack(">Q", offset // 16)
            self._stream = Cipher(self._key, modes.CTR(counter)).encryptor()
            self._stream.update(_ZEROS[:offset % 16])
        # update_into() wants 15 bytes more than it writes, so the last 16 take the slower way.
        bulk = max(0, len(view) - 16)
        for at in range(0, bulk, len(_ZEROS)):
            count = min(bulk - at, len(_ZEROS))
            self._stream.update_into(_ZEROS[:count], view[at:])
        view[bulk:] = self._stream.update(_ZEROS[:len(view) - bulk])
        self._at = offset + len(view)
        for block in range(offset // BLOCK * BLOCK, self._at, BLOCK):
            head = stamp(self.run, block, self.generation)
            start = max(block, offset)
            skipped = start - block
            end = min(STAMP_SIZE, skipped + len(view) - (start - offset))
            if skipped < STAMP_SIZE:
                view[start - offset:start - offset + end - skipped] = head[skipped:end]


class SourceFile:
    """A file to send in the payload's place; has no stamps."""

    run = b""
    generation = 0

    def __init__(self, path: str):
        self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def fill(self, offset: int, view: memoryview) -> None:
        """Raises OSError when the file ends before `view` is full."""
        done = 0
        while done < len(view):
            count = os.preadv(self._fd, [view[done:]], offset + done)
            if not count:
                raise OSError(f"the source ends at byte {offset + done}")
            done += count


Content = Payload | SourceFile


def content(job) -> Content:
    """What the job's file is to hold."""
    if job.source:
        return SourceFile(job.source)
    return Payload(bytes.fromhex(job.seed), job.run, job.generation)


if __name__ == "__main__":
    from plugfest_smb3.store import main

    # The leash still waits on stdin; an orderly exit would wait for it.
    os._exit(main(sys.argv[1:]))
