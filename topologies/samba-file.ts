import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../core/errors.js";
import type { SambaBuild, SambaSource } from "../core/samba-build.js";
import { parseYaml } from "../core/source.js";
import { validateWith } from "../core/validate.js";

const path = (description: string, example: string) =>
  z
    .string()
    .min(1)
    .meta({ description, examples: [example] });

/** What the file of a Samba says. */
export const sambaSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{0,30}$/, "expected lower-case letters, digits, '.' and '-', at most 31")
      .meta({ description: "What nodes, cells and reports call it.", examples: ["candidate"] }),
    description: z.string().optional().meta({ description: "What it is, in a sentence." }),
    version: z
      .string()
      .regex(/^\d+\.\d+[A-Za-z0-9.+~-]*$/, 'expected a version, such as "4.25" or "4.24.7"')
      .meta({
        description:
          "What its version begins with: it decides which handles there are. What turns out to be another one is refused.",
        examples: ["4.25", "4.24.7"],
      }),
    base: z
      .enum(["bookworm", "trixie", "forky"])
      .default("trixie")
      .meta({ description: "The Debian release that its nodes boot." }),
    debian: z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/, "expected a suite, such as trixie-backports")
      .optional()
      .meta({
        description:
          "A suite of this host's Debian mirror: Samba is from there, or, beside `debs` and `apt`, what it depends on.",
        examples: ["trixie-backports"],
      }),
    debs: path("A folder of .deb files, as seen from this file.", "./packages").optional(),
    apt: z
      .strictObject({
        line: z
          .string()
          .regex(
            /^deb\s+[a-z]+:\/\/\S+\s+\S+(\s+\S+)*$/,
            'expected a line such as "deb https://host/debian trixie main"',
          )
          .meta({
            description: "One line of sources.list(5), without options.",
            examples: ["deb https://host/debian trixie main"],
          }),
        key: path("The file of its key, .asc or .gpg. Without one it is trusted as it is.", "./key.asc").optional(),
      })
      .optional()
      .meta({ description: "An apt source." }),
    git: z
      .strictObject({
        from: path("The folder of a git repository, as seen from this file, or its address.", "../samba"),
        ref: z
          .string()
          .min(1)
          .default("HEAD")
          .meta({ description: "A branch, a tag or a commit.", examples: ["master"] }),
        configure: z
          .array(z.string())
          .default([])
          .meta({
            description: "More options of Samba's ./configure, and variables such as CFLAGS=-O1.",
            examples: [["--enable-developer"]],
          }),
      })
      .optional()
      .meta({ description: "Samba's source, built once for each commit." }),
  })
  .superRefine((file, context) => {
    const given = kinds.filter((kind) => file[kind] !== undefined);
    const [first, other] = file.git === undefined ? given.filter((kind) => kind !== "debian") : given;
    if (other !== undefined) {
      const message = `${String(first)} and ${other} exclude each other`;
      context.addIssue({ code: "custom", message, path: [other], params: { hint: "remove one of them" } });
    } else if (given.length === 0) {
      const hint = `give one of ${kinds.join(", ")}`;
      context.addIssue({ code: "custom", message: "it is not said where it comes from", path: [], params: { hint } });
    }
  })
  .meta({ id: "samba", description: "A Samba of one's own to test: where its packages or its source are." });

const kinds = ["debian", "debs", "apt", "git"] as const;

/** A path, not a version of the catalogue: with a slash or a suffix. */
export function isSambaFile(samba: string): boolean {
  return samba.includes("/") || /\.ya?ml$/.test(samba);
}

/** Reads the file of a Samba. Throws a UserError with everything that is wrong with it. */
export function loadSamba(file: string, cwd: string): SambaBuild {
  const at = resolve(cwd, file);
  const source = parseYaml(file, textOf(file, at));
  const validated = validateWith(sambaSchema, source, { codePrefix: "samba" });
  if (!validated.ok) throw new UserError(validated.diagnostics);
  const { name, version, base, ...rest } = validated.value;
  return { name, version, base, suite: rest.debian ?? base, source: sourceOf(rest, dirname(at)) };
}

function sourceOf(file: Pick<z.output<typeof sambaSchema>, (typeof kinds)[number]>, folder: string): SambaSource {
  const { debs, apt, git } = file;
  if (debs !== undefined) return { kind: "debs", folder: resolve(folder, debs) };
  if (apt !== undefined) {
    return { kind: "apt", line: apt.line, key: apt.key === undefined ? null : resolve(folder, apt.key) };
  }
  if (git === undefined) return { kind: "debian" };
  const { from, ref, configure } = git;
  // `user@host:path` is an address, too.
  const isAddress = /^([a-z+]+:\/\/|[^/\s]+@[^/\s]+:)/.test(from);
  return { kind: "git", from: isAddress ? from : resolve(folder, from), ref, configure };
}

function textOf(file: string, at: string): string {
  try {
    return readFileSync(at, "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "";
    const message = `the Samba file ${file} cannot be read (${why})`;
    throw new UserError([{ code: "samba/not-found", severity: "error", message }]);
  }
}
