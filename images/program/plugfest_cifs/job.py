"""The job: that of plugfest_smb3, and the options of the mount."""

import json

from plugfest_smb3 import job as smb3

VERBS = ("put", "get")


def parse(line: str | bytes) -> tuple[smb3.Job, tuple[str, ...]]:
    """Raises BadJob."""
    try:
        given = json.loads(line)
    except ValueError as error:
        raise smb3.BadJob(f"not JSON: {error}") from None
    if not isinstance(given, dict):
        raise smb3.BadJob("not a JSON object")
    options = given.pop("options", [])
    if not isinstance(options, list) or not all(isinstance(option, str) and "," not in option for option in options):
        raise smb3.BadJob("options is not a list of strings without commas")
    job = smb3.parse(json.dumps(given))
    if job.verb not in VERBS:
        raise smb3.BadJob(f"verb is {job.verb!r}, not one of {', '.join(VERBS)}")
    return job, tuple(options)
