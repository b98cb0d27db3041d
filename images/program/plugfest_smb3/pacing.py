"""When the next byte may go, and how many with it: held marks, slow ones, and the rate."""

from .job import Mark
from .leash import Leash

FOREVER = 3600.0
SLOW_LENGTH = 64  # some 100 KB/s when one waits for the other: enough for a loss to be noticed, too little to miss a mark
SLOW_BYTES = 1 << 19  # behind a slow mark: so many, and then none until it is released
SLOW_SECONDS = 0.05  # from one thing to the next, where a thing cannot be small
SLOW_CHUNK = 1 << 16


class Pacing:
    """Fed the marks in order of their offsets."""

    def __init__(self, marks: tuple[Mark, ...], rate: float | None, leash: Leash):
        self._held = [mark for mark in marks if mark.hold]
        self._slow = {mark: None for mark in marks if mark.slow}
        self._rate = rate
        self._leash = leash
        self._began: float | None = None
        self._first = 0

    def end(self, offset: int, end: int) -> int:
        """Where an operation from `offset` must stop at the latest, `end` or a held or slow mark before it."""
        marks = [*self._held, *self._slow]
        return min([end, *(mark.at for mark in marks if mark.at is not None and offset < mark.at)])

    def slow(self, offset: int, writes: int) -> bool:
        """Whether the byte at `offset`, which `writes` writes came before, is behind a slow mark."""
        for mark, begun in self._slow.items():
            if begun is None and (writes >= mark.write if mark.at is None else offset >= mark.at):
                self._slow[mark] = offset
        return any(begun is not None for begun in self._slow.values())

    def wait(self, offset: int, now: float) -> float:
        """Seconds until the byte at `offset` may go: 0 is now, FOREVER until a mark is released."""
        while self._held and (self._held[0].id in self._leash.released):
            self._held.pop(0)
            self._began = None
        for mark in [mark for mark in self._slow if mark.id in self._leash.released]:
            del self._slow[mark]
            self._began = None
        if self._held and offset >= self._held[0].at:
            return FOREVER
        if any(begun is not None and offset >= begun + SLOW_BYTES for begun in self._slow.values()):
            return FOREVER
        if not self._rate:
            return 0.0
        if self._began is None:
            self._began, self._first = now, offset
        return max(0.0, self._began + (offset - self._first) / self._rate - now)
