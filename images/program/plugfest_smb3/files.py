"""The verb `put-files`: many small files, each created, written and closed, and a manifest of them that stays open.

The payload is cut up: file number n holds `size` bytes of it from n times its stride on, so that each file begins with
a stamp of its own and no file can stand for another. The manifest is in the format of sha256sum(1).
"""

import hashlib
import time

from . import messages, wire
from .errors import accepted
from .handle import WRITING, Handle
from .job import Job
from .payload import BLOCK, content
from .report import emit
from .session import Link
from .workload import Workload

MANIFEST = "SHA256SUMS"


def name_of(index: int) -> str:
    return f"{index:06d}.bin"


def stride_of(job: Job) -> int:
    return (job.size + BLOCK - 1) // BLOCK * BLOCK


def line_of(index: int, data) -> bytes:
    return f"{hashlib.sha256(data).hexdigest()}  {name_of(index)}\n".encode()


class Files(Workload):
    """The manifest is the handle that evidence follows: it is open from the first file to the last."""

    def work(self) -> dict:
        job = self.job
        self.calls.through(lambda link, _: make_directory(link, job.path))
        manifest = self.open(Handle(job, WRITING, f"{job.path}/{MANIFEST}"))
        began = time.monotonic()
        made, stride, text = content(job), stride_of(job), b""
        data = bytearray(job.size)
        for index in range(job.count):
            self.paced(index * job.size)
            made.fill(index * stride, memoryview(data))
            self.progress.busy(time.monotonic())
            file = self.open(Handle(job, WRITING, f"{job.path}/{name_of(index)}", beside=True))
            self.write(file, 0, data)
            self.close(file)
            line = line_of(index, data)
            self.write(manifest, len(text), line)
            text += line
            self.acked(index * job.size, job.size)
        self.progress.report(time.monotonic())
        self.flush(manifest)
        emit("flushed")
        self.close(manifest)
        emit("closed")
        seconds = time.monotonic() - began
        return {"bytes": job.count * job.size, "seconds": round(seconds, 6), "mismatch": None, "badBlocks": 0,
                **{name: hashlib.new(name, text).hexdigest() if name in job.hash else None
                   for name in ("md5", "sha256")}}


def make_directory(link: Link, path: str) -> None:
    """Makes the directory if it is not there; those above it must be."""
    response = accepted(link.connection.call(wire.CREATE, messages.create(
        path, access=messages.ACCESS_ATTRIBUTES, share=messages.SHARE_ALL, disposition=messages.DISPOSITION_OPEN_IF,
        options=messages.DIRECTORY_FILE)), "open")
    file_id = messages.created(response.body).file_id
    accepted(link.connection.call(wire.CLOSE, messages.close(file_id)), "close")
