const maxMessageChars = 2_000;
const maxStackChars = 10_000;

/**
 * What a thrown value says, for a log: anything can be thrown, even what cannot be looked at. Never throws. At most
 * 2,000 characters of message and 10,000 of stack.
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
