import { ToolError } from "../../core/errors.js";
import type { Remote } from "../../core/remote.js";

/** Waits until the kernel says that the program listens, then for the end of its leash. */
const script = `
"$@" </dev/null >&2 & pid=$!
until rdma resource show cm_id | grep -q "state LISTEN .* pid $pid "; do
  kill -0 $pid || exit 1
  sleep 0.1
done
echo listening
cat >/dev/null
kill $pid
wait $pid
`;

/** Runs a program on a machine that listens for RDMA connections, for as long as `work` takes. */
export async function whileServing<T>(remote: Remote, argv: readonly string[], work: () => Promise<T>): Promise<T> {
  let said = "";
  let listens: () => void = () => undefined;
  const listening = new Promise<void>((resolve) => (listens = resolve));
  const server = await remote.start(["sh", "-c", script, "sh", ...argv], {
    onStdout: (chunk) => {
      if (chunk.toString().includes("listening")) listens();
    },
    onStderr: (chunk) => (said = (said + chunk.toString()).slice(-2000)),
  });
  try {
    await Promise.race([
      listening,
      server.exited.then((exit) => {
        throw new ToolError({
          code: "rdma/not-served",
          message: `${argv[0] ?? ""} on ${remote.node} ended before it listened for RDMA connections`,
          command: argv.join(" "),
          exit,
          stderrTail: said,
          hint: "`rdma link` on that machine tells whether its device is there",
        });
      }),
    ]);
    return await work();
  } finally {
    server.release();
    await server.exited.catch(() => undefined);
  }
}
