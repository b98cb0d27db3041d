#!/usr/bin/env python3
"""Stands in for powershell.exe: knows the scripts that plugfest has Windows run, and does what they say to files of its own.

It is no PowerShell: a script is known by what only it has, and its arguments are read from its text. What is not known is
exit 99. Of the environment: STAND_IN_ROOT is the folder that is C:, STAND_IN_LACKS are lines of what it says to lack,
STAND_IN_AHEAD the seconds that its clock is ahead; with STAND_IN_OWNS_CLOCK it may be set. The client is the user-space one (STAND_IN_PROGRAM is its folder), which
keeps to itself what Windows does not tell; without that folder the client writes what STAND_IN_SAYS has, line by line.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time

ROOT = os.environ.get("STAND_IN_ROOT", "/stand-in")
UNTOLD = {"reclaim", "reopened", "replayed", "attempt", "break", "channel"}


def place(path: str) -> str:
    return ROOT + "/" + path.replace("\\", "/").removeprefix("C:/")


def first(pattern: str, script: str) -> str:
    return re.search(pattern, script)[1].replace("''", "'")


def check(script: str) -> int:
    print("found Microsoft Windows 11 Enterprise 10.0.26100\r\nfound PowerShell 5.1.26100.1\r")
    for address in re.findall(r"'([^']*)'", first(r"\$Addresses = @\((.*)\)", script)):
        print(f"found {address} on Ethernet 2\r")
    print(os.environ.get("STAND_IN_LACKS", ""))
    return 0


def clock() -> int:
    ahead = float(os.environ.get("STAND_IN_AHEAD", "0"))
    for line in sys.stdin:
        if re.fullmatch(r"-?[0-9]+", line.strip()):
            ahead = set_clock(ahead, int(line) / 1e7)
        print(621_355_968_000_000_000 + int((time.time() + ahead) * 1e7), end="\r\n", flush=True)
    return 0


def set_clock(ahead: float, by: float) -> float:
    """Of a machine that is all the stand-in's; else it only believes that it has another time."""
    if "STAND_IN_OWNS_CLOCK" not in os.environ:
        return ahead + by
    time.clock_settime(time.CLOCK_REALTIME, time.time() + by)
    return ahead


def write() -> int:
    for line in sys.stdin:
        file = json.loads(line)
        os.makedirs(os.path.dirname(place(file["path"])), exist_ok=True)
        with open(place(file["path"]), "wb") as out:
            out.write(base64.b64decode(file["content"]))
    return 0


def read(script: str) -> int:
    try:
        with open(place(first(r"\$Path = '(.*)'\n", script)), "rb") as file:
            sys.stdout.buffer.write(file.read())
        return 0
    except FileNotFoundError:
        return 44


def clear(script: str) -> int:
    root = place(first(r"\$Root = '(.*)'\n", script))
    shutil.rmtree(root, ignore_errors=True)
    for folder in (os.path.dirname(root), os.path.dirname(os.path.dirname(root))):
        if os.path.isdir(folder) and not os.listdir(folder):
            os.rmdir(folder)
    return 0


def client() -> int:
    lines = sys.stdin.buffer
    script, source = (base64.b64decode(lines.readline()).decode() for _ in range(2))
    if "[Plugfest.Client]::Start" not in script or "namespace Plugfest" not in source:
        return 99
    job = json.loads(lines.readline())
    if "folder" in job:
        return trial(job)
    program = os.environ.get("STAND_IN_PROGRAM")
    if program is None:
        print(os.environ["STAND_IN_SAYS"], flush=True)
        # As on Windows, it ends when nobody drives it.
        lines.read()
        return 0
    return copy(job, lines, program)


