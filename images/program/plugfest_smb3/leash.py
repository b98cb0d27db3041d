"""Standard input after the job: a leash (end of file ends the program) and a channel for commands."""

import json
import os
import select
import threading
import time

from .errors import Aborted

GRACE_SECONDS = 2.0


class Leash:
    """Watches stdin in a thread. Whoever waits polls `fd` too: it becomes readable when there is something to look at.

    Any thread may call `wake()` to end such a wait early. The program must not outlive its driver, so when the
    main thread does not come to an end within GRACE_SECONDS of the leash being let go, the process ends anyway.
    """

    def __init__(self, lines):
        self.fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self.released: set[str] = set()
        self._reason: str | None = None
        self._lines = lines
        threading.Thread(target=self._watch, name="leash", daemon=True).start()

    def _watch(self) -> None:
        for line in self._lines:
            self._obey(line)
        self._let_go("leash")

    def _obey(self, line: bytes) -> None:
        try:
            command = json.loads(line)
        except ValueError:
            return
        if not isinstance(command, dict):
            return
        if command.get("cmd") == "release":
            self.released.add(str(command.get("mark")))
            self.wake()
        elif command.get("cmd") == "stop":
            threading.Thread(target=self._let_go, args=("stop",), daemon=True).start()

    def _let_go(self, reason: str) -> None:
        if self._reason is None:
            self._reason = reason
        self.wake()
        time.sleep(GRACE_SECONDS)
        os._exit(4)

    def wake(self) -> None:
        os.eventfd_write(self.fd, 1)

    def check(self) -> None:
        """Clears the wake-up; raises Aborted when the driver has let go."""
        try:
            os.eventfd_read(self.fd)
        except BlockingIOError:
            pass
        if self._reason is not None:
            raise Aborted(self._reason)

    def rest(self, seconds: float) -> None:
        """Does nothing for so long, or until woken."""
        select.select([self.fd], [], [], seconds)
        self.check()
