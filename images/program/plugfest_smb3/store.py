"""`python3 -m plugfest_smb3.payload verify`: hashes a file on the backing store and compares it with the payload.

With `plant` in the place of `verify` it spoils the file: see `plant.py`.

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
from .plant import plant
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
    end = job.size if job.beginning else None
    try:
        with open(job.file, "rb", buffering=0) as file:
            while True:
                leash.check()
                while (buffer := pool.take()) is None:
                    freed.get()
                count = _read(file, buffer.view if end is None else buffer.view[:end - length])
                if count:
                    consumers.feed(buffer, length, buffer.view[:count])
                    length += count
                    progress.sent = length
                    progress.ack(length - count, count, time.monotonic())
                buffer.release()
                if count < CHUNK:
                    break
    except FileNotFoundError:
        if not job.beginning:
            raise Failed("read", f"{job.file}: No such file or directory") from None
    except OSError as error:
        raise Failed("read", f"{job.file}: {error.strerror}") from None
    digests = consumers.finish()
    seconds = time.monotonic() - began
    mismatch = verifier.finish(length)
    progress.report(time.monotonic())
    emit("result", verb="verify", bytes=length, seconds=round(seconds, 6), **digests,
         mbps=round(length / 1e6 / max(seconds, 1e-6), 3), gaps=progress.gaps(),
         mismatch=mismatch.event() if mismatch else None, badBlocks=verifier.bad_blocks, bad=verifier.ranges(length))


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
        if arguments not in (["verify"], ["plant"]):
            raise BadJob("usage: python3 -m plugfest_smb3.payload verify|plant, the job on stdin")
        [verb] = arguments
        job = parse(sys.stdin.buffer.readline(), verb=verb)
        (verify if verb == "verify" else plant)(job, Leash(sys.stdin.buffer))
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
