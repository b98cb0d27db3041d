"""The job: what the first line on stdin asks for, checked before anything is done."""

import json
from dataclasses import dataclass, fields
from types import MappingProxyType

from .locks import Range

VERBS = ("put", "get", "hold", "put-files", "get-files", "rename", "server-copy", "contend", "names", "ioctl",
         "negotiate", "probe", "verify", "plant", "hash")
SURVIVING = ("put", "hold", "put-files", "rename", "server-copy")  # verbs whose handles are to outlive a loss
CHOICES = MappingProxyType({
    "handle": ("persistent", "durable", "durable-v1", "none"),
    "caching": ("lease", "oplock", "none"),
    "signing": ("auto", "aes-cmac", "aes-gmac", "hmac-sha256"),
    "encryption": (None, "aes-128-ccm", "aes-128-gcm", "aes-256-ccm", "aes-256-gcm"),
    "fallback": ("reopen", "fail"),
    "lease": ("RWH", "RH", "RW", "R"),
    "code": ("offload-read", "offload-write", "trim", "resume-key"),
    "defect": ("flip", "zero", "swap", "stale"),
})
NEEDED = MappingProxyType({
    "put": ("addresses", "share", "path", "size"),
    "get": ("addresses", "share", "path", "size"),
    "hold": ("addresses", "share", "path"),
    "put-files": ("addresses", "share", "path", "size", "count"),
    "get-files": ("addresses", "share", "path", "size", "count"),
    "rename": ("addresses", "share", "path", "count"),
    "server-copy": ("addresses", "share", "path", "sourcePath", "size"),
    "contend": ("addresses", "share", "path"),
    "names": ("addresses", "share", "names"),
    "ioctl": ("addresses", "share", "path", "code"),
    "negotiate": ("addresses",),
    "probe": ("addresses", "share"),
    "verify": ("file", "size"),
    "plant": ("file", "defect"),
    "hash": ("size",),
})
POSITIVE = ("channels", "blockSize", "window", "ioTimeoutMs", "connectTimeoutMs", "giveUpMs")
NOT_NEGATIVE = ("at", "size", "count", "generation", "reclaimRetryMs", "durableTimeoutMs")


class BadJob(Exception):
    """The job is not one; the message says what is wrong with it."""


@dataclass(frozen=True)
class Mark:
    """A moment: the byte `at`, or the acknowledgement of so many writes."""

    id: str
    at: int | None
    hold: bool = False
    slow: bool = False
    write: int | None = None


@dataclass(frozen=True)
class Job:
    """See the package's docstring for each field."""

    verb: str
    addresses: tuple[str, ...] = ()
    share: str = ""
    path: str = ""
    file: str = ""
    sourcePath: str = ""
    defect: str = "flip"
    at: int = 0
    beginning: bool = False
    size: int = 0
    count: int = 0
    names: tuple[str, ...] = ()
    code: str = "offload-read"
    seed: str = "00" * 16
    run: str = ""
    generation: int = 1
    handle: str = "none"
    caching: str = "none"
    lease: str = "RWH"
    signing: str = "auto"
    encryption: str | None = None
    keys: str | None = None
    channels: int = 1
    blockSize: int = 1 << 20
    window: int = 8
    ioTimeoutMs: int = 3000
    connectTimeoutMs: int = 1000
    giveUpMs: int = 45000
    reclaimRetryMs: int = 20000
    durableTimeoutMs: int = 60000
    fallback: str = "reopen"
    failover: bool = False
    hash: tuple[str, ...] = ("md5", "sha256")
    source: str | None = None
    rate: int | None = None
    marks: tuple[Mark, ...] = ()
    locks: tuple[Range, ...] = ()
    echoMs: int | None = 60000
    deleteOnClose: bool = False
    witness: str | None = None
    credentials: str = "/etc/plugfest/credentials"


