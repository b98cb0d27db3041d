import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { specHash } from "../core/hash.js";
import { formatPlan } from "./format-plan.js";
import type {
  MachineObject,
  MarkerObject,
  NetworkObject,
  ObjectSpec,
  ObservedObject,
  VolumeObject,
} from "./objects.js";
import { plan } from "./plan.js";
import type { Action, Plan } from "./plan.js";

const lab = "toy";
const owner = { host: "h", bootId: "b", pid: 1, startTicks: 1 };

const network = (name: string, subnet = "10.77.1.0/24"): NetworkObject => ({
  ...{ kind: "network", id: `network/${name}`, lab, dependsOn: [], subnet, gateway: "10.77.1.1" },
});
const volume = (sizeBytes = 1): VolumeObject => ({
  ...{ kind: "volume", id: "volume/cluster", lab, dependsOn: [], medium: "tmpfs", sizeBytes },
});
const machine = (node: string, uses: readonly string[], image = "i1", content = "a"): MachineObject => ({
  ...{ kind: "machine", role: "node", id: `node/${node}`, lab, node, image, dependsOn: uses },
  ...{ endpoints: [], mounts: [], capabilities: [], sysctls: {}, files: [{ path: "/f", content, mode: 0o644 }] },
});
const withMarker = (...objects: readonly ObjectSpec[]): ObjectSpec[] => {
  const marker: MarkerObject = { kind: "marker", id: "ready", lab, dependsOn: objects.map(({ id }) => id) };
  return [...objects, marker];
};
const both = ["network/private", "volume/cluster"];
const two = withMarker(network("private"), volume(), machine("node1", both), machine("node2", both));

function observe(spec: ObjectSpec, changes: Partial<ObservedObject> = {}): ObservedObject {
  const stamp = { lab: spec.lab, owner, keep: true, version: "0", source: "" };
  const { id, kind } = spec;
  const ref = `${spec.lab}-${id}`;
  return {
    id,
    lab: spec.lab,
    kind,
    ref,
    specHash: specHash(spec),
    state: "ready",
    stateReason: "",
    createdMs: 0,
    stamp,
    ...changes,
  };
}
const existing = (specs: readonly ObjectSpec[]) => specs.map((spec) => observe(spec));

/** Does what a plan says, and refuses what an engine would: names taken twice, networks removed below a machine. */
function apply({ actions }: Plan, observed: readonly ObservedObject[]): ObservedObject[] {
  const world = [...observed];
  const done = new Set<string>();
  const all = new Set(actions.map(({ id }) => id));
  expect(all.size).toBe(actions.length);
  for (const action of actions) {
    expect(action.dependsOn.filter((id) => all.has(id) && !done.has(id))).toEqual([]);
    perform(action, world);
    done.add(action.id);
  }
  return world;
}

function perform(action: Action, world: ObservedObject[]): void {
  if (action.op === "keep") {
    expect(world).toContain(action.observed);
  } else if (action.op === "remove") {
    const index = world.indexOf(action.observed);
    expect(index).toBeGreaterThanOrEqual(0);
    world.splice(index, 1);
  } else {
    expect(world.map(({ id, lab: of }) => `${of} ${id}`)).not.toContain(`${lab} ${action.id}`);
    for (const id of action.spec.dependsOn) expect(world.map((object) => object.id)).toContain(id);
    world.push(observe(action.spec));
  }
}

const text = (desired: readonly ObjectSpec[], observed: readonly ObservedObject[]) =>
  formatPlan(plan(desired, observed)).split("\n");

describe("a plan, as text", () => {
  test("from nothing, makes everything, the marker last", () => {
    expect(text(two, [])).toEqual([
      "+ create  network/private  it does not exist",
      "+ create  volume/cluster   it does not exist",
      "+ create  node/node1       it does not exist",
      "+ create  node/node2       it does not exist",
      "+ create  ready            it does not exist",
      "5 to create, 0 to keep, 0 to remove",
    ]);
  });

  test("the second time, keeps everything", () => {
    expect(text(two, existing(two))).toEqual([
      "= keep    network/private  it is as it should be",
      "= keep    volume/cluster   it is as it should be",
      "= keep    node/node1       it is as it should be",
      "= keep    node/node2       it is as it should be",
      "= keep    ready            it is as it should be",
      "0 to create, 5 to keep, 0 to remove",
    ]);
  });

  test("to nothing, removes the marker first and networks last", () => {
    expect(text([], existing(two))).toEqual([
      "- remove  ready            nothing asks for it",
      "- remove  node/node1       nothing asks for it",
      "- remove  node/node2       nothing asks for it",
      "- remove  network/private  nothing asks for it",
      "- remove  volume/cluster   nothing asks for it",
      "0 to create, 0 to keep, 5 to remove",
    ]);
  });

  test("a machine that stopped is made anew, and says why it stopped", () => {
    const [first, ...rest] = existing(two).reverse();
    const observed = [
      first!,
      { ...rest[0]!, state: "stopped" as const, stateReason: "Exited (137)" },
      ...rest.slice(1),
    ];
    expect(text(two, observed)).toEqual([
      "- remove  ready (old)       the lab changes",
      "- remove  node/node2 (old)  it stopped: Exited (137)",
      "= keep    network/private   it is as it should be",
      "= keep    volume/cluster    it is as it should be",
      "= keep    node/node1        it is as it should be",
      "+ create  node/node2        it stopped: Exited (137)",
      "+ create  ready             the lab changes",
      "2 to create, 3 to keep, 2 to remove",
    ]);
  });

  test("a network that changed takes with it whoever is on it", () => {
    const apart = withMarker(
      network("private"),
      volume(),
      machine("node1", both),
      machine("node2", ["volume/cluster"]),
    );
    const changed = [network("private", "10.9.0.0/24"), ...apart.slice(1)];
    expect(text(changed, existing(apart))).toEqual([
      "- remove  ready (old)            the lab changes",
      "- remove  node/node1 (old)       network/private is made anew",
      "- remove  network/private (old)  what it should be has changed",
      "+ create  network/private        what it should be has changed",
      "= keep    volume/cluster         it is as it should be",
      "+ create  node/node1             network/private is made anew",
      "= keep    node/node2             it is as it should be",
      "+ create  ready                  the lab changes",
      "3 to create, 2 to keep, 3 to remove",
    ]);
  });

  test("a file with other content makes its machine anew", () => {
    const changed = withMarker(network("private"), volume(), machine("node1", both, "i1", "b"), machine("node2", both));
    expect(text(changed, existing(two)).filter((line) => line.includes(" node/node1"))).toEqual([
      "- remove  node/node1 (old)  what it should be has changed",
      "+ create  node/node1        what it should be has changed",
    ]);
  });

  test("a machine that nothing asks for goes, and the marker with it", () => {
    const one = withMarker(network("private"), volume(), machine("node1", both));
    expect(text(one, existing(two)).filter((line) => !line.startsWith("="))).toEqual([
      "- remove  ready (old)      the lab changes",
      "- remove  node/node2       nothing asks for it",
      "+ create  ready            the lab changes",
      "1 to create, 3 to keep, 2 to remove",
    ]);
  });

  test("of two objects that claim to be the same, one stays", () => {
    const twin = observe(network("private"), { ref: "twin" });
    expect(text(two, [...existing(two), twin]).filter((line) => line.includes("(old)"))).toEqual([
      "- remove  ready (old)            the lab changes",
      "- remove  network/private (old)  there is another",
    ]);
  });
});

