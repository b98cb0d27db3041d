import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { specHash } from "../../core/hash.js";
import type { FileSpec } from "../../core/remote.js";
import type { ObjectSpec, ObservedObject, Stamp } from "../../topologies/objects.js";
import type { Provisioner } from "../provisioner.js";
import { notOfContainers } from "../of-containers.js";
import { changeBlocks, changeLink } from "./links.js";
import { setPower } from "./power.js";
import { fakeRemote } from "./remote.js";
import type { FakeMachine, FakeWorld } from "./world.js";

/**
 * A moment of an operation at which a script may throw: `before` anything was done, `halfway` (a machine exists and
 * does not run yet), and `after`, when all was done and only the answer is missing.
 */
export interface Moment {
  readonly at: "before" | "halfway" | "after";
  readonly verb: string;
  readonly what: string;
}

export type Script = (moment: Moment) => void | Promise<void>;

/** A provisioner whose machines are objects in memory, and whose failures a script writes. Held to the same contract. */
export function fakeProvisioner(world: FakeWorld, clock: Clock, script: Script = () => undefined): Provisioner {
  const operation = async <T>(
    verb: string,
    what: string,
    signal: AbortSignal | undefined,
    act: () => T | Promise<T>,
  ) => {
    signal?.throwIfAborted();
    await script({ at: "before", verb, what });
    signal?.throwIfAborted();
    const result = await act();
    await script({ at: "after", verb, what });
    return result;
  };

  return {
    runtime: "fake",

    observe: ({ lab }, signal) =>
      operation("observe", lab ?? "everything", signal, () =>
        [...world.objects.values()].flatMap(({ observed }) =>
          lab === undefined || observed.lab === lab ? [observed] : [],
        ),
      ),

    create: (spec, stamp, secrets, signal) =>
      operation("create", spec.id, signal, async () => {
        const existing = world.find(spec.lab, spec.id);
        if (existing === undefined) refuse(world, spec);
        else if (existing.observed.specHash !== specHash(spec)) throw changed(spec);
        else if (existing.observed.state === "ready") return;

        const made = { spec, observed: observedOf(spec, stamp, clock.now()), ...machineOf(spec, secrets) };
        world.objects.set(`${spec.lab}/${spec.id}`, made);
        if (spec.kind !== "machine") return;
        await script({ at: "halfway", verb: "create", what: spec.id });
        made.observed = { ...made.observed, state: "ready", stateReason: "" };
        made.machine?.console.push({ atMs: clock.now(), text: `${spec.node} started\n` });
      }),

    remove: (object, signal) =>
      operation("remove", object.id, signal, () => {
        const found = world.find(object.lab, object.id);
        if (found === undefined) return;
        const users = usersOf(world, found.spec);
        if (users.length > 0) {
          const message = `could not remove ${object.id}: still attached are ${users.join(", ")}`;
          throw new ToolError({ code: "network/in-use", message, hint: "remove the machines first" });
        }
        found.machine?.power.abort();
        world.objects.delete(`${object.lab}/${object.id}`);
      }),

    machines: (lab) => ({
      power: (node, to) =>
        operation(`power ${to}`, node, undefined, () => {
          setPower(world, lab, node, to);
        }),
      plug: (endpoint, plugged) =>
        operation(plugged ? "plug" : "unplug", `${endpoint.node}/${endpoint.network}`, undefined, () => {
          changeLink(world, lab, endpoint, plugged ? { unplugged: undefined } : { unplugged: true });
        }),
      shape: (endpoint, shape) =>
        operation("shape", `${endpoint.node}/${endpoint.network}`, undefined, () => {
          changeLink(world, lab, endpoint, { shape: shape ?? undefined });
        }),
      block: (from, to, blocked) =>
        operation(blocked ? "block" : "unblock", `${from.node}/${from.network} ${to.join(" ")}`, undefined, () => {
          changeBlocks(world, lab, { from, to, blocked });
        }),
      ...notOfContainers,
      throttle: (node, path, rate) =>
        operation("throttle", `${node} ${path}`, undefined, () => {
          const object = world.machineObject(lab, node);
          if (object === undefined || (rate !== null && object.observed.state !== "ready")) {
            const message = `could not limit the disk of ${node}: it is off`;
            throw new ToolError({ code: "storage/not-slow", message, hint: "see `plugfest ls`" });
          }
        }),
    }),

    connect: (lab, node) =>
      fakeRemote(world, clock, async (verb, what) => script({ at: "before", verb, what }), lab, node),

    logs: (lab, node, { sinceMs = 0, tailBytes, timestamps = false } = {}) =>
      operation("logs", node, undefined, () => {
        const found = world.anyMachine(lab, node);
        if (found === undefined) {
          throw new ToolError({
            code: "engine/refused",
            message: `no machine ${node} in ${lab}`,
            hint: "see `plugfest ls`",
          });
        }
        const lines = found.console.filter(({ atMs }) => atMs >= sinceMs);
        const stamped = ({ atMs, text }: { atMs: number; text: string }) =>
          timestamps ? `${new Date(atMs).toISOString()} ${text}` : text;
        const log = Buffer.from(lines.map(stamped).join(""));
        return tailBytes === undefined ? log : log.subarray(Math.max(0, log.length - tailBytes));
      }),

    occupiedSubnets: (signal) =>
      operation("occupiedSubnets", "", signal, () => [
        ...world.occupied,
        ...[...world.objects.values()].flatMap(({ spec }) =>
          spec.kind === "network" ? [{ subnet: spec.subnet, name: `network ${spec.id}`, lab: spec.lab }] : [],
        ),
      ]),
  };
}

