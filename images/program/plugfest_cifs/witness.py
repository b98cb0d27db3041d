"""The witness of the kernel's client. The kernel keeps no registration itself: it says by netlink (CONFIG_CIFS_SWN_UPCALL,
fs/smb/client/cifs_swn.c) for which address it wants one, and wants to be told of what the witness says."""

import os
import socket
import struct
import threading

from plugfest_smb3.errors import Failed
from plugfest_smb3.job import Job
from plugfest_smb3.leash import Leash
from plugfest_smb3.registration import Moved, Registration
from plugfest_smb3.report import emit

from .netlink import Family, attribute

# include/uapi/linux/cifs/cifs_netlink.h: CIFS_GENL_CMD_SWN_..., CIFS_GENL_ATTR_SWN_..., enum cifs_swn_notification_type
FAMILY, GROUP = "cifs", "cifs_mcgrp_swn"
REGISTER, UNREGISTER, NOTIFY = 1, 2, 3
REGISTRATION, ADDRESS, KIND, STATE, RESOURCE = 1, 4, 12, 13, 14
RESOURCE_CHANGE = 1
STATES = {"unavailable": 0xFF, "available": 1}
MOVES = {"client-move": 2, "share-move": 3, "ip-change": 4}
SOCKADDR_STORAGE = 128


class KernelWitness(Registration):
    """Nothing at all where the job names no witness."""

    def __init__(self, job: Job, leash: Leash):
        super().__init__(job.witness, job.credentials, job.addresses, leash)
        self.is_wanted = job.witness is not None
        self._now = job.addresses[0]
        self._to: str | None = None
        self._id: int | None = None
        self._family: Family | None = None

    def listen(self) -> None:
        """To be called before the mount, which makes the kernel want a registration. Raises Failed."""
        if not self.is_wanted:
            return
        try:
            self._family = Family(FAMILY, GROUP)
        except OSError:
            release = os.uname().release
            raise Failed("kernel", f"the kernel {release} knows no witness: it lacks CONFIG_CIFS_SWN_UPCALL") from None
        threading.Thread(target=self._obey, name="swn", daemon=True).start()

    def await_registration(self) -> None:
        """Returns when there is one, or there can be none."""
        if self.is_wanted:
            self.settle()

    def where(self) -> str:
        """The address that the kernel's connection goes to now that it stands again."""
        self._now = self._to or self._now
        return self._now

    def _obey(self) -> None:
        while True:
            for command, said in self._family.hear():
                [number] = struct.unpack("=I", said[REGISTRATION])
                if command == UNREGISTER and number == self._id:
                    self._id = None
                    self.end()
                elif command == REGISTER:
                    self._wanted(number, socket.inet_ntop(socket.AF_INET, said[ADDRESS][4:8]))

    def _wanted(self, number: int, address: str) -> None:
        """The kernel asks again and again, for who keeps its registration may have been started anew."""
        if address not in (self._now, self._to) or (number == self._id and self.is_kept):
            return
        self._id = number
        self.begin(address)

    def follow(self, said: dict) -> Moved | None:
        if said["what"] == "notified" and self._id is not None:
            try:
                self._family.tell(NOTIFY, self._notification(said))
            except OSError as error:
                emit("witness", what="failed", address=self._now, witness="", kind="", to=[],
                     error=f"the kernel does not do what the witness says: {error.strerror}")
        return None

    def _notification(self, said: dict) -> bytes:
        about = attribute(REGISTRATION, struct.pack("=I", self._id))
        if said["kind"] in STATES:
            return (about + attribute(KIND, struct.pack("=I", RESOURCE_CHANGE)) +
                    attribute(RESOURCE, self._now.encode() + b"\0") +
                    attribute(STATE, struct.pack("=I", STATES[said["kind"]])))
        self._to = next((each for each in said["to"] if each in self._addresses), (said["to"] or [self._now])[0])
        where = struct.pack("=HH4s", socket.AF_INET, 0, socket.inet_aton(self._to)).ljust(SOCKADDR_STORAGE, b"\0")
        return about + attribute(KIND, struct.pack("=I", MOVES[said["kind"]])) + attribute(ADDRESS, where)
