import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type Docker from "dockerode";

export interface LabText {
  readonly name: string;
  /** The third number of the private network; the public one has the next. */
  readonly net: number;
  readonly nodes?: number;
  /** More lines of `cluster`, indented by two. */
  readonly cluster?: string;
}

/** A topology as small as a failover allows. */
export function labText({ name, net, nodes = 2, cluster = "" }: LabText): string {
  return `name: ${name}
networks:
  private: { subnet: 10.91.${String(net)}.0/24 }
  public: { subnet: 10.91.${String(net + 1)}.0/24 }
cluster:
  nodes: ${String(nodes)}
  samba: "4.25"
  publicAddresses: { count: ${String(nodes)} }
  shares: { dvd: { path: /cluster/dvd } }
${cluster}
clients:
  laptop: { kind: smb3 }
`;
}

/** Everything of a lab that the engine itself knows of, whatever its state. */
export async function objectsOf(docker: Docker, lab: string): Promise<string[]> {
  const filters = { label: [`plugfest.lab=${lab}`] };
  const [containers, networks, { Volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return [
    ...containers.map(({ Names }) => Names[0] ?? ""),
    ...networks.map(({ Name }) => Name),
    ...Volumes.map(({ Name }) => Name),
  ];
}

/** Ids of a lab's containers, to be looked for among control groups when they should be gone. */
export async function containerIds(docker: Docker, lab: string): Promise<string[]> {
  const containers = await docker.listContainers({ all: true, filters: { label: [`plugfest.lab=${lab}`] } });
  return containers.map(({ Id }) => Id);
}

/** Command lines of this machine's living processes that are in one of the containers or work in the folder. */
export function processesOf({ containers, folder }: { containers: readonly string[]; folder: string }): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const groups = readFileSync(`/proc/${pid}/cgroup`, "utf8");
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        const ours = containers.some((id) => groups.includes(id)) || readlinkSync(`/proc/${pid}/cwd`) === folder;
        // What has no command line is a zombie or the kernel's own.
        return ours && command !== "" ? [command] : [];
      } catch {
        // Gone in between, or another user's.
        return [];
      }
    });
}

/** What a container runs, one command line each. */
export async function programsIn(docker: Docker, container: string): Promise<string[]> {
  const { Processes } = (await docker.getContainer(container).top({ ps_args: "-eo pid,args" })) as {
    Processes: string[][];
  };
  return Processes.map((columns) => columns.at(-1) ?? "");
}
