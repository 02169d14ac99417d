import type { Candidate } from "./candidate.ts";

/**
 * When two drafts say the same: both whole texts parse as JSON and are deeply equal (numbers by value), or they make the
 * same tool calls in order, or their texts are equal up to Unicode form, line ends and trailing or outer blank space. Case, inner
 * spacing and code fences count: they may matter to whoever reads the answer.
 */
export function agree(a: Candidate, b: Candidate): boolean {
  return agreementKey(a) === agreementKey(b);
}

/** The largest set of candidates that say the same; of two equally large ones the one whose first member came first. */
export function largestAgreement(candidates: readonly Candidate[]): readonly Candidate[] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const key = agreementKey(candidate);
    const group = groups.get(key);
    if (group) group.push(candidate);
    else groups.set(key, [candidate]);
  }
  let largest: readonly Candidate[] = [];
  for (const group of groups.values()) if (group.length > largest.length) largest = group;
  return largest;
}

function agreementKey(candidate: Candidate): string {
  if (candidate.toolCalls.length > 0) {
    const calls = candidate.toolCalls.map((call) => `${call.name}(${canonicalJson(call.arguments) ?? call.arguments})`);
    return `calls ${calls.join("\n")}`;
  }
  const json = canonicalJson(candidate.text);
  return json === undefined ? `text ${normalise(candidate.text)}` : `json ${json}`;
}

function normalise(text: string): string {
  // By line: a pattern for trailing blanks takes quadratic time on a long run of blanks inside a line.
  const lines = text.normalize("NFC").split("\n");
  return lines
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

/** A JSON text with keys in order and numbers in one form; undefined when the text is not JSON or not safely comparable. */
export function canonicalJson(text: string): string | undefined {
  // Most answers are prose: a parse that fails costs more than all of their run's other rules.
  if (!/^\s*[[{"\d\-tfn]/.test(text)) return undefined;
  try {
    return write(JSON.parse(text));
  } catch {
    // Not JSON, a number beyond exact arithmetic, or nested too deep to walk: its text decides.
    return undefined;
  }
}

function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${write(item)}`).join(",")}}`;
  }
  if (typeof value === "number" && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER))
    throw new RangeError("inexact number");
  // -0 prints as 0, 1.0 as 1: numbers are compared by value.
  return JSON.stringify(value);
}
