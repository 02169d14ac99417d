import assert, { AssertionError } from "node:assert/strict";
import type { ErrorCode, MassgenError } from "@massgen/core/model";

const longestValue = 300;

/**
 * Asserts that two values are deeply equal. Runners differ in what they show of a failure, so the message has
 * everything: what was checked, what was expected, what came.
 */
export function assertSame(got: unknown, expected: unknown, what: string): void {
  const values = `expected ${shown(expected)}, got ${shown(got)}`;
  assert.deepEqual(got, expected, new AssertionError({ message: `${what}: ${values}`, actual: got, expected }));
}

/** Asserts that a call failed, and with this code. */
export function assertCode(error: MassgenError | undefined, code: ErrorCode): void {
  if (error?.code === code) return;
  const end =
    error === undefined
      ? "but it ended with a finish, as if all were well"
      : `but its code is ${error.code} ("${shortened(error.message)}")`;
  const message = `the call has to fail with ${code}, ${end}`;
  throw new AssertionError({ message, actual: error?.code, expected: code });
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : shortened(JSON.stringify(value));
}

function shortened(text: string): string {
  return text.length > longestValue ? `${text.slice(0, longestValue)}...` : text;
}
