import { ToolError } from "../../core/errors.js";
import type { Power } from "../provisioner.js";
import type { FakeWorld } from "./world.js";

const frozen = "Up (Paused)";

/** A fake machine that is frozen answers nothing; one that is off has lost its programs and kept its files. */
export function setPower(world: FakeWorld, lab: string, node: string, to: Power): void {
  const object = world.machineObject(lab, node);
  if (object === undefined) throw refused(`no machine ${node} in ${lab}`);
  const { state, stateReason } = object.observed;
  const now: Power = state === "ready" ? "on" : stateReason === frozen ? "frozen" : "off";
  if (now === to) return;
  if (to === "off") world.stop(lab, node);
  else if (to === "on") world.start(lab, node);
  else if (now === "off") throw refused(`${node} of ${lab} does not run`);
  else object.observed = { ...object.observed, state: "stopped", stateReason: frozen };
}

function refused(message: string): ToolError {
  return new ToolError({ code: "engine/refused", message, hint: "see `plugfest ls`" });
}
