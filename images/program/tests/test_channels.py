import os
import socket
import struct
import unittest

from plugfest_smb3 import messages, report, wire
from plugfest_smb3.channels import Channels
from plugfest_smb3.connection import Connection
from plugfest_smb3.errors import Lost


class Tied:
    """A leash that nobody pulls."""

    def __init__(self):
        self.fd = os.eventfd(0, os.EFD_NONBLOCK)

    def check(self):
        pass


class Server:
    """The far end of one channel: what came on it, and answers to that."""

    def __init__(self, leash, port):
        self.sock, client = socket.socketpair()
        client.setblocking(False)
        self.channel = Connection(Client(client, port), "10.0.0.1", leash, 60)
        self.channel.transcript, self.channel.credits = None, 100

    def asked(self):
        """Header fields of the requests since the last time: message id, flags, channel sequence, offset."""
        found, data = [], self.sock.recv(1 << 20)
        while data:
            length = int.from_bytes(data[1:4], "big")
            message, data = data[4:4 + length], data[4 + length:]
            sequence, flags = struct.unpack_from("<H", message, 8)[0], struct.unpack_from("<I", message, 16)[0]
            found.append((struct.unpack_from("<Q", message, 24)[0], flags, sequence, struct.unpack_from("<Q", message, 72)[0]))
        return found

    def answer(self, message_id):
        head = struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 1, 0, wire.WRITE, 1, 1, 0, message_id, 0, 7, 9, bytes(16))
        body = struct.pack("<HHIIHH", 17, 0, 4, 0, 0, 0)
        self.sock.sendall(wire.framed(len(head) + len(body)) + head + body)


class Client:
    """A socket pair's end that has a port, as a TCP connection does."""

    def __init__(self, sock, port):
        self._sock, self._port = sock, port

    def getsockname(self):
        return ("10.0.0.9", self._port)

    def __getattr__(self, name):
        return getattr(self._sock, name)


class ChannelsTest(unittest.TestCase):
    def setUp(self):
        self.leash = Tied()
        self.said = []
        self.emit = report.emit
        from plugfest_smb3 import channels
        channels.emit = lambda ev, **fields: self.said.append((ev, fields["what"], fields["port"], fields["left"]))
        self.addCleanup(lambda: setattr(channels, "emit", self.emit))
        self.servers = [Server(self.leash, port) for port in (1, 2)]
        for server in self.servers:
            self.addCleanup(server.sock.close)
        self.channels = Channels([server.channel for server in self.servers], self.leash)

    def test_those_beside_the_first_are_told_of_when_asked(self):
        self.assertEqual(self.said, [])
        self.channels.tell_further()
        self.assertEqual(self.said, [("channel", "opened", 2, 2)])

    def write(self, offset):
        return self.channels.send(wire.WRITE, messages.write(bytes(16), offset, 4), memoryview(b"data"), length=4)

    def test_writes_are_spread_and_answered_by_ticket(self):
        tickets = [self.write(offset) for offset in (0, 4, 8, 12)]
        asked = [server.asked() for server in self.servers]
        self.assertEqual([len(each) for each in asked], [2, 2])
        for server, requests in zip(self.servers, asked):
            for message_id, *_ in requests:
                server.answer(message_id)
        found = []
        while len(found) < 4:
            found += [response.message_id for response in self.channels.responses(5)]
        self.assertEqual(sorted(found), tickets)
        self.assertEqual(self.said, [])

    def test_what_was_under_way_on_a_lost_channel_is_replayed_on_another(self):
        tickets = [self.write(offset) for offset in (0, 4, 8, 12)]
        mine = self.servers[0].asked()
        theirs = [offset for *_, offset in self.servers[1].asked()]
        self.servers[1].sock.close()
        self.assertEqual(self.channels.responses(5), [])
        self.assertEqual(self.said, [("channel", "lost", 2, 1)])
        again = self.servers[0].asked()
        self.assertEqual([(flags & wire.FLAG_REPLAY != 0, sequence) for _, flags, sequence, _ in again], [(True, 1)] * 2)
        self.assertEqual([offset for *_, offset in again], theirs)
        for message_id, *_ in mine + again:
            self.servers[0].answer(message_id)
        found = []
        while len(found) < 4:
            found += [response.message_id for response in self.channels.responses(5)]
        self.assertEqual(sorted(found), tickets)

    def test_the_last_channel_is_a_loss(self):
        self.write(0)
        for server in self.servers:
            server.sock.close()
        with self.assertRaises(Lost):
            for _ in range(3):
                self.channels.responses(5)
        self.assertEqual(self.channels.address, "10.0.0.1")

    def test_what_was_sent_before_waits_for_room(self):
        self.servers[0].channel.credits = 2
        for offset in (0, 4, 8):
            self.write(offset)
        self.servers[0].channel.credits = 1
        self.servers[1].sock.close()
        self.channels.responses(5)
        self.servers[0].sock.setblocking(False)
        with self.assertRaises(BlockingIOError):
            self.servers[0].sock.recv(1)


if __name__ == "__main__":
    unittest.main()
