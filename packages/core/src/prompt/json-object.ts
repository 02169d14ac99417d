/** The most characters of a JSON text that is looked into; far more than a model writes, and parsed in a fraction of a second. */
export const maxJsonChars = 2_000_000;

/** The object that a JSON text is; undefined for all else, and for more than {@link maxJsonChars} characters. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.length > maxJsonChars || !/^\s*\{/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