def parse(line: str | bytes, verb: str | None = None) -> Job:
    """`verb` is what a job without one means. Raises BadJob.

    Unknown fields are refused: a misspelt one would otherwise mean its default in silence.
    """
    try:
        given = json.loads(line)
    except ValueError as error:
        raise BadJob(f"not JSON: {error}") from None
    if not isinstance(given, dict):
        raise BadJob("not a JSON object")
    given = {"verb": verb, **given}
    verb = given["verb"]
    if verb not in VERBS:
        raise BadJob(f"verb is {verb!r}, not one of {', '.join(VERBS)}")
    if "address" in given:
        given["addresses"] = [given.pop("address")]
    known = {field.name for field in fields(Job)}
    unknown = sorted(set(given) - known)
    if unknown:
        raise BadJob(f"unknown field {unknown[0]}")
    missing = [name for name in NEEDED[verb] if given.get(name) in (None, "", [])]
    if missing:
        raise BadJob(f"{verb} needs {missing[0]}")
    if verb in SURVIVING:
        given = {"handle": "persistent", "caching": "lease", "failover": True, **given}
    return Job(**{**given, **_checked(given)})


def _checked(given: dict) -> dict:
    for name, choices in CHOICES.items():
        if name in given and given[name] not in choices:
            raise BadJob(f"{name} is {given[name]!r}, not one of {', '.join(map(str, choices))}")
    for name in POSITIVE + NOT_NEGATIVE:
        low = 1 if name in POSITIVE else 0
        if name in given and (type(given[name]) is not int or given[name] < low):
            raise BadJob(f"{name} is {given[name]!r}, not a whole number from {low} up")
    witness = given.get("witness")
    if witness is not None and (type(witness) is not str or not witness):
        raise BadJob(f"witness is {witness!r}, not a name")
    echo = given.get("echoMs")
    if echo is not None and (type(echo) is not int or echo < 1):
        raise BadJob(f"echoMs is {echo!r}, not a whole number from 1 up")
    rate = given.get("rate")
    if rate is not None and (type(rate) not in (int, float) or rate <= 0):
        raise BadJob(f"rate is {rate!r}, not bytes per second")
    try:
        if len(bytes.fromhex(given.get("seed", Job.seed))) != 16:
            raise ValueError
    except (ValueError, TypeError):
        raise BadJob("seed is not 32 hex digits") from None
    return {"addresses": _strings(given, "addresses"), "names": _strings(given, "names"), "hash": _hashes(given),
            "marks": _marks(given), "locks": _locks(given)}


def _strings(given: dict, name: str) -> tuple[str, ...]:
    values = given.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise BadJob(f"{name} is not a list of strings")
    return tuple(values)


def _hashes(given: dict) -> tuple[str, ...]:
    names = _strings(given, "hash") if "hash" in given else Job.hash
    for name in names:
        if name not in Job.hash:
            raise BadJob(f"hash {name!r} is not one of {', '.join(Job.hash)}")
    return names


def _locks(given: dict) -> tuple[Range, ...]:
    for lock in given.get("locks", []):
        known = isinstance(lock, dict) and set(lock) <= {"offset", "length", "exclusive"}
        if not known or type(lock.get("offset")) is not int or type(lock.get("length")) is not int:
            raise BadJob(f"a lock is {lock!r}, not {{offset, length, exclusive}}")
    return tuple(Range(lock["offset"], lock["length"], bool(lock.get("exclusive", True)))
                 for lock in given.get("locks", []))


def _marks(given: dict) -> tuple[Mark, ...]:
    found = []
    for mark in given.get("marks", []):
        known = isinstance(mark, dict) and set(mark) <= {"id", "at", "write", "hold", "slow"}
        if not known or [type(mark.get(name)) for name in ("at", "write") if name in mark] != [int]:
            raise BadJob(f"a mark is {mark!r}, not {{id, at or write, hold, slow}}")
        found.append(Mark(str(mark.get("id")), mark.get("at"), bool(mark.get("hold", False)),
                          bool(mark.get("slow", False)), mark.get("write")))
    return tuple(sorted(found, key=lambda mark: (mark.at is None, mark.at or 0, mark.write or 0)))
