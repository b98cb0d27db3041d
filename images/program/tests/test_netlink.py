"""Generic netlink, against the kernel that runs: each has the family that tells of families."""

import unittest

from plugfest_cifs.netlink import Family, ask, attribute, attributes, messages


class NetlinkTest(unittest.TestCase):
    def test_attributes_are_read_as_they_are_written_and_padded(self):
        written = attribute(1, b"\x01\0\0\0") + attribute(2, b"odd") + attribute(0x8007, b"")
        self.assertEqual(len(written) % 4, 0)
        self.assertEqual(attributes(written), {1: b"\x01\0\0\0", 2: b"odd", 7: b""})

    def test_what_is_cut_off_ends_the_reading(self):
        self.assertEqual(attributes(b"\0\0\0\0\1"), {})
        self.assertEqual(messages(b"\0" * 20), [])

    def test_a_family_is_found_by_its_name_and_one_that_is_not_there_is_refused(self):
        Family("nlctrl", "notify")
        with self.assertRaises(OSError):
            Family("plugfest-no-such", "notify")

    def test_a_command_that_the_kernel_does_not_know_is_refused(self):
        with self.assertRaises(OSError):
            ask(16, 200, b"")


if __name__ == "__main__":
    unittest.main()
