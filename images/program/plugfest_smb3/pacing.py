"""When the next byte may go: held marks and the rate."""

from .job import Mark
from .leash import Leash

FOREVER = 3600.0


class Pacing:
    """Fed the marks in order of their offsets."""

    def __init__(self, marks: tuple[Mark, ...], rate: float | None, leash: Leash):
        self._held = [mark for mark in marks if mark.hold]
        self._rate = rate
        self._leash = leash
        self._began: float | None = None
        self._first = 0

    def end(self, offset: int, end: int) -> int:
        """Where an operation from `offset` must stop at the latest, `end` or a held mark before it."""
        return min([end, *(mark.at for mark in self._held if offset < mark.at)])

    def wait(self, offset: int, now: float) -> float:
        """Seconds until the byte at `offset` may go: 0 is now, FOREVER until a mark is released."""
        while self._held and (self._held[0].id in self._leash.released):
            self._held.pop(0)
            self._began = None
        if self._held and offset >= self._held[0].at:
            return FOREVER
        if not self._rate:
            return 0.0
        if self._began is None:
            self._began, self._first = now, offset
        return max(0.0, self._began + (offset - self._first) / self._rate - now)
