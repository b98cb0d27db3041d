"""Watches the kernel while it copies, and tells of the loss of its connection and of what it says."""

import os
import threading
import time

from plugfest_smb3.progress import Progress
from plugfest_smb3.report import emit

from . import proc
from .mount import Mount

EVERY_SECONDS = 0.025
KMSG = "/dev/kmsg"
WARNING = 4  # syslog(3)
COUNTERS_SECONDS = 0.25  # the files of counters and handles are longer, and only for people


class Watch:
    """A thread that looks, and `look`, which whoever was answered by the kernel calls first.

    `lock` guards the progress, which both of them tell of losses.
    """

    def __init__(self, mount: Mount, progress: Progress, name: str):
        self.lock = threading.Lock()
        self.in_flight = 0
        self._mount = mount
        self._progress = progress
        self._name = name
        self._known = mount.connection
        self._lost = False
        self._back = False
        self._ports = {mount.port}
        self._told: dict | None = None
        self._counted = proc.reconnects(proc.read("Stats"))
        self._over = threading.Event()
        self._began = time.clock_gettime(time.CLOCK_MONOTONIC)
        self._said = "the kernel says that the connection is gone"

    def __enter__(self) -> "Watch":
        threading.Thread(target=self._look_on, name="watch", daemon=True).start()
        threading.Thread(target=self._listen, name="kmsg", daemon=True).start()
        return self

    def __exit__(self, *_exception) -> None:
        self._over.set()

    def look(self) -> None:
        """To be called with the lock held."""
        now = self._mount.seen()
        if now is None:
            return
        if self._is_gone(now):
            self._tell_lost()
        self._known = now
        if self._lost and not self._back and now.tcp == now.session == "good":
            self._back = True
            address = self._mount.arrived()
            ports = proc.established(address) - self._ports
            self._ports |= ports
            emit("session", address=address, port=max(ports, default=0))
            self._progress.resumes_on(address)

    def acknowledged(self) -> None:
        """What ends a loss was acknowledged. To be called with the lock held, after the progress was told."""
        if self._back:
            self._lost = self._back = False

    def file_id(self) -> str:
        return proc.file_id(proc.read("open_files"), self._name, self._known.session_id, os.getpid())

    def _is_gone(self, now: proc.Connection) -> bool:
        if now.instance != self._known.instance:
            return not self._lost or self._back
        return now.tcp == "need-reconnect" and (not self._lost or self._back)

    def _tell_lost(self) -> None:
        address = self._mount.address
        if self._lost:
            self._back = False
            emit("attempt", address=address, stage="resume", error=self._said)
            return
        self._lost = True
        self._progress.lost()
        emit("lost", address=address, reason=self._said, unacked=self.in_flight, acked=self._progress.acked)

    def _look_on(self) -> None:
        counted = 0.0
        while not self._over.wait(EVERY_SECONDS):
            with self.lock:
                if self._over.is_set():
                    return
                self.look()
            if time.monotonic() - counted >= COUNTERS_SECONDS:
                counted = time.monotonic()
                self._tell_state()

    def _tell_state(self) -> None:
        known = self._known
        state = {"tcp": known.tcp, "instance": known.instance, "session": known.session, "share": known.share,
                 **self._reconnects(), "fileId": self.file_id()}
        if state != self._told:
            self._told = state
            emit("state", **state)

    def _reconnects(self) -> dict:
        """Since the mount. The kernel counts those of all its mounts: nothing where some are of other network namespaces."""
        if not self._mount.is_alone:
            return {}
        sessions, shares = proc.reconnects(proc.read("Stats"))
        return {"sessionReconnects": sessions - self._counted[0], "shareReconnects": shares - self._counted[1]}

    def _listen(self) -> None:
        """Records are `priority,sequence,microseconds since boot,flags;text` (Documentation/ABI/testing/dev-kmsg)."""
        try:
            file = os.open(KMSG, os.O_RDONLY)
        except OSError as error:
            emit("kernel", level=WARNING, text=f"its messages about CIFS cannot be read: {KMSG}: {error.strerror}")
            return
        while not self._over.is_set():
            try:
                record = os.read(file, 8192).decode(errors="replace")
            except BrokenPipeError:
                continue  # some were overwritten before they were read
            if self._over.is_set():
                return  # what it says of the end is nobody's business
            self._heard(record)

    def _heard(self, record: str) -> None:
        head, _, text = record.partition(";")
        priority, _, stamp = head.split(",")[:3]
        text = text.split("\n")[0]
        if int(stamp) / 1e6 >= self._began and "CIFS" in text.upper() and not self._mount.is_of_others(text):
            emit("kernel", level=int(priority) & 7, text=text)
