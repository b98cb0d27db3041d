"""Bodies of the requests this client sends and of the responses it reads ([MS-SMB2] 2.2)."""

import struct
from dataclasses import dataclass

from . import contexts as create_contexts
from .wire import HEADER_SIZE

ACCESS_READ = 0x00120089   # FILE_GENERIC_READ
ACCESS_WRITE = 0x0012019F  # FILE_GENERIC_READ | FILE_GENERIC_WRITE
ACCESS_DELETE = 0x00010000
ACCESS_ATTRIBUTES = 0x00000080  # FILE_READ_ATTRIBUTES: an open that disturbs nobody's lease or share mode
DISPOSITION_OPEN, DISPOSITION_OPEN_IF, DISPOSITION_OVERWRITE_IF = 1, 3, 5
SHARE_READ, SHARE_ALL = 1, 7
DIRECTORY_FILE, NON_DIRECTORY_FILE, DELETE_ON_CLOSE = 0x1, 0x40, 0x1000
FILE_ATTRIBUTE_NORMAL = 0x80


def session_setup(token: bytes, binding: bool = False) -> bytes:
    """`binding` joins the session that the header names."""
    return struct.pack("<HBBIIHHQ", 25, int(binding), 2, 0, 0, HEADER_SIZE + 24, len(token), 0) + token


def session_setup_token(body: bytes) -> bytes:
    at, length = struct.unpack_from("<HH", body, 4)
    return body[at - HEADER_SIZE:at - HEADER_SIZE + length]


def tree_connect(path: str) -> bytes:
    name = path.encode("utf-16-le")
    return struct.pack("<HHHH", 9, 0, HEADER_SIZE + 8, len(name)) + name


def tree_capabilities(body: bytes) -> int:
    return struct.unpack_from("<I", body, 8)[0]


def create(path: str, *, access: int, share: int, disposition: int, oplock: int = 0,
           options: int = NON_DIRECTORY_FILE, contexts: list[tuple[bytes, bytes]] = ()) -> bytes:
    name = path.replace("/", "\\").encode("utf-16-le")
    name_at = HEADER_SIZE + 56
    padding = bytes(-(name_at + len(name)) % 8)
    chained = create_contexts.chain(contexts)
    contexts_at = name_at + len(name) + len(padding) if chained else 0
    impersonation = 2
    head = struct.pack("<HBBIQQIIIIIHHII", 57, 0, oplock, impersonation, 0, 0, access, FILE_ATTRIBUTE_NORMAL, share,
                       disposition, options, name_at, len(name), contexts_at, len(chained))
    return head + name + padding + chained


@dataclass(frozen=True)
class Created:
    """A CREATE response. `action`: 0 superseded, 1 opened, 2 created, 3 overwritten."""

    oplock: int
    action: int
    size: int
    file_id: bytes
    answers: dict[bytes, bytes]


def created(body: bytes) -> Created:
    oplock, action = body[2], struct.unpack_from("<I", body, 4)[0]
    size = struct.unpack_from("<Q", body, 48)[0]
    at, length = struct.unpack_from("<II", body, 80)
    answers = create_contexts.unchain(body[at - HEADER_SIZE:at - HEADER_SIZE + length]) if length else {}
    return Created(oplock, action, size, body[64:80], answers)


def write(file_id: bytes, offset: int, length: int) -> bytes:
    """All but the data, which follows directly."""
    return struct.pack("<HHIQ16sIIHHI", 49, HEADER_SIZE + 48, length, offset, file_id, 0, 0, 0, 0, 0)


def written(body: bytes) -> int:
    return struct.unpack_from("<I", body, 4)[0]


def read(file_id: bytes, offset: int, length: int) -> bytes:
    return struct.pack("<HBBIQ16sIIIHHB", 49, 0x50, 0, length, offset, file_id, 1, 0, 0, 0, 0, 0)


def flush(file_id: bytes) -> bytes:
    return struct.pack("<HHI16s", 24, 0, 0, file_id)


def close(file_id: bytes) -> bytes:
    return struct.pack("<HHI16s", 24, 0, 0, file_id)


def echo() -> bytes:
    return struct.pack("<HH", 4, 0)


@dataclass(frozen=True)
class Break:
    """An oplock or lease break: `acknowledgement` is the body to answer with, or None when none is wanted."""

    kind: str
    to: str
    acknowledgement: bytes | None


def parse_break(body: bytes) -> Break:
    """2.2.23.1 (oplock, 24 bytes) or 2.2.23.2 (lease, 44 bytes); the answer agrees to what the server wants."""
    if struct.unpack_from("<H", body)[0] == 24:
        level = body[2]
        answer = struct.pack("<HBBI16s", 24, level, 0, 0, body[8:24])
        return Break("oplock", create_contexts.OPLOCKS.get(level, hex(level)), answer)
    _, _, flags, key, _, state = struct.unpack_from("<HHI16sII", body)
    answer = struct.pack("<HHI16sIQ", 36, 0, 0, key, state, 0) if flags & 1 else None
    return Break("lease", create_contexts.lease_letters(state), answer)
