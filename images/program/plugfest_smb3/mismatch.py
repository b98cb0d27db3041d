"""Names the first byte that is wrong, and what sort of wrong it is.

Blocks are those of the payload (64 KiB). X is the absolute offset of the first byte that differs from what the file
should hold. The class is decided on the block X lies in, by the first of these that holds:

    short       the file ends at X, before its size; all bytes before X are right
    long        the file is right up to its size X, and goes on
    lost        the whole block reads as zeros: an acknowledged write left nothing behind (a hole, or space not filled)
    stale       the block begins with a valid stamp of another run or another generation
    duplicated  the block begins with a valid stamp of another offset, or its own stamp is not there and a valid one
                of this run stands somewhere inside it (the data was shifted)
    zero        from X on at least 16 bytes (or all up to the block's end) are zeros, and other parts are not
    torn        part of the block is right (its stamp, or any 512-byte sector in its place), the rest is not
    foreign     nothing in the block is known: no stamp, no sector in its place
"""

from dataclasses import dataclass

from .payload import BLOCK, MAGIC, Content, read_stamp

SECTOR = 512
ZERO_RUN = 16
MOST_RANGES = 16


@dataclass(frozen=True)
class Mismatch:
    """`offset` is absolute; `kind` is the class."""

    offset: int
    kind: str
    detail: str

    def event(self) -> dict:
        return {"offset": self.offset, "class": self.kind, "detail": self.detail}


def first_difference(expected: bytes, actual: bytes) -> int:
    """Index of the first differing byte of two buffers of one length that are not equal."""
    low, high = 0, len(expected)
    while high - low > 1:
        middle = (low + high) // 2
        if expected[low:middle] == actual[low:middle]:
            low = middle
        else:
            high = middle
    return low


def classify(block_at: int, expected: bytes, actual: bytes, run: bytes, generation: int) -> Mismatch:
    """`expected` and `actual` are one whole block each, of one length, and differ."""
    index = first_difference(expected, actual)
    offset = block_at + index
    if not any(actual):
        return Mismatch(offset, "lost", f"the block at {block_at} reads as {len(actual)} zeros")
    found = read_stamp(actual)
    if found and (found.run != run or found.generation != generation):
        whose = f"generation {found.generation} of " + ("this run" if found.run == run else "another run")
        return Mismatch(offset, "stale", f"the block at {block_at} is stamped as {whose}, offset {found.offset}")
    if found and found.offset != block_at:
        return Mismatch(offset, "duplicated", f"the block at {block_at} is stamped as offset {found.offset}")
    if not found:
        at = _inner_stamp(actual, run)
        if at is not None:
            inner = read_stamp(actual, at)
            return Mismatch(offset, "duplicated", f"the stamp of offset {inner.offset} stands at {block_at + at}")
    zeros = actual[index:index + ZERO_RUN]
    if not any(zeros) and (len(zeros) == ZERO_RUN or len(actual) == index + len(zeros)) and len(zeros) > 1:
        length = len(actual) - index - len(actual[index:].lstrip(b"\0"))
        return Mismatch(offset, "zero", f"{length} bytes are zero in the block at {block_at}")
    wrong = sum(1 for want, have in zip(expected, actual) if want != have)
    good = [at for at in range(0, len(actual), SECTOR) if actual[at:at + SECTOR] == expected[at:at + SECTOR]]
    if found or good:
        return Mismatch(offset, "torn", f"{wrong} of {len(actual)} bytes differ in the block at {block_at}, "
                                        f"the first is 0x{actual[index]:02x} and should be 0x{expected[index]:02x}")
    return Mismatch(offset, "foreign", f"nothing in the block at {block_at} is known")


def _inner_stamp(actual: bytes, run: bytes) -> int | None:
    """Where, other than at its beginning, a block holds a valid stamp of this run."""
    at = actual.find(MAGIC, 1)
    while at >= 0:
        found = read_stamp(actual, at)
        if found and found.run == run:
            return at
        at = actual.find(MAGIC, at + 1)
    return None


class Verifier:
    """Compares a file, given in order and in whole blocks, with what it should hold; remembers the first mismatch."""

    def __init__(self, content: Content, size: int):
        self.mismatch: Mismatch | None = None
        self.bad_blocks = 0
        self._bad: list[tuple[int, int, str]] = []
        self._content = content
        self._size = size
        self._seen = 0
        self._expected = bytearray(1 << 20)

    def check(self, offset: int, view: memoryview) -> None:
        """Compares the bytes at `offset`, a multiple of 64 KiB; more than the file's size is not looked at."""
        self._seen = offset + len(view)
        view = view[:max(0, self._size - offset)]
        for at in range(0, len(view), len(self._expected)):
            part = view[at:at + len(self._expected)]
            if len(part) < len(self._expected):
                self._expected = self._expected[:len(part)]
            self._content.fill(offset + at, memoryview(self._expected))
            # bytearray compares with memcmp; two memoryviews would go byte by byte.
            if self._expected != part:
                self._look(offset + at, bytes(self._expected), bytes(part))
            if len(self._expected) < 1 << 20:
                self._expected = bytearray(1 << 20)

    def _look(self, offset: int, expected: bytes, actual: bytes) -> None:
        for at in range(0, len(actual), BLOCK):
            want, have = expected[at:at + BLOCK], actual[at:at + BLOCK]
            if want != have:
                self.bad_blocks += 1
                found = None
                if self.mismatch is None or len(self._bad) < MOST_RANGES:
                    found = classify(offset + at, want, have, self._content.run, self._content.generation)
                    self._add(offset + at, offset + at + len(want), found.kind)
                self.mismatch = self.mismatch or found

    def _add(self, start: int, end: int, kind: str) -> None:
        if self._bad and self._bad[-1][1:] == (start, kind):
            start = self._bad.pop()[0]
        self._bad.append((start, end, kind))

    def ranges(self, length: int) -> list[dict]:
        """Where a file of `length` bytes is not what it should be, in whole blocks: the first MOST_RANGES ranges."""
        missing = [(length, self._size, "short")] if length < self._size else []
        return [{"from": start, "to": end, "class": kind} for start, end, kind in [*self._bad, *missing]]

    def finish(self, length: int) -> Mismatch | None:
        """The verdict on a file of `length` bytes, all of which were checked."""
        if self.mismatch is None and length < self._size:
            self.mismatch = Mismatch(length, "short", f"the file has {length} bytes of {self._size}")
        elif self.mismatch is None and length > self._size:
            self.mismatch = Mismatch(self._size, "long", f"the file has {length} bytes, {length - self._size} too many")
        return self.mismatch
