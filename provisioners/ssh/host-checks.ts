import { ToolError } from "../../core/errors.js";
import type { Remote } from "../../core/remote.js";
import type { Clock } from "../../core/clock.js";
import { quicker, refuseIfApart, unheard } from "./clock-apart.js";
import { readAnswers, sortAndName } from "./host-answers.js";

/**
 * What a Linux host needs to be a client, each a line of what was found or what lacks. Arguments are the addresses that it
 * must have.
 */
const script = `
found() { printf 'found %s\\n' "$*"; }
lacks() { printf 'lacks %s\\n' "$*"; }
found "$(uname -srm)"
for program in ip tcpdump python3 tar timeout; do
  command -v "$program" >/dev/null || lacks "program $program"
done
[ "$(id -u)" = 0 ] || lacks root
if command -v python3 >/dev/null; then
  found "$(python3 --version)"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' || lacks "python 3.9 or later"
  for module in samba cryptography; do
    python3 -c "import $module" 2>/dev/null || lacks "module $module"
  done
  python3 -c 'import samba; print("found python3-samba", samba.version)' 2>/dev/null
fi
if command -v ip >/dev/null; then
  for address; do
    device=$(ip -o -4 address show to "$address" | awk '{ print $2; exit }')
    if [ -z "$device" ]; then lacks "address $address"; continue; fi
    found "$address on $device"
    [ "$(cat "/sys/class/net/$device/carrier" 2>/dev/null)" = 1 ] || lacks "carrier $device"
  done
fi
`;

/** Debian's packages with what a client needs. */
const packages: Readonly<Record<string, string>> = {
  "program ip": "iproute2",
  "program tcpdump": "tcpdump",
  "program python3": "python3",
  "module samba": "python3-samba",
  "module cryptography": "python3-cryptography",
};

/** Looks whether a host can be a client. Returns what was found, for people; a ToolError says all that it lacks. */
export async function checkHost(remote: Remote, addresses: readonly string[], who: string): Promise<string[]> {
  const { exit, stdout, stderr } = await remote.exec(["sh", "-uc", script, "sh", ...addresses], { timeoutMs: 30_000 });
  const { found, lacking } = readAnswers(stdout);
  if (exit !== 0 || found.length === 0) {
    throw new ToolError({
      ...{ code: "host/no-shell", message: `${who} does not run commands as a Linux host does` },
      ...{ command: "sh", exit, stderrTail: (stderr + stdout).slice(-2000) },
      hint: "its user needs a login shell, and, unless it is root, the right to use sudo without a password",
    });
  }
  if (lacking.length === 0) return [...found];
  throw new ToolError({
    code: "host/lacks",
    message: `${who} cannot be a client: ${lacking.map(inWords).join("; ")}`,
    hint: advice(lacking),
  });
}

function inWords(lack: string): string {
  const { sort, name: what } = sortAndName(lack);
  switch (sort) {
    case "program":
      return `it has no program ${what}`;
    case "module":
      return `its python3 has no module ${what}`;
    case "address":
      return `none of its interfaces has the address ${what}`;
    case "carrier":
      return `its interface ${what} has no carrier`;
    case "root":
      return "its user is not root";
    default:
      return `it has no ${lack}`;
  }
}

function advice(lacking: readonly string[]): string {
  const wanted = lacking.flatMap((lack) => packages[lack] ?? []);
  const address = lacking.find((lack) => lack.startsWith("address "))?.slice("address ".length);
  const steps = [
    ...(wanted.length === 0 ? [] : [`install on it (Debian): apt-get install ${wanted.join(" ")}`]),
    ...(address === undefined
      ? []
      : [`give it the address: ip address add ${address}/<prefix> dev <its interface on the lab's network>`]),
    ...(lacking.some((lack) => lack.startsWith("carrier ")) ? ["look at its cable, and at the lab's uplink"] : []),
  ];
  return steps.length === 0 ? "docs/existing-hosts.md says what a host needs" : steps.join("; ");
}

/** Refuses a host whose clock is surely further from this one's than evidence can bear. */
export async function checkClock(remote: Remote, clock: Clock, who: string): Promise<void> {
  let apart = unheard;
  for (let question = 0; question < 3; question++) {
    const beforeMs = clock.now();
    const { stdout } = await remote.exec(["date", "+%s.%N"], { timeoutMs: 10_000 });
    apart = quicker(apart, { beforeMs, tookMs: clock.now() - beforeMs }, Number(stdout.trim()) * 1000);
  }
  refuseIfApart(apart, who, "have both follow NTP (chrony, systemd-timesyncd); they may be 0.1 s apart");
}
