import socket
import struct
import unittest

from plugfest_smb3 import wire
from plugfest_smb3.errors import Lost
from plugfest_smb3.receiver import Receiver


def message(message_id, command=wire.WRITE, body=b"ack", status=0):
    head = struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 1, status, command, 1, 1, 0, message_id, 0, 7, 9, bytes(16))
    return wire.framed(len(head) + len(body)) + head + body


def read_answer(message_id, data):
    return message(message_id, wire.READ, struct.pack("<HBBIII", 17, 80, 0, len(data), 0, 0) + data)


class ReceiverTest(unittest.TestCase):
    def setUp(self):
        self.server, client = socket.socketpair()
        self.addCleanup(self.server.close)
        self.addCleanup(client.close)
        client.setblocking(False)
        self.sinks = {}
        self.taken = []
        self.receiver = Receiver(client, self.sinks.get, self.taken.append, self.unsealed)

    def unsealed(self, message):
        """As if the inside were plain text."""
        return message[4:]

    def test_encrypted_messages_are_opened_and_their_data_goes_where_it_belongs(self):
        def sealed(plain):
            return wire.framed(len(plain)) + b"\xfdSMB" + plain[4:]

        data = bytes(range(256)) * 300
        stream = sealed(message(1)) + sealed(read_answer(5, data)) + message(2)
        for step in (1000, 65536, len(stream)):
            self.taken.clear()
            self.sinks[5] = memoryview(bytearray(len(data)))
            self.give(stream, step)
            self.assertEqual([(found.message_id, found.sealed, found.sunk) for found in self.taken],
                             [(1, True, 0), (5, True, len(data)), (2, False, 0)])
            self.assertEqual(bytes(self.sinks[5]), data)

    def give(self, stream, step):
        for at in range(0, len(stream), step):
            self.server.sendall(stream[at:at + step])
            self.receiver.drain()

    def test_messages_come_out_whole_however_they_are_cut(self):
        stream = b"".join(message(number, body=b"x" * number) for number in range(1, 20))
        for step in (1, 7, 67, 100, len(stream)):
            self.taken.clear()
            self.give(stream, step)
            self.assertEqual([(found.message_id, len(found.body)) for found in self.taken],
                             [(number, number) for number in range(1, 20)])

    def test_data_that_was_read_goes_into_its_buffer(self):
        data = bytes(range(256)) * 300
        for step in (1000, 16384, 1 << 20):
            buffers = {3: bytearray(len(data)), 4: bytearray(len(data) + 5)}
            self.sinks.update({number: memoryview(buffer) for number, buffer in buffers.items()})
            self.taken.clear()
            self.give(read_answer(4, data) + message(9) + read_answer(3, data[::-1]) + message(10), step)
            self.assertEqual([(found.message_id, found.sunk) for found in self.taken],
                             [(4, len(data)), (9, 0), (3, len(data)), (10, 0)])
            self.assertEqual((buffers[4][:len(data)], buffers[3]), (data, data[::-1]))

    def test_a_refused_read_leaves_its_buffer_alone(self):
        buffer = bytearray(100)
        self.sinks[5] = memoryview(buffer)
        self.give(message(5, wire.READ, bytes(9) + b"error data that is long enough", status=0xC0000011), 1000)
        self.assertEqual((self.taken[0].status, self.taken[0].sunk, buffer), (0xC0000011, 0, bytes(100)))

    def test_more_data_than_was_asked_for_is_not_believed(self):
        self.sinks[5] = memoryview(bytearray(10))
        with self.assertRaisesRegex(Lost, "malformed READ"):
            self.give(read_answer(5, bytes(11)), 1000)

    def test_what_is_no_smb_is_a_loss(self):
        with self.assertRaisesRegex(Lost, "not an SMB"):
            self.give(b"HTTP/1.1 400 Bad Request\r\n" * 10, 1000)

    def test_the_end_is_a_loss(self):
        self.server.close()
        with self.assertRaisesRegex(Lost, "closed by the server"):
            self.receiver.drain()


if __name__ == "__main__":
    unittest.main()
