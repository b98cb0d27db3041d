"""Generic netlink (linux/netlink.h, linux/genetlink.h), as far as a family of the kernel's with a group takes it."""

import os
import socket
import struct

GENERIC = 16  # NETLINK_GENERIC
SOL_NETLINK, ADD_MEMBERSHIP = 270, 1
ERROR, REQUEST, ACK = 2, 1, 4  # NLMSG_ERROR, NLM_F_REQUEST, NLM_F_ACK
# What the kernel tells of its families: GENL_ID_CTRL, CTRL_CMD_GETFAMILY, and attributes CTRL_ATTR_...
CONTROL, GET_FAMILY = 16, 3
FAMILY_ID, FAMILY_NAME, GROUPS = 1, 2, 7
GROUP_NAME, GROUP_ID = 1, 2
HEADER, GENERIC_HEADER = 16, 4
LARGEST = 65536


def attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def attributes(data: bytes) -> dict[int, bytes]:
    """By their kinds, without the flags that are in those."""
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if length < 4:
            break
        found[kind & 0x3FFF] = data[4:length]
        data = data[-(-length // 4) * 4:]
    return found


def messages(data: bytes) -> list[tuple[int, bytes]]:
    """Of one datagram: the type of each, and what follows its header."""
    found = []
    while len(data) >= HEADER:
        length, kind = struct.unpack_from("=IH", data)
        if length < HEADER:
            break
        found.append((kind, data[HEADER:length]))
        data = data[-(-length // 4) * 4:]
    return found


def ask(family: int, command: int, said: bytes) -> dict[int, bytes]:
    """What the kernel answers to a command. Raises OSError where it refuses."""
    body = struct.pack("=BBH", command, 1, 0) + said
    with _open() as to_kernel:
        to_kernel.sendto(struct.pack("=IHHII", HEADER + len(body), family, REQUEST | ACK, 1, 0) + body, (0, 0))
        answer: dict[int, bytes] = {}
        while True:
            for kind, content in messages(to_kernel.recv(LARGEST)):
                if kind != ERROR:
                    answer = attributes(content[GENERIC_HEADER:])
                    continue
                [code] = struct.unpack_from("=i", content)
                if code:
                    raise OSError(-code, os.strerror(-code))
                return answer


class Family:
    """A family of commands, and what the kernel says in a group of it. Raises OSError where the kernel has none so named."""

    def __init__(self, name: str, group: str):
        told = ask(CONTROL, GET_FAMILY, attribute(FAMILY_NAME, name.encode() + b"\0"))
        [self._id] = struct.unpack("=H", told[FAMILY_ID])
        groups = [attributes(each) for each in attributes(told.get(GROUPS, b"")).values()]
        number = next(each[GROUP_ID] for each in groups if each[GROUP_NAME] == group.encode() + b"\0")
        self._heard = _open()
        self._heard.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP, struct.unpack("=I", number)[0])

    def hear(self) -> list[tuple[int, dict[int, bytes]]]:
        """Waits until the kernel says something: commands with their attributes."""
        said = messages(self._heard.recv(LARGEST))
        return [(body[0], attributes(body[GENERIC_HEADER:])) for kind, body in said if kind == self._id]

    def tell(self, command: int, said: bytes) -> None:
        """Returns when the kernel has done it. Raises OSError where it refuses."""
        ask(self._id, command, said)


def _open() -> socket.socket:
    opened = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, GENERIC)
    opened.bind((0, 0))
    return opened
