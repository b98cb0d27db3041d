"""The verb `hold`: opens a file, takes its locks, and sits idle until told to go on, listening all the while.

Half of the file is written before and half after, by the same handle, and then all of it is read: whatever became of
the handle meanwhile, it must be good for both.
"""

import hashlib
import time

from . import locks, status as ntstatus, wire
from .errors import accepted
from .handle import PASSING, WRITING, Handle
from .mismatch import Verifier
from .payload import content
from .report import emit
from .session import Link
from .workload import Workload


class Hold(Workload):
    """Idle twice: until `idle` is released, then, after the handle was used once more, until `held` is. Then its locks
    are given up, one by one, for only who has a lock can do that."""

    def work(self) -> dict:
        job = self.job
        handle = self.open(Handle(job, PASSING if job.deleteOnClose else WRITING))
        began = time.monotonic()
        data = bytearray(job.size)
        made = content(job)
        made.fill(0, memoryview(data))
        half = job.size - job.size // 2
        self.write(handle, 0, data[:half])
        self.flush(handle)
        for index, locked in enumerate(job.locks):
            self.calls.through(lambda link, flags: self._lock(link, flags, handle, locked, index))
        # The mark in the middle of the file is the moment from which it is idle.
        self.acked(0, half)
        emit("idle", locks=len(job.locks), echoMs=job.echoMs)
        self._idle(handle, "idle")
        self.calls.doing = "use"
        self.write(handle, half, data[half:])
        self.flush(handle)
        found = self.read(handle, job.size + 1)
        self.acked(half, job.size - half)
        verifier = Verifier(made, job.size)
        verifier.check(0, memoryview(found))
        emit("held", granted=handle.granted.event(), fileId=handle.file_id.hex())
        self._idle(handle, "held")
        self.calls.doing = "use"
        emit("unlocked", locks=[self._unlock(handle, locked, index) for index, locked in enumerate(job.locks)])
        self.close(handle)
        emit("closed")
        seconds = time.monotonic() - began
        mismatch = verifier.finish(len(found))
        hashes = {name: hashlib.new(name, data).hexdigest() if name in job.hash else None for name in ("md5", "sha256")}
        return {"bytes": job.size, "seconds": round(seconds, 6), **hashes,
                "mismatch": mismatch.event() if mismatch else None, "badBlocks": verifier.bad_blocks}

    def _lock(self, link: Link, flags: int, handle: Handle, locked: locks.Range, index: int) -> None:
        accepted(link.connection.call(wire.LOCK, locks.request(handle.file_id, locked, index), flags=flags), "lock")

    def _unlock(self, handle: Handle, locked: locks.Range, index: int) -> dict:
        status = self.calls.through(lambda link, flags: self._answer(link.connection.call(
            wire.LOCK, locks.release(handle.file_id, locked, index), flags=flags)))
        return {"offset": locked.offset, "length": locked.length, "status": ntstatus.text(status)}

    def _answer(self, response: wire.Response) -> int:
        """Its status; raises Lost where session or open are gone."""
        return response.status if response.status == ntstatus.RANGE_NOT_LOCKED else accepted(response, "lock").status

    def _idle(self, handle: Handle, until: str) -> None:
        """Asks nothing but an ECHO every `echoMs`, as clients do. A loss is taken as it comes, and over once the
        handle has been of use: FLUSH has no effect on a file to which nothing was written since."""
        self.acked(self.progress.acked, 0)  # what is not asked for is not waited for
        interval = self.job.echoMs / 1000 if self.job.echoMs else None
        due = interval and time.monotonic() + interval
        self.progress.idle(time.monotonic())
        while until not in self.leash.released:
            self.calls.doing = "idle"
            alive = self.calls.rest(max(0.0, due - time.monotonic()) if due else 3600.0)
            if alive and due and time.monotonic() >= due:
                self.calls.doing = "echo"
                alive = self.calls.echo()
                due = time.monotonic() + interval
            if not alive:
                self.flush(handle)
                self.acked(self.progress.acked, 0)
                self.progress.idle(time.monotonic())
