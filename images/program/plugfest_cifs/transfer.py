"""`put` and `get`: from the mount to the result."""

import errno
import os
import time

from plugfest_smb3.buffers import Buffer, Pool, pages
from plugfest_smb3.consumers import Consumers
from plugfest_smb3.errors import Failed
from plugfest_smb3.job import Job
from plugfest_smb3.leash import Leash
from plugfest_smb3.mismatch import Verifier
from plugfest_smb3.pacing import FOREVER, SLOW_LENGTH, Pacing
from plugfest_smb3.payload import BLOCK, content
from plugfest_smb3.progress import Progress
from plugfest_smb3.report import emit, ms
from plugfest_smb3.source import SourceHash

from .mount import Mount
from .watch import Watch
from .witness import KernelWitness

MODE = 0o644
AHEAD = 4  # buffers beyond the one that is filled: read-ahead while the slowest consumer catches up


class Transfer:
    """One file, one way. `run` emits everything up to and including `result`."""

    def __init__(self, job: Job, options: tuple[str, ...], leash: Leash):
        self._job = job
        self._leash = leash
        self._witness = KernelWitness(job, leash)
        self._mount = Mount(job, options, self._witness)
        self._signs = "sign" in options
        self._seals = "seal" in options
        self._progress = Progress(job.marks)
        self._pacing = Pacing(job.marks, job.rate, leash)
        self._content = content(job)

    def run(self) -> None:
        """Raises Failed, Aborted or OSError."""
        job = self._job
        with self._mount as mount:
            emit("connected", address=mount.address, port=mount.port, dialect=mount.connection.dialect,
                 signing="on" if self._signs else "none", **({"encryption": "on"} if self._seals else {}),
                 kernel=os.uname().release)
            self._witness.await_registration()
            with Watch(mount, self._progress, os.path.basename(job.path)) as self._watch:
                found, finish = self._put() if job.verb == "put" else self._get()
        closed = time.monotonic()
        last = finish()
        emit("result", verb=job.verb, **found, **last, hashMs=ms(time.monotonic() - closed),
             gaps=self._progress.gaps())

    def _open(self, flags: int) -> int:
        path = os.path.join(self._mount.path, *self._job.path.replace("\\", "/").split("/"))
        if flags & os.O_CREAT:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        file = self._call("open", lambda: os.open(path, flags | os.O_DIRECT | os.O_CLOEXEC, MODE))
        emit("opened", path=self._job.path, fileId=self._watch.file_id())
        with self._watch.lock:
            self._progress.start()
        return file

    def _put(self):
        job, progress = self._job, self._progress
        source = SourceHash(job, self._leash) if job.hash else None
        file = self._open(os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        began = time.monotonic()
        view = pages(job.blockSize)
        at = count = 0
        while at < job.size:
            slow = self._wait(at, count)
            # Blocks begin at multiples of their size, whatever marks cut off before.
            end = at + SLOW_LENGTH if slow else (at // job.blockSize + 1) * job.blockSize
            part = view[:self._pacing.end(at, min(end, job.size)) - at]
            self._content.fill(at, part)
            self._asked("write", at, len(part), lambda part=part, at=at: os.pwrite(file, part, at))
            at += len(part)
            count += 1
        progress.report(time.monotonic())
        self._call("flush", lambda: os.fsync(file))
        emit("flushed")
        self._call("close", lambda: os.close(file))
        emit("closed")
        return self._figures(job.size, began), lambda: {
            **(source.finish() if source else {"md5": None, "sha256": None}), "mismatch": None, "badBlocks": 0}

    def _get(self):
        job, progress = self._job, self._progress
        file = self._open(os.O_RDONLY)
        size = os.fstat(file).st_size
        began = time.monotonic()
        verifier = Verifier(self._content, job.size)
        consumers = Consumers(job.hash, {"verify": verifier.check})
        block = max(BLOCK, job.blockSize // BLOCK * BLOCK)
        pool = Pool(1 + AHEAD, block, self._leash.wake)
        at = count = 0
        while at < size:
            if self._wait(at, count):
                glance = memoryview(bytearray(min(SLOW_LENGTH, size - at)))
                self._asked("read", at, len(glance), lambda: os.preadv(file, [glance], at))
                continue
            buffer = self._buffer(pool)
            # Reads begin at multiples of their size, and end at marks or less than a block of the payload behind them.
            end = min((at // block + 1) * block, size)
            end = min(end, -(-self._pacing.end(at, end) // BLOCK) * BLOCK)
            part = buffer.view[:end - at]
            self._asked("read", at, len(part), lambda part=part: os.preadv(file, [part], at))
            consumers.feed(buffer, at, part)
            buffer.release()
            at = end
            count += 1
        progress.report(time.monotonic())
        self._call("close", lambda: os.close(file))
        emit("closed")

        def finish() -> dict:
            digests = consumers.finish()
            mismatch = verifier.finish(size)
            return {**digests, "mismatch": mismatch.event() if mismatch else None, "badBlocks": verifier.bad_blocks}

        return self._figures(size, began), finish

    def _figures(self, size: int, began: float) -> dict:
        seconds = time.monotonic() - began
        return {"bytes": size, "seconds": round(seconds, 6), "mbps": round(size / 1e6 / seconds, 3)}

    def _buffer(self, pool: Pool) -> Buffer:
        while (buffer := pool.take()) is None:
            self._leash.rest(1.0)
        return buffer

    def _wait(self, at: int, count: int) -> bool:
        """Waits until marks and rate let the byte at `at` go; whether it is behind a slow mark."""
        while True:
            self._leash.check()
            now = time.monotonic()
            wait = self._pacing.wait(at, now)
            if not wait:
                return self._pacing.slow(at, count)
            with self._watch.lock:
                self._progress.idle(now, paced=wait < FOREVER)
            self._leash.rest(wait)

    def _asked(self, stage: str, at: int, length: int, ask) -> None:
        """One request of the kernel: when it returns, the server has acknowledged it."""
        watch, progress = self._watch, self._progress
        with watch.lock:
            progress.busy(time.monotonic())
            progress.sent = max(progress.sent, at + length)
            watch.in_flight = 1
        done = self._call(stage, ask)
        if done != length:
            raise Failed(stage, f"{done} of {length} bytes at {at}")
        with watch.lock:
            watch.in_flight = 0
            watch.look()
            progress.ack(at, length, time.monotonic())
            watch.acknowledged()

    @staticmethod
    def _call(stage: str, call):
        try:
            return call()
        except OSError as error:
            raise Failed(stage, f"{errno.errorcode.get(error.errno, error.errno)}: {error.strerror}") from None
