"""What the kernel shows of its SMB connections: /proc/fs/cifs (fs/smb/client/cifs_debug.c) and /proc/net/tcp."""

import os
import re
import struct
from dataclasses import dataclass
from pathlib import Path

CIFS = Path("/proc/fs/cifs")
SMB_PORT = 445

# enum statusEnum, enum ses_status_enum and enum tid_status_enum of fs/smb/client/cifsglob.h
TCP = ("new", "good", "exiting", "need-reconnect", "need-negotiate", "in-negotiate")
SESSION = ("new", "good", "exiting", "need-reconnect", "in-setup")
SHARE = ("new", "good", "exiting", "need-reconnect", "need-tcon", "in-tcon", "need-files-invalidate",
         "in-files-invalidate")

_SERVER = re.compile(r"^\d+\) ConnectionId: 0x(?P<id>[0-9a-f]+) Hostname: (?P<host>\S+)", re.MULTILINE)
# Linux 5.10 and before
_OLDER = re.compile(r"^Number of credits: [^\n]*\n\d+\) Name: (?P<host>\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Connection:
    """`instance` counts how often it was made anew; `namespace` is 0 where the kernel does not show it (before 6.12)."""

    id: int
    host: str
    dialect: str
    tcp: str
    instance: int
    session: str
    session_id: int
    share: str
    namespace: int


def connections(text: str, share: str) -> list[Connection]:
    """All of DebugData's connections, which are those of all network namespaces; `share` is the name of the share whose
    state is wanted. Their id is 0 where the kernel gives them none (before Linux 5.11)."""
    found = list(_SERVER.finditer(text)) or list(_OLDER.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return [_connection(match, text[match.start():end], share) for match, end in zip(found, ends)]


def _connection(match: re.Match, block: str, share: str) -> Connection:
    tcp = re.search(r"TCP status: (\d+) Instance: (\d+)", block)
    dialect = re.search(r"Dialect 0x([0-9a-f]+)", block)
    session = re.search(r"Session Status: (\d+)", block)
    session_id = re.search(r"SessionId: 0x([0-9a-f]+)", block)
    namespace = re.search(r"Net namespace: (\d+)", block)
    tree = re.search(rf"\\\\[^\\\s]+\\{re.escape(share)} Mounts:[^\n]*\n[^\n]*?Status: (\d+)", block)
    return Connection(
        int(match.groupdict().get("id", "0"), 16), match["host"], ".".join(dialect[1]) if dialect else "", _word(TCP, tcp and tcp[1]),
        int(tcp[2]) if tcp else 0, _word(SESSION, session and session[1]),
        int(session_id[1], 16) if session_id else 0, _word(SHARE, tree and tree[1]),
        int(namespace[1]) if namespace else 0)


def _word(words: tuple[str, ...], number: str | None) -> str:
    """A number that is not known is given as it is; "" for what is not shown."""
    if number is None:
        return ""
    return words[int(number)] if int(number) < len(words) else number


def reconnects(text: str) -> tuple[int, int]:
    """Of sessions and of shares, as Stats counts them for all mounts together."""
    found = re.search(r"(\d+) session (\d+) share reconnects", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def file_id(text: str, name: str, session_id: int, pid: int) -> str:
    """The persistent half of the open file's id, as 16 hex digits in the wire's order; "" when it is not open.

    Kernels before Linux 6.5 do not show the session: there `pid`, who opened it, tells whose it is. In a container that is another
    number than the kernel's, which nothing there tells: then it is "".
    """
    for line in text.splitlines():
        found = re.match(r"0x[0-9a-f]+ (?:0x([0-9a-f]+) )?0x([0-9a-f]+) 0x[0-9a-f]+ \d+ (-?\d+) \d+ (.*)$", line)
        if not found or found[4].split(" ")[0] != name:
            continue
        if int(found[3]) == pid if found[1] is None else int(found[1], 16) == session_id:
            return struct.pack("<Q", int(found[2], 16)).hex()
    return ""


def is_of_others(text: str, servers: set[str]) -> bool:
    """Whether what the kernel says names servers (`\\\\10.0.0.1`, `//10.0.0.1/share`), and none of these."""
    named = re.findall(r"(?:\\\\|(?<!:)//)([^\\/\s:]+)", text)
    return bool(named) and servers.isdisjoint(named)


def local_ports(text: str, address: str) -> set[int]:
    """Ports of this machine's established connections to an SMB server, from /proc/net/tcp."""
    number = int.from_bytes(bytes(map(int, address.split("."))), "little")
    peer = f"{number:08X}:{SMB_PORT:04X}"
    lines = (line.split() for line in text.splitlines()[1:])
    return {int(fields[1].split(":")[1], 16) for fields in lines if fields[2] == peer and fields[3] == "01"}


def own_namespace() -> int:
    return os.stat("/proc/self/ns/net").st_ino


def read(name: str) -> str:
    """A file of /proc/fs/cifs; "" when cifs is not loaded."""
    try:
        return (CIFS / name).read_text(errors="replace")
    except OSError:
        return ""


def established(address: str) -> set[int]:
    return local_ports(Path("/proc/net/tcp").read_text(), address)
