/** Knows the secrets of a registry and keeps them out of texts. */
export interface Redactor {
  /** From now on this value is a secret. Values under four characters are not: they would blank out ordinary words. */
  readonly add: (secret: string) => void;
  /** Replaces every known secret, and whatever is shaped like one, by `[redacted]`. */
  readonly redact: (text: string) => string;
}

const shapes: readonly (readonly [RegExp, string])[] = [
  [/\bBearer\s+[^\s"',;]+/gi, "Bearer [redacted]"],
  [/((?:\b|_)key["']?\s*=\s*["']?)[^\s"'&,;]+/gi, "$1[redacted]"],
  [/(\b(?:x-)?(?:goog-)?api[-_ ]?key["']?\s*:\s*["']?)[^\s"'&,;]+/gi, "$1[redacted]"],
  // Providers echo wrong keys with the middle starred out: what is left is still part of a key.
  [/\bsk-[\w*.-]{3,}/g, "[redacted]"],
  [/\b(?:gsk_|xai-|pplx-|nvapi-|csk-)[\w*.-]{8,}/g, "[redacted]"],
  [/\bAIza[\w*-]{3,}/g, "[redacted]"],
];

/** Makes a redactor. */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  const known = new Set<string>();
  let ordered: readonly string[] = [];

  function add(secret: string): void {
    const value = secret.trim();
    if (value.length < 4) return;
    known.add(value).add(encodeURIComponent(value)).add(JSON.stringify(value).slice(1, -1));
    // Longest first: a secret that contains another one must go as a whole.
    ordered = [...known].sort((a, b) => b.length - a.length);
  }
  for (const secret of secrets) add(secret);

  return {
    add,
    redact(text) {
      const withoutKnown = ordered.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text);
      return shapes.reduce((rest, [shape, replacement]) => rest.replace(shape, replacement), withoutKnown);
    },
  };
}

/**
 * A copy of a foreign error that may be logged: same names, codes and chain of causes, texts redacted. Upstream errors quote
 * keys, and loggers print causes.
 */
export function redactedCause(error: unknown, redact: (text: string) => string): unknown {
  if (!(error instanceof Error)) return typeof error === "string" ? redact(error) : undefined;
  const copy = new Error(redact(error.message), {
    ...(error.cause !== undefined && { cause: redactedCause(error.cause, redact) }),
  });
  copy.name = error.name;
  if (error.stack !== undefined) copy.stack = redact(error.stack);
  if ("code" in error && typeof error.code === "string") Object.assign(copy, { code: error.code });
  return copy;
}
