import json
import unittest

from plugfest_smb3.files import MANIFEST, line_of, name_of, stride_of
from plugfest_smb3.job import parse
from plugfest_smb3.payload import content
from plugfest_smb3.tree import check_tree

JOB = parse(json.dumps({"verb": "verify", "file": "/x", "size": 5000, "count": 3}))


def written() -> dict[str, bytes]:
    made, files, text = content(JOB), {}, b""
    for index in range(JOB.count):
        data = bytearray(JOB.size)
        made.fill(index * stride_of(JOB), memoryview(data))
        files[name_of(index)] = bytes(data)
        text += line_of(index, data)
    return {**files, MANIFEST: text}


def found(files: dict[str, bytes]) -> dict:
    return check_tree(JOB, list(files), files.get)


class TreeTest(unittest.TestCase):
    def test_what_was_written_is_right(self):
        self.assertIsNone(found(written())["mismatch"])
        self.assertEqual(found(written())["bytes"], 15000)

    def test_each_defect_is_named(self):
        files = written()
        a, b = name_of(0), name_of(1)
        for change, kind in (
                ({a: None}, "missing"), ({a: files[a][:-1]}, "short"), ({a: files[a] + b"x"}, "long"),
                ({a: files[b], b: files[a]}, "duplicated"), ({"more": b""}, "extra"), ({MANIFEST: b""}, "manifest"),
                ({a: bytes(5000)}, "lost"), ({a: files[a][:-1] + bytes([files[a][-1] ^ 1])}, "torn")):
            changed = {name: data for name, data in {**files, **change}.items() if data is not None}
            self.assertEqual(found(changed)["mismatch"]["class"], kind, kind)
