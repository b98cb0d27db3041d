"""The handle: what is asked for, what was granted, and how it is opened, reclaimed and opened anew."""

import os
import uuid
from dataclasses import dataclass

from . import contexts, messages, status as ntstatus, wire
from .connection import Connection
from .errors import Refused, accepted
from .job import Job
from .report import emit
from .session import SHARE_CONTINUOUSLY_AVAILABLE, Link

REPLAYS = 10  # of a CREATE that nobody knows; then it is asked for as if for the first time

OPLOCK_NONE, OPLOCK_BATCH, OPLOCK_LEASE = 0x00, 0x09, 0xFF


@dataclass(frozen=True)
class Opening:
    """What a handle is opened for: the access it needs, and what becomes of a file that is there, or is not."""

    access: int
    disposition: int
    options: int = messages.NON_DIRECTORY_FILE


READING = Opening(messages.ACCESS_READ, messages.DISPOSITION_OPEN)
WRITING = Opening(messages.ACCESS_WRITE, messages.DISPOSITION_OVERWRITE_IF)
RENAMING = Opening(messages.ACCESS_WRITE | messages.ACCESS_DELETE, messages.DISPOSITION_OVERWRITE_IF)
PASSING = Opening(messages.ACCESS_WRITE | messages.ACCESS_DELETE, messages.DISPOSITION_OVERWRITE_IF,
                  messages.NON_DIRECTORY_FILE | messages.DELETE_ON_CLOSE)


class Handle:
    """One open file. `file_id` is None until a CREATE has succeeded; `size` is the file's at that time.

    A copy's evidence follows one handle. Further ones are `beside` it: what becomes of them is told apart.
    """

    def __init__(self, job: Job, opening: Opening, path: str | None = None, beside: bool = False):
        self.path = job.path if path is None else path
        self.beside = beside
        self.renaming_to: str | None = None
        self.closing = self.closed = False
        self.file_id: bytes | None = None
        self.granted: contexts.Granted | None = None
        self.size = 0
        self._kind = job.handle
        self._caching = job.caching
        self._lease_state = contexts.lease_state(job.lease)
        self._timeout_ms = job.durableTimeoutMs
        self._opening = opening
        self._create_guid, self._lease_key = uuid.uuid4().bytes_le, os.urandom(16)
        self._tried = 0

    def open(self, link: Link) -> None:
        """The first CREATE. Sent again after a loss, it says so by the replay flag.

        Samba refuses a replay for good when it never saw what is replayed, or when the smbd that did was killed over it
        (smb2srv_open_lookup_replay_cache in source3/smbd/smbXsrv_open.c): after some of them it is another CREATE.
        """
        replay = self._tried > 0 and self._kind in ("persistent", "durable")
        self._tried += 1
        try:
            self._create(link.connection, "open", self._opening.disposition, self._wishes(link),
                         wire.FLAG_REPLAY if replay else 0)
        except Refused as refused:
            if replay and refused.status == ntstatus.FILE_NOT_AVAILABLE and self._tried > REPLAYS:
                self._create_guid, self._lease_key, self._tried = uuid.uuid4().bytes_le, os.urandom(16), 0
            raise

    def open_anew(self, link: Link) -> None:
        """A new handle to what is there: nothing is truncated or created. Raises Refused (stage `reopen`).

        While a rename has not been answered, the file may have either name.
        """
        names = self._create_guid, self._lease_key
        self._create_guid, self._lease_key = uuid.uuid4().bytes_le, os.urandom(16)
        try:
            self._create(link.connection, "reopen", messages.DISPOSITION_OPEN, self._wishes(link))
        except BaseException as error:
            self._create_guid, self._lease_key = names
            gone = isinstance(error, Refused) and error.status == ntstatus.OBJECT_NAME_NOT_FOUND
            if gone and self.renaming_to is not None:
                self.path, self.renaming_to = self.renaming_to, None
            raise

    def tell_opened(self) -> None:
        emit("opened", path=self.path, fileId=self.file_id.hex(), how="create", size=self.size,
             granted=self.granted.event())

    @property
    def reclaimable(self) -> bool:
        return self.granted is not None and (self.granted.durable or self.granted.persistent)

    @property
    def how(self) -> str:
        return "DHnC" if self._kind == "durable-v1" else "DH2C"

    def reclaim(self, link: Link) -> None:
        """Takes the handle over by DH2C or DHnC. Raises Refused (stage `reclaim`)."""
        if self._kind == "durable-v1":
            # Both halves of the id must be as they were; the server looks at the persistent one.
            wish = contexts.durable_reconnect_v1(self.file_id)
        else:
            wish = contexts.durable_reconnect_v2(self.file_id, self._create_guid, self.granted.persistent)
        granted = self.granted
        self._create(link.connection, "reclaim", messages.DISPOSITION_OPEN, [wish, *self._lease()])
        # The answer to a reclaim names no durability again: what was granted stays.
        self.granted = contexts.Granted(granted.durable, granted.persistent, granted.timeout_ms,
                                        self.granted.lease, self.granted.oplock)

    def _wishes(self, link: Link) -> list[tuple[bytes, bytes]]:
        # Persistence is asked for where the share offers it, as Windows does ([MS-SMB2] 3.2.4.3.5).
        if self._kind == "durable-v1":
            return [contexts.durable_request_v1(), *self._lease()]
        if self._kind == "none":
            return self._lease()
        persistent = self._kind == "persistent" and bool(link.share_capabilities & SHARE_CONTINUOUSLY_AVAILABLE)
        return [contexts.durable_request_v2(self._create_guid, self._timeout_ms, persistent), *self._lease()]

    def _lease(self) -> list[tuple[bytes, bytes]]:
        return [contexts.lease_request(self._lease_key, self._lease_state)] if self._caching == "lease" else []

    def _create(self, connection: Connection, stage: str, disposition: int, wishes, flags: int = 0) -> None:
        oplock = {"lease": OPLOCK_LEASE, "oplock": OPLOCK_BATCH, "none": OPLOCK_NONE}[self._caching]
        body = messages.create(
            self.path, oplock=oplock, access=self._opening.access, share=messages.SHARE_READ, disposition=disposition,
            options=self._opening.options, contexts=wishes)
        response = connection.call(wire.CREATE, body, flags=flags)
        if response.status:
            raise Refused(stage, response.status)
        made = messages.created(response.body)
        self.file_id = made.file_id
        self.size = made.size
        self.granted = contexts.granted(made.oplock, made.answers)

    def flush(self, link: Link) -> None:
        accepted(link.connection.call(wire.FLUSH, messages.flush(self.file_id)), "flush")

    def close(self, link: Link) -> None:
        self.closing = True
        accepted(link.connection.call(wire.CLOSE, messages.close(self.file_id)), "close")
        self.closed = True

    def answer_breaks(self, connection: Connection) -> None:
        """Agrees to each break the server has sent. Without an answer it would wait for 35 seconds."""
        while connection.breaks:
            broken = connection.breaks.pop(0)
            status = None
            if broken.acknowledgement is not None:
                status = ntstatus.text(connection.call(wire.OPLOCK_BREAK, broken.acknowledgement).status)
            emit("break", kind=broken.kind, to=broken.to, status=status)
