"""Signing for SMB 3.1.1: the key ([MS-SMB2] 3.1.4.2, SP800-108 counter mode) and the three algorithms (3.1.4.1)."""

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

HMAC_SHA256, AES_CMAC, AES_GMAC = range(3)  # ids in SMB2_SIGNING_CAPABILITIES (2.2.3.1.7)
NAMES = {HMAC_SHA256: "hmac-sha256", AES_CMAC: "aes-cmac", AES_GMAC: "aes-gmac"}
IDS = {name: number for number, name in NAMES.items()}


def offered(choice: str) -> list[int]:
    """Algorithm ids to offer, best first: all of them for `auto`, else exactly the one named."""
    return [AES_GMAC, AES_CMAC, HMAC_SHA256] if choice == "auto" else [IDS[choice]]


def derive_key(session_key: bytes, label: bytes, context: bytes, bits: int = 128) -> bytes:
    """SP800-108 KDF in counter mode with HMAC-SHA256, one round: at most 256 bits."""
    message = struct.pack(">I", 1) + label + b"\0" + context + struct.pack(">I", bits)
    return hmac.digest(session_key, message, "sha256")[:bits // 8]


def signing_key(session_key: bytes, preauth_hash: bytes) -> bytes:
    """The key that signs a 3.1.1 session; `preauth_hash` covers everything up to the last request."""
    return derive_key(session_key[:16].ljust(16, b"\0"), b"SMBSigningKey\0", preauth_hash)


def preauth_hash(messages) -> bytes:
    """Chains SHA-512 over messages (3.1.1 preauthentication integrity), starting from 64 zeros."""
    value = bytes(64)
    for message in messages:
        value = hashlib.sha512(value + message).digest()
    return value


class Signer:
    """Makes signatures with one key. The pieces of a message are signed without being put together."""

    def __init__(self, algorithm: int, key: bytes):
        self.algorithm = algorithm
        self.key = key
        self._aes = algorithms.AES(key)
        self._sign = {HMAC_SHA256: self._hmac, AES_CMAC: self._cmac, AES_GMAC: self._gmac}[algorithm]

    def sign(self, message_id: int, pieces, from_server: bool = False) -> bytes:
        """16 bytes over `pieces` (buffers, in order; the header's signature field is zero)."""
        return self._sign(message_id, pieces, from_server)

    def _gmac(self, message_id, pieces, from_server):
        # Nonce: message id, then one bit for who sends (a second bit, for CANCEL, is never ours).
        nonce = struct.pack("<QI", message_id, 1 if from_server else 0)
        context = Cipher(self._aes, modes.GCM(nonce)).encryptor()
        for piece in pieces:
            context.authenticate_additional_data(piece)
        context.finalize()
        return context.tag

    def _cmac(self, _message_id, pieces, _from_server):
        context = CMAC(self._aes)
        for piece in pieces:
            context.update(piece)
        return context.finalize()

    def _hmac(self, _message_id, pieces, _from_server):
        context = hmac.new(self.key, digestmod="sha256")
        for piece in pieces:
            context.update(piece)
        return context.digest()[:16]
