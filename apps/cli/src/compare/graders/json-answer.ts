import { isDeepStrictEqual } from "node:util";
import { answerFormat } from "@massgen/core";

/** What an answer must be as JSON. */
interface JsonExpectation {
  readonly schema?: Readonly<Record<string, unknown>>;
  readonly value?: unknown;
}

/** An answer read as JSON. */
interface JsonAnswer {
  readonly right: boolean;
  /** Equal for equal values; absent where it is no JSON. */
  readonly canonical?: string;
}

/**
 * Reads an answer as JSON, in a code fence or without, and holds it to a schema, a value, or both.
 * @throws MassgenError `invalid-request` for a schema that cannot be used
 */
export async function readJsonAnswer(text: string, { schema, value }: JsonExpectation): Promise<JsonAnswer> {
  const held = answerFormat({ type: "json-schema", name: "expected", schema: schema ?? {} });
  await held?.usable();
  const { text: bare = text, violation } = (await held?.read(text)) ?? {};
  let read: unknown;
  try {
    read = JSON.parse(bare);
  } catch {
    return { right: false };
  }
  const right = violation === undefined && (value === undefined || isDeepStrictEqual(read, value));
  return { right, canonical: canonicalOf(read) };
}

/** The value as JSON with the keys of objects in order. Nested too deep, it is left as it is. */
function canonicalOf(value: unknown): string {
  try {
    return JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    );
  } catch {
    return JSON.stringify(value);
  }
}
