const maxMessageChars = 2_000;
const maxStackChars = 10_000;

/**
 * Describes a thrown value for a log. Anything can be thrown, even a value that cannot be inspected. Never throws.
 * Returns at most 2,000 characters of message and 10,000 of stack.
 */
export function describeThrown(value: unknown): { readonly message: string; readonly stack?: string } {
  try {
    if (!(value instanceof Error)) return { message: String(value).slice(0, maxMessageChars) };
    const { message, stack }: { message: unknown; stack?: unknown } = value;
    return {
      message: String(message).slice(0, maxMessageChars),
      ...(typeof stack === "string" && { stack: stack.slice(0, maxStackChars) }),
    };
  } catch {
    return { message: "an error that cannot be read" };
  }
}