function observedOf(spec: ObjectSpec, stamp: Stamp, createdMs: number): ObservedObject {
  const { id, lab, kind } = spec;
  const started =
    kind === "machine" ? { state: "stopped", stateReason: "Created" } : { state: "ready", stateReason: "" };
  return {
    id,
    lab,
    kind,
    ref: `${lab}/${id}`,
    specHash: specHash(spec),
    createdMs,
    stamp,
    ...started,
  } as ObservedObject;
}

function machineOf(spec: ObjectSpec, secrets: readonly FileSpec[]): { readonly machine?: FakeMachine } {
  if (spec.kind !== "machine") return {};
  const hostname = { path: "/etc/hostname", content: `${spec.node}\n`, mode: 0o644 };
  const files = new Map([hostname, ...spec.files, ...secrets].map((file) => [file.path, file]));
  return {
    machine: { lab: spec.lab, node: spec.node, files, console: [], power: new AbortController(), links: new Map() },
  };
}

/** What a real engine would refuse. */
function refuse(world: FakeWorld, spec: ObjectSpec): void {
  const fail = (code: string, message: string, hint: string) => {
    throw new ToolError({ code, message: `could not create ${spec.id}: ${message}`, hint });
  };
  if (world.strangers.has(`${spec.lab}/${spec.id}`)) {
    fail("object/foreign", "one of that name exists and is not this lab's", "remove it by hand");
  }
  if (spec.kind === "network") {
    const networks = [...world.objects.values()].map((object) => object.spec);
    const taken = networks.some((other) => other.kind === "network" && other.subnet === spec.subnet);
    if (taken) fail("network/subnet-in-use", `${spec.subnet} is taken`, "choose another subnet in the topology");
  }
  if (spec.kind === "machine") {
    if (world.images?.has(spec.image) === false)
      fail("image/missing", `no such image: ${spec.image}`, "build it again");
    const missing = spec.endpoints.filter(({ network }) => !world.find(spec.lab, `network/${network}`));
    if (missing.length > 0) fail("engine/refused", `no network ${missing[0]?.network ?? ""}`, "make it first");
  }
}

function changed(spec: ObjectSpec): ToolError {
  return new ToolError({
    code: "object/changed",
    message: `could not create ${spec.id}: one of that name exists, made to another specification`,
    hint: `\`plugfest down ${spec.lab}\` removes it`,
  });
}

function usersOf(world: FakeWorld, spec: ObjectSpec): string[] {
  const machines = [...world.objects.values()].map((object) => object.spec);
  return machines.flatMap((other) => {
    if (other.kind !== "machine" || other.lab !== spec.lab) return [];
    const uses =
      other.endpoints.some(({ network }) => `network/${network}` === spec.id) ||
      other.mounts.some(({ volume }) => `volume/${volume}` === spec.id);
    return uses ? [other.node] : [];
  });
}
