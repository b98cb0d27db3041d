import unittest

from plugfest_smb3.mismatch import Verifier
from plugfest_smb3.payload import BLOCK, Payload

SEED = bytes(range(16))
SIZE = 20 * BLOCK + 1000


def payload(run="r1", generation=1):
    return Payload(SEED, run, generation)


def data(run="r1", generation=1, offset=0, length=SIZE):
    out = bytearray(length)
    payload(run, generation).fill(offset, memoryview(out))
    return out


def verdict(content, chunk=1 << 20):
    verifier = Verifier(payload(), SIZE)
    for at in range(0, len(content), chunk):
        verifier.check(at, memoryview(content)[at:at + chunk])
    return verifier.finish(len(content)), verifier.bad_blocks


class MismatchTest(unittest.TestCase):
    def expect(self, content, kind, offset, bad_blocks=1, detail=""):
        for chunk in (BLOCK, 3 * BLOCK, 1 << 20, 8 << 20):
            found, bad = verdict(content, chunk)
            self.assertEqual((found.kind, found.offset, bad), (kind, offset, bad_blocks), found.detail)
            self.assertIn(detail, found.detail)

    def test_right_content_has_none(self):
        for chunk in (BLOCK, 1 << 20, 8 << 20):
            self.assertEqual(verdict(data(), chunk), (None, 0))

    def test_one_changed_byte_is_torn_at_its_offset(self):
        for at in (5, 64, 7 * BLOCK - 1, 7 * BLOCK + 12345, SIZE - 1):
            content = data()
            content[at] ^= 0x40
            self.expect(content, "torn", at, detail="1 of ")

    def test_one_byte_set_to_zero_is_torn_too(self):
        content = data()
        at = next(at for at in range(9 * BLOCK + 100, SIZE) if content[at] and content[at + 1])
        content[at] = 0
        self.expect(content, "torn", at)

    def test_a_whole_block_of_zeros_is_lost(self):
        content = data()
        content[3 * BLOCK:5 * BLOCK] = bytes(2 * BLOCK)
        self.expect(content, "lost", 3 * BLOCK, bad_blocks=2)

    def test_the_short_last_block_can_be_lost(self):
        content = data()
        content[20 * BLOCK:] = bytes(1000)
        self.expect(content, "lost", 20 * BLOCK)

    def test_zeros_in_a_part_of_a_block_are_zero(self):
        content = data()
        at = 4 * BLOCK + 8192
        content[at:5 * BLOCK] = bytes(BLOCK - 8192)
        first = next(index for index in range(at, SIZE) if data()[index])
        self.expect(content, "zero", first)

    def test_a_zeroed_beginning_is_zero(self):
        content = data()
        content[4 * BLOCK:4 * BLOCK + 4096] = bytes(4096)
        self.expect(content, "zero", 4 * BLOCK)

    def test_a_block_of_an_older_generation_is_stale(self):
        content = data(generation=1)
        content[6 * BLOCK:7 * BLOCK] = data(generation=0)[6 * BLOCK:7 * BLOCK]
        found, _ = verdict(content)
        self.assertEqual((found.kind, found.offset // BLOCK), ("stale", 6))
        self.assertIn("generation 0 of this run", found.detail)

    def test_a_block_of_another_run_is_stale(self):
        content = data()
        content[6 * BLOCK:7 * BLOCK] = data(run="r0")[6 * BLOCK:7 * BLOCK]
        found, _ = verdict(content)
        self.assertEqual((found.kind, found.offset), ("stale", 6 * BLOCK + 8))
        self.assertIn("another run", found.detail)

    def test_a_block_of_another_offset_is_duplicated(self):
        content = data()
        content[8 * BLOCK:9 * BLOCK] = data()[2 * BLOCK:3 * BLOCK]
        found, _ = verdict(content)
        self.assertEqual((found.kind, found.offset // BLOCK), ("duplicated", 8))
        self.assertIn(f"offset {2 * BLOCK}", found.detail)

    def test_shifted_data_is_duplicated(self):
        content = data()
        content[2 * BLOCK:4 * BLOCK] = data()[2 * BLOCK - 4096:4 * BLOCK - 4096]
        found, _ = verdict(content)
        self.assertEqual((found.kind, found.offset), ("duplicated", 2 * BLOCK))
        self.assertIn(f"stands at {2 * BLOCK + 4096}", found.detail)

    def test_half_a_block_of_another_generation_is_torn(self):
        content = data()
        content[6 * BLOCK + 32768:7 * BLOCK] = data(generation=0)[6 * BLOCK + 32768:7 * BLOCK]
        found, _ = verdict(content)
        self.assertEqual((found.kind, found.offset // 16), ("torn", (6 * BLOCK + 32768) // 16))

    def test_a_block_of_something_else_is_foreign(self):
        content = data()
        content[BLOCK:2 * BLOCK] = b"\xa5" * BLOCK
        self.expect(content, "foreign", BLOCK)

    def test_a_file_that_ends_early_is_short(self):
        self.expect(data()[:11 * BLOCK + 7], "short", 11 * BLOCK + 7, bad_blocks=0)
        self.expect(data()[:0], "short", 0, bad_blocks=0)

    def test_a_file_that_goes_on_is_long(self):
        self.expect(data() + b"x", "long", SIZE, bad_blocks=0)
        self.expect(data() + bytes(3 * BLOCK), "long", SIZE, bad_blocks=0)

    def test_the_first_of_several_is_named(self):
        content = data()
        content[12 * BLOCK:13 * BLOCK] = bytes(BLOCK)
        content[9 * BLOCK + 5] ^= 1
        self.expect(content, "torn", 9 * BLOCK + 5, bad_blocks=2)


if __name__ == "__main__":
    unittest.main()
