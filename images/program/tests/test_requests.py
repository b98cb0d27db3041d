import struct
import unittest

from plugfest_smb3 import fsctl, info, locks
from plugfest_smb3.contexts import lease_letters, lease_state
from plugfest_smb3.wire import HEADER_SIZE

ID = bytes(range(16))


class RequestsTest(unittest.TestCase):
    def test_a_lock_says_which_of_the_handles_locks_it_is_so_that_a_replay_is_known(self):
        body = locks.request(ID, locks.Range(5, 7, exclusive=False), 2)
        size, count, sequence = struct.unpack_from("<HHI", body)
        self.assertEqual((size, count, sequence), (48, 1, 3 << 4 | 1))
        self.assertEqual(struct.unpack_from("<QQI", body, 24), (5, 7, locks.SHARED | locks.FAIL_IMMEDIATELY))

    def test_a_lock_is_given_up_by_the_same_range_and_another_number_of_its_sequence(self):
        body = locks.release(ID, locks.Range(5, 7), 2)
        self.assertEqual(struct.unpack_from("<I", body, 4)[0], 3 << 4 | 2)
        self.assertEqual(struct.unpack_from("<QQI", body, 24), (5, 7, locks.UNLOCK))

    def test_a_rename_replaces_and_names_with_backslashes(self):
        body = info.rename(ID, "a/b")
        length, at = struct.unpack_from("<IH", body, 4)
        self.assertEqual(at, HEADER_SIZE + 32)
        self.assertEqual(body[32], 1)
        self.assertEqual(body[32:][20:length].decode("utf-16-le"), "a\\b")

    def test_names_are_listed_without_the_directory_itself(self):
        entries = b""
        for index, name in enumerate((".", "x.bin")):
            encoded = name.encode("utf-16-le")
            entry = struct.pack("<III", 0, 0, len(encoded)) + encoded
            entry += bytes(-len(entry) % 8)
            entries += struct.pack("<I", len(entry) if index == 0 else 0) + entry[4:]
        body = struct.pack("<HHI", 9, HEADER_SIZE + 8, len(entries)) + entries
        self.assertEqual(info.listed_names(body), ["x.bin"])

    def test_chunks_go_to_where_they_were(self):
        asked = fsctl.copy_chunks(bytes(24), [(4096, 10)])
        self.assertEqual(struct.unpack_from("<IIQQI", asked, 24), (1, 0, 4096, 4096, 10))

    def test_lease_letters_and_state_are_one(self):
        for letters in ("RWH", "RH", "R", ""):
            self.assertEqual(lease_letters(lease_state(letters)), letters)
