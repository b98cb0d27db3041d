import { z } from "zod";

/** Nodes by name, `all`, or the node that serves a copy. */
export const targetSchema = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).meta({
  description: "A node, a list of nodes, `all`, or `serving(<copy>)`: the node that serves that copy at that moment.",
});
