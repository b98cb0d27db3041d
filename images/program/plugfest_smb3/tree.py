"""Checks what `put-files` left behind, over SMB or on the backing store: every file, and that there is no other."""

import hashlib
from collections.abc import Callable

from .files import MANIFEST, line_of, name_of, stride_of
from .job import Job
from .mismatch import Mismatch, Verifier
from .payload import content


def check_tree(job: Job, names: list[str], read: Callable[[str], bytes | None]) -> dict:
    """The fields of a result. `read` gives a file's content, one byte more than it should have at most, or None.

    The hashes are those of the manifest as it would be for the files that were read. `offset` of a mismatch counts
    from the beginning of the first file on; classes are those of mismatch.py, and `missing` and `extra` for files.
    """
    made, found, text = content(job), [], b""
    for index in range(job.count):
        data = read(name_of(index))
        if data is None:
            found.append(Mismatch(index * job.size, "missing", f"there is no {name_of(index)}"))
            continue
        text += line_of(index, data)
        wrong = _differs(job, made, index, data)
        if wrong:
            found.append(wrong)
    expected = {MANIFEST, *map(name_of, range(job.count))}
    extra = sorted(set(names) - expected)
    if extra:
        found.append(Mismatch(job.count * job.size, "extra", f"there is {extra[0]}, which nobody wrote"))
    if read(MANIFEST) != text and not found:
        found.append(Mismatch(job.count * job.size, "manifest", f"{MANIFEST} is not that of the files"))
    return {"bytes": job.count * job.size if not found else sum(1 for name in names if name in expected) * job.size,
            "md5": hashlib.md5(text).hexdigest(), "sha256": hashlib.sha256(text).hexdigest(), "gaps": [],
            "mismatch": found[0].event() if found else None, "badBlocks": len(found)}


def _differs(job: Job, made, index: int, data: bytes) -> Mismatch | None:
    at = index * stride_of(job)
    verifier = Verifier(made, at + job.size)
    if data:
        verifier.check(at, memoryview(data))
    wrong = verifier.finish(at + len(data))
    if wrong is None:
        return None
    return Mismatch(index * job.size + wrong.offset - at, wrong.kind, f"{name_of(index)}: {wrong.detail}")
