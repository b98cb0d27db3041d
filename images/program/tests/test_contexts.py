import struct
import unittest

from plugfest_smb3 import contexts

GUID, FILE_ID, KEY = bytes(range(16)), bytes(range(16, 32)), bytes(range(32, 48))


class ContextsTest(unittest.TestCase):
    def test_what_is_chained_comes_out_again(self):
        given = [contexts.durable_request_v2(GUID, 60000, True), contexts.lease_request(KEY), contexts.durable_request_v1()]
        self.assertEqual(contexts.unchain(contexts.chain(given)), dict(given))
        self.assertEqual(contexts.chain([]), b"")
        self.assertEqual(contexts.unchain(b""), {})

    def test_entries_start_on_eight_bytes_and_the_last_points_nowhere(self):
        blob = contexts.chain([(b"DH2C", b"x" * 36), (b"RqLs", b"y" * 52)])
        following = struct.unpack_from("<I", blob)[0]
        self.assertEqual(following % 8, 0)
        self.assertEqual(struct.unpack_from("<I", blob, following)[0], 0)

    def test_sizes_and_fields_are_those_of_the_specification(self):
        self.assertEqual(contexts.durable_request_v2(GUID, 60000, True)[1], struct.pack("<III4x", 60000, 2, 0) + GUID)
        self.assertEqual(contexts.durable_request_v2(GUID, 0, False)[1][4:8], bytes(4))
        self.assertEqual(contexts.durable_reconnect_v2(FILE_ID, GUID, True), (b"DH2C", FILE_ID + GUID + struct.pack("<I", 2)))
        self.assertEqual(contexts.durable_reconnect_v1(FILE_ID), (b"DHnC", FILE_ID))
        self.assertEqual(len(contexts.lease_request(KEY)[1]), 52)

    def test_a_chain_that_leaves_its_blob_is_refused(self):
        blob = bytearray(contexts.chain([(b"DH2Q", b"x" * 32)]))
        struct.pack_into("<I", blob, 12, 4096)
        with self.assertRaises(ValueError):
            contexts.unchain(bytes(blob))
        with self.assertRaises(ValueError):
            contexts.unchain(b"\1\2\3")

    def test_a_persistent_grant(self):
        lease = KEY + struct.pack("<IIQ16sHH", 7, 0, 0, bytes(16), 1, 0)
        found = contexts.granted(0xFF, {b"DH2Q": struct.pack("<II", 60000, 2), b"RqLs": lease})
        self.assertEqual(found.event(), {"durable": True, "persistent": True, "timeoutMs": 60000, "lease": "RWH",
                                         "oplock": "lease"})

    def test_a_durable_grant_by_oplock_and_none_at_all(self):
        durable = contexts.granted(0x09, {b"DH2Q": struct.pack("<II", 60000, 0)})
        self.assertEqual((durable.durable, durable.persistent, durable.lease, durable.oplock), (True, False, None, "batch"))
        nothing = contexts.granted(0, {})
        self.assertEqual((nothing.durable, nothing.persistent, nothing.oplock), (False, False, "none"))


if __name__ == "__main__":
    unittest.main()
