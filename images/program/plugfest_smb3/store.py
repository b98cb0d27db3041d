"""`python3 -m plugfest_smb3.payload verify`: hashes a file on the backing store and compares it with the payload.

Needs nothing of Samba's: it runs on cluster nodes. The job comes on stdin, as in the package's docstring.
"""

import os
import queue
import sys
import time

from .buffers import Pool
from .consumers import Consumers
from .errors import Aborted, Failed
from .job import BadJob, Job, parse
from .leash import Leash
from .mismatch import Verifier
from .payload import content
from .progress import Progress
from .report import emit
from .tree import check_tree

CHUNK = 1 << 20
BUFFERS = 8


def verify(job: Job, leash: Leash) -> None:
    """Emits `progress` and `result`. Raises Failed when the file cannot be read, Aborted."""
    if job.count:
        emit("result", verb="verify", **_verify_tree(job))
        return
    began = time.monotonic()
    freed: queue.SimpleQueue = queue.SimpleQueue()
    pool = Pool(BUFFERS, CHUNK, lambda: freed.put(None))
    verifier = Verifier(content(job), job.size)
    consumers = Consumers(job.hash, {"verify": verifier.check})
    progress = Progress(job.marks)
    length = 0
    try:
        with open(job.file, "rb", buffering=0) as file:
            while True:
                leash.check()
                while (buffer := pool.take()) is None:
                    freed.get()
                count = _read(file, buffer.view)
                if count:
                    consumers.feed(buffer, length, buffer.view[:count])
                    length += count
                    progress.sent = length
                    progress.ack(length - count, count, time.monotonic())
                buffer.release()
                if count < CHUNK:
                    break
    except OSError as error:
        raise Failed("read", f"{job.file}: {error.strerror}") from None
    digests = consumers.finish()
    seconds = time.monotonic() - began
    mismatch = verifier.finish(length)
    progress.report(time.monotonic())
    emit("result", verb="verify", bytes=length, seconds=round(seconds, 6), **digests,
         mbps=round(length / 1e6 / max(seconds, 1e-6), 3), gaps=progress.gaps(),
         mismatch=mismatch.event() if mismatch else None, badBlocks=verifier.bad_blocks)


def _verify_tree(job: Job) -> dict:
    """The files of `put-files` in the directory `file`."""
    began = time.monotonic()

    def read(name: str) -> bytes | None:
        try:
            with open(f"{job.file}/{name}", "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    try:
        found = check_tree(job, os.listdir(job.file), read)
    except OSError as error:
        raise Failed("read", f"{job.file}: {error.strerror}") from None
    return {**found, "seconds": round(time.monotonic() - began, 6)}


def _read(file, view: memoryview) -> int:
    """Fills `view` as far as the file goes."""
    done = 0
    while done < len(view):
        count = file.readinto(view[done:])
        if not count:
            break
        done += count
    return done


def main(arguments: list[str]) -> int:
    """Exit code as in the package's docstring."""
    try:
        if arguments != ["verify"]:
            raise BadJob("usage: python3 -m plugfest_smb3.payload verify, the job on stdin")
        job = parse(sys.stdin.buffer.readline(), verb="verify")
        verify(job, Leash(sys.stdin.buffer))
        return 0
    except BadJob as bad:
        emit("error", stage="job", status=None, message=str(bad))
        return 2
    except Failed as failed:
        emit("error", stage=failed.stage, status=None, message=failed.message)
        return 1
    except Aborted as aborted:
        emit("aborted", reason=aborted.reason)
        return 4
