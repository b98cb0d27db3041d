import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { createConnection } from "node:net";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { z } from "zod";
import { systemClock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { poll } from "../../core/poll.js";
import type { MachineFolder } from "./machine-folder.js";

const message = z.union([
  z.object({ return: z.unknown() }),
  z.object({ error: z.object({ desc: z.string() }) }),
  z.looseObject({ event: z.string() }),
  z.looseObject({ QMP: z.unknown() }),
]);

export interface QmpCommand {
  readonly execute: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/** Says what QEMU answered to a command that it refused. */
class QmpRefusal extends Error {}

/**
 * Gives commands to a machine's QEMU, one after the other, and returns their answers (QEMU Machine Protocol). QEMU talks
 * to one at a time: a connection lasts as long as its commands.
 */
export async function qmp(folder: MachineFolder, node: string, ...commands: QmpCommand[]): Promise<unknown[]> {
  // By way of its folder's descriptor: the path itself may be longer than a socket's may be.
  const descriptor = openSync(folder.path, "r");
  let socket: Socket | undefined;
  try {
    socket = await connect(`/proc/self/fd/${String(descriptor)}/qmp.sock`);
    const connection = socket;
    connection.setTimeout(30_000, () => connection.destroy(new Error("no answer within 30 s")));
    const lines = createInterface({ input: connection });
    const failed = new Promise<never>((_resolve, reject) => {
      connection.once("error", reject);
      connection.once("close", () => {
        reject(new Error("the connection was closed"));
      });
    });
    failed.catch(() => undefined);
    const said = lines[Symbol.asyncIterator]();
    const answer = async (): Promise<unknown> => {
      for (;;) {
        const next: IteratorResult<string> = await Promise.race([said.next(), failed]);
        if (next.done === true) throw new Error("the connection was closed");
        const parsed = message.parse(JSON.parse(next.value));
        if ("QMP" in parsed) return undefined;
        if ("return" in parsed) return parsed.return;
        if ("error" in parsed) throw new QmpRefusal((parsed.error as { desc: string }).desc);
      }
    };
    await answer();
    const answers: unknown[] = [];
    for (const command of [{ execute: "qmp_capabilities" }, ...commands]) {
      connection.write(`${JSON.stringify(command)}\n`);
      answers.push(await answer());
    }
    return answers.slice(1);
  } catch (error) {
    const what = commands.map(({ execute }) => execute).join(", ");
    throw new ToolError(
      {
        code: error instanceof QmpRefusal ? "machine/refused" : "machine/no-answer",
        message: `the QEMU of ${node} ${error instanceof QmpRefusal ? "refused" : "did not do"} ${what}: ${(error as Error).message}`,
        logPath: folder.at("qemu.log"),
        hint: "`plugfest ls` shows whether the machine runs; `plugfest down` and `up` make it anew",
      },
      { cause: error },
    );
  } finally {
    socket?.destroy();
    closeSync(descriptor);
  }
}

/** While QEMU talks to one, it has one place for another who waits; beyond that EAGAIN says to come again. */
async function connect(path: string): Promise<Socket> {
  const attempt = async () => {
    const socket = createConnection(path);
    try {
      await once(socket, "connect");
      return socket;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return undefined;
      throw error;
    }
  };
  const socket = await poll(attempt, { clock: systemClock, everyMs: 20, withinMs: 30_000 });
  if (socket === undefined) throw new Error("others talked to it for 30 s");
  return socket;
}
