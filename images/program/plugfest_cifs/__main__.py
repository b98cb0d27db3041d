"""`python3 -m plugfest_cifs`: reads the job from stdin, does it, and ends with the exit code that plugfest_smb3 names."""

import os
import sys

from plugfest_smb3.errors import Aborted, Failed
from plugfest_smb3.job import BadJob
from plugfest_smb3.leash import Leash
from plugfest_smb3.report import emit

from .job import parse
from .transfer import Transfer


def main() -> int:
    try:
        job, options = parse(sys.stdin.buffer.readline())
        Transfer(job, options, Leash(sys.stdin.buffer)).run()
        return 0
    except BadJob as bad:
        emit("error", stage="job", status=None, message=str(bad))
        return 2
    except Failed as failed:
        emit("error", stage=failed.stage, status=None, message=failed.message)
    except OSError as error:
        emit("error", stage="local", status=None, message=str(error))
    except Aborted as aborted:
        emit("aborted", reason=aborted.reason)
        return 4
    return 1


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
