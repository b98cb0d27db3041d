"""A fixed number of buffers, each given back when nobody holds it any more: what bounds memory and read-ahead."""

import mmap
import threading
from collections import deque
from collections.abc import Callable


def pages(size: int) -> memoryview:
    """Memory from the beginning of a page: for SMB Direct the kernel registers it as it is, and a device takes so many pages
    at once (siw 256, which is a block of 1 MiB)."""
    return memoryview(mmap.mmap(-1, size))


class Buffer:
    """`view` is all of it. Born with one holder."""

    def __init__(self, pool: "Pool", size: int):
        self.view = pages(size)
        self._pool = pool
        self.holders = 0

    def hold(self, count: int) -> None:
        with self._pool.lock:
            self.holders += count

    def release(self) -> None:
        """Any thread may call this."""
        with self._pool.lock:
            self.holders -= 1
            free = self.holders == 0
            if free:
                self._pool.free.append(self)
        if free:
            self._pool.wake()


class Pool:
    """`wake` is called, from whichever thread, when a buffer has become free."""

    def __init__(self, count: int, size: int, wake: Callable[[], None]):
        self.lock = threading.Lock()
        self.wake = wake
        self.free: deque[Buffer] = deque(Buffer(self, size) for _ in range(count))

    def take(self) -> Buffer | None:
        """A buffer with one holder, or None when all are in use."""
        with self.lock:
            if not self.free:
                return None
            buffer = self.free.popleft()
            buffer.holders = 1
            return buffer
