"""What the client does when the server is lost: walk the addresses, open a session, reclaim the handle, or fall back.

The address that was lost comes first, for in a cluster it moves to another node; then the others, round and round.
"""

import os
import time
from collections import Counter

from . import status as ntstatus
from .channels import Channels
from .errors import Failed, Lost, Refused
from .handle import Handle
from .job import Job
from .leash import Leash
from .progress import Progress
from .registration import Moved, Registration
from .report import emit, ms
from .session import Account, Link, join, open_link

RETRY_SECONDS = 0.05
RECLAIM_SECONDS = 0.1
QUICK_CONNECT_SECONDS = 0.25


def tell_further(link: Link) -> None:
    if isinstance(link.connection, Channels):
        link.connection.tell_further()


class Failover:
    """Knows how to get a link, and how to get the handles back on a new one. `link` is the current one.

    `handles` is the caller's list, and may change between losses.
    """

    def __init__(self, job: Job, account: Account, client_guid: bytes, handles: list[Handle], progress: Progress,
                 leash: Leash):
        self.link: Link | None = None
        self._job = job
        self._account = account
        self._client_guid = client_guid
        self._handles = handles
        self._progress = progress
        self._leash = leash
        self._registration = Registration(job.witness, job.credentials, job.addresses, leash)
        self._sequence = 0
        self._attempts: Counter = Counter()
        self._losing = False
        self._deadline = 0.0
        self._last_error = "nothing was tried"
        self._round = 0
        self._address = job.addresses[0]

    def connect(self) -> Link:
        """The first link, on the first address that takes us. A refusal is final. Raises Failed."""
        if self._job.keys is not None and os.path.exists(self._job.keys):
            os.remove(self._job.keys)  # of another job
        self._begin()
        while True:
            for address in self._walk():
                try:
                    link = self._try(address)
                    emit("connected", **link.event())
                    tell_further(link)
                    return link
                except Lost as lost:
                    self._attempt(address, lost.stage, lost.reason)
                except Refused as refused:
                    raise Failed(refused.stage, str(refused), refused.status) from None

    def register(self) -> None:
        """Registers with the witness where the job says so; a client that cannot goes on without."""
        self._registration.begin(self._address, wait=True)

    def recover(self, lost: Lost, unacked: int, **more) -> bool:
        """A new link with the handles on it; true when all of them are the old ones. Raises Failed.

        `more` is what the caller has to add to `lost`.
        """
        now = time.monotonic()
        address = self._address
        self.drop()
        self._registration.end()
        if self._losing:
            self._attempt(address, "resume", lost.reason)
        else:
            self._progress.lost()
            emit("lost", address=address, reason=lost.reason, unacked=unacked, acked=self._progress.acked,
                 sinceLastAckMs=ms(self._progress.since_last(now)), **more)
            self._begin()
            self._losing = True
        if not self._job.failover:
            raise Failed("lost", f"the connection to {address} was lost: {lost.reason}")
        if isinstance(lost, Moved) and lost.to is not None:
            self._address = lost.to
        while True:
            for address in self._walk():
                try:
                    link = self._try(address)
                    emit("session", address=address, port=link.connection.port, serverGuid=link.negotiated.server_guid,
                         ms=link.ms)
                    tell_further(link)
                    same = all([self._get_back(link, handle) for handle in self._handles])
                    self._progress.resumes_on(address)
                    return same
                except Lost as error:
                    self._attempt(address, error.stage, error.reason)
                except Refused as refused:
                    self._attempt(address, refused.stage, ntstatus.text(refused.status))
                self.drop()

    def settled(self) -> None:
        """The first acknowledgement after a loss has come: the loss is over."""
        if self._losing:
            self._losing = False
            self._summary()
            self._registration.begin(self._address)

    def drop(self) -> None:
        """Closes the connection. The next one carries the next channel sequence ([MS-SMB2] 3.2.4.1.5)."""
        if self.link:
            self.link.connection.drop()
            self.link = None
            self._sequence = (self._sequence + 1) & 0xFFFF

    def _begin(self) -> None:
        self._attempts.clear()
        self._deadline = time.monotonic() + self._job.giveUpMs / 1000
        self._round = 0

    def _walk(self):
        """The addresses once, the current one first, with a rest after each that failed."""
        addresses = self._job.addresses
        start = addresses.index(self._address)
        for index in range(len(addresses)):
            yield addresses[(start + index) % len(addresses)]
            if time.monotonic() >= self._deadline:
                self._summary()
                raise Failed("connect", f"no link within {self._job.giveUpMs} ms; last: {self._last_error}")
            self._leash.rest(RETRY_SECONDS)
        self._round += 1

    def _try(self, address: str) -> Link:
        job = self._job
        # A dead address answers nothing: the first rounds move on soon, for another one may be alive.
        patience = min(job.connectTimeoutMs / 1000, QUICK_CONNECT_SECONDS * 2 ** self._round)
        self.link = open_link(address, job, self._account, self._client_guid, self._leash, patience, self._sequence)
        self._address = address
        if job.channels > 1:
            further = [join(self.link, job, self._account, self._client_guid, self._leash)
                       for _ in range(job.channels - 1)]
            self.link.connection = Channels([self.link.connection, *further], self._leash)
        self.link.connection.credits_wanted = 8192
        self.link.connection.interrupt = self._registration.check
        return self.link

    def _get_back(self, link: Link, handle: Handle) -> bool:
        """Reclaims, else opens anew. Raises Lost, Refused (try elsewhere) or Failed (give up)."""
        address = link.connection.address
        if handle.closed:
            return True
        if handle.file_id is None:
            handle.open(link)
            if handle.beside:
                emit("beside", address=address, path=handle.path, what="created", status=ntstatus.text(0))
            return False
        reason = "no durable handle was granted"
        if handle.reclaimable:
            refusal = self._reclaim(link, handle)
            if refusal is None:
                return True
            reason = ntstatus.text(refusal.status)
        if handle.beside and handle.closing:
            handle.closed = True
            return True
        if self._job.fallback == "fail":
            raise Failed("reclaim", f"the handle is gone: {reason}")
        handle.open_anew(link)
        if handle.beside:
            emit("beside", address=address, path=handle.path, what="reopened", status=reason)
        else:
            emit("reopened", address=address, path=handle.path, reason=reason, granted=handle.granted.event())
        return False

    def _reclaim(self, link: Link, handle: Handle) -> Refused | None:
        """Asks until it is given or `reclaimRetryMs` have passed: the node that had it may not have let go yet.

        One that was being closed is asked for once: it may be closed, and nobody needs it any more.
        """
        end = min(time.monotonic() + self._job.reclaimRetryMs / 1000, self._deadline)
        attempts = 0
        while True:
            attempts += 1
            refusal = None
            try:
                handle.reclaim(link)
            except Refused as refused:
                refusal = refused
                self._attempt(link.connection.address, "reclaim", ntstatus.text(refused.status))
            once = handle.beside and handle.closing
            if refusal is None or once or time.monotonic() + RECLAIM_SECONDS > end:
                self._tell_reclaim(link.connection.address, handle, refusal, attempts)
                return refusal
            self._leash.rest(RECLAIM_SECONDS)

    def _tell_reclaim(self, address: str, handle: Handle, refusal: Refused | None, attempts: int) -> None:
        status = ntstatus.text(refusal.status if refusal else 0)
        if handle.beside:
            what = "reclaimed" if refusal is None else "closed" if handle.closing else "refused"
            emit("beside", address=address, path=handle.path, what=what, status=status)
        else:
            emit("reclaim", address=address, path=handle.path, ok=refusal is None, how=handle.how, status=status, attempts=attempts,
                 fileId=handle.file_id.hex(), granted=handle.granted.event())

    def _attempt(self, address: str, stage: str, error: str) -> None:
        self._last_error = f"{address} {stage}: {error}"
        self._attempts[address, stage, error] += 1
        if self._attempts[address, stage, error] == 1:
            emit("attempt", address=address, stage=stage, error=error)

    def _summary(self) -> None:
        emit("attempts", count=self._attempts.total(),
             each=[{"address": address, "stage": stage, "error": error, "count": count}
                   for (address, stage, error), count in self._attempts.items()])
