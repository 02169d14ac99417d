import type { z } from "zod";
import { section, type About } from "../fields.ts";
import { optionRows, type NamedOption } from "./server-options.ts";

type Shape = Readonly<Record<string, z.ZodType>>;

function shapeOf(rows: readonly NamedOption[]): Shape {
  return Object.fromEntries(rows.map((row) => [row.key, row.unit.schema(aboutOf(row))]));
}

/** The keys of `server`. */
export const serverShape: Shape = shapeOf(optionRows.filter(({ top }) => top !== true));

/** The options whose keys stand at the top level. */
export const topOptionShape: Shape = shapeOf(optionRows.filter(({ top }) => top === true));

export const serverSchema = section("settings of the server", serverShape);

function aboutOf({ help, default: fallback }: NamedOption): About {
  const description = `${help.charAt(0).toUpperCase()}${help.slice(1)}.`;
  return isScalar(fallback) ? { description, default: fallback } : { description };
}

function isScalar(value: unknown): value is NonNullable<About["default"]> {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
