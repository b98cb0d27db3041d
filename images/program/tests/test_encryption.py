import json
import os
import stat
import struct
import tempfile
import unittest

from plugfest_smb3 import encryption
from plugfest_smb3.encryption import Sealer
from plugfest_smb3.errors import Lost

KEY = bytes(range(16))
SESSION = 0x1234


def mirrored(sealer):
    """The server's end: what one seals the other opens."""
    other = Sealer(sealer.cipher, SESSION, KEY, bytes(64))
    other._seal, other._open = other._open, other._seal
    return other


class SealerTest(unittest.TestCase):
    def test_keys_of_the_published_3_1_1_example(self):
        # "SMB 2 and SMB 3 security in Windows 10: the anatomy of signing and cryptographic keys", Microsoft open
        # specifications blog, 2015: session key, preauthentication hash and keys of an encrypted SMB 3.1.1 session.
        session_key = bytes.fromhex("419FDDF34C1E001909D362AE7FB6AF79")
        preauth = bytes.fromhex(
            "B23F3CBFD69487D9832B79B1594A367CDD950909B774C3A4C412B4FCEA9EDDDB"
            "A7DB256BA2EA30E977F11F9B113247578E0E915C6D2A513B8F2FCA5707DC8770")
        found = Sealer(encryption.IDS["aes-128-gcm"], SESSION, session_key, preauth)._keys
        self.assertEqual({name: key.hex().upper() for name, key in found.items()},
                         {"client": "A2F5E80E5D59103034F32E52F698E5EC", "server": "748C50868C90F302962A5C35F5F9A8BF"})

    def test_each_cipher_gives_back_what_was_sealed_whatever_the_pieces(self):
        for name, cipher in encryption.IDS.items():
            with self.subTest(cipher=name):
                sealer = Sealer(cipher, SESSION, KEY, bytes(64))
                header, text = sealer.seal([b"head", memoryview(b"data" * 9)])
                self.assertEqual(struct.unpack_from("<IHHQ", header, 36), (40, 0, 1, SESSION))
                self.assertEqual(mirrored(sealer).open(header + text), b"head" + b"data" * 9)

    def test_nonces_are_never_the_same(self):
        sealer = Sealer(encryption.IDS["aes-256-gcm"], SESSION, KEY, bytes(64))
        self.assertEqual(len({sealer.seal([b"x"])[0][20:36] for _ in range(100)}), 100)

    def test_what_was_changed_on_its_way_is_a_loss(self):
        for name, cipher in encryption.IDS.items():
            sealer = Sealer(cipher, SESSION, KEY, bytes(64))
            whole = b"".join(sealer.seal([b"message"]))
            for at in (4, 20, 36, 44, len(whole) - 1):
                with self.subTest(cipher=name, at=at):
                    broken = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:]
                    with self.assertRaises(Lost):
                        mirrored(sealer).open(broken)
            with self.assertRaises(Lost):
                mirrored(sealer).open(whole[:30])

    def test_keys_are_left_to_their_owner_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "keys")
            for cipher in (2, 3):
                Sealer(cipher, SESSION, KEY, bytes(64)).leave_keys(path)
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
            with open(path, encoding="utf-8") as file:
                found = [json.loads(line) for line in file]
        self.assertEqual([(each["sessionId"], each["cipher"], len(each["client"]), len(each["server"])) for each in found],
                         [("0000000000001234", "aes-128-gcm", 32, 32), ("0000000000001234", "aes-256-ccm", 64, 64)])


if __name__ == "__main__":
    unittest.main()
