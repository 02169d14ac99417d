/** Whether a reference in a schema leads straight back to itself, which no compiler survives. */
export function hasCircle(schema: unknown): boolean {
  const open = [schema];
  // References known to end somewhere.
  const safe = new Set<unknown>();
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (typeof part !== "object" || part === null) continue;
    const path = new Set<unknown>();
    for (let at: unknown = part; isReference(at) && !safe.has(at); at = resolve(schema, at.$ref)) {
      if (path.has(at)) return true;
      path.add(at);
    }
    for (const reference of path) safe.add(reference);
    open.push(...Object.values(part));
  }
  return false;
}

function isReference(value: unknown): value is { readonly $ref: string } {
  return typeof value === "object" && value !== null && "$ref" in value && typeof value.$ref === "string";
}

/** The target of a JSON pointer such as `#/$defs/name`. Other references are not followed. */
function resolve(schema: unknown, reference: string): unknown {
  if (reference === "#") return schema;
  if (!reference.startsWith("#/")) return undefined;
  let at = schema;
  for (const step of reference.slice(2).split("/")) {
    const key = decoded(step).replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
