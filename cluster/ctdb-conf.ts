import { ctdbConfDefaults, machineConf, machineTunables, tunableDefaults } from "./defaults.js";

/**
 * ctdb.conf, with the same text on every node, as CTDB wants it.
 * `onMachines`: its nodes are virtual machines. `lock` is the cluster lock: an absolute path that means the same file on all nodes, or a command that holds it.
 */
export function renderCtdbConf(lock: string, onMachines: boolean): string {
  const sections = new Map<string, string[]>();
  const defaults = [
    ...ctdbConfDefaults,
    ...(onMachines ? machineConf : []),
    { name: "cluster/cluster lock", value: lock },
  ];
  for (const [name, value] of new Map(defaults.map((option) => [option.name, option.value]))) {
    const [section = "", option = ""] = name.split("/");
    sections.set(section, [...(sections.get(section) ?? []), `\t${option} = ${value}\n`]);
  }
  return [...sections].map(([section, lines]) => `[${section}]\n${lines.join("")}`).join("");
}

/** ctdb.tunables: plugfest's defaults and the user's, which win. */
export function renderTunables(user: Readonly<Record<string, number>>, onMachines: boolean): string {
  const defaults = [...tunableDefaults, ...(onMachines ? machineTunables : [])];
  const tunables = new Map(defaults.map(({ name, value }) => [name, value]));
  for (const [name, value] of Object.entries(user)) {
    // CTDB finds tunables without regard to letter case, and takes the last of two.
    const known = [...tunables.keys()].find((key) => key.toLowerCase() === name.toLowerCase());
    tunables.set(known ?? name, value);
  }
  return [...tunables].map(([name, value]) => `${name}=${String(value)}\n`).join("");
}
