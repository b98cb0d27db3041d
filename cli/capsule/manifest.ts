import { z } from "zod";
import { UserError } from "../../core/errors.js";

/** The capsule's first entry. It is never a file of the run. */
export const MANIFEST_NAME = "capsule.json";
/** No honest manifest is longer: some hundred files at some hundred bytes. */
export const MANIFEST_LIMIT_BYTES = 4_000_000;

const schema = z.strictObject({
  capsule: z.literal(1),
  plugfest: z.string(),
  /** The folder that the run is unpacked to, unless another is named. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  files: z.array(
    z.strictObject({
      path: z.string().refine(isInside, "leads out of the capsule"),
      bytes: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

/** What a capsule holds, by which a whole one is told from a damaged one. */
export type Manifest = z.infer<typeof schema>;

/** A relative path of plain names: nothing absolute, no `..`, no empty part, nothing that another system reads otherwise. */
export function isInside(path: string): boolean {
  const isPlain = (part: string) =>
    part !== "" &&
    !/^\.+$/.test(part) &&
    !/[\\:]/.test(part) &&
    Array.from(part).every((character) => character >= " ");
  return path.length < 1000 && path.split("/").every(isPlain);
}

export function readManifest(text: string, file: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(file, `its ${MANIFEST_NAME} is not JSON`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") ?? "";
  if (where === "capsule")
    throw damaged(file, "it is of a form that this plugfest does not know", "use a newer plugfest");
  if (issue?.code === "custom") throw unsafe(file, `the path in ${where} ${issue.message}`);
  throw damaged(file, `its ${MANIFEST_NAME} is not a capsule's: ${where}: ${issue?.message ?? ""}`);
}

export function damaged(
  file: string,
  why: string,
  hint = "have it sent again, or make it again with `plugfest capsule`",
): UserError {
  return new UserError([{ code: "capsule/damaged", severity: "error", message: `${file} is damaged: ${why}`, hint }]);
}

export function unsafe(file: string, why: string): UserError {
  const hint = "plugfest makes no such capsules: do not trust where it came from; nothing of it was kept";
  return new UserError([{ code: "capsule/unsafe", severity: "error", message: `${file} is refused: ${why}`, hint }]);
}
