import struct
import unittest

from plugfest_smb3 import messages, negotiate, wire


def response(command=wire.WRITE, status=0, message_id=5, body=b"", flags=1):
    head = struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 1, status, command, 3, flags, 0, message_id, 0, 7, 9, b"s" * 16)
    return head + body


class WireTest(unittest.TestCase):
    def test_a_request_header_is_64_bytes_with_its_fields_in_place(self):
        head = wire.request_header(wire.WRITE, 0x1122, credit_charge=16, credits=32, flags=wire.FLAG_REPLAY,
                                   channel_sequence=3, tree_id=7, session_id=9)
        self.assertEqual(len(head), 64)
        self.assertEqual(struct.unpack_from("<HHHHHHII", head, 4), (64, 16, 3, 0, 9, 32, 0x20000000, 0))
        self.assertEqual(struct.unpack_from("<Q4xIQ", head, 24), (0x1122, 7, 9))
        self.assertEqual(head[wire.SIGNATURE], bytes(16))

    def test_a_response_is_parsed(self):
        found = wire.parse_response(response(status=0xC0000034, body=b"abc"))
        self.assertEqual((found.command, found.status, found.credits, found.message_id, found.tree_id, found.session_id),
                         (wire.WRITE, 0xC0000034, 3, 5, 7, 9))
        self.assertEqual((found.signature, found.body, found.raw[:4]), (b"s" * 16, b"abc", b"\xfeSMB"))

    def test_what_is_not_a_response_is_refused(self):
        for message in (b"short", b"\xffSMB" + response()[4:], response(flags=0)):
            with self.assertRaises(ValueError):
                wire.parse_response(message)

    def test_framing(self):
        self.assertEqual(wire.frame_length(wire.framed(0x123456)), 0x123456)
        with self.assertRaises(ValueError):
            wire.frame_length(b"\x85\0\0\0")

    def test_one_credit_per_64_kib(self):
        self.assertEqual([wire.charge(length) for length in (0, 1, 65536, 65537, 1 << 20, 8 << 20)], [1, 1, 1, 2, 16, 128])


class MessagesTest(unittest.TestCase):
    def test_create_points_at_its_name_and_contexts(self):
        body = messages.create("a/b", oplock=9, access=1, share=1, disposition=5, contexts=[(b"DH2Q", b"x" * 32)])
        name_at, name_length, contexts_at, contexts_length = struct.unpack_from("<HHII", body, 44)
        self.assertEqual(body[name_at - 64:name_at - 64 + name_length].decode("utf-16-le"), "a\\b")
        self.assertEqual((contexts_at % 8, contexts_at - 64 + contexts_length), (0, len(body)))

    def test_write_and_read_have_the_sizes_of_the_specification(self):
        self.assertEqual(len(messages.write(bytes(16), 0, 1)), 48)
        self.assertEqual(len(messages.read(bytes(16), 0, 1)), 49)

    def test_a_lease_break_is_agreed_to_when_an_answer_is_wanted(self):
        key = bytes(range(16))
        body = struct.pack("<HHI16sIIIII", 44, 1, 1, key, 7, 3, 0, 0, 0)
        found = messages.parse_break(body)
        self.assertEqual((found.kind, found.to), ("lease", "RH"))
        self.assertEqual(found.acknowledgement, struct.pack("<HHI16sIQ", 36, 0, 0, key, 3, 0))
        self.assertIsNone(messages.parse_break(body[:4] + bytes(4) + body[8:]).acknowledgement)

    def test_an_oplock_break_is_agreed_to(self):
        found = messages.parse_break(struct.pack("<HBBI16s", 24, 1, 0, 0, bytes(range(16))))
        self.assertEqual((found.kind, found.to, found.acknowledgement[2]), ("oplock", "ii", 1))
        self.assertEqual(found.acknowledgement[8:], bytes(range(16)))


class NegotiateTest(unittest.TestCase):
    def test_the_request_asks_for_3_1_1_with_two_contexts_in_place(self):
        body = negotiate.request(bytes(16), [2, 1, 0], b"s" * 32)
        self.assertEqual(struct.unpack_from("<HHH", body), (36, 1, 3))
        at, count = struct.unpack_from("<IH", body, 28)
        self.assertEqual((at % 8, count), (0, 2))
        at -= 64
        kind, length = struct.unpack_from("<HH", body, at)
        self.assertEqual((kind, body[at + 8:at + 14], length), (1, struct.pack("<HHH", 1, 32, 1), 38))
        at += 8 + length + -(8 + length) % 8
        self.assertEqual((at + 64) % 8, 0)
        self.assertEqual(body[at:], struct.pack("<HHIHHHH", 8, 8, 0, 3, 2, 1, 0))


if __name__ == "__main__":
    unittest.main()
