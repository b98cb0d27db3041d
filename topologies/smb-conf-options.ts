/** Options that plugfest sets itself, and what would go wrong if a topology set them too. */
const refused: Readonly<Record<string, string>> = {
  clustering: "without it the nodes do not share their open files, and corrupt each other's",
  "ctdbd socket": "the Samba programs and CTDB have to meet at one place",
  include: "a file that plugfest does not know could undo what it has set",
  copy: "a section that plugfest does not know could undo what it has set",
  "config file": "it would replace all that plugfest has set",
  "config backend": "it would replace all that plugfest has set",
  "private dir": "CTDB has the databases that belong there",
  "lock directory": "CTDB has the databases that belong there",
  "state directory": "CTDB has the databases that belong there",
  "cache directory": "CTDB has the databases that belong there",
  "passdb backend": "the account that clients use is in it",
  "smb ports": "probes and clients go to port 445",
  "log file": "the evidence of a reclaim is read from it",
  path: "it is written at shares",
};

/** Other names that Samba knows some of them by. */
const synonyms: Readonly<Record<string, string>> = {
  "private directory": "private dir",
  "lock dir": "lock directory",
  directory: "path",
};

/** Names of the options that a topology must not set. */
export const refusedOptions: readonly string[] = Object.keys(refused);

/** Why a topology must not set this option, or undefined when it may. */
export function refusalOf(option: string): string | undefined {
  const name = canonical(option);
  return [
    ...Object.entries(refused),
    ...Object.entries(synonyms).map(([from, to]) => [from, refused[to]] as const),
  ].find(([each]) => canonical(each) === name)?.[1];
}

/** Samba compares option names without regard to letter case and spaces. */
function canonical(option: string): string {
  return option.toLowerCase().replaceAll(/\s/g, "");
}
