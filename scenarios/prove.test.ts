import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { AnyCheck, CopySubject } from "./checks/check.js";
import { fail, pass } from "./checks/finding.js";
import { localCopy } from "./checks/local-store.fixture.js";
import { content } from "./checks/content.js";
import { grade } from "./checks/grade.js";
import { handle } from "./checks/handle.js";
import { passing } from "./checks/passing.fixture.js";
import { recorded, recordedHold } from "./checks/recorded.fixture.js";
import { checks } from "./checks/table.js";
import type { Observed } from "./evidence/observed.js";
import { failedCopy, withoutLosses } from "./evidence/tamper.js";
import { prove } from "./prove.js";

/** The client program itself reads and spoils the file, time and again. */
const PROGRAM_MS = 60_000;

let observed: Observed;
let held: Observed;
let subject: CopySubject & Disposable;
beforeAll(async () => {
  observed = await recorded();
  held = await recordedHold();
  subject = await localCopy();
}, PROGRAM_MS);
afterAll(() => {
  subject[Symbol.dispose]();
});

const proofOf = (check: AnyCheck, { wanted, facts }: { wanted: unknown; facts: unknown }, about?: CopySubject) =>
  prove({
    ...{ check, name: check.name, wanted, facts, subject: about },
    finding: check.judge(wanted as never, facts as never),
  });

/** Defects of a grade that is another one than G4, and of a handle that is not kept. */
const ELSEWHERE = [
  "the application saw no error",
  "the new handle is not on the wire",
  "the handle of before came back",
];

describe("every check", () => {
  it.each(checks.map((check) => [check.name, check] as const))(
    "%s is proven: each defect turns it red",
    async (name, check) => {
      const proof = await proofOf(check, passing({ observed, held }, subject.copy)[name]!, subject);
      expect(proof.reason).toMatch(/^turned red/);
      expect(proof.defects.map((defect) => `${defect.name}: ${defect.result}`)).toEqual(
        check.defects.map((defect) => `${defect.name}: ${ELSEWHERE.includes(defect.name) ? "no place" : "caught"}`),
      );
    },
    PROGRAM_MS,
  );
});

describe("the check of the content", () => {
  it.each([
    ["two blocks", 2 * 65_536, []],
    ["less than two blocks, which cannot be swapped", 100, ["two blocks of the file are swapped"]],
  ])(
    "is proven for a file of %s",
    async (_what, sizeBytes, without) => {
      using small = await localCopy(sizeBytes);
      const { proven, defects } = await proofOf(content, passing({ observed, held }, small.copy)[content.name]!, small);
      expect(proven).toBe(true);
      expect(defects.filter(({ result }) => result !== "caught").map(({ name }) => name)).toEqual(without);
    },
    PROGRAM_MS,
  );
});

describe("the check of a grade", () => {
  const proofOfGrade = async (wanted: string | string[], seen: Observed) => {
    const { proven, defects } = await proofOf(grade, { wanted, facts: { observed: seen, profile: "none" } });
    const results = defects.filter(({ result }) => result !== "no place");
    return { proven, defects: results.map((defect) => `${defect.name}: ${defect.result}`) };
  };

  it("is proven where a new handle is expected", async () => {
    expect(await proofOfGrade("G2", await recorded("reopened"))).toEqual({
      proven: true,
      defects: [
        "the application saw an error: caught",
        "the handle of before came back: caught",
        "the new handle is not on the wire: caught",
        "the capture is empty: caught",
      ],
    });
  });

  it("is proven where a new handle or a failure is expected", async () => {
    expect(await proofOfGrade(["G0", "G2"], await recorded("reopened"))).toEqual({
      proven: true,
      defects: ["the handle of before came back: caught"],
    });
  });

  it("is proven where the copy is expected to fail, whatever came back before", async () => {
    const failed = { proven: true, defects: ["the application saw no error: caught"] };
    expect(await proofOfGrade("G0", failedCopy(observed)!)).toEqual(failed);
    const storage = { ...observed.faults[0]!, fault: "storage", movesAddresses: false };
    const full = failedCopy(withoutLosses({ ...observed, faults: [storage] })!)!;
    expect(await proofOfGrade("G0", full)).toEqual(failed);
  });
});

describe("the check of a handle", () => {
  it.each(["reopened", "kernel"] as const)("is proven where a new one is expected: %s", async (name) => {
    const { proven, defects } = await proofOf(handle, { wanted: "new", facts: { observed: await recorded(name) } });
    expect([proven, ...defects.filter(({ result }) => result !== "no place").map((one) => one.name)]).toEqual([
      ...[true, "the handle of before came back", "the new handle is not on the wire"],
    ]);
  });

  it("that is wanted of another kind of client says nothing", () => {
    const finding = handle.judge({ smb3: "kept" } as never, { observed, kind: "cifs" } as never);
    expect(finding.outcome).toBe("unknown");
  });
});

describe("a check is unproven", () => {
  const smaller = (defects: AnyCheck["defects"]): AnyCheck => ({
    ...{ name: "smaller", about: "lab", schema: z.number(), docs: { field: "", passes: "" } },
    gather: () => undefined,
    judge: (wanted: never, facts: never) => (Number(facts) < Number(wanted) ? pass("yes") : fail("no")),
    defects,
  });
  const grows = { name: "it grows", turns: "fail", plant: () => 9 } as const;
  const same = { name: "a blind spot", turns: "fail", plant: () => 1 } as const;
  const placeless = { name: "elsewhere", turns: "fail", plant: () => undefined } as const;
  const missing = { name: "it is missing", turns: "unknown", plant: () => 9 } as const;
  const reasonOf = async (defects: AnyCheck["defects"], facts = 1) => {
    const { proven, reason } = await proofOf(smaller(defects), { wanted: 5, facts });
    return { proven, reason };
  };

  it("when a planted defect leaves it green", async () => {
    expect(await reasonOf([grows, same])).toEqual({ proven: false, reason: "it did not turn red with: a blind spot" });
  });

  it("when a defect makes it certain of what is not known", async () => {
    expect((await reasonOf([grows, missing])).reason).toBe("it did not turn red with: it is missing");
  });

  it("when no defect had a place", async () => {
    expect((await reasonOf([placeless])).reason).toMatch(/^it was never red/);
  });

  it("when it did not pass to begin with", async () => {
    expect((await reasonOf([grows], 7)).reason).toMatch(/^it did not pass in this run/);
  });

  it("and is else proven, whatever had no place", async () => {
    expect(await reasonOf([grows, placeless])).toEqual({
      proven: true,
      reason: "turned red with 1 planted defects: it grows",
    });
  });
});
