"""The verb `rename`: one open file gets a new name again and again, and is closed under the last of them."""

import hashlib
import time

from . import info, wire
from .errors import accepted
from .handle import RENAMING, Handle
from .payload import content
from .report import emit
from .session import Link
from .workload import Workload


def name_of(path: str, number: int) -> str:
    """The file's name after so many renames."""
    return f"{path}.{number}"


class Renaming(Workload):
    """Progress, rate and marks count bytes of the file, as if each rename moved its share of them."""

    def work(self) -> dict:
        job = self.job
        data = bytearray(job.size)
        content(job).fill(0, memoryview(data))
        handle = self.open(Handle(job, RENAMING, name_of(job.path, 0)))
        began = time.monotonic()
        self.write(handle, 0, data)
        self.flush(handle)
        for number in range(job.count):
            at, end = job.size * number // job.count, job.size * (number + 1) // job.count
            self.paced(at)
            self.progress.busy(time.monotonic())
            handle.renaming_to = name_of(job.path, number + 1)
            self.calls.through(lambda link, flags: self._rename(link, flags, handle))
            self.acked(at, end - at)
        self.progress.report(time.monotonic())
        self.close(handle)
        emit("closed")
        return {"bytes": job.size, "seconds": round(time.monotonic() - began, 6), "mismatch": None, "badBlocks": 0,
                **{name: hashlib.new(name, data).hexdigest() if name in job.hash else None
                   for name in ("md5", "sha256")}}

    def _rename(self, link: Link, flags: int, handle: Handle) -> None:
        # Opened anew under the new name: the rename had been carried out, only its answer was lost.
        if handle.renaming_to is not None:
            accepted(link.connection.call(wire.SET_INFO, info.rename(handle.file_id, handle.renaming_to), flags=flags),
                     "rename")
            handle.path, handle.renaming_to = handle.renaming_to, None
