import unittest
from types import SimpleNamespace

from plugfest_smb3 import status, wire
from plugfest_smb3.errors import Refused
from plugfest_smb3.handle import REPLAYS, WRITING, Handle

JOB = SimpleNamespace(path="f", handle="durable", caching="lease", lease="RWH", durableTimeoutMs=0)


class Link:
    """Refuses every CREATE, and keeps what it was asked for: the flags and the GUID in the durable request."""

    def __init__(self, refusal):
        self.asked = []
        self.connection = SimpleNamespace(call=self._call)
        self.share_capabilities = 0
        self._refusal = refusal

    def _call(self, _command, body, flags=0):
        at = body.index(b"DH2Q") + 8
        self.asked.append((flags, bytes(body[at + 16:at + 32])))
        return SimpleNamespace(status=self._refusal)


class OpenTest(unittest.TestCase):
    def asked(self, refusal, times):
        link, handle = Link(refusal), Handle(JOB, WRITING)
        for _ in range(times):
            self.assertRaises(Refused, handle.open, link)
        return link.asked

    def test_a_create_that_nobody_knows_is_replayed_and_then_made_anew(self):
        asked = self.asked(status.FILE_NOT_AVAILABLE, REPLAYS + 3)
        self.assertEqual([flags for flags, _ in asked], [0, *[wire.FLAG_REPLAY] * REPLAYS, 0, wire.FLAG_REPLAY])
        names = [guid for _, guid in asked]
        self.assertEqual((len(set(names[:REPLAYS + 1])), len(set(names[REPLAYS + 1:])), len(set(names))), (1, 1, 2))

    def test_another_refusal_leaves_it_a_replay(self):
        asked = self.asked(status.OBJECT_NAME_NOT_FOUND, REPLAYS + 3)
        self.assertEqual(([flags for flags, _ in asked].count(0), len({guid for _, guid in asked})), (1, 1))


if __name__ == "__main__":
    unittest.main()
