import struct
import unittest

from plugfest_smb3 import negotiate, signing
from plugfest_smb3.errors import Failed


def answer(contexts: list[tuple[int, bytes]], dialect: int = 0x0311) -> bytes:
    """The body of a NEGOTIATE response, with its contexts right behind it."""
    blob = b""
    for kind, data in contexts:
        blob += bytes(-len(blob) % 8) + struct.pack("<HHI", kind, len(data), 0) + data
    return struct.pack("<HHHH16sIIIIQQHHI", 65, 3, dialect, len(contexts), bytes(16), 0x17, 1 << 20, 1 << 23, 1 << 23,
                       0, 0, 128, 0, 128) + blob


class Server:
    """Answers NEGOTIATE with one body."""

    def __init__(self, body: bytes):
        self._body = body

    def call(self, _command, _body):
        return type("Response", (), {"status": 0, "body": self._body})


class NegotiateTest(unittest.TestCase):
    def test_the_algorithm_that_the_server_chose(self):
        server = Server(answer([(8, struct.pack("<HH", 1, signing.AES_GMAC))]))
        self.assertEqual(negotiate.negotiate(server, bytes(16), [signing.AES_GMAC]).signing, signing.AES_GMAC)

    def test_a_server_that_signs_otherwise_is_refused(self):
        for contexts in ([], [(8, struct.pack("<HH", 1, signing.HMAC_SHA256))]):
            with self.subTest(contexts=contexts), self.assertRaises(Failed) as caught:
                negotiate.negotiate(Server(answer(contexts)), bytes(16), [signing.AES_GMAC])
            self.assertEqual(caught.exception.stage, "negotiate")
            self.assertIn("not by aes-gmac", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
