import type { FileSpec } from "../../core/remote.js";
import type { ObjectSpec, ObservedObject } from "../../topologies/objects.js";
import type { Shape } from "../provisioner.js";
import { type FakeProgram, basicPrograms } from "./programs.js";

/** A machine of the fake world: its files, its console, and the programs it can run. */
export interface FakeMachine {
  readonly lab: string;
  readonly node: string;
  readonly files: Map<string, FileSpec>;
  readonly console: { atMs: number; text: string }[];
  /** Ends when the machine does. */
  power: AbortController;
  /** What is wrong with its links, by network; nothing of a link that is as it was made. */
  readonly links: Map<string, FakeLink>;
}

export interface FakeLink {
  readonly unplugged?: true | undefined;
  readonly shape?: Shape | undefined;
  /** To whom nothing arrives. */
  readonly blocked?: readonly string[] | undefined;
}

export interface FakeObject {
  readonly spec: ObjectSpec;
  observed: ObservedObject;
  readonly machine?: FakeMachine;
}

/**
 * What exists, in memory. It outlives the provisioners that look at it, as an engine outlives the commands that
 * talk to it: a test may let one crash and look at the rest with another.
 */
export class FakeWorld {
  readonly objects = new Map<string, FakeObject>();
  /** Names that strangers took. */
  readonly strangers = new Set<string>();
  readonly occupied: { subnet: string; name: string }[] = [];
  /** Images the world has; undefined stands for every image. */
  images: ReadonlySet<string> | undefined;
  /** What machines can run, by name. */
  readonly programs = new Map<string, FakeProgram>(Object.entries(basicPrograms));

  find(lab: string, id: string): FakeObject | undefined {
    return this.objects.get(`${lab}/${id}`);
  }

  /** A machine by its name, running or not. */
  anyMachine(lab: string, node: string): FakeMachine | undefined {
    return this.machineObject(lab, node)?.machine;
  }

  /** A machine that runs. */
  machine(lab: string, node: string): FakeMachine | undefined {
    const found = this.machineObject(lab, node);
    return found?.observed.state === "ready" ? found.machine : undefined;
  }

  /** Ends a machine's first process, as a crash of it would. */
  stop(lab: string, node: string, reason = "Exited (137)"): void {
    const object = this.machineObject(lab, node);
    if (object === undefined) return;
    object.observed = { ...object.observed, state: "stopped", stateReason: reason };
    object.machine?.power.abort();
    object.machine?.links.clear();
  }

  /** Lets a machine run: one that was off begins anew, with the files it has. */
  start(lab: string, node: string): void {
    const object = this.machineObject(lab, node);
    if (object?.machine === undefined) return;
    object.observed = { ...object.observed, state: "ready", stateReason: "" };
    if (object.machine.power.signal.aborted) object.machine.power = new AbortController();
  }

  machineObject(lab: string, node: string): FakeObject | undefined {
    return [...this.objects.values()].find(({ machine }) => machine?.lab === lab && machine.node === node);
  }
}
