"""Verbs that ask one server one thing, without a handle that survives: `contend`, `names`, `ioctl`, `get-files`."""

import time
import uuid

from . import fsctl, info, locks, messages, status as ntstatus, wire
from .errors import Refused, accepted
from .files import MANIFEST
from .job import Job
from .leash import Leash
from .report import emit
from .session import Account, Link, open_link
from .tree import check_tree
from .workload import read_part

NO_MORE_FILES = 0x80000006
NAMES_ROOM = 65536


def ask(job: Job, account: Account, leash: Leash) -> None:
    """Emits `result`. Raises Lost, or Refused where not even the question could be put."""
    link = open_link(job.addresses[0], job, account, uuid.uuid4().bytes_le, leash)
    link.connection.credits_wanted = 512
    began = time.monotonic()
    try:
        found = ASKED[job.verb](link, job)
        if job.verb == "get-files":
            found["seconds"] = round(time.monotonic() - began, 6)
        emit("result", verb=job.verb, **found)
    finally:
        link.connection.drop()


def contend(link: Link, job: Job) -> dict:
    """Tries to get what the holder of a file has: each of its locks, then the file for writing."""
    tried = []
    status, file_id = _open(link, job.path, messages.ACCESS_READ)
    for index, wanted in enumerate(job.locks if file_id else ()):
        # Exclusive, whatever the holder has: that is refused by a shared lock as well.
        exclusive = locks.Range(wanted.offset, wanted.length)
        response = link.connection.call(wire.LOCK, locks.request(file_id, exclusive, index))
        tried.append({"offset": wanted.offset, "length": wanted.length, "status": ntstatus.text(response.status)})
    _close(link, file_id)
    writing, file_id = _open(link, job.path, messages.ACCESS_WRITE)
    _close(link, file_id)
    return {"open": ntstatus.text(status), "locks": tried, "writing": ntstatus.text(writing)}


def names(link: Link, job: Job) -> dict:
    """Which of some names are there."""
    each = []
    for name in job.names:
        status, file_id = _open(link, name, messages.ACCESS_ATTRIBUTES)
        _close(link, file_id)
        each.append({"path": name, "status": ntstatus.text(status)})
    return {"names": each}


def ioctl(link: Link, job: Job) -> dict:
    """What a server answers to an FSCTL on a file that is open for reading and writing."""
    status, file_id = _open(link, job.path, messages.ACCESS_WRITE)
    if file_id is None:
        raise Refused("open", status)
    code, given = fsctl.ASKABLE[job.code]
    response = link.connection.call(wire.IOCTL, fsctl.request(code, file_id, given(job.size), 4096))
    _close(link, file_id)
    return {"code": f"0x{code:08X}", "status": ntstatus.text(response.status)}


def get_files(link: Link, job: Job) -> dict:
    """Reads what `put-files` wrote."""
    def read(name: str) -> bytes | None:
        status, file_id = _open(link, f"{job.path}/{name}", messages.ACCESS_READ)
        if status == ntstatus.OBJECT_NAME_NOT_FOUND:
            return None
        if file_id is None:
            raise Refused("open", status)
        data = _read(link, file_id, (job.count << 8) if name == MANIFEST else job.size + 1)
        _close(link, file_id)
        return data

    return check_tree(job, _list(link, job.path), read)


def _read(link: Link, file_id: bytes, most: int) -> bytes:
    block = min(1 << 20, link.negotiated.max_read)
    found = b""
    while len(found) < most and (part := read_part(link, file_id, len(found), min(block, most - len(found)))):
        found += part
    return found


def _list(link: Link, path: str) -> list[str]:
    status, file_id = _open(link, path, messages.ACCESS_READ, messages.DIRECTORY_FILE)
    if file_id is None:
        raise Refused("open", status)
    found: list[str] = []
    while True:
        response = link.connection.call(wire.QUERY_DIRECTORY, info.list_names(file_id, NAMES_ROOM), length=NAMES_ROOM)
        if response.status == NO_MORE_FILES:
            break
        found += info.listed_names(accepted(response, "list").body)
    _close(link, file_id)
    return found


def _open(link: Link, path: str, access: int, options: int = messages.NON_DIRECTORY_FILE) -> tuple[int, bytes | None]:
    response = link.connection.call(wire.CREATE, messages.create(
        path, access=access, share=messages.SHARE_ALL, disposition=messages.DISPOSITION_OPEN, options=options))
    return response.status, None if response.status else messages.created(response.body).file_id


def _close(link: Link, file_id: bytes | None) -> None:
    if file_id is not None:
        accepted(link.connection.call(wire.CLOSE, messages.close(file_id)), "close")


ASKED = {"contend": contend, "names": names, "ioctl": ioctl, "get-files": get_files}
