"""IOCTL requests: server-side copy, copy offload (ODX) and TRIM ([MS-SMB2] 2.2.31, [MS-FSCC] 2.3)."""

import struct

from .wire import HEADER_SIZE

REQUEST_RESUME_KEY, COPYCHUNK_WRITE = 0x00140078, 0x001480F2
OFFLOAD_READ, OFFLOAD_WRITE, FILE_LEVEL_TRIM = 0x00094264, 0x00098268, 0x00098208
IS_FSCTL = 1
MAX_CHUNK = 1 << 20  # what [MS-SMB2] 3.3.3 has servers take: 1 MiB a chunk, 256 chunks, 16 MiB a request


def request(code: int, file_id: bytes, given: bytes, room: int) -> bytes:
    """`room` is how many bytes the answer may have."""
    return struct.pack("<HHI16sIIIIIIII", 57, 0, code, file_id, HEADER_SIZE + 56, len(given), 0, 0, 0, room, IS_FSCTL,
                       0) + given


def output(body: bytes) -> bytes:
    at, length = struct.unpack_from("<II", body, 32)
    return body[at - HEADER_SIZE:at - HEADER_SIZE + length]


def copy_chunks(key: bytes, chunks: list[tuple[int, int]]) -> bytes:
    """Chunks are offset and length; each goes to where it was in the source."""
    return key + struct.pack("<II", len(chunks), 0) + b"".join(
        struct.pack("<QQII", at, at, length, 0) for at, length in chunks)


def copied(answer: bytes) -> int:
    """How many bytes were copied in all."""
    return struct.unpack_from("<III", answer)[2]


def offload_read(length: int) -> bytes:
    return struct.pack("<IIIIQQ", 32, 0, 0, 0, 0, length)


def offload_write(length: int) -> bytes:
    """The token is the well-known one for zeros (STORAGE_OFFLOAD_TOKEN_TYPE_ZERO_DATA): it needs no OFFLOAD_READ."""
    token = struct.pack(">IHH", 0xFFFF0001, 0, 504) + bytes(504)
    return struct.pack("<IIQQQ", 544, 0, 0, length, 0) + token


def trim(length: int) -> bytes:
    return struct.pack("<IIQQ", 0, 1, 0, length)


# What a job may ask for by name: the code, and its input for a file of some length.
ASKABLE = {
    "offload-read": (OFFLOAD_READ, offload_read),
    "offload-write": (OFFLOAD_WRITE, offload_write),
    "trim": (FILE_LEVEL_TRIM, trim),
    "resume-key": (REQUEST_RESUME_KEY, lambda _length: b""),
}
