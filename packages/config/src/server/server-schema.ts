import type { z } from "zod";
import { section, type About } from "../fields.ts";
import { clientKeysSchema } from "./client-keys.ts";
import { optionRows, type NamedOption } from "./server-options.ts";

type Shape = Readonly<Record<string, z.ZodType>>;

function shapeOf(rows: readonly NamedOption[]): Shape {
  return Object.fromEntries(rows.map((row) => [row.key, row.unit.schema(aboutOf(row))]));
}

/** The options whose keys stand in `server`. */
export const serverShape: Shape = shapeOf(optionRows.filter(({ top }) => top !== true));

/** The options whose keys stand at the top level. */
export const topOptionShape: Shape = shapeOf(optionRows.filter(({ top }) => top === true));

/** The keys of `server`. */
const sectionShape = { ...serverShape, client_keys: clientKeysSchema };

export const serverKeys: readonly string[] = Object.keys(sectionShape);

export const serverSchema = section("settings of the server", sectionShape);

function aboutOf({ help, default: fallback }: NamedOption): About {
  const description = `${help.charAt(0).toUpperCase()}${help.slice(1)}.`;
  return isScalar(fallback) ? { description, default: fallback } : { description };
}

function isScalar(value: unknown): value is NonNullable<About["default"]> {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
