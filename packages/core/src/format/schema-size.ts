/**
 * Whether a schema is nested more than `mostLevels` deep or is certain to be longer than `mostChars` as text. Does not
 * write it out, and stops as soon as the answer is known.
 */
export function sizeProblem(schema: unknown, mostLevels: number, mostChars: number): "deep" | "long" | undefined {
  let left = mostChars;
  const walk = (value: unknown, levels: number): "deep" | "long" | undefined => {
    left -= typeof value === "string" ? value.length : 1;
    if (left < 0) return "long";
    if (typeof value !== "object" || value === null) return undefined;
    if (levels === 0) return "deep";
    for (const key in value) {
      left -= Array.isArray(value) ? 0 : key.length;
      const problem = walk((value as Record<string, unknown>)[key], levels - 1);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
  return walk(schema, mostLevels);
}
