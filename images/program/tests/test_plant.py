import json
import os
import tempfile
import unittest
from unittest import mock

from plugfest_smb3 import plant as module
from plugfest_smb3.errors import Aborted, Failed
from plugfest_smb3.job import parse
from plugfest_smb3.mismatch import Verifier
from plugfest_smb3.payload import BLOCK, Payload, content

SIZE = 5 * BLOCK + 100


def job(**fields):
    return parse(json.dumps({"verb": "plant", "run": "r1", **fields}))


class Watching:
    """In the place of the leash: looks at the file while it is spoilt, then lets go."""

    def __init__(self, path):
        self.path = path
        self.seen = b""

    def rest(self, _seconds):
        with open(self.path, "rb") as file:
            self.seen = file.read()
        raise Aborted("leash")


class PlantTest(unittest.TestCase):
    def setUp(self):
        self.good = bytearray(SIZE)
        Payload(bytes(16), "r1", 1).fill(0, memoryview(self.good))
        handle, self.path = tempfile.mkstemp()
        os.write(handle, self.good)
        os.close(handle)
        self.addCleanup(os.unlink, self.path)

    def spoil(self, defect, at):
        watching = Watching(self.path)
        with mock.patch.object(module, "emit") as emit, self.assertRaises(Aborted):
            module.plant(job(file=self.path, defect=defect, at=at), watching)
        emit.assert_called_once_with("planted", offset=at // BLOCK * BLOCK, length=mock.ANY)
        return watching.seen

    def test_each_defect_is_seen_as_what_it_is_and_mended_when_stdin_ends(self):
        for defect, kind in (("flip", "torn"), ("zero", "lost"), ("swap", "duplicated"), ("stale", "stale")):
            seen = self.spoil(defect, BLOCK + 7)
            verifier = Verifier(content(job(file=self.path, defect=defect)), SIZE)
            verifier.check(0, memoryview(seen))
            found = verifier.finish(len(seen))
            self.assertEqual(found.kind, kind, defect)
            self.assertGreaterEqual(found.offset, BLOCK)
            with open(self.path, "rb") as file:
                self.assertEqual(file.read(), bytes(self.good), f"{defect} was not mended")

    def test_what_changes_nothing_or_has_no_file_is_an_error(self):
        for fields in ({"defect": "swap", "at": SIZE - 1, "file": self.path}, {"defect": "flip", "file": "/no/such"}):
            with self.assertRaises(Failed):
                module.plant(job(**fields), Watching(self.path))


class RangesTest(unittest.TestCase):
    def test_neighbours_of_one_class_are_one_range_and_what_is_not_there_is_short(self):
        made = Payload(bytes(16), "r1", 1)
        data = bytearray(SIZE)
        made.fill(0, memoryview(data))
        data[BLOCK:3 * BLOCK] = bytes(2 * BLOCK)
        data[4 * BLOCK + 9] ^= 1
        verifier = Verifier(made, SIZE)
        verifier.check(0, memoryview(data)[:5 * BLOCK])
        self.assertEqual(verifier.ranges(5 * BLOCK), [
            {"from": BLOCK, "to": 3 * BLOCK, "class": "lost"},
            {"from": 4 * BLOCK, "to": 5 * BLOCK, "class": "torn"},
            {"from": 5 * BLOCK, "to": SIZE, "class": "short"},
        ])
