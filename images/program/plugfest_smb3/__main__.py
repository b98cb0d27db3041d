"""`python3 -m plugfest_smb3`: reads the job from stdin, does it, and ends with the exit code the docstring names."""

import json
import os
import sys
import time
import uuid

from . import signing, status as ntstatus
from .connection import Connection
from .dial import dial
from .errors import Aborted, Failed, Lost, Refused
from .job import BadJob, Job, parse
from .leash import Leash
from .negotiate import negotiate
from .report import emit, ms
from .session import Account, open_link


def main() -> int:
    try:
        job = parse(sys.stdin.buffer.readline())
        run(job, Leash(sys.stdin.buffer))
        return 0
    except BadJob as bad:
        emit("error", stage="job", status=None, message=str(bad))
        return 2
    except Refused as refused:
        emit("error", stage=refused.stage, status=ntstatus.text(refused.status), message=str(refused))
    except Lost as lost:
        emit("error", stage=lost.stage, status=None, message=lost.reason)
    except Failed as failed:
        status = None if failed.status is None else ntstatus.text(failed.status)
        emit("error", stage=failed.stage, status=status, message=failed.message)
    except OSError as error:
        emit("error", stage="local", status=None, message=str(error))
    except Aborted as aborted:
        emit("aborted", reason=aborted.reason)
        return 4
    return 1


def run(job: Job, leash: Leash) -> None:
    if job.verb == "negotiate":
        greet(job, leash)
    elif job.verb == "probe":
        probe(job, leash)
    elif job.verb == "verify":
        from .store import verify
        verify(job, leash)
    elif job.verb == "hash":
        from .source import hash_source
        hash_source(job, leash)
    elif job.verb in ("put", "get"):
        from .transfer import Transfer
        Transfer(job, account(job), leash).run()
    else:
        converse(job, leash)


def converse(job: Job, leash: Leash) -> None:
    """The verbs that ask one thing after the other."""
    from .asking import ASKED, ask
    from .files import Files
    from .hold import Hold
    from .renaming import Renaming
    from .server_copy import ServerCopy
    if job.verb in ASKED:
        ask(job, account(job), leash)
    else:
        kinds = {"hold": Hold, "put-files": Files, "rename": Renaming, "server-copy": ServerCopy}
        kinds[job.verb](job, account(job), leash).run()


def account(job: Job) -> Account:
    """Raises Failed when the credentials are not there or not what they should be."""
    try:
        with open(job.credentials, encoding="utf-8") as file:
            found = json.load(file)
        return Account(found["user"], found["password"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Failed("credentials", f"{job.credentials}: {type(error).__name__}") from None


def greet(job: Job, leash: Leash) -> None:
    """Does this address answer NEGOTIATE?"""
    began = time.monotonic()
    address = job.addresses[0]
    connection = Connection(dial(address, job.connectTimeoutMs / 1000, leash), address, leash, job.ioTimeoutMs / 1000)
    try:
        found = negotiate(connection, uuid.uuid4().bytes_le, signing.offered(job.signing))
    finally:
        connection.drop()
    emit("result", verb="negotiate", address=address, dialect="3.1.1", signing=signing.NAMES[found.signing],
         serverGuid=found.server_guid, capabilities=found.capabilities, ms=ms(time.monotonic() - began))


def probe(job: Job, leash: Leash) -> None:
    """Does this address take our account to the share?"""
    link = open_link(job.addresses[0], job, account(job), uuid.uuid4().bytes_le, leash)
    link.connection.drop()
    emit("result", verb="probe", **link.event())


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # Threads that wait on stdin or a full queue have nothing left to do.
    os._exit(code)
