import { z } from "zod";
import { suggestHint } from "../core/suggest.js";
import type { LabSpec, Runtime } from "../topologies/spec.js";
import type { Endpoint } from "../provisioners/provisioner.js";
import type { Complaint, RunContext, StepScope } from "./scenario.js";
import { checkTarget, resolveTarget } from "./targets.js";

const one = z.string().regex(/^.+\/[a-z]+$/, 'expected "<node>/<network>", such as node2/public');

/** Links by the machine and the network they join. */
export const endpointSchema = z.union([one, z.array(one).min(1)]).meta({
  description:
    "A link, `<node>/<network>`, or a list of links. The node is a node, a server, a client, `all`, or `serving(<copy>)`; the network is private or public.",
  examples: ["serving(dvd)/public", "node2/private"],
});

export type Endpoints = z.infer<typeof endpointSchema>;

export function checkEndpoints(written: Endpoints, scope: StepScope, { cutsOnly = true } = {}): Complaint[] {
  const { nodes, servers, clients, cluster, name: topology } = scope.spec;
  const both = [cluster.privateNetwork, cluster.publicNetwork];
  const names = [...nodes, ...servers, ...clients].map(({ name }) => name);
  return parse(written).flatMap(({ node, network, path }) => {
    const what = whatIs(node, scope.spec);
    const networks = what === undefined ? both : [cluster.publicNetwork];
    if (!networks.includes(network)) {
      const message =
        what !== undefined
          ? `${what} "${node}" has no link to network "${network}"`
          : `no network "${network}" in topology "${topology}"`;
      return [{ path, code: "scenario/unknown-network", message, ...hint(network, networks) }];
    }
    if (clients.some(({ name, host }) => name === node && host !== null)) {
      const message = `"${node}" is a host that was there before: its links are not plugfest's to change`;
      return [{ path, code: "scenario/not-ours", message, hint: "name a node's link, such as serving(<copy>)/public" }];
    }
    if (!cutsOnly && clients.some(({ name, kind }) => name === node && kind === "windows")) {
      const message = `"${node}" is Windows: its link can be cut, and nothing else can be done to it`;
      return [
        { path, code: "scenario/not-shaped", message, hint: "name a node's link, such as serving(<copy>)/public" },
      ];
    }
    if (what !== undefined) return [];
    const [complaint] = checkTarget(node, scope);
    return complaint === undefined ? [] : [{ ...complaint, path, ...hint(node, [...names, "all"]) }];
  });
}

/** What has the name, where that is not of the cluster. */
function whatIs(name: string, { servers, clients }: LabSpec): "server" | "client" | undefined {
  if (servers.some((server) => server.name === name)) return "server";
  return clients.some((client) => client.name === name) ? "client" : undefined;
}

/** The links meant, at this moment. */
export async function resolveEndpoints(written: Endpoints, context: RunContext): Promise<Endpoint[]> {
  const resolved: Endpoint[] = [];
  for (const { node, network } of parse(written)) {
    const isNamed = whatIs(node, context.spec) !== undefined;
    const nodes = isNamed ? [node] : await resolveTarget(node, context);
    resolved.push(...nodes.map((name) => ({ node: name, network })));
  }
  return resolved;
}

/** What the machines of links are made of; a node that is not known yet may be any of them. */
export function runtimesOf(written: Endpoints, { nodes, servers, clients }: LabSpec): Runtime[] {
  return parse(written).flatMap(({ node }) => {
    const named = [...nodes, ...servers, ...clients].filter(({ name }) => name === node);
    return (named.length > 0 ? named : nodes).map(({ runtime }) => runtime);
  });
}

export function describeEndpoints(written: Endpoints): string {
  return typeof written === "string" ? written : written.join(", ");
}

/** The machines of links, each once. */
export function machinesOf(endpoints: readonly Endpoint[]): string[] {
  return [...new Set(endpoints.map(({ node }) => node))];
}

/** Does something to each link of a machine, one after another. */
export async function eachLink(
  endpoints: readonly Endpoint[],
  machine: string,
  work: (endpoint: Endpoint) => Promise<void>,
): Promise<void> {
  for (const endpoint of endpoints) if (endpoint.node === machine) await work(endpoint);
}

function parse(written: Endpoints): (Endpoint & { readonly path: readonly number[] })[] {
  const texts =
    typeof written === "string" ? [{ text: written, path: [] }] : written.map((text, at) => ({ text, path: [at] }));
  return texts.map(({ text, path }) => {
    const slash = text.lastIndexOf("/");
    return { node: text.slice(0, slash), network: text.slice(slash + 1), path };
  });
}

function hint(word: string, known: readonly string[]): { hint?: string } {
  const text = suggestHint(word, known);
  return text === undefined ? {} : { hint: text };
}
