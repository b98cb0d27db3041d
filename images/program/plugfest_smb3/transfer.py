"""The verbs `put` and `get`, from the first connection to the result."""

import time
import uuid

from .buffers import Pool
from .consumers import Consumers
from .errors import Aborted, Failed, Lost, Refused
from .failover import Failover
from .handle import READING, WRITING, Handle
from .job import Job
from .leash import Leash
from .mismatch import Verifier
from .pacing import Pacing
from .payload import BLOCK, Content, content
from .pipeline import Pipeline
from .progress import Progress
from .reader import Reading
from .report import emit, ms
from .session import Account, Link
from .source import SourceHash
from .writer import Writing

AHEAD = 4  # buffers beyond the window: read-ahead while the slowest consumer catches up
ABORT_SECONDS = 0.5


class Transfer:
    """One file, one way. `run` emits everything up to and including `result`."""

    def __init__(self, job: Job, account: Account, leash: Leash):
        self._job = job
        self._leash = leash
        self._writing = job.verb == "put"
        self._progress = Progress(job.marks)
        self._handle = Handle(job, WRITING if self._writing else READING)
        self._failover = Failover(job, account, uuid.uuid4().bytes_le, [self._handle], self._progress, leash)

    def run(self) -> None:
        """Raises Failed, Refused or Aborted; before that the handle is closed, if that is quick."""
        try:
            self._run()
        except BaseException:
            self._let_go()
            raise
        finally:
            self._failover.drop()

    def _run(self) -> None:
        job, handle, progress = self._job, self._handle, self._progress
        expected = content(job)
        link = self._failover.connect()
        self._failover.register()
        block = self._block(link)
        pipeline = Pipeline(self._failover, handle, progress, job.window, block)
        pipeline.through(lambda link: handle.file_id or handle.open(link))
        handle.tell_opened()
        progress.start()
        began = time.monotonic()
        size, digests, verifier = self._put(pipeline, block, expected) if self._writing else self._get(
            pipeline, block, expected)
        closed = time.monotonic()
        hashes = digests()
        mismatch = verifier.finish(size) if verifier else None
        seconds = closed - began
        emit("result", verb=job.verb, bytes=size, seconds=round(seconds, 6), **hashes,
             mbps=round(size / 1e6 / seconds, 3), hashMs=ms(time.monotonic() - closed), gaps=progress.gaps(),
             mismatch=mismatch.event() if mismatch else None, badBlocks=verifier.bad_blocks if verifier else 0)

    def _put(self, pipeline: Pipeline, block: int, made: Content):
        job = self._job
        source = SourceHash(job, self._leash) if job.hash else None
        pool = Pool(job.window + 1, block, self._leash.wake)
        pipeline.run(Writing(self._handle, made, job.size, block, pool, Pacing(job.marks, job.rate, self._leash)))
        self._progress.report(time.monotonic())
        pipeline.through(self._handle.flush)
        emit("flushed")
        self._close(pipeline)
        return job.size, source.finish if source else lambda: {"md5": None, "sha256": None}, None

    def _get(self, pipeline: Pipeline, block: int, expected: Content):
        job, size = self._job, self._handle.size
        verifier = Verifier(expected, job.size)
        consumers = Consumers(job.hash, {"verify": verifier.check})
        pool = Pool(job.window + AHEAD, block, self._leash.wake)
        pipeline.run(Reading(self._handle, size, block, pool, consumers, Pacing(job.marks, job.rate, self._leash)))
        self._progress.report(time.monotonic())
        self._close(pipeline)
        return size, consumers.finish, verifier

    def _close(self, pipeline: Pipeline) -> None:
        pipeline.through(self._handle.close)
        emit("closed")

    def _block(self, link: Link) -> int:
        """Bytes per request: what the job says within what the server takes; whole payload blocks when reading."""
        most = link.negotiated.max_write if self._writing else link.negotiated.max_read
        block = min(self._job.blockSize, most)
        return block if self._writing else max(BLOCK, block // BLOCK * BLOCK)

    def _let_go(self) -> None:
        """A handle that is not closed would stay at the server for its durable timeout."""
        link = self._failover.link
        if link is None or self._handle.file_id is None or self._handle.closed:
            return
        try:
            link.connection.last_words(ABORT_SECONDS)
            self._handle.close(link)
        except (Lost, Refused, Aborted, Failed):
            pass
