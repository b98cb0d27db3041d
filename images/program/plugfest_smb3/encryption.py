"""Encryption for SMB 3.1.1: the keys ([MS-SMB2] 3.1.4.2), the transform header (2.2.41), and the four ciphers (3.1.4.3)."""

import json
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM

from .errors import Lost
from .signing import derive_key

# Ids in SMB2_ENCRYPTION_CAPABILITIES (2.2.3.1.2), by the names that jobs use.
IDS = {"aes-128-ccm": 1, "aes-128-gcm": 2, "aes-256-ccm": 3, "aes-256-gcm": 4}
NAMES = {number: name for name, number in IDS.items()}
MAGIC = b"\xfdSMB"
HEADER_SIZE = 52
TAG_SIZE = 16
ENCRYPTED = 0x0001
_AAD = 20  # what is authenticated of the header begins with the nonce
_HEADER = struct.Struct("<4s16s16sIHHQ")


class Sealer:
    """Encrypts what the client sends and decrypts what the server does, in one session with keys of its own."""

    def __init__(self, cipher: int, session_id: int, session_key: bytes, preauth_hash: bytes):
        bits = 256 if cipher in (IDS["aes-256-ccm"], IDS["aes-256-gcm"]) else 128
        # The full session key goes into 256 bits ([MS-SMB2] 3.2.5.3.3); that of NTLM has 128, as the first half has.
        whole = session_key if bits == 256 else session_key[:16].ljust(16, b"\0")
        self.cipher = cipher
        self.session_id = session_id
        self._keys = {"client": derive_key(whole, b"SMBC2SCipherKey\0", preauth_hash, bits),
                      "server": derive_key(whole, b"SMBS2CCipherKey\0", preauth_hash, bits)}
        ccm = cipher in (IDS["aes-128-ccm"], IDS["aes-256-ccm"])
        self._nonce_size = 11 if ccm else 12
        self._seal, self._open = (AESCCM(key) if ccm else AESGCM(key) for key in self._keys.values())
        self._sent = 0

    def seal(self, pieces) -> tuple[bytes, bytes]:
        """The transform header and the encrypted message, for `pieces` (buffers, in order)."""
        plain = b"".join(pieces)
        self._sent += 1  # a nonce is never used twice with a key
        nonce = self._sent.to_bytes(8, "little").ljust(16, b"\0")
        header = _HEADER.pack(MAGIC, bytes(16), nonce, len(plain), 0, ENCRYPTED, self.session_id)
        sealed = self._seal.encrypt(nonce[:self._nonce_size], plain, header[_AAD:])
        return header[:4] + sealed[-TAG_SIZE:] + header[_AAD:], sealed[:-TAG_SIZE]

    def open(self, message: bytes) -> bytes:
        """The message inside. Raises Lost when nobody can have sent that but somebody else."""
        if len(message) < HEADER_SIZE:
            raise Lost("an encrypted message is too short")
        _, tag, nonce, size, _, _, session_id = _HEADER.unpack_from(message)
        if session_id != self.session_id or size != len(message) - HEADER_SIZE:
            raise Lost("an encrypted message is of another session, or cut short")
        try:
            return self._open.decrypt(nonce[:self._nonce_size], message[HEADER_SIZE:] + tag, message[_AAD:HEADER_SIZE])
        except InvalidTag:
            raise Lost("an encrypted message is not what the server sent") from None

    def leave_keys(self, path: str) -> None:
        """Adds the session's keys to a file that only its owner may read: whoever has a capture can then read that."""
        line = json.dumps({"sessionId": f"{self.session_id:016x}", "cipher": NAMES[self.cipher],
                           **{name: key.hex() for name, key in self._keys.items()}}) + "\n"
        with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
            file.write(line.encode())
