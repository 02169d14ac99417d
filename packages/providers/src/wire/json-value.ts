/** A JSON object of unknown shape, as upstreams send them. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object, unless it is something else (arrays and null included). */
export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The value as a list; anything else is an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects in a list, of at most `most` entries looked at; whatever else it holds is left out. */
export function objectsIn(value: unknown, most = Infinity): readonly JsonObject[] {
  return listOf(value)
    .slice(0, most)
    .map(objectOf)
    .filter((item) => item !== undefined);
}

/** The value as a string with at least one character. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The value as a finite number. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** Parses a JSON text; undefined when it is not one. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Writes a JSON text; undefined for a value that is nested deeper than can be written. */
export function writeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