def trial(job: dict) -> int:
    """What the checklist has the program do: its hash is known, and of absent files there are none."""
    if job["path"] == "absent":
        end = {"ev": "error", "stage": "open", "status": None, "message": "Windows error 2: The system cannot find it"}
    else:
        sha256 = os.environ.get("STAND_IN_SHA256", "")
        end = {"ev": "result", "bytes": job["size"], "seconds": 0.1, "md5": "m", "sha256": sha256, "mismatch": None,
               "gaps": []}
    print(json.dumps({"t": time.time(), **end}), flush=True)
    return 0


def echo() -> int:
    for line in sys.stdin:
        print(f"heard {line.strip()}", end="\r\n", flush=True)
    return 7


# What the checklist looks at: by what only its scripts have, and what Windows says to them.
SHOWN = {
    "MachineName": "PC-OF-PAT",
    "Get-Acl": "BUILTIN\\Administrators, NT AUTHORITY\\SYSTEM",
    "Get-SmbClientConfiguration": '{"SessionTimeout":60,"EnableMultiChannel":true,"RequireSecuritySignature":true}',
    "-ListLog": "Microsoft-Windows-SMBClient/Connectivity on\r\nMicrosoft-Windows-SMBWitnessClient/Admin off",
}


def copy(job: dict, lines, program: str) -> int:
    with open(place(job.pop("credentials")), "rb") as file:
        account = file.read()
    own = f"{ROOT}/account"
    with open(own, "wb") as file:
        file.write(account)
    survives = {"failover": True, "handle": "persistent", "caching": "lease"} if job.get("marks") is not None else {}
    running = subprocess.Popen([sys.executable, "-m", "plugfest_smb3"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               env={**os.environ, "PYTHONPATH": program, "PYTHONUNBUFFERED": "1"})
    running.stdin.write(json.dumps({**job, **survives, "credentials": own}).encode() + b"\n")
    running.stdin.flush()
    threading.Thread(target=drive, args=(lines, running.stdin), daemon=True).start()
    for line in running.stdout:
        said = json.loads(line)
        if said["ev"] in UNTOLD:
            continue
        if said["ev"] == "connected":
            said |= {"kernel": "Windows 10.0.26100", "signing": "on"}
        if said["ev"] == "opened":
            said = {"t": said["t"], "ev": "opened", "path": said["path"], "fileId": ""}
        print(json.dumps(said), flush=True)
    return running.wait()


def drive(lines, program) -> None:
    try:
        for line in lines:
            program.write(line)
            program.flush()
        program.close()
    except OSError:
        pass


def run(script: str) -> int:
    found = re.search(r"^& (.*)$", script, re.MULTILINE)
    if not found:
        return 99
    argv = [word.replace("''", "'") for word in re.findall(r"'((?:[^']|'')*)'", found[1])]
    sys.stdout.flush()
    return subprocess.run(argv).returncode


def main(argv: list[str]) -> int:
    if "-InputFormat" not in argv or argv[argv.index("-InputFormat") + 1] != "None":
        return 99
    script = base64.b64decode(argv[argv.index("-EncodedCommand") + 1]).decode("utf-16-le")
    if "[ScriptBlock]::Create" in script:
        return client()
    if "\nRegister-Start" in script:
        with open(place("C:/plugfest/registered"), "x"):
            return 0
    if "\nStop-Computer" in script:
        subprocess.Popen(["sh", "-c", "sync; busybox poweroff -f"])
        return 0
    if "WriteAllBytes" in script:
        return write()
    if "ReadAllBytes" in script:
        return read(script)
    if "UtcNow.Ticks" in script:
        return clock()
    if "Win32_OperatingSystem" in script:
        return check(script)
    if "heard $Line" in script:
        return echo()
    for known, shown in SHOWN.items():
        if known in script:
            print(shown, end="\r\n")
            return 0
    if script.split("\n")[3].startswith("Test-Path"):
        print(os.path.exists(place(first(r"Test-Path '(.*)'\n", script))))
        return 0
    if "icacls" in script:
        os.makedirs(place(first(r"-Path '(.*)'\n", script)), exist_ok=True)
        return 0
    if "Remove-Item" in script:
        return clear(script)
    return run(script)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
