"""The mount: made for one job, on a connection of its own, and gone with it."""

import errno
import fcntl
import json
import os
import subprocess
from pathlib import Path

from plugfest_smb3.errors import Failed
from plugfest_smb3.job import Job

from . import proc
from .numbers import Numbers
from .witness import KernelWitness

FOLDER = Path("/run/plugfest/cifs")
FILESYSTEMS = Path("/proc/filesystems")
GOODBYE_SECONDS = 10
NO_DEVICE = os.strerror(errno.ENODEV)  # of mount(2), where no such filesystem is known and no module has it


class Mount:
    """`connection` is the kernel's id of it, `port` this machine's; `is_alone` is False once the kernel was seen to have
    connections of other network namespaces, which its counters count too."""

    def __init__(self, job: Job, options: tuple[str, ...], witness: KernelWitness):
        self._witness = witness
        self._numbers = Numbers()
        self._namespace = proc.own_namespace()
        self._servers = set(job.addresses)
        self.is_alone = True
        self.address = job.addresses[0]
        self.path = FOLDER / str(os.getpid())
        self._unc = f"//{self.address}/{job.share}"
        self._share = job.share
        account = _account(job.credentials)
        self._options = ",".join([f"username={account['user']}", f"ip={self.address}", "nosharesock", *options])
        self._password = account["password"]

    def __enter__(self) -> "Mount":
        """Raises Failed."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        # One after the other: which connection is new tells which one is this mount's.
        with open(FOLDER / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _sweep()
            _load_module()
            known = {each.id for each in self._all()}
            ports = proc.established(self.address)
            self._witness.listen()
            self.path.mkdir()
            self._mount()
            made = [each for each in self._all() if each.id not in known and each.host == self.address]
            if not made:
                raise Failed("kernel", f"/proc/fs/cifs/DebugData shows no connection to {self.address}")
            self.connection = made[0]
            self.port = max(proc.established(self.address) - ports, default=0)
        return self

    def _mount(self) -> None:
        read, write = os.pipe()
        os.write(write, self._password.encode())
        os.close(write)
        try:
            done = subprocess.run(["mount.cifs", self._unc, str(self.path), "-o", self._options], pass_fds=[read],
                                  env={**os.environ, "PASSWD_FD": str(read)}, capture_output=True, text=True)
        except FileNotFoundError:
            raise Failed("mount", "mount.cifs is not installed") from None
        finally:
            os.close(read)
        if done.returncode:
            self.path.rmdir()
            if NO_DEVICE in done.stderr and "\tcifs\n" not in FILESYSTEMS.read_text():
                raise Failed("kernel", f"the kernel {os.uname().release} has no module cifs")
            raise Failed("mount", " ".join(done.stderr.split()) or f"mount.cifs ended with {done.returncode}")

    def __exit__(self, *_exception) -> None:
        _let_go(self.path)
        self._witness.end()

    def arrived(self) -> str:
        """Where the connection goes now that it stands again."""
        self.address = self._witness.where()
        return self.address

    def seen(self) -> proc.Connection | None:
        """The connection as it is now."""
        return next((each for each in self._all() if each.id == self.connection.id), None)

    def is_of_others(self, text: str) -> bool:
        """Whether the kernel says this of other mounts."""
        return proc.is_of_others(text, {*self._servers, self.address, self.connection.host})

    def _all(self) -> list[proc.Connection]:
        found = self._numbers.of(proc.connections(proc.read("DebugData"), self._share))
        own = [each for each in found if each.namespace in (0, self._namespace)]
        self.is_alone = self.is_alone and len(own) == len(found)
        return own


def _load_module() -> None:
    """As far as it can be done from here: a container has no modules, and there the kernel loads it as the mount asks for it."""
    try:
        subprocess.run(["modprobe", "cifs"], capture_output=True)
    except FileNotFoundError:
        pass


def _account(path: str) -> dict:
    """Raises Failed when the credentials are not there or not what they should be."""
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
        return {"user": str(found["user"]), "password": str(found["password"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Failed("credentials", f"{path}: {type(error).__name__}") from None


def _let_go(path: Path) -> None:
    """A server that does not answer must not keep the program: then the mount goes when its last request does."""
    try:
        gone = subprocess.run(["umount", str(path)], capture_output=True, timeout=GOODBYE_SECONDS).returncode == 0
    except subprocess.TimeoutExpired:
        gone = False
    if not gone:
        subprocess.run(["umount", "-f", "-l", str(path)], capture_output=True)
    try:
        path.rmdir()
    except OSError:
        pass


def _sweep() -> None:
    """What programs that were killed have left."""
    for path in FOLDER.iterdir():
        if path.name.isdigit() and not Path("/proc", path.name).exists():
            _let_go(path)
