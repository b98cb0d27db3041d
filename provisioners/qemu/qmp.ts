import { closeSync, openSync } from "node:fs";
import { createConnection } from "node:net";
import { createInterface } from "node:readline";
import { z } from "zod";
import { ToolError } from "../../core/errors.js";
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
  const socket = createConnection(`/proc/self/fd/${String(descriptor)}/qmp.sock`);
  try {
    socket.setTimeout(30_000, () => socket.destroy(new Error("no answer within 30 s")));
    const lines = createInterface({ input: socket });
    const failed = new Promise<never>((_resolve, reject) => {
      socket.once("error", reject);
      socket.once("close", () => {
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
      socket.write(`${JSON.stringify(command)}\n`);
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
    socket.destroy();
    closeSync(descriptor);
  }
}
