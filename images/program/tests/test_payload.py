import hashlib
import os
import tempfile
import unittest

from plugfest_smb3.payload import BLOCK, STAMP_SIZE, Payload, SourceFile, read_stamp, run_tag

SEED = bytes(range(16))


def made(offset, length, seed=SEED, run="r1", generation=1):
    view = bytearray(length)
    Payload(seed, run, generation).fill(offset, memoryview(view))
    return bytes(view)


class PayloadTest(unittest.TestCase):
    def test_any_part_is_what_the_whole_has_there(self):
        whole = made(0, 3 * BLOCK + 1000)
        for offset, length in ((0, 1), (1, 15), (10, 100), (63, 2), (64, 64), (BLOCK - 3, 7), (BLOCK - 1, BLOCK + 2),
                               (BLOCK + 17, 2 * BLOCK), (3 * BLOCK, 1000), (3 * BLOCK + 30, 5)):
            with self.subTest(offset=offset, length=length):
                self.assertEqual(made(offset, length), whole[offset:offset + length])

    def test_going_on_equals_starting_anew(self):
        whole = made(0, 5 * BLOCK)
        payload, at, parts = Payload(SEED, "r1", 1), 0, []
        for length in (1, 16, 17, BLOCK, 100000, 5 * BLOCK - 1 - 16 - 17 - BLOCK - 100000):
            part = bytearray(length)
            payload.fill(at, memoryview(part))
            parts.append(bytes(part))
            at += length
        self.assertEqual(b"".join(parts), whole)

    def test_more_than_one_mebibyte_at_once(self):
        self.assertEqual(made(0, (2 << 20) + 5)[1 << 20:], made(1 << 20, (1 << 20) + 5))

    def test_each_block_begins_with_its_stamp(self):
        data = made(0, 3 * BLOCK)
        for at in range(0, len(data), BLOCK):
            found = read_stamp(data, at)
            self.assertEqual((found.offset, found.generation, found.run), (at, 1, run_tag("r1")))

    def test_a_changed_stamp_is_none(self):
        data = bytearray(made(0, BLOCK))
        data[30] ^= 1
        self.assertIsNone(read_stamp(data))
        self.assertIsNone(read_stamp(data[:STAMP_SIZE - 1]))

    def test_seed_run_and_generation_each_change_the_data(self):
        base = made(0, BLOCK)[STAMP_SIZE:]
        self.assertNotEqual(base, made(0, BLOCK, seed=bytes(16))[STAMP_SIZE:])
        self.assertNotEqual(base, made(0, BLOCK, run="r2")[STAMP_SIZE:])
        self.assertNotEqual(base, made(0, BLOCK, generation=2)[STAMP_SIZE:])

    def test_the_format_does_not_change_unnoticed(self):
        self.assertEqual(hashlib.sha256(made(0, BLOCK + 100)).hexdigest(),
                         "b09e340467a48cde03ab8c1d7fc06a38dcf8f8b0e45f0848a71514555a63ca1f")


class SourceFileTest(unittest.TestCase):
    def test_gives_the_files_bytes_and_says_where_it_ends(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "source")
            with open(path, "wb") as file:
                file.write(b"0123456789")
            source, part = SourceFile(path), bytearray(4)
            source.fill(3, memoryview(part))
            self.assertEqual(part, b"3456")
            with self.assertRaisesRegex(OSError, "ends at byte 10"):
                source.fill(8, memoryview(part))


if __name__ == "__main__":
    unittest.main()
