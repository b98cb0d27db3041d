import type { Finding } from "../core/finding.js";
import { suggestHint } from "../core/suggest.js";
import type { ClusterFile } from "./defaults.js";
import { refusalOf } from "./smb-conf-options.js";

/** Whether the smb.conf options of a topology have a place to go, and leave the cluster a cluster. */
export function checkSmbConf({ smbConf, shares }: ClusterFile): Finding[] {
  const sections = ["global", ...Object.keys(shares)];
  return Object.entries(smbConf).flatMap(([section, options]) => {
    const path = ["cluster", "smbConf"];
    if (!sections.includes(section)) {
      const message = `no share is named "${section}"`;
      return [{ path, field: section, code: "unknown-section", message, hint: suggestHint(section, sections) }];
    }
    return Object.keys(options).flatMap((option): Finding[] => {
      const reason = refusalOf(option);
      if (reason === undefined) return [];
      const message = `"${option}" is plugfest's to set: ${reason}`;
      return [{ path: [...path, section], field: option, code: "refused-option", message, hint: "remove it" }];
    });
  });
}
