import type { AnyCheck } from "./check.js";
import { acknowledged } from "./acknowledged.js";
import { addresses } from "./addresses.js";
import { cluster } from "./cluster.js";
import { content } from "./content.js";
import { failovers } from "./failovers.js";
import { grade } from "./grade.js";
import { handle } from "./handle.js";
import { lease } from "./lease.js";
import { locks } from "./locks.js";
import { logs } from "./logs.js";
import { opens } from "./opens.js";
import { rdma } from "./rdma.js";
import { stall } from "./stall.js";
import { tickle } from "./tickle.js";

/** Everything that `expect` can judge, in the order in which it is judged. A new check is a file here and a line here. */
export const checks: readonly AnyCheck[] = [
  ...[failovers, grade, handle, stall, tickle, lease, locks],
  ...[content, rdma, acknowledged, opens, cluster, addresses, logs],
];
