import { ToolError } from "../core/errors.js";
import type { Remote } from "../core/remote.js";
import { nodeCommand } from "./node-command.js";

const run = nodeCommand({ timeoutMs: 30_000, hint: "the node's log tells what became of smbd" });

/** One open of a file as Samba's table of open files has it, that of a client which is gone included. */
export interface OpenFile {
  /** Whose it is: the node's number and the process. */
  readonly server: string;
  readonly sharePath: string;
  /** Relative to the share. */
  readonly name: string;
  /** The lease or oplock, in Samba's words. */
  readonly oplock: string;
}

/**
 * All opens that Samba on a node knows: in a cluster those of all nodes. `--locks` also lists the handles that wait for
 * their clients to come back, which `--brief` leaves out.
 */
export async function openFiles(remote: Remote): Promise<OpenFile[]> {
  const { stdout } = await run(remote, ["smbstatus", "--locks", "--numeric"]);
  return parseOpenFiles(stdout);
}

/** `1:453  5000  DENY_WRITE 0x12019f  RDWR  LEASE(RWH)  yes  /cluster/dvd   dvd.iso   Thu Nov 26 11:49:50 2026` */
const row =
  /^(\S+) +\S+ +\S+ +0x[\da-f]+ +\S+ +(.+?) +(?:(?:yes|no) +)?(\/.*?) {3}(.*) {3}\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}$/;

/**
 * Reads `smbstatus --locks` (print_share_mode in utils/status.c); 4.25 has a column more than the versions before it. Its
 * JSON is no alternative: that of 4.25.1 panics over a file with a persistent handle.
 */
export function parseOpenFiles(output: string): OpenFile[] {
  const lines = output.split("\n").map((line) => line.trimEnd());
  const rule = lines.findIndex((line) => /^-{20,}$/.test(line));
  if (rule < 0) {
    // Where only entries of files that nobody has open are left in the table, it prints an empty line.
    if (lines.includes("No locked files") || output === "\n") return [];
    throw unreadable(output);
  }
  return lines
    .slice(rule + 1)
    .filter((line) => line !== "")
    .map((line) => {
      const [, server = "", oplock = "", sharePath = "", name = ""] = row.exec(line) ?? [];
      if (server === "") throw unreadable(line);
      return { server, oplock, sharePath, name };
    });
}

function unreadable(found: string): ToolError {
  return new ToolError({
    code: "cluster/unreadable",
    message: `\`smbstatus --locks\` printed something plugfest does not know: ${JSON.stringify(found.slice(0, 200))}`,
    command: "smbstatus --locks",
    hint: "plugfest reads Samba 4.17 to 4.25; another version may print other columns",
  });
}