test("objects of other labs never appear", () => {
  const foreign = observe({ ...volume(), lab: "other" });
  expect(plan(two, [foreign, ...existing(two)]).actions.every(({ op }) => op === "keep")).toBe(true);
});

test("objects that depend on each other are a mistake of ours", () => {
  const circle = [machine("a", ["node/b"]), machine("b", ["node/a"])];
  expect(() => plan(circle, [])).toThrow("depend on each other");
});

describe("whatever should exist and whatever exists", () => {
  const networks = fc.subarray(["private", "public"]);
  const anyLab = fc
    .record({
      networks,
      subnets: fc.array(fc.constantFrom("10.1.0.0/24", "10.2.0.0/24"), { minLength: 2, maxLength: 2 }),
      size: fc.constantFrom(1, 2),
      nodes: fc.subarray(["node1", "node2", "node3"]),
      image: fc.constantFrom("i1", "i2"),
    })
    .map(({ networks, subnets, size, nodes, image }) => {
      const nets = networks.map((name, index) => network(name, subnets[index]));
      const base = [...nets, volume(size)];
      const ids = base.map(({ id }) => id);
      return withMarker(...base, ...nodes.map((node) => machine(node, ids, image)));
    });
  const anyWorld = fc
    .tuple(anyLab, fc.infiniteStream(fc.constantFrom("ready", "ready", "stopped", "absent", "twice")))
    .map(([specs, fates]) =>
      specs.flatMap((spec) => {
        const fate = fates.next().value as string;
        if (fate === "absent") return [];
        if (fate === "twice") return [observe(spec), observe(spec, { ref: "twin", specHash: "x" })];
        const isDown = fate === "stopped" && spec.kind === "machine";
        return [observe(spec, isDown ? { state: "stopped", stateReason: "Exited (1)" } : {})];
      }),
    );

  test("clients go before the servers that they have mounted", () => {
    const client: MachineObject = { ...machine("pc", ["network/private"]), role: "client", id: "client/pc" };
    const { actions } = plan([], existing(withMarker(network("private"), volume(), machine("node1", both), client)));
    const before = (id: string) => actions.find((action) => action.id === id)?.dependsOn ?? [];
    expect(before("node/node1")).toContain("client/pc");
    expect(before("client/pc")).toEqual(["ready"]);
  });

  test("doing what the plan says, in its order, leaves nothing to do", () => {
    fc.assert(
      fc.property(anyLab, anyWorld, (desired, observed) => {
        const after = apply(plan(desired, observed), observed);
        expect(after.map(({ id }) => id).sort()).toEqual(desired.map(({ id }) => id).sort());
        expect(plan(desired, after).actions.filter(({ op }) => op !== "keep")).toEqual([]);
      }),
    );
  });

  test("planning for nothing removes all of it", () => {
    fc.assert(
      fc.property(anyWorld, (observed) => {
        expect(apply(plan([], observed), observed)).toEqual([]);
      }),
    );
  });

  test("a marker stands only while nothing is done, and is the last thing made", () => {
    fc.assert(
      fc.property(anyLab, anyWorld, (desired, observed) => {
        const { actions } = plan(desired, observed);
        const markerLeaves = (action: Action) => action.op === "remove" && action.observed.kind === "marker";
        const changes = actions.filter((action) => action.op !== "keep" && !markerLeaves(action));
        if (changes.length === 0) return;
        expect(actions.at(-1)).toMatchObject({ op: "create", id: "ready" });
        for (const { id } of actions.filter(markerLeaves)) {
          for (const change of changes) expect(change.dependsOn).toContain(id);
        }
      }),
    );
  });
});
