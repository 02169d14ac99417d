/** The most characters of a foreign message, and of a foreign stack, that are kept. */
const mostOfMessage = 4096;
const mostOfStack = 8192;

/** How many causes of a foreign error are kept: a chain may be a circle. */
const mostCauses = 8;

/** Reads a field of an untrusted value. A field that cannot be read counts as absent. */
export function fieldOf(value: unknown, name: PropertyKey): unknown {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return undefined;
  try {
    return (value as Readonly<Record<PropertyKey, unknown>>)[name];
  } catch {
    return undefined;
  }
}

/** Reads a text field of an untrusted value, cut to bound the work of what reads it next. */
export function textField(value: unknown, name: PropertyKey, most = mostOfMessage): string | undefined {
  const text = fieldOf(value, name);
  return typeof text === "string" ? text.slice(0, most) : undefined;
}

/** `instanceof Error`, for any thrown value. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

/** Describes a thrown value in a few words: `TypeError: x is not a function`. Not redacted. */
export function wordsOf(thrown: unknown): string {
  if (!isError(thrown)) return thrown === null ? "null" : typeof thrown;
  const name = textField(thrown, "name", 100) ?? "Error";
  const message = textField(thrown, "message") ?? "";
  return message === "" ? name : `${name}: ${message}`;
}

/**
 * A copy of a foreign error that may be logged: same names, codes and chain of causes, texts cut and redacted. Upstream
 * errors quote keys, and loggers print causes.
 */
export function redactedCause(error: unknown, redact: (text: string) => string, causes = 0): unknown {
  if (!isError(error)) return typeof error === "string" ? redacted(error, mostOfMessage, redact) : undefined;
  const cause = causes < mostCauses ? fieldOf(error, "cause") : undefined;
  const copy = new Error(redactedField(error, "message", mostOfMessage, redact), {
    ...(cause !== undefined && { cause: redactedCause(cause, redact, causes + 1) }),
  });
  copy.name = redact(textField(error, "name", 100) ?? "Error");
  copy.stack = redactedField(error, "stack", mostOfStack, redact);
  const code = textField(error, "code", 100);
  if (code !== undefined) Object.assign(copy, { code: redact(code) });
  return copy;
}

/** How much more is read than is kept, so that a secret at the cut is still recognised. */
const margin = 4096;

function redactedField(error: Error, name: string, most: number, redact: (text: string) => string): string {
  return redacted(textField(error, name, most + margin) ?? "", most, redact);
}

function redacted(text: string, most: number, redact: (text: string) => string): string {
  return redact(text.slice(0, most + margin)).slice(0, most);
}
