import { z } from "zod";

/** Fields that workloads have in common. */
export const idField = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, "expected a name of lower-case letters, digits and hyphens")
  .meta({
    description: "Names the workload for other steps: `serving(dvd)`, `expect: { copy: dvd }`.",
    examples: ["dvd"],
  });

export const clientField = z.string().min(1);

export const fileField = z.string().regex(/^[^/]+\/.+$/, 'expected "<share>/<path>"');

/** Takes a file field apart. */
export function shareAndPath(file: string): { readonly share: string; readonly path: string } {
  const [share = "", ...path] = file.split("/");
  return { share, path: path.join("/") };
}
