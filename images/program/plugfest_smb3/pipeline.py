"""Requests in flight: a window of them under credits, in order of issue, and all of them again after a loss."""

import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from . import messages, status as ntstatus, wire
from .errors import Failed, Lost, Refused
from .failover import Failover
from .handle import Handle
from .pacing import FOREVER
from .progress import Progress
from .report import emit
from .session import Link


EARN_ATTEMPTS = 32


class Operation(Protocol):
    """A read or write. `send` issues it (again) and returns its message id; `done` takes its answer."""

    offset: int
    length: int

    def send(self, link: Link, replay: bool) -> int: ...

    def done(self, response: wire.Response) -> None: ...


class Source(Protocol):
    """Where operations come from: the next one; None when there will be no more; a number of seconds to wait, and
    whether that wait is of our own choosing."""

    def next(self, now: float) -> "Operation | tuple[float, bool] | None": ...


class Pipeline:
    def __init__(self, failover: Failover, handle: Handle, progress: Progress, window: int, block: int):
        self._failover = failover
        self._handle = handle
        self._progress = progress
        self._window = window
        self._block = block
        self._flight: dict[int, Operation] = {}
        self._again: deque[Operation] = deque()
        self._replay = False
        self._replayed = 0

    def run(self, source: Source) -> None:
        """Moves everything `source` has. Raises Failed or Refused."""
        ended = False
        while not ended or self._flight or self._again:
            try:
                self._earn()
                pause = self._resend()
                if pause is None and not ended:
                    ended, pause = self._issue(source)
                self._collect(pause)
            except Lost as lost:
                self._lost(lost)

    def through(self, step: Callable[[Link], None]) -> None:
        """One step that is repeated after a loss, such as FLUSH."""
        while True:
            try:
                step(self._failover.link)
                self._progress.settled(time.monotonic())
                self._failover.settled()
                return
            except Lost as lost:
                self._lost(lost)

    def _room(self, operation_length: int) -> bool:
        link = self._failover.link
        return len(self._flight) < self._window and link.connection.credits > wire.charge(operation_length)

    def _earn(self) -> None:
        """Asks for credits when there are too few for even one request and no answer on its way could bring more."""
        connection = self._failover.link.connection
        for _ in range(EARN_ATTEMPTS):
            if self._flight or connection.credits > wire.charge(self._block):
                return
            connection.call(wire.ECHO, messages.echo())
        raise Failed("credits", f"the server grants {connection.credits} credits, too few for {self._block} bytes")

    def _resend(self) -> float | None:
        """What was not acknowledged goes first; a pause when there is more of it than there is room."""
        while self._again:
            if not self._room(self._again[0].length):
                return 3600.0
            operation = self._again[0]
            self._flight[operation.send(self._failover.link, self._replay)] = operation
            self._again.popleft()
            self._replayed += operation.length
            if not self._again:
                emit("replayed", writes=len(self._flight), bytes=self._replayed)
        return None

    def _issue(self, source: Source) -> tuple[bool, float | None]:
        """Whether the source has ended, and how long to wait for answers (None: until one comes)."""
        while self._room(self._block):
            now = time.monotonic()
            found = source.next(now)
            if found is None:
                return True, None
            if isinstance(found, tuple):
                seconds, chosen = found
                if chosen and not self._flight:
                    self._progress.idle(now, paced=seconds < FOREVER)
                return False, seconds
            self._progress.busy(now)
            self._progress.sent = max(self._progress.sent, found.offset + found.length)
            # Unacknowledged from the moment it exists: a loss while it is being sent must not forget it.
            self._again.append(found)
            self._flight[found.send(self._failover.link, False)] = found
            self._again.pop()
        return False, None

    def _collect(self, pause: float | None) -> None:
        connection = self._failover.link.connection
        if not self._flight and pause is None:
            return
        for response in connection.responses(pause):
            operation = self._flight.get(response.message_id)
            if operation is None:
                continue
            if response.status in ntstatus.GONE:
                raise Lost(ntstatus.text(response.status))
            if response.status:
                raise Refused("write" if response.command == wire.WRITE else "read", response.status)
            del self._flight[response.message_id]
            operation.done(response)
            self._progress.ack(operation.offset, operation.length, response.at)
            self._failover.settled()
        if connection.breaks:
            self._handle.answer_breaks(connection)

    def _lost(self, lost: Lost) -> None:
        everything = sorted([*self._flight.values(), *self._again], key=lambda operation: operation.offset)
        self._flight.clear()
        self._again = deque(everything)
        self._replayed = 0
        self._replay = self._failover.recover(lost, len(everything))
