"""The verb `server-copy`: the server copies a file, chunk by chunk, from one handle of ours to another (COPYCHUNK)."""

import time

from . import fsctl, wire
from .errors import Lost, accepted
from .handle import READING, WRITING, Handle
from .pacing import SLOW_CHUNK
from .report import emit
from .session import Link
from .source import SourceHash
from .workload import Workload

ANSWER_BYTES = 64


class ServerCopy(Workload):
    """The target is the handle that evidence follows; the source's resume key is good for one session."""

    def work(self) -> dict:
        job = self.job
        hashes = SourceHash(job, self.leash) if job.hash else None
        target = self.open(Handle(job, WRITING))
        source = self.open(Handle(job, READING, job.sourcePath, beside=True))
        began = time.monotonic()
        self._keyed: tuple[Link, bytes] | None = None
        chunk = min(job.blockSize, fsctl.MAX_CHUNK)
        at = 0
        while at < job.size:
            most = SLOW_CHUNK if self.paced(at) else chunk
            length = self.pacing.end(at, min(at + most, job.size)) - at
            self.progress.busy(time.monotonic())
            self.calls.through(lambda link, flags: self._copy(link, flags, source, target, at, length), length)
            self.acked(at, length)
            at += length
        self.progress.report(time.monotonic())
        self.flush(target)
        emit("flushed")
        self.close(target)
        emit("closed")
        self.close(source)
        closed = time.monotonic()
        digests = hashes.finish() if hashes else {"md5": None, "sha256": None}
        return {"bytes": job.size, "seconds": round(closed - began, 6), **digests,
                "hashMs": round((time.monotonic() - closed) * 1000, 3), "mismatch": None, "badBlocks": 0}

    def _copy(self, link: Link, flags: int, source: Handle, target: Handle, at: int, length: int) -> None:
        if self._keyed is None or self._keyed[0] is not link:
            answer = self._control(link, 0, fsctl.REQUEST_RESUME_KEY, source, b"")
            self._keyed = link, answer[:24]
        answer = self._control(link, flags, fsctl.COPYCHUNK_WRITE, target,
                               fsctl.copy_chunks(self._keyed[1], [(at, length)]))
        if fsctl.copied(answer) != length:
            raise Lost(f"short copy: {fsctl.copied(answer)} of {length} bytes")

    def _control(self, link: Link, flags: int, code: int, handle: Handle, given: bytes) -> bytes:
        body = fsctl.request(code, handle.file_id, given, ANSWER_BYTES)
        return fsctl.output(accepted(link.connection.call(wire.IOCTL, body, flags=flags), "ioctl").body)
