import type { ToolCall } from "../model/message.ts";
import type { Candidate } from "./candidate.ts";
import { readJson } from "./json-reading.ts";

/** Longer texts agree only when they are the same, character by character. */
const maxChars = 1_000_000;

/** What an answer says, for comparison. */
interface Reading {
  /** The same for answers that say the same; undefined for one that says different things to different readers. */
  readonly key: string | undefined;
  /** Written without padding: what may go out in the name of a group. */
  readonly ordinary: boolean;
}

/**
 * When two drafts say the same: both whole texts parse as JSON and are deeply equal (numbers by value), or they make the
 * same tool calls in order, or their texts are equal up to Unicode form, line ends and trailing or outer blank space. Case, inner
 * spacing and code fences count: they may matter to the reader. JSON in which an object has a key twice agrees
 * with nobody: its readers differ.
 */
export function agree(a: Candidate, b: Candidate): boolean {
  const { key } = readingOf(a);
  return key !== undefined && key === readingOf(b).key;
}

/** The largest set of candidates that say the same; of two equally large ones the one whose first member came first. */
export function largestAgreement(candidates: readonly Candidate[]): readonly Candidate[] {
  const groups = new Map<string, Candidate[]>();
  let largest: readonly Candidate[] = candidates.slice(0, 1);
  for (const candidate of candidates) {
    const { key } = readingOf(candidate);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(candidate);
    else groups.set(key, [candidate]);
  }
  for (const group of groups.values()) if (group.length > largest.length) largest = group;
  return largest;
}

/** Of candidates that say the same those that may go out for all: whole ones written without padding, as far as there are any. */
export function spokesmen(group: readonly Candidate[]): readonly Candidate[] {
  const ordinary = group.filter((member) => readingOf(member).ordinary);
  const whole = ordinary.filter((member) => !member.cut);
  if (whole.length > 0) return whole;
  if (ordinary.length > 0) return ordinary;
  const shortest = Math.min(...group.map(sizeOf));
  return group.filter((member) => sizeOf(member) === shortest);
}

function sizeOf({ text, toolCalls }: Candidate): number {
  return toolCalls.reduce((sum, call) => sum + call.arguments.length, text.length);
}

/** Readings by answer: one is compared with every other, whenever a draft ends. */
const readings = new WeakMap<Candidate, Reading>();

function readingOf(candidate: Candidate): Reading {
  const known = readings.get(candidate);
  if (known) return known;
  const reading = candidate.toolCalls.length > 0 ? readCalls(candidate.toolCalls) : readText(candidate.text);
  readings.set(candidate, reading);
  return reading;
}

function readCalls(calls: readonly ToolCall[]): Reading {
  const read = calls.map((call) => readJson(call.arguments));
  if (read.some((json) => json?.unambiguous === false)) return { key: undefined, ordinary: false };
  const keys = calls.map(({ name, arguments: text }, i) => `${name}(${read[i]?.canonical ?? text})`);
  return { key: `calls ${keys.join("\n")}`, ordinary: read.every((json) => json?.ordinary ?? true) };
}

function readText(text: string): Reading {
  const json = readJson(text);
  if (json) return { key: json.unambiguous ? `json ${json.canonical}` : undefined, ordinary: json.ordinary };
  if (text.length > maxChars) return { key: `text ${text}`, ordinary: true };
  // By line: a pattern for trailing blanks takes quadratic time on a long run of blanks inside a line.
  const lines = text.split("\n").map((line) => line.trimEnd());
  const bare = lines.join("\n").trim();
  const padding = text.length - bare.length;
  return { key: `text ${composed(bare)}`, ordinary: padding <= ordinaryPadding + paddingPerLine * lines.length };
}

/**
 * A JSON text with keys in order and numbers in one form; undefined when it is not JSON, too large, or read differently
 * by its readers.
 */
export function canonicalJson(text: string): string | undefined {
  const json = readJson(text);
  return json?.unambiguous ? json.canonical : undefined;
}

/** Blanks that an ordinary text may have around it, and at the end of a line: Markdown's two, a carriage return. */
const ordinaryPadding = 16;
const paddingPerLine = 4;

/** The longest run of combining marks in text of any language, by Unicode (UAX 15, Stream-Safe Text). */
const manyMarks = /\p{M}{31}/u;

/** In Unicode's form C. Not where marks are heaped: sorting them takes quadratic time. */
function composed(text: string): string {
  return manyMarks.test(text) ? text : text.normalize("NFC");
}
