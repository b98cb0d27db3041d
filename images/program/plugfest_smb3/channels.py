"""Several connections in one session ([MS-SMB2] 3.2.4.1.7): bulk data is spread over them, and one that is lost is no loss.

To its users this is one connection. A READ or WRITE is told by a ticket instead of a message id. What was under way on a
channel that is lost goes over another one, a WRITE with the replay flag and the next channel sequence (3.2.4.1.5).
"""

import select
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from . import wire
from .connection import Connection
from .errors import Lost
from .leash import Leash
from .messages import Break
from .report import emit

BULK = (wire.READ, wire.WRITE)


@dataclass(slots=True)
class _Sent:
    """A READ or WRITE that was not answered yet, as it must be sent again should its channel be lost."""

    ticket: int
    command: int
    body: bytes
    data: memoryview | None
    how: dict


class Channels:
    """`interrupt` as of a connection. Raises Lost when the last channel is."""

    def __init__(self, channels: list[Connection], leash: Leash):
        self.interrupt: Callable[[], None] = lambda: None
        self._channels = channels
        self._leash = leash
        self._sent: dict[tuple[Connection, int], _Sent] = {}
        self._again: deque[_Sent] = deque()
        self._answers: deque[wire.Response] = deque()
        self._tickets = 0
        self._credits_wanted = 64

    def tell_further(self) -> None:
        """Tells of the channels beside the first, which `connected` or `session` was about."""
        for channel in self._channels[1:]:
            emit("channel", what="opened", address=channel.address, port=channel.port, left=len(self._channels))

    @property
    def _first(self) -> Connection:
        return self._channels[0]

    @property
    def address(self) -> str:
        return self._first.address

    @property
    def port(self) -> int:
        return self._first.port

    @property
    def credits(self) -> int:
        """What one request may cost now."""
        return max(channel.credits for channel in self._channels)

    @property
    def credits_wanted(self) -> int:
        return self._credits_wanted

    @credits_wanted.setter
    def credits_wanted(self, wanted: int) -> None:
        self._credits_wanted = wanted
        for channel in self._channels:
            channel.credits_wanted = wanted

    @property
    def breaks(self) -> list[Break]:
        """All that came, on whatever channel, in a list that may be taken from."""
        for channel in self._channels[1:]:
            self._first.breaks += channel.breaks
            channel.breaks.clear()
        return self._first.breaks

    def send(self, command: int, body: bytes, data=None, **how) -> int:
        """As of a connection; the ticket of what was sent."""
        self._tickets += 1
        self._put(_Sent(self._tickets, command, body, data, how))
        return self._tickets

    def _put(self, sent: _Sent) -> None:
        """Sends it over the channel with the most room, or another one should that be lost meanwhile."""
        while True:
            channel = max(self._channels, key=lambda each: each.credits)
            try:
                message_id = channel.send(sent.command, sent.body, sent.data, **sent.how)
                self._sent[channel, message_id] = sent
                return
            except Lost as lost:
                self._lose(channel, lost)

    def responses(self, timeout: float | None) -> list[wire.Response]:
        """As of a connection."""
        if not self._answers:
            self._wait(timeout)
        found = list(self._answers)
        self._answers.clear()
        return found

    def call(self, command: int, body: bytes, **how) -> wire.Response:
        """As of a connection, over the first channel. What comes on it meanwhile, and on others, is taken later."""
        while True:
            channel = self._first
            try:
                return channel.call(command, body, **how)
            except Lost as lost:
                self._lose(channel, lost)

    def _wait(self, timeout: float | None) -> None:
        self.interrupt()
        for channel in list(self._channels):
            self._take(channel, False)  # what was left by a call
        self._resend()
        if self._answers:
            return
        limit = min(channel.patience() for channel in self._channels)
        if timeout is not None:
            limit = min(limit, timeout)
        poll = select.poll()
        poll.register(self._leash.fd, select.POLLIN)
        for channel in self._channels:
            poll.register(channel.fd, select.POLLIN)
        ready = dict(poll.poll(limit * 1000))
        if self._leash.fd in ready:
            self._leash.check()
        for channel in list(self._channels):
            self._take(channel, channel.fd in ready)
        self._resend()

    def _take(self, channel: Connection, ready: bool) -> None:
        """Takes what has come on a channel."""
        try:
            found = channel.pump(ready)
        except Lost as lost:
            self._lose(channel, lost)
            return
        for response in found:
            sent = self._sent.pop((channel, response.message_id), None)
            if sent is not None:
                response.message_id = sent.ticket
                self._answers.append(response)

    def _resend(self) -> None:
        """What was under way on a channel that is gone, as far as there is room for it."""
        while self._again and self.credits > wire.charge(self._again[0].how.get("length", 0)):
            self._put(self._again.popleft())

    def _lose(self, channel: Connection, lost: Lost) -> None:
        """Goes on without a channel. Raises Lost when it was the last one."""
        if channel not in self._channels:
            return
        self._channels.remove(channel)
        channel.drop()
        if not self._channels:
            self._channels = [channel]  # closed, but there to be asked for its address
            raise lost
        orphans = [self._sent.pop(key) for key in [key for key in self._sent if key[0] is channel]]
        emit("channel", what="lost", address=channel.address, port=channel.port, left=len(self._channels),
             reason=lost.reason, unacked=len(orphans))
        for other in self._channels:
            other.channel_sequence = (other.channel_sequence + 1) & 0xFFFF
        for sent in sorted(orphans, key=lambda each: each.ticket):
            if sent.command == wire.WRITE:
                sent.how["flags"] = sent.how.get("flags", 0) | wire.FLAG_REPLAY
            self._again.append(sent)

    def last_words(self, seconds: float) -> None:
        self.interrupt = lambda: None
        for channel in self._channels:
            channel.last_words(seconds)

    def drop(self) -> None:
        for channel in self._channels:
            channel.drop()
