import type { ToolCall } from "../model/message.ts";
import type { Candidate } from "./candidate.ts";
import { readJson } from "./json-reading.ts";
import { shortAnswer } from "./short-answer.ts";

/** Longer texts agree only when they are the same, character by character. */
const maxChars = 1_000_000;

/** The longest JSON string that can be a short answer: each of its characters may be written as an escape. */
const maxShortJson = 300;

/** What an answer says, for comparison. */
interface Reading {
  /** Equal for answers that say the same. Undefined when readers can understand the answer in different ways. */
  readonly key: string | undefined;
  /** Equal for short answers that say the same when read loosely. */
  readonly looseKey: string | undefined;
  /** Whether it is written without padding, so that it may be delivered for a whole group. */
  readonly ordinary: boolean;
}

/** How answers are compared. */
export interface Comparison {
  /** Short answers are the same whatever their case, outer quotes and final full stop: see {@link shortAnswer}. */
  readonly loose: boolean;
}

const strictly: Comparison = { loose: false };

/**
 * When two drafts agree: both whole texts parse as JSON and are deeply equal (numbers by value), or they make the same
 * tool calls in order, or their texts are equal except for Unicode form, line ends and trailing or outer blank space.
 * Case, inner spacing and code fences count, since they may matter to the reader. JSON with a repeated key in an object
 * agrees with nothing, because parsers differ on it. Compared loosely, short answers agree in more ways.
 */
export function agree(a: Candidate, b: Candidate, how: Comparison = strictly): boolean {
  const key = keyOf(a, how);
  return key !== undefined && key === keyOf(b, how);
}

function keyOf(candidate: Candidate, { loose }: Comparison): string | undefined {
  const { key, looseKey } = readingOf(candidate);
  return loose ? looseKey : key;
}

/** The largest set of candidates that agree. Of two equally large ones, the one whose first member came first. */
export function largestAgreement(candidates: readonly Candidate[], how: Comparison = strictly): readonly Candidate[] {
  const groups = new Map<string, Candidate[]>();
  let largest: readonly Candidate[] = candidates.slice(0, 1);
  for (const candidate of candidates) {
    const key = keyOf(candidate, how);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(candidate);
    else groups.set(key, [candidate]);
  }
  for (const group of groups.values()) if (group.length > largest.length) largest = group;
  return largest;
}

/**
 * The members of a group that may be delivered for all of it: complete answers without padding if there are any. If the
 * group agrees only loosely, those with the most frequent spelling.
 */
export function representatives(group: readonly Candidate[]): readonly Candidate[] {
  const ordinary = group.filter((member) => readingOf(member).ordinary);
  const whole = ordinary.filter((member) => !member.cut);
  if (whole.length > 0) return mostFrequent(whole);
  if (ordinary.length > 0) return mostFrequent(ordinary);
  const shortest = Math.min(...group.map(sizeOf));
  return group.filter((member) => sizeOf(member) === shortest);
}

/** The members with the most frequent spelling; all of them when the whole group agrees strictly. */
function mostFrequent(members: readonly Candidate[]): readonly Candidate[] {
  const [first] = members;
  if (first === undefined || members.every((member) => agree(member, first))) return members;
  const counts = new Map<string, number>();
  for (const { text } of members) counts.set(text.trim(), (counts.get(text.trim()) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return members.filter(({ text }) => counts.get(text.trim()) === most);
}

function sizeOf({ text, toolCalls }: Candidate): number {
  return toolCalls.reduce((sum, call) => sum + call.arguments.length, text.length);
}

/** Cached, since each answer is compared with every other whenever a draft ends. */
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
  if (read.some((json) => json?.unambiguous === false)) return strict(undefined, false);
  const keys = calls.map(({ name, arguments: text }, i) => `${name}(${read[i]?.canonical ?? text})`);
  return strict(
    `calls ${keys.join("\n")}`,
    read.every((json) => json?.ordinary ?? true),
  );
}

/** The reading of an answer that everyone understands in the same way. */
function strict(key: string | undefined, ordinary: boolean): Reading {
  return { key, looseKey: key, ordinary };
}

function readText(text: string): Reading {
  const reading = readStrictly(text);
  return { ...reading, looseKey: looseKeyOf(text) ?? reading.key };
}

/** Numbers compare by value: `42.` equals `42.0`. */
function looseKeyOf(text: string): string | undefined {
  const answer = shortAnswer(stringIn(text) ?? text);
  if (answer === undefined) return undefined;
  const number = /^\d/.test(answer) ? readJson(answer) : undefined;
  return number === undefined ? `short ${answer}` : `json ${number.canonical}`;
}

/** The value of a short text that is a JSON string. */
function stringIn(text: string): string | undefined {
  const json = text.trim();
  if (json.length > maxShortJson || !json.startsWith('"')) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function readStrictly(text: string): Reading {
  const json = readJson(text);
  if (json) return strict(json.unambiguous ? `json ${json.canonical}` : undefined, json.ordinary);
  if (text.length > maxChars) return strict(`text ${text}`, true);
  // By line: a pattern for trailing blanks takes quadratic time on a long run of blanks inside a line.
  const lines = text.split("\n").map((line) => line.trimEnd());
  const bare = lines.join("\n").trim();
  const padding = text.length - bare.length;
  return strict(`text ${composed(bare)}`, padding <= ordinaryPadding + paddingPerLine * lines.length);
}

/**
 * A JSON text with sorted keys and numbers in one form. Undefined when it is not JSON, is too large, or parsers may
 * read it differently.
 */
export function canonicalJson(text: string): string | undefined {
  const json = readJson(text);
  return json?.unambiguous ? json.canonical : undefined;
}

/** Blanks allowed around an ordinary text, and at the end of a line: Markdown's two spaces, a carriage return. */
const ordinaryPadding = 16;
const paddingPerLine = 4;

/** The longest run of combining marks in text of any language, by Unicode (UAX 15, Stream-Safe Text). */
const manyMarks = /\p{M}{31}/u;

/** In Unicode's form C, unless combining marks pile up: sorting them takes quadratic time. */
function composed(text: string): string {
  return manyMarks.test(text) ? text : text.normalize("NFC");
}
