"""CREATE contexts: how they are chained, and the ones that make a handle survive ([MS-SMB2] 2.2.13.2, 2.2.14.2)."""

import struct
from dataclasses import dataclass

PERSISTENT = 0x2  # SMB2_DHANDLE_FLAG_PERSISTENT
LEASE_READ, LEASE_HANDLE, LEASE_WRITE = 0x1, 0x2, 0x4
LEASE_RWH = LEASE_READ | LEASE_HANDLE | LEASE_WRITE

_LEASE_LETTERS = (("R", LEASE_READ), ("W", LEASE_WRITE), ("H", LEASE_HANDLE))

_ENTRY = struct.Struct("<IHHHHI")


def chain(contexts: list[tuple[bytes, bytes]]) -> bytes:
    """Name and data pairs as one chained blob, each entry on an 8-byte boundary."""
    out = bytearray()
    for index, (name, data) in enumerate(contexts):
        data_at = _ENTRY.size + (len(name) + 7) // 8 * 8
        entry = bytearray(_ENTRY.pack(0, _ENTRY.size, len(name), 0, data_at if data else 0, len(data)))
        entry += name.ljust(data_at - _ENTRY.size, b"\0") + data
        if index < len(contexts) - 1:
            entry += bytes(-len(entry) % 8)
            struct.pack_into("<I", entry, 0, len(entry))
        out += entry
    return bytes(out)


def unchain(blob: bytes) -> dict[bytes, bytes]:
    """The reverse of `chain`. Raises ValueError on a chain that leaves the blob."""
    found: dict[bytes, bytes] = {}
    at = 0
    while blob:
        if at + _ENTRY.size > len(blob):
            raise ValueError("create context outside its blob")
        following, name_at, name_length, _, data_at, data_length = _ENTRY.unpack_from(blob, at)
        if at + data_at + data_length > len(blob) or at + name_at + name_length > len(blob):
            raise ValueError("create context outside its blob")
        name = blob[at + name_at:at + name_at + name_length]
        found[name] = blob[at + data_at:at + data_at + data_length] if data_length else b""
        if not following:
            break
        at += following
    return found


def durable_request_v1() -> tuple[bytes, bytes]:
    return b"DHnQ", bytes(16)


def durable_reconnect_v1(file_id: bytes) -> tuple[bytes, bytes]:
    return b"DHnC", file_id


def durable_request_v2(create_guid: bytes, timeout_ms: int, persistent: bool) -> tuple[bytes, bytes]:
    return b"DH2Q", struct.pack("<IIQ16s", timeout_ms, PERSISTENT if persistent else 0, 0, create_guid)


def durable_reconnect_v2(file_id: bytes, create_guid: bytes, persistent: bool) -> tuple[bytes, bytes]:
    return b"DH2C", struct.pack("<16s16sI", file_id, create_guid, PERSISTENT if persistent else 0)


def lease_request(key: bytes, state: int = LEASE_RWH) -> tuple[bytes, bytes]:
    """A version 2 lease without a parent key."""
    return b"RqLs", struct.pack("<16sIIQ16sHH", key, state, 0, 0, bytes(16), 0, 0)


def lease_state(letters: str) -> int:
    """The reverse of `lease_letters`."""
    return sum(bit for letter, bit in _LEASE_LETTERS if letter in letters)


def lease_letters(state: int) -> str:
    """`RWH`, `RH`, `R` or the empty string."""
    return "".join(letter for letter, bit in _LEASE_LETTERS if state & bit)


@dataclass(frozen=True)
class Granted:
    """What the server gave. `lease` is None when it answered with no lease; `timeout_ms` is 0 when it named none."""

    durable: bool
    persistent: bool
    timeout_ms: int
    lease: str | None
    oplock: str

    def event(self) -> dict:
        return {"durable": self.durable, "persistent": self.persistent, "timeoutMs": self.timeout_ms,
                "lease": self.lease, "oplock": self.oplock}


OPLOCKS = {0x00: "none", 0x01: "ii", 0x08: "exclusive", 0x09: "batch", 0xFF: "lease"}


def granted(oplock: int, answers: dict[bytes, bytes]) -> Granted:
    """Reads what was granted from the oplock level and the contexts of a CREATE response."""
    timeout_ms, flags = struct.unpack_from("<II", answers[b"DH2Q"]) if b"DH2Q" in answers else (0, 0)
    lease = lease_letters(struct.unpack_from("<I", answers[b"RqLs"], 16)[0]) if b"RqLs" in answers else None
    return Granted(durable=b"DH2Q" in answers or b"DHnQ" in answers, persistent=bool(flags & PERSISTENT),
                   timeout_ms=timeout_ms, lease=lease, oplock=OPLOCKS.get(oplock, f"0x{oplock:02x}"))
