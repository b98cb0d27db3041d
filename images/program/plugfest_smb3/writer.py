"""`put`: makes the content and writes it, with a window of unacknowledged writes that can be sent again."""

from . import messages, wire
from .buffers import Buffer, Pool
from .errors import Lost
from .handle import Handle
from .pacing import FOREVER, SLOW_LENGTH, Pacing
from .payload import Content
from .session import Link


class Write:
    """One WRITE. It keeps its bytes until they are acknowledged."""

    def __init__(self, handle: Handle, buffer: Buffer, offset: int, view: memoryview):
        self.offset = offset
        self.length = len(view)
        self._handle = handle
        self._buffer = buffer
        self._view = view
        self.acked = False

    def send(self, link: Link, replay: bool) -> int:
        return link.connection.send(
            wire.WRITE, messages.write(self._handle.file_id, self.offset, self.length), self._view,
            length=self.length, flags=wire.FLAG_REPLAY if replay else 0)

    def done(self, response: wire.Response) -> None:
        count = messages.written(response.body)
        if count != self.length:
            raise Lost(f"short write: {count} of {self.length} bytes")
        self.acked = True
        self._buffer.release()


class Writing:
    """The source of writes: in order, as long as there is a free buffer and nothing holds it back.

    Behind a slow mark there is always one small write under way, so that whatever happens there happens to a client
    that writes, and not far from the mark.
    """

    def __init__(self, handle: Handle, content: Content, size: int, block: int, pool: Pool, pacing: Pacing):
        self._handle = handle
        self._content = content
        self._size = size
        self._block = block
        self._pool = pool
        self._pacing = pacing
        self._at = 0
        self._count = 0
        self._small: Write | None = None

    def next(self, now: float) -> Write | tuple[float, bool] | None:
        if self._at >= self._size:
            return None
        wait = self._pacing.wait(self._at, now)
        if wait:
            return wait, True
        slow = self._pacing.slow(self._at, self._count)
        if slow and self._small and not self._small.acked:
            return FOREVER, False
        buffer = self._pool.take()
        if buffer is None:
            return FOREVER, False  # as many are unacknowledged as there are buffers
        # Blocks begin at multiples of their size, whatever marks cut off before.
        end = self._at + SLOW_LENGTH if slow else (self._at // self._block + 1) * self._block
        end = self._pacing.end(self._at, min(end, self._size))
        view = buffer.view[:end - self._at]
        self._content.fill(self._at, view)
        write = Write(self._handle, buffer, self._at, view)
        self._small = write if slow else None
        self._at = end
        self._count += 1
        return write
