"""What workloads share that ask one thing after the other: from the first connection to letting go."""

import time
import uuid

from . import messages, wire
from .calls import Calls
from .errors import Aborted, Failed, Lost, Refused, accepted
from .failover import Failover
from .handle import Handle
from .job import Job
from .leash import Leash
from .pacing import SLOW_SECONDS, Pacing
from .progress import Progress
from .report import emit
from .session import Account, Link
from .status import END_OF_FILE

ABORT_SECONDS = 0.5


class Workload:
    """`work` is what a kind of workload does between the first link and the result, whose fields it returns.

    The first of `handles` is the one that evidence follows.
    """

    def __init__(self, job: Job, account: Account, leash: Leash):
        self.job = job
        self.leash = leash
        self.progress = Progress(job.marks)
        self.handles: list[Handle] = []
        self.failover = Failover(job, account, uuid.uuid4().bytes_le, self.handles, self.progress, leash)
        self.calls = Calls(self.failover, self.handles, self.progress)
        self.pacing = Pacing(job.marks, job.rate, leash)
        self._paced = 0

    def work(self) -> dict:
        raise NotImplementedError

    def run(self) -> None:
        """Raises Failed, Refused or Aborted; before that the handles are closed, if that is quick."""
        try:
            link = self.failover.connect()
            self.failover.register()
            self.block = min(self.job.blockSize, link.negotiated.max_write, link.negotiated.max_read)
            found = self.work()
            emit("result", verb=self.job.verb, gaps=self.progress.gaps(), **found)
        except BaseException:
            self._let_go()
            raise
        finally:
            self.failover.drop()

    def open(self, handle: Handle) -> Handle:
        """Opens it; from now on it is got back after each loss."""
        self.handles.append(handle)
        self.calls.through(lambda link, _: handle.file_id or handle.open(link))
        if not handle.beside:
            handle.tell_opened()
            self.progress.start()
        return handle

    def write(self, handle: Handle, offset: int, data) -> None:
        """Writes all of it, a block at a time."""
        view = memoryview(data)
        for at in range(0, len(view), self.block):
            part = view[at:at + self.block]
            self.calls.through(lambda link, flags: self._write(link, flags, handle, offset + at, part), len(part))

    def _write(self, link: Link, flags: int, handle: Handle, offset: int, part: memoryview) -> None:
        response = accepted(link.connection.call(
            wire.WRITE, messages.write(handle.file_id, offset, len(part)), data=part, length=len(part), flags=flags),
            "write")
        if messages.written(response.body) != len(part):
            raise Lost(f"short write: {messages.written(response.body)} of {len(part)} bytes")

    def read(self, handle: Handle, length: int) -> bytes:
        """The first `length` bytes of the file, or fewer where it is shorter."""
        return b"".join(self.calls.through(lambda link, _: read_part(link, handle.file_id, at, min(
            self.block, length - at))) for at in range(0, length, self.block))

    def flush(self, handle: Handle) -> None:
        self.calls.through(lambda link, _: handle.flush(link))

    def close(self, handle: Handle) -> None:
        """Closes it; it is got back no more."""
        self.calls.through(lambda link, _: handle.closed or handle.close(link))
        self.handles.remove(handle)

    def paced(self, offset: int) -> bool:
        """Waits until marks and rate let the byte at `offset` go; behind a slow mark one thing follows the other after a
        rest. A loss meanwhile is taken as it comes. Whether there is such a mark behind which it goes."""
        rested = time.monotonic() + SLOW_SECONDS
        while True:
            now = time.monotonic()
            wait = self.pacing.wait(offset, now)
            slow = self.pacing.slow(offset, self._paced)
            wait = max(wait, rested - now) if slow else wait
            if wait <= 0.0:
                self._paced += 1
                return slow
            self.progress.idle(now)
            self.calls.rest(wait)

    def acked(self, offset: int, length: int) -> None:
        self.progress.sent = offset + length
        self.progress.ack(offset, length, time.monotonic())

    def _let_go(self) -> None:
        """Handles that are not closed would stay at the server for their durable timeout."""
        link = self.failover.link
        if link is None:
            return
        try:
            link.connection.last_words(ABORT_SECONDS)
            for handle in self.handles:
                if handle.file_id is not None and not handle.closed:
                    handle.close(link)
        except (Lost, Refused, Aborted, Failed):
            pass


def read_part(link: Link, file_id: bytes, offset: int, length: int) -> bytes:
    """What the file holds there; empty at and beyond its end. Raises Lost or Refused."""
    buffer = bytearray(length)
    response = link.connection.call(wire.READ, messages.read(file_id, offset, length), sink=memoryview(buffer),
                                    length=length)
    if response.status == END_OF_FILE:
        return b""
    return bytes(buffer[:accepted(response, "read").sunk])
