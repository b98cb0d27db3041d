import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { ToolError, UserError } from "../../core/errors.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { flagError } from "../flag-error.js";
import { pageAt } from "../serve/site.js";

const LOOPBACK = "127.0.0.1";

/** Shows nightlies and the reports of runs to browsers of this machine, and changes nothing, until it is interrupted. */
export async function serve(
  context: CliContext,
  flags: { readonly runs: string; readonly port: string },
): Promise<number> {
  const port = Number(flags.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UserError([flagError("--port", { message: `expected a number from 0 to 65535, got "${flags.port}"` })]);
  }
  const runs = resolve(context.cwd, flags.runs);
  const server = createServer((request, response) => {
    answer(request, response, runs);
  });
  await listening(server, port);
  context.out.write(
    `http://${LOOPBACK}:${String((server.address() as AddressInfo).port)}/ shows ${runs}; Ctrl-C ends it\n`,
  );
  await new Promise<void>((done) => {
    context.signal.addEventListener("abort", () => {
      done();
    });
    if (context.signal.aborted) done();
  });
  server.closeAllConnections();
  server.close();
  return exitCode.interrupted;
}

function answer({ method, url = "/", headers }: IncomingMessage, response: ServerResponse, runs: string): void {
  const end = (status: number, type: string, body: string | Buffer) => {
    response.writeHead(status, {
      "content-type": type,
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
    response.end(method === "HEAD" ? undefined : body);
  };
  // A page elsewhere may point a name of its own to this machine: only these names are ours.
  const host = (headers.host ?? "").replace(/:\d+$/, "");
  if (![LOOPBACK, "localhost"].includes(host)) {
    end(403, "text/plain", "only for this machine\n");
  } else if (method !== "GET" && method !== "HEAD") {
    end(405, "text/plain", "read-only\n");
  } else {
    const { status, type, body } = pageAt(runs, url.split("?")[0] ?? "/");
    end(status, type, body);
  }
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((ready, refuse) => {
    server.once("error", (cause) => {
      const message = `port ${String(port)} of ${LOOPBACK} cannot be listened on: ${cause.message}`;
      refuse(new ToolError({ code: "serve/no-port", message, hint: "give another one with --port" }, { cause }));
    });
    server.listen(port, LOOPBACK, ready);
  });
}
