"""What has been acknowledged: contiguous bytes, gaps between acknowledgements, marks, and the events about them."""

import heapq
import time

from .job import Mark
from .report import emit, ms

REPORT_SECONDS = 0.045  # events are promised at least every 50 ms while acknowledgements arrive
TOP_GAPS = 5


class Progress:
    """Fed by whoever moves data. Time during which there was deliberately nothing to do (a held mark, the rate)
    does not count as a gap."""

    def __init__(self, marks: tuple[Mark, ...]):
        self.acked = 0
        self.sent = 0
        self._marks = [mark for mark in marks if mark.at is not None]
        self._counted = [mark for mark in marks if mark.at is None]
        self._count = 0
        self._early: list[tuple[int, int]] = []
        self._gaps: list[tuple[float, float, int]] = []
        self._last: float | None = None
        self._last_epoch = 0.0
        self._idle = 0.0
        self._paced_idle = 0.0
        self._paced = False
        self._idle_since: float | None = None
        self._reported = 0.0
        self._acks = 0
        self._longest = 0.0
        self._resuming: str | None = None

    def start(self) -> None:
        """Marks at 0 are reached before anything is acknowledged."""
        self._fire_marks()

    def idle(self, now: float, paced: bool = False) -> None:
        """Nothing is in flight and nothing may be sent yet; `paced`: for the rate alone, and soon it may."""
        if self._idle_since is None:
            self._idle_since, self._paced = now, paced
            if self._acks:
                self.report(now)

    def busy(self, now: float) -> None:
        if self._idle_since is not None:
            if self._last is not None:
                rest = now - max(self._idle_since, self._last)
                self._idle += rest
                self._paced_idle += rest if self._paced else 0.0
            self._idle_since = None

    def since_last(self, now: float) -> float:
        """Seconds since the last acknowledgement during which one was due; 0 before the first."""
        return max(0.0, now - self._last - self._idle) if self._last is not None else 0.0

    def lost(self) -> None:
        """The gap around a loss begins with the last acknowledgement: the rate would have let more go by then."""
        self.busy(time.monotonic())
        self._idle -= self._paced_idle
        self._paced_idle = 0.0

    def resumes_on(self, address: str) -> None:
        """The next acknowledgement ends a loss."""
        self._resuming = address

    def settled(self, now: float) -> None:
        """A request that moves no bytes was answered at `now`: if that ends a loss, it ends the gap around it, too."""
        if self._resuming is None:
            return
        gap = self.since_last(now)
        self._gap(gap, self.acked)
        self._resumed(gap)
        if self._last is not None:
            self._acknowledged(now)

    def _resumed(self, gap: float) -> None:
        emit("resumed", address=self._resuming, acked=self.acked, gapMs=ms(gap))
        self._resuming = None

    def _acknowledged(self, now: float) -> None:
        self._last, self._idle, self._paced_idle = now, 0.0, 0.0
        self._last_epoch = time.time() - (time.monotonic() - now)

    def ack(self, offset: int, length: int, now: float) -> None:
        """`length` bytes at `offset` were acknowledged at `now` (monotonic)."""
        self.busy(now)
        gap = self.since_last(now)
        before = self.acked
        self._gap(gap, before)
        self._acks += 1
        heapq.heappush(self._early, (offset, offset + length))
        while self._early and self._early[0][0] <= self.acked:
            self.acked = max(self.acked, heapq.heappop(self._early)[1])
        if self._resuming:
            self._resumed(gap)
        self._acknowledged(now)
        self._count += 1
        self._fire_marks()
        if now - self._reported >= REPORT_SECONDS:
            self.report(now)

    def _gap(self, gap: float, acked: int) -> None:
        if self._last is None:
            return
        self._longest = max(self._longest, gap)
        # It ends with this acknowledgement, so a pause of our own lies before it.
        entry = (gap, self._last_epoch + self._idle, acked)
        if len(self._gaps) < TOP_GAPS:
            heapq.heappush(self._gaps, entry)
        elif entry > self._gaps[0]:
            heapq.heapreplace(self._gaps, entry)

    def _fire_marks(self) -> None:
        while self._marks and self._marks[0].at <= self.acked:
            mark = self._marks.pop(0)
            emit("mark", id=mark.id, at=mark.at, acked=self.acked)
        while self._counted and self._counted[0].write <= self._count:
            mark = self._counted.pop(0)
            emit("mark", id=mark.id, at=self.acked, acked=self.acked)

    def report(self, now: float) -> None:
        emit("progress", acked=self.acked, sent=self.sent, acks=self._acks, longestGapMs=ms(self._longest))
        self._reported, self._acks, self._longest = now, 0, 0.0

    def gaps(self) -> list[dict]:
        """The longest gaps, longest first."""
        longest_first = sorted(self._gaps, reverse=True)
        return [{"t": round(at, 6), "ms": ms(gap), "acked": acked} for gap, at, acked in longest_first]
