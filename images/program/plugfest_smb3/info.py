"""SET_INFO and QUERY_DIRECTORY, as far as names go ([MS-SMB2] 2.2.33 to 2.2.39, [MS-FSCC] 2.4)."""

import struct

from .wire import HEADER_SIZE

FILE = 1  # SMB2_0_INFO_FILE
RENAME_INFORMATION, NAMES_INFORMATION = 10, 12


def rename(file_id: bytes, name: str) -> bytes:
    """SET_INFO with FileRenameInformation; what has that name is replaced. The name is inside the share."""
    encoded = name.replace("/", "\\").encode("utf-16-le")
    buffer = struct.pack("<B7xQI", 1, 0, len(encoded)) + encoded
    head = struct.pack("<HBBIHHI16s", 33, FILE, RENAME_INFORMATION, len(buffer), HEADER_SIZE + 32, 0, 0, file_id)
    return head + buffer


def list_names(file_id: bytes, room: int) -> bytes:
    """QUERY_DIRECTORY for all names, going on where the last answer ended."""
    pattern = "*".encode("utf-16-le")
    head = struct.pack("<HBBI16sHHI", 33, NAMES_INFORMATION, 0, 0, file_id, HEADER_SIZE + 32, len(pattern), room)
    return head + pattern


def listed_names(body: bytes) -> list[str]:
    at, length = struct.unpack_from("<HI", body, 2)
    at -= HEADER_SIZE
    names, end = [], at + length
    while at + 12 <= end:
        following, _, size = struct.unpack_from("<III", body, at)
        names.append(body[at + 12:at + 12 + size].decode("utf-16-le"))
        if not following:
            break
        at += following
    return [name for name in names if name not in (".", "..")]
