"""The source's own hashes, taken by a process of their own.

The child (verb `hash`) computes or reads the content for itself. So the hashes say what the file should hold, whatever
the writer does with its buffers. A copy at full speed leaves no core to it, and would be half as fast beside it on two
cores, at whatever priority: there it begins when the file is closed. Beside a copy with a rate it uses what that leaves
over. The child's stdin is its leash: it ends when this process does.
"""

import json
import os
import select
import subprocess
import sys
import time
from dataclasses import asdict

from .buffers import Pool
from .consumers import Consumers
from .errors import Failed
from .job import Job
from .leash import Leash
from .payload import content
from .report import emit

CHUNK = 256 << 10  # stays in a core's cache between being made and being hashed
BUFFERS = 8
LOWEST_PRIORITY = 19


class SourceHash:
    """Begins at once where the job has a rate; `finish`, which waits for the end of it, begins it elsewhere."""

    def __init__(self, job: Job, leash: Leash):
        self._job = job
        self._leash = leash
        self._child = self._start() if job.rate else None

    def _start(self) -> subprocess.Popen:
        child = subprocess.Popen([sys.executable, "-m", "plugfest_smb3"], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE)
        child.stdin.write(json.dumps({**asdict(self._job), "verb": "hash", "marks": []}).encode() + b"\n")
        child.stdin.flush()
        return child

    def finish(self) -> dict[str, str | None]:
        """`{"md5": hex or None, "sha256": hex or None}`. Raises Failed (stage `hash`) or Aborted."""
        self._child = self._child or self._start()
        poll = select.poll()
        poll.register(self._leash.fd, select.POLLIN)
        poll.register(self._child.stdout, select.POLLIN)
        answer = b""
        while True:
            ready = dict(poll.poll())
            if self._leash.fd in ready:
                self._leash.check()
            if self._child.stdout.fileno() in ready:
                part = os.read(self._child.stdout.fileno(), 65536)
                if not part:
                    break
                answer += part
        last = json.loads(answer.splitlines()[-1]) if answer else {}
        if self._child.wait() or last.get("ev") != "result":
            raise Failed("hash", last.get("message", f"hashing the source ended with {self._child.returncode}"))
        return {name: last[name] for name in ("md5", "sha256")}


def hash_source(job: Job, leash: Leash) -> None:
    """The verb `hash`: emits `result`. Raises Aborted, or OSError when the source cannot be read."""
    if job.rate:
        os.nice(LOWEST_PRIORITY)
    began = time.monotonic()
    made = content(job)
    pool = Pool(BUFFERS, CHUNK, leash.wake)
    consumers = Consumers(job.hash)
    for at in range(0, job.size, CHUNK):
        while (buffer := pool.take()) is None:
            leash.rest(1.0)
        view = buffer.view[:min(CHUNK, job.size - at)]
        made.fill(at, view)
        consumers.feed(buffer, at, view)
        buffer.release()
    hashes = consumers.finish()
    seconds = time.monotonic() - began
    emit("result", verb="hash", bytes=job.size, seconds=round(seconds, 6), **hashes,
         mbps=round(job.size / 1e6 / seconds, 3))
