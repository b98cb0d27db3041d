import hashlib
import hmac
import unittest

from plugfest_smb3 import signing


class KeyTest(unittest.TestCase):
    def test_the_signing_key_of_the_published_3_1_1_example(self):
        # "SMB 2 and SMB 3 security in Windows 10: the anatomy of signing and cryptographic keys", Microsoft
        # open specifications blog, 2015: session key, preauthentication hash and signing key of an SMB 3.1.1 session.
        session_key = bytes.fromhex("270E1BA896585EEB7AF3472D3B4C75A7")
        preauth = bytes.fromhex(
            "0DD13628CC3ED218EF9DF9772D436D0887AB9814BFAE63A80AA845F36909DB79"
            "28622DDDAD522D9751640A459762C5A9D6BB084CBB3CE6BDADEF5D5BCE3C6C01")
        self.assertEqual(signing.signing_key(session_key, preauth).hex().upper(), "73FE7A9A77BEF0BDE49C650D8CCB5F76")

    def test_a_short_session_key_is_padded(self):
        self.assertEqual(signing.signing_key(b"12345678", bytes(64)), signing.signing_key(b"12345678".ljust(16, b"\0"), bytes(64)))

    def test_the_preauth_hash_chains(self):
        first = hashlib.sha512(bytes(64) + b"one").digest()
        self.assertEqual(signing.preauth_hash([b"one", b"two"]), hashlib.sha512(first + b"two").digest())


class SignerTest(unittest.TestCase):
    KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")

    def test_cmac_as_in_rfc_4493(self):
        message = bytes.fromhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411")
        signer = signing.Signer(signing.AES_CMAC, self.KEY)
        self.assertEqual(signer.sign(0, [message]).hex(), "dfa66747de9ae63030ca32611497c827")

    def test_hmac_is_cut_to_16_bytes(self):
        signer = signing.Signer(signing.HMAC_SHA256, bytes([0x0b]) * 16)
        whole = hmac.digest(bytes([0x0b]) * 16, b"Hi There", "sha256")
        self.assertEqual(signer.sign(0, [b"Hi ", b"There"]), whole[:16])

    def test_gmac_of_nothing_is_test_case_1_of_the_gcm_specification(self):
        # Zero key, zero nonce, no text: message id 0 sent by a client has the zero nonce.
        signer = signing.Signer(signing.AES_GMAC, bytes(16))
        self.assertEqual(signer.sign(0, []).hex(), "58e2fccefa7e3061367f1d57a4e7455a")

    def test_gmac_tells_who_sent_and_which_message(self):
        signer = signing.Signer(signing.AES_GMAC, self.KEY)
        made = {signer.sign(1, [b"x"]), signer.sign(2, [b"x"]), signer.sign(1, [b"x"], from_server=True)}
        self.assertEqual(len(made), 3)

    def test_pieces_count_as_one_message(self):
        for algorithm in signing.NAMES:
            signer = signing.Signer(algorithm, self.KEY)
            with self.subTest(algorithm=signing.NAMES[algorithm]):
                whole = signer.sign(7, [b"header" * 20 + b"data" * 50])
                self.assertEqual(signer.sign(7, [b"header" * 20, memoryview(b"data" * 50)]), whole)
                self.assertEqual(len(whole), 16)

    def test_what_is_offered(self):
        self.assertEqual(signing.offered("auto"), [2, 1, 0])
        self.assertEqual(signing.offered("aes-cmac"), [1])


if __name__ == "__main__":
    unittest.main()
