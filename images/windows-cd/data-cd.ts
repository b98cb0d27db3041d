import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { ToolError } from "../../core/errors.js";
import { lacks } from "./medium.js";

/**
 * Writes a CD with these files at its root. With UDF, which UEFI's firmware reads as well, and Joliet, which Windows does. What is
 * on it may be secret: it is for its maker alone.
 */
export async function writeDataCd(
  path: string,
  label: string,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-cd-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content, { mode: 0o600 });
    writeFileSync(path, "", { mode: 0o600 });
    const args = ["-quiet", "-V", label, "-udf", "-J", "-r", "-o", path, folder];
    const result = await execa("genisoimage", args, { reject: false, stdin: "ignore", all: true });
    if (result.code === "ENOENT") throw lacks("genisoimage", "genisoimage");
    if (result.exitCode === 0) return;
    throw new ToolError({
      code: "image/no-cd",
      message: `the CD ${path} could not be written`,
      command: result.command,
      ...(result.exitCode !== undefined && { exit: result.exitCode }),
      stderrTail: result.all.slice(-1000),
      hint: "its last lines name the reason; free disk space, or write it elsewhere with --out",
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
