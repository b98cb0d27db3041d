import { existsSync, readFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import { asset } from "../../core/paths.js";
import { ToolError } from "../../core/errors.js";
import { administrator, type AnswerOptions, autounattend } from "./answer-file.js";
import { writeDataCd } from "./data-cd.js";
import { checkDriverMedium, checkWindowsMedium } from "./medium.js";

export interface AnswerCdOptions extends Pick<AnswerOptions, "edition" | "productKey" | "language"> {
  /** The medium of Windows that it gives answers to. */
  readonly iso: string;
  readonly out: string;
  /** What opens the host: a line of an authorized_keys file. */
  readonly authorizedKey: string;
  /** A CD with virtio's drivers, which the host has beside the two. */
  readonly drivers: string | undefined;
  /** OpenSSH's installer; without it the host gets OpenSSH from Windows Update. */
  readonly openssh: string | undefined;
  /** The card on the lab's network. */
  readonly link: { readonly mac: string; readonly address: string; readonly prefix: number } | undefined;
}

/** Writes the CD by which a medium installs itself and becomes a host that plugfest can use; gives its administrator. */
export async function writeAnswerCd(options: AnswerCdOptions): Promise<{ user: string; password: string }> {
  const { iso, out, drivers, openssh, authorizedKey, link, edition, productKey, language } = options;
  await checkWindowsMedium(iso);
  if (drivers !== undefined) await checkDriverMedium(drivers);
  if (openssh !== undefined && !existsSync(openssh)) {
    const hint = "it is the .msi of the project Win32-OpenSSH that is meant; without it, leave --openssh out";
    throw new ToolError({ code: "image/no-medium", message: `there is no file ${openssh}`, hint });
  }
  // Windows wants letters of several sorts.
  const password = `Pf1-${randomBytes(12).toString("base64url")}`;
  const answers = {
    edition,
    productKey,
    language,
    password,
    hasDrivers: drivers !== undefined,
    skipsRequirements: true,
  };
  await writeDataCd(out, "PLUGFEST", {
    "Autounattend.xml": autounattend(answers),
    "prepare.ps1": readFileSync(asset("images", "windows", "setup", "prepare.ps1")),
    "plugfest.json": JSON.stringify({ authorizedKey, ...(link && { link }) }),
    ...(openssh === undefined ? {} : { [basename(openssh)]: readFileSync(openssh) }),
  });
  return { user: administrator, password };
}
