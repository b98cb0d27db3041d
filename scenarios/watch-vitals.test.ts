import { expect, it } from "vitest";
import { abortable } from "../core/abortable.js";
import { fakeClock } from "../core/clock.js";
import type { EventBody } from "../core/event.js";
import type { Remote } from "../core/remote.js";
import { spec } from "../lab/lab.fixture.js";
import type { RunContext } from "./scenario.js";
import { watchVitals } from "./watch-vitals.js";

it("ends though a node is frozen, so that what asks there does not; what that says later is not told", async () => {
  const emitted: EventBody[] = [];
  const givenUp: string[] = [];
  const speak: ((round: string) => void)[] = [];
  const remote = (node: string): Remote => ({
    ...({} as Remote),
    node,
    start: (_argv, { onStdout, signal }) => {
      speak.push((round) => {
        onStdout(Buffer.from(round));
      });
      return Promise.resolve({
        write: () => undefined,
        release: () => undefined,
        exited: abortable(new Promise<number>(() => undefined), signal).finally(() => givenUp.push(node)),
      });
    },
  });
  const watch = watchVitals({
    ...{ spec, remote, clock: fakeClock(), emit: (event: EventBody) => emitted.push(event) },
  } as unknown as RunContext);
  await Promise.resolve();
  for (const say of speak) say("cpu 1000\nsmb 1\nend\n");
  expect(emitted).toHaveLength(spec.nodes.length);
  await watch.close();
  expect(givenUp).toEqual(spec.nodes.map(({ name }) => name));
  for (const say of speak) say("cpu 2000\nsmb 2\nend\n");
  expect(emitted).toHaveLength(spec.nodes.length);
});
