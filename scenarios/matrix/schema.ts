import { z } from "zod";

const axisName = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "expected lower-case letters, digits and hyphens");
// Parts of paths on shares, of folders and of shell commands.
const valueName = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,39}$/, "expected lower-case letters, digits, dots, hyphens");

const axis = z
  .union([z.array(valueName).min(1), z.record(valueName, z.unknown())])
  .refine((values) => Object.keys(values).length > 0, { message: "an axis needs a value" })
  .meta({
    description:
      "The values of one axis: texts, or by its name each, whatever `${axis}` is to stand for: a text, a step, a mapping of pieces, which are `${axis.piece}`.",
  });

const combination = z
  .record(axisName, z.union([z.string(), z.array(z.string()).min(1)]))
  .refine((values) => Object.keys(values).length > 0, { message: "expected an axis" });

export const matrixSchema = z
  .strictObject({
    axes: z
      .record(axisName, axis)
      .refine((axes) => Object.keys(axes).length > 0, { message: "a matrix needs an axis" })
      .meta({ description: "What varies; each combination of their values is a cell." }),
    exclude: z
      .array(combination)
      .optional()
      .meta({
        description: "Combinations that are left out: an axis that is not named may have any value.",
        examples: [[{ fault: ["crash", "freeze"], workload: "idle" }]],
      }),
  })
  .meta({ description: "Makes the scenario many: one for each combination of the values of its axes." });

/** A scenario with blanks: what can be said of it before they are filled. */
export const matrixFileSchema = z
  .looseObject({
    name: z.string().meta({ description: "Names the matrix and the folder of its runs." }),
    description: z.string().optional().meta({ description: "What it shows, in a sentence." }),
    topology: z.string().meta({ description: "The topology of each cell, such as `${profile}`." }),
    matrix: matrixSchema,
    steps: z.array(z.unknown()).min(1).meta({ description: "What is done in each cell; `${axis}` is filled." }),
  })
  .meta({ description: "A scenario with blanks, and what they are filled with." });

export type MatrixBlock = z.infer<typeof matrixSchema>;
