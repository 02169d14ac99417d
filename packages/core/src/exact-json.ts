/** What JavaScript knows of the source of a JSON text, which TypeScript's library does not describe yet. */
interface JsonSource {
  readonly parse: (
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ) => unknown;
  readonly rawJSON: (text: string) => object;
  readonly isRawJSON: (value: unknown) => boolean;
}

const json = JSON as unknown as JsonSource;

/** Whether a text may hold a number that is changed by parsing: most do not, and are parsed in the usual way. */
const longNumber = /\d{16}/;

/**
 * Parses a JSON text that is to be written again, such as the arguments or the result of a tool. Integers that a double
 * cannot hold, such as ids of 64 bits, become objects that `JSON.stringify` writes as they were; do not change or copy
 * these. All else is as with `JSON.parse`.
 * @throws SyntaxError
 */
export function parseToRewrite(text: string): unknown {
  if (!longNumber.test(text)) return JSON.parse(text) as unknown;
  try {
    const value = json.parse(text, exact);
    return json.isRawJSON(value) ? Number(text) : value;
  } catch (error) {
    // Nested so deep that it cannot be walked through.
    if (error instanceof RangeError) return JSON.parse(text) as unknown;
    throw error;
  }
}

function exact(_: string, value: unknown, { source = "" }: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value) || !/^-?\d+$/.test(source)) return value;
  return json.rawJSON(source);
}
