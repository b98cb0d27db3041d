"""`get`: reads ahead in a window and hands the data on in order, to be hashed and compared."""

from . import messages, status as ntstatus, wire
from .buffers import Buffer, Pool
from .consumers import Consumers
from .errors import Refused
from .handle import Handle
from .pacing import FOREVER, SLOW_LENGTH, Pacing
from .payload import BLOCK
from .session import Link


class Read:
    """One READ, straight into its buffer."""

    def __init__(self, reading: "Reading", buffer: Buffer, offset: int, view: memoryview):
        self.offset = offset
        self.length = len(view)
        self.buffer = buffer
        self.view = view
        self._reading = reading

    def send(self, link: Link, _replay: bool) -> int:
        # A READ changes nothing: sent again it needs no replay flag.
        return link.connection.send(wire.READ, messages.read(self._reading.handle.file_id, self.offset, self.length),
                                    sink=self.view, length=self.length)

    def done(self, response: wire.Response) -> None:
        if response.sunk != self.length:
            # The size is known from CREATE, so less means that the file was cut off since.
            raise Refused("read", ntstatus.END_OF_FILE)
        self._reading.arrived(self)


class Glance:
    """One small READ of bytes that are read once more later: it is what there is to see of a client that holds back."""

    def __init__(self, handle: Handle, offset: int, length: int):
        self.offset = offset
        self.length = length
        self.acked = False
        self._handle = handle
        self._seen = memoryview(bytearray(length))

    def send(self, link: Link, _replay: bool) -> int:
        return link.connection.send(wire.READ, messages.read(self._handle.file_id, self.offset, self.length),
                                    sink=self._seen, length=self.length)

    def done(self, response: wire.Response) -> None:
        if response.sunk != self.length:
            raise Refused("read", ntstatus.END_OF_FILE)
        self.acked = True


class Reading:
    """The source of reads over `size` bytes.

    Behind a slow mark there is always one small read under way, and always the same.
    """

    def __init__(self, handle: Handle, size: int, block: int, pool: Pool, consumers: Consumers, pacing: Pacing):
        self.handle = handle
        self._size = size
        self._block = block
        self._pool = pool
        self._consumers = consumers
        self._pacing = pacing
        self._at = 0
        self._fed = 0
        self._count = 0
        self._glance: Glance | None = None
        self._waiting: dict[int, Read] = {}

    def next(self, now: float) -> Read | Glance | tuple[float, bool] | None:
        if self._at >= self._size:
            return None
        wait = self._pacing.wait(self._at, now)
        if wait:
            return wait, True
        if self._pacing.slow(self._at, self._count):
            if self._glance and not self._glance.acked:
                return FOREVER, False
            self._glance = Glance(self.handle, self._at, min(SLOW_LENGTH, self._size - self._at))
            return self._glance
        buffer = self._pool.take()
        if buffer is None:
            return FOREVER, False
        length = self._end() - self._at
        read = Read(self, buffer, self._at, buffer.view[:length])
        self._at += length
        self._count += 1
        return read

    def _end(self) -> int:
        """Reads begin at multiples of their size, and end at marks or less than a block of the payload behind them."""
        end = min((self._at // self._block + 1) * self._block, self._size)
        cut = self._pacing.end(self._at, end)
        return min(end, -(-cut // BLOCK) * BLOCK)

    def arrived(self, read: Read) -> None:
        """Answers come in any order; consumers want theirs in the file's."""
        self._waiting[read.offset] = read
        while self._fed in self._waiting:
            ready = self._waiting.pop(self._fed)
            self._consumers.feed(ready.buffer, ready.offset, ready.view)
            ready.buffer.release()
            self._fed += ready.length
