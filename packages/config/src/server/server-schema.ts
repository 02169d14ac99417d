import type { z } from "zod";
import { section, type About } from "../fields.ts";
import { optionRows, type NamedOption } from "./server-options.ts";

/** The keys of `server`. */
export const serverShape: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  optionRows.map((row) => [row.key, row.unit.schema(aboutOf(row))]),
);

export const serverSchema = section("settings of the server", serverShape);

function aboutOf({ help, default: fallback }: NamedOption): About {
  const description = `${help.charAt(0).toUpperCase()}${help.slice(1)}.`;
  return isScalar(fallback) ? { description, default: fallback } : { description };
}

function isScalar(value: unknown): value is NonNullable<About["default"]> {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
