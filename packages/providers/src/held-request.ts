import type { ChatRequest } from "@massgen/core/model";

/** How many levels of a request are copied; deeper ones are shared. */
const mostDepth = 256;

/**
 * A copy of a request, for code that may change what it gets: other calls have the same messages and tools. The signal
 * is this call's own.
 */
export function ownRequest(request: ChatRequest, signal: AbortSignal): ChatRequest {
  const { signal: _signal, ...rest } = request;
  return { ...ownCopy(rest), signal };
}

/** A copy of plain data. */
export function ownCopy<T>(value: T): T {
  return copyOf(value, 0) as T;
}

function copyOf(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null || depth > mostDepth) return value;
  if (Array.isArray(value)) return value.map((item) => copyOf(item, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    // A provider gets its own `opaque` back as it was.
    const own = name === "opaque" ? inner : copyOf(inner, depth + 1);
    // Defined, not assigned: a client's schema may have a field called __proto__.
    Object.defineProperty(copy, name, { value: own, writable: true, enumerable: true, configurable: true });
  }
  return copy;
}
