import type { Filling } from "../../core/fill-blanks.js";
import type { Path } from "../../core/source.js";
import { suggestHint } from "../../core/suggest.js";
import { valueAt } from "../../core/value-words.js";
import type { Axis, Cell } from "./matrix.js";

/** What names in blanks mean in one cell. */
export interface Meaning {
  /** The file's value, with blanks. */
  readonly file: unknown;
  readonly axes: readonly Axis[];
  readonly cell: Cell;
  /** What `${cell}` becomes: no other run has it. */
  readonly unique: string;
  /** Told of every axis whose value made a difference. */
  readonly used: (axis: string) => void;
}

type Found = { readonly at: Path; readonly value: unknown } | { readonly wrong: Wrong };
type Wrong = Extract<Filling, { readonly wrong: unknown }>["wrong"];

/**
 * What `${cell}`, `${<axis>}` or `${<axis>.<piece>}` stands for in a cell; undefined for names of others. A piece that
 * is different for the values of another axis is a mapping: `by: <axis>` and one field for each of its values, or `else`.
 */
export function fillingOf(name: string, meaning: Meaning): Filling | undefined {
  const { axes, cell, unique } = meaning;
  if (name === "cell") return { text: unique };
  const [axisName = "", ...pieces] = name.split(".");
  const axis = axes.find((one) => one.name === axisName);
  if (axis === undefined) return undefined;
  meaning.used(axisName);
  const chosen = cell.values[axisName] ?? "";
  let found = follow(placeOf(axis, chosen, meaning), meaning);
  for (const piece of pieces) {
    if ("wrong" in found) return found;
    const { at, value } = found;
    if (!isMapping(value) || !(piece in value)) return { wrong: noPiece(axisName, chosen, piece, value) };
    found = follow([...at, piece], meaning);
  }
  if ("wrong" in found) return found;
  const text = textOf(found.value) ?? (pieces.length === 0 ? chosen : undefined);
  return { at: found.at, ...(text === undefined ? {} : { text }) };
}

function placeOf({ name, values }: Axis, chosen: string, { file }: Meaning): Path {
  const list = valueAt(file, ["matrix", "axes", name]);
  return ["matrix", "axes", name, Array.isArray(list) ? values.indexOf(chosen) : chosen];
}

/** Reads what is at the place, and goes on to the case of it that this cell has. */
function follow(at: Path, meaning: Meaning): Found {
  const value = valueAt(meaning.file, at);
  const axis = isMapping(value) ? meaning.axes.find(({ name }) => name === value["by"]) : undefined;
  if (!isMapping(value) || axis === undefined) return { at, value };
  meaning.used(axis.name);
  const stranger = Object.keys(value).find((key) => !["by", "else", ...axis.values].includes(key));
  if (stranger !== undefined) {
    const hint = suggestHint(stranger, axis.values);
    return {
      wrong: { code: "scenario/unknown-value", message: `no ${axis.name} "${stranger}" in ${placeText(at)}`, hint },
    };
  }
  const chosen = meaning.cell.values[axis.name] ?? "";
  const branch = chosen in value ? chosen : "else";
  if (branch in value) return follow([...at, branch], meaning);
  const message = `${placeText(at)} has nothing for ${axis.name} "${chosen}"`;
  return { wrong: { code: "scenario/no-case", message, hint: `add ${chosen}: or else: there` } };
}

function noPiece(axis: string, chosen: string, piece: string, value: unknown): Wrong {
  const known = isMapping(value) ? Object.keys(value) : [];
  const message = `${axis} "${chosen}" has no "${piece}"`;
  return { code: "scenario/unknown-piece", message, hint: suggestHint(piece, known) ?? `add ${piece}: there` };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function placeText(at: Path): string {
  return at.slice(2).map(String).join(".");
}
