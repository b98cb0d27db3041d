"""The client's registration with a witness, kept by a process of its own, and what follows from its notifications."""

import json
import subprocess
import sys
import threading
import time
from collections import deque

from .errors import Lost
from .leash import Leash
from .report import emit

REGISTER_SECONDS = 10.0
# The end of this process ends that one, however it comes.
COMMAND = ("setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "plugfest_smb3.witness")


class Moved(Lost):
    """The witness said to leave the server: as a loss, but the connection is still good. `to` is where to go, or None."""

    def __init__(self, reason: str, to: str | None):
        super().__init__(reason)
        self.to = to


class Registration:
    """Nothing at all without a `name`: a client that does not register has no witness."""

    def __init__(self, name: str | None, credentials: str, addresses: tuple[str, ...], leash: Leash):
        self._name = name
        self._credentials = credentials
        self._addresses = addresses
        self._leash = leash
        self._process: subprocess.Popen | None = None
        self._told: deque[Moved] = deque()
        self._lock = threading.Lock()
        self._settled = threading.Event()

    def begin(self, address: str, wait: bool = False) -> None:
        """Registers for the server at `address`, instead of for another. With `wait`, returns when it is registered or
        cannot be."""
        self.end()
        if self._name is None:
            return
        asked = json.dumps({"address": address, "name": self._name, "credentials": self._credentials})
        self._settled.clear()
        process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._process = process
        threading.Thread(target=self._follow, args=(process, address), name="witness", daemon=True).start()
        try:
            process.stdin.write(asked.encode() + b"\n")
            process.stdin.flush()
        except OSError:
            pass  # it ended at once: whoever follows it tells
        if wait:
            self.settle()

    def settle(self) -> None:
        """Returns when it is registered or cannot be, or that takes too long."""
        end = time.monotonic() + REGISTER_SECONDS
        while not self._settled.is_set() and time.monotonic() < end:
            self._leash.rest(end - time.monotonic())

    @property
    def is_kept(self) -> bool:
        """Whether there is a process that keeps a registration, or is about to."""
        with self._lock:
            return self._process is not None and self._process.poll() is None

    def end(self) -> None:
        """Forgets the registration, and what came of it. The server notices when the connection closes."""
        with self._lock:
            if self._process is not None:
                self._process.kill()
            self._process = None
            self._told.clear()

    def check(self) -> None:
        """Raises Moved when the witness has said to go."""
        if self._told:
            raise self._told.popleft()

    def _follow(self, process: subprocess.Popen, address: str) -> None:
        witness, over = "", False
        with process:
            for line in process.stdout:
                try:
                    said = json.loads(line)
                except ValueError:
                    continue  # Samba's libraries may print what they like
                witness = said.get("witness", witness)
                over = said["what"] == "failed"
                self._tell(process, said, address, witness)
        if not over:
            error = f"the process that keeps the registration ended with {process.returncode}"
            self._tell(process, {"what": "failed", "error": error}, address, witness)

    def _tell(self, process: subprocess.Popen, said: dict, address: str, witness: str) -> None:
        with self._lock:
            if process is not self._process:
                return  # a registration that is forgotten already
            emit("witness", what=said["what"], address=address, witness=witness, kind=said.get("kind", ""),
                 to=said.get("to", []), error=said.get("error", ""))
            moved = self.follow(said)
            if moved:
                self._told.append(moved)
            self._settled.set()
        self._leash.wake()

    def follow(self, said: dict) -> Moved | None:
        """What a notification means: move to the first address that is ours, or away from one that is unavailable."""
        if said["what"] != "notified" or said["kind"] == "available":
            return None
        if said["kind"] == "unavailable":
            return Moved("witness: the address is unavailable", None)
        to = next((each for each in said["to"] if each in self._addresses), None)
        return to and Moved(f"witness: {said['kind']} to {to}", to)
