"""What images/windows/setup/start.ps1 does at each start of a machine, of a Debian that stands in for Windows."""

import json
import os
import subprocess

NAMED = "/stand-in/named"


def say(text: str) -> None:
    print(f"plugfest: {text}", flush=True)


def secret(path: str, content: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)


def interface(mac: str) -> str:
    for name in os.listdir("/sys/class/net"):
        with open(f"/sys/class/net/{name}/address") as file:
            if file.read().strip() == mac:
                return name
    raise SystemExit(f"no network card has the address {mac}")


with open("/mnt/seed.json") as seed:
    given = json.load(seed)

# A name takes another start, the first time.
if not os.path.exists(NAMED):
    with open(NAMED, "w") as file:
        file.write(given["name"])
    say(f"its name is to be {given['name']}")
    os.sync()
    subprocess.run(["busybox", "reboot", "-f"], check=True)

for link in given["links"]:
    name = interface(link["mac"])
    address = f"{link['address']}/{link['prefix']}"
    subprocess.run(["ip", "link", "set", name, "mtu", str(link.get("mtu", 1500)), "up"], check=True)
    subprocess.run(["ip", "address", "replace", address, "dev", name], check=True)
    say(f"{link['address']} on {name}")

secret("/etc/plugfest/authorized_keys", given["authorizedKey"])
# It has no other.
for old in ("/etc/plugfest/host_key", "/etc/plugfest/host_key.pub"):
    if os.path.exists(old):
        os.remove(old)
secret("/etc/plugfest/host_key", given["hostKey"])
