import type { AddressState } from "../../core/event.js";
import type { AddressMove } from "./state.js";

/** Which addresses are elsewhere than before. What was not known before has not moved. */
export function movesOf(before: readonly AddressState[], after: readonly AddressState[], atMs: number): AddressMove[] {
  return after.flatMap(({ address, node }) => {
    const old = before.find((one) => one.address === address);
    return old === undefined || old.node === node ? [] : [{ address, from: old.node, to: node, atMs }];
  });
}
