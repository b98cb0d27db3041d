import { join } from "node:path";
import { median, seconds } from "./figures.js";
import { plugfest, topologyText, withFiles } from "./plugfest.js";

const SIZES = [2, 4, 8];
const ROUNDS = 3;

/** `up` and `down` of 2, 4 and 8 nodes: the time a node costs must fall as there are more of them. */
export async function* benchScale(): AsyncGenerator<string> {
  const up = new Map<number, number[]>(SIZES.map((nodes) => [nodes, []]));
  const down = new Map<number, number[]>(SIZES.map((nodes) => [nodes, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const nodes of SIZES) {
      const name = `bench-${String(nodes)}`;
      await withFiles({ "lab.yaml": topologyText(name, nodes, 10) }, async (folder) => {
        up.get(nodes)?.push((await plugfest("up", join(folder, "lab.yaml"))).ms);
        down.get(nodes)?.push((await plugfest("down", name)).ms);
      });
    }
  }
  const base = median(up.get(2) ?? []);
  const baseDown = median(down.get(2) ?? []);
  for (const nodes of SIZES) {
    const mine = median(up.get(nodes) ?? []);
    const gone = median(down.get(nodes) ?? []);
    yield `${String(nodes)} nodes: up ${seconds(mine)}, ${(mine / base).toFixed(2)} of 2 nodes (linear would be ${String(nodes / 2)}); down ${seconds(gone)}, ${(gone / baseDown).toFixed(2)} of 2 nodes`;
  }
}
