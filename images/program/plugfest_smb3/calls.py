"""Requests one after the other, each sent again after a loss until it is answered."""

import time
from collections.abc import Callable
from typing import TypeVar

from . import messages, wire
from .errors import Lost
from .failover import Failover
from .handle import Handle
from .progress import Progress
from .report import emit
from .session import Link

T = TypeVar("T")


class Calls:
    """`doing` says in `lost` what the client was about when it noticed; it is the caller's to set."""

    def __init__(self, failover: Failover, handles: list[Handle], progress: Progress):
        self.doing = "use"
        self._failover = failover
        self._handles = handles
        self._progress = progress

    def through(self, step: Callable[[Link, int], T], length: int = 0) -> T:
        """What `step(link, flags)` returns. After a loss it is called again, on a new link and with the replay flag
        where the handles are the old ones. `length` is how many bytes it moves. Raises Failed or Refused."""
        flags = 0
        while True:
            try:
                link = self._failover.link
                self._answer_breaks(link)
                result = step(link, flags)
                self._progress.settled(time.monotonic())
                self._failover.settled()
                return result
            except Lost as lost:
                flags = wire.FLAG_REPLAY if self._recover(lost, 1) else 0
                emit("replayed", writes=1, bytes=length)

    def rest(self, seconds: float) -> bool:
        """Asks nothing of the server for so long, or until the leash wakes us, and takes a loss at once as it comes.
        False when there was one; then nothing has been asked of the new link yet."""
        try:
            link = self._failover.link
            link.connection.responses(seconds)
            self._answer_breaks(link)
            return True
        except Lost as lost:
            self._recover(lost, 0)
            return False

    def echo(self) -> bool:
        """Asks the server whether it is there; false when that showed a loss, which is over then."""
        try:
            self._failover.link.connection.call(wire.ECHO, messages.echo())
            return True
        except Lost as lost:
            self._recover(lost, 0)
            return False

    def _recover(self, lost: Lost, unacked: int) -> bool:
        return self._failover.recover(lost, unacked, doing=self.doing)

    def _answer_breaks(self, link: Link) -> None:
        if link.connection.breaks:
            self._handles[0].answer_breaks(link.connection)
