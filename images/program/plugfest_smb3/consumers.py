"""What looks at the content as it goes by: hashes and the verifier, each in a thread of its own and in order.

hashlib gives up the interpreter's lock while it works, so md5 and sha256 run beside the network.
"""

import hashlib
import queue
import threading
from collections.abc import Callable

from .buffers import Buffer


class Consumer:
    """Calls `take(offset, view)` for each buffer it is fed; an exception in it comes out of `finish`."""

    def __init__(self, name: str, take: Callable[[int, memoryview], None]):
        self._take = take
        self._queue: queue.SimpleQueue = queue.SimpleQueue()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def feed(self, buffer: Buffer, offset: int, view: memoryview) -> None:
        self._queue.put((buffer, offset, view))

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            buffer, offset, view = item
            try:
                if self._error is None:
                    self._take(offset, view)
            except Exception as error:  # kept for finish(): the buffers must go on being released
                self._error = error
            finally:
                buffer.release()

    def finish(self) -> None:
        self._queue.put(None)
        self._thread.join()
        if self._error:
            raise self._error


class Consumers:
    """Hashes by name, and further consumers such as the verifier."""

    def __init__(self, hashes: tuple[str, ...], further: dict[str, Callable[[int, memoryview], None]] | None = None):
        self._digests = {name: hashlib.new(name) for name in hashes}
        self._all = [Consumer(name, lambda _, view, digest=digest: digest.update(view))
                     for name, digest in self._digests.items()]
        self._all += [Consumer(name, take) for name, take in (further or {}).items()]

    def feed(self, buffer: Buffer, offset: int, view: memoryview) -> None:
        """Offsets must be fed in order. Each consumer holds the buffer until it is done with it."""
        buffer.hold(len(self._all))
        for consumer in self._all:
            consumer.feed(buffer, offset, view)

    def finish(self) -> dict[str, str | None]:
        """Waits until all is consumed; `{"md5": hex or None, "sha256": hex or None}`."""
        for consumer in self._all:
            consumer.finish()
        return {name: self._digests[name].hexdigest() if name in self._digests else None for name in ("md5", "sha256")}
