/** A JSON value with each of its texts replaced; what is undefined is left out, as JSON does. Shares nothing. */
export function mapTexts<T>(value: T, replace: (text: string) => string): T {
  return mapped(value, replace) as T;
}

function mapped(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === "string") return replace(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((entry: unknown) => mapped(entry, replace));
  const entries: [string, unknown][] = [];
  for (const [name, entry] of Object.entries(value)) {
    if (entry !== undefined) entries.push([name, mapped(entry, replace)]);
  }
  // Defines properties, so that `__proto__` is a name like any other.
  return Object.fromEntries(entries);
}

/** Calls back for each text of a JSON value, in order. Names of properties are no texts. */
export function eachText(value: unknown, see: (text: string) => void): void {
  if (typeof value === "string") see(value);
  else if (typeof value === "object" && value !== null) {
    for (const entry of Object.values(value)) eachText(entry, see);
  }
}
