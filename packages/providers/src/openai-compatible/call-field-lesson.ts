import { listOf, objectOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { found, namesField, type Phrase, type Refusal } from "../remedies/refusal.ts";
import type { Lesson, Remedy } from "../remedies/remedy.ts";
import { ownCallFields, ownFunctionFields } from "./call-fields.ts";

/** Refusals that speak of such fields without naming them. */
const spoken: Phrase = {
  first: /tool_calls/gi,
  next: /extra|additional|unknown|unexpected|unrecognized/i,
  within: 100,
};
/** Services that sign their calls want the signature back: these words ask for a field. */
const wanted = /\bmissing\b|\brequired\b/i;

/** The most fields that one refusal is searched for, and characters of their names in a remedy that is remembered. */
const mostFields = 100;
const mostCharacters = 200;
/** How deep a field is searched for the name that a refusal gives. */
const deepest = 4;

/**
 * Fields of tool calls that OpenAI does not have, such as another service's signature. The remedy leaves out those that
 * a refusal names, or all that were sent. Fields of other calls stay, because their service may need them.
 */
export const callFields: Lesson = {
  about: ["tools", "tool turns", "forced"],
  everywhere: true,
  names: (refusal, { own }) => namedIn(refusal, own).length > 0,
  read: (refusal, { own }) =>
    refusal.altogether && !wanted.test(refusal.says) ? without(namedIn(refusal, own)) : undefined,
  guess: ({ own }) => without([...fieldsIn(own).keys()]),
};

/** The fields that a refusal is about. */
function namedIn(refusal: Refusal, own: JsonObject): readonly string[] {
  const fields = fieldsIn(own);
  const named = [...fields].filter(([name, value]) => isNamed(refusal, name, value, deepest)).map(([name]) => name);
  if (named.length > 0 || found(`${refusal.param} ${refusal.says}`, spoken) === undefined) return named;
  return [...fields.keys()];
}

function isNamed(refusal: Refusal, name: string, value: unknown, depth: number): boolean {
  if (namesField(refusal, name)) return true;
  const below = depth > 0 ? Object.entries(objectOf(value) ?? {}).slice(0, mostFields) : [];
  return below.some(([inner, what]) => isNamed(refusal, inner, what, depth - 1));
}

function without(names: readonly string[]): Remedy | undefined {
  if (names.length === 0) return undefined;
  const known = new Set(names);
  const listed = [...names].sort().join(", ");
  return {
    name: `tool calls without ${listed}`,
    body: (own) => withCalls(own, (call) => stripped(call, known)),
    // Clients may choose these names.
    ...(listed.length > mostCharacters && { once: true }),
  };
}

function stripped(call: JsonObject, names: ReadonlySet<string>): JsonObject {
  const called = objectOf(call["function"]);
  const kept = fewer(call, ownCallFields, names);
  const keptIn = called === undefined ? undefined : fewer(called, ownFunctionFields, names);
  return keptIn === called ? kept : { ...kept, function: keptIn };
}

function fewer(from: JsonObject, known: ReadonlySet<string>, names: ReadonlySet<string>): JsonObject {
  const goes = (name: string): boolean => !known.has(name) && names.has(name);
  const entries = Object.entries(from);
  return entries.some(([name]) => goes(name)) ? Object.fromEntries(entries.filter(([name]) => !goes(name))) : from;
}

/** The fields in the tool calls of a body, by name. */
function fieldsIn(own: JsonObject): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const message of listOf(own["messages"])) {
    for (const call of listOf(objectOf(message)?.["tool_calls"])) {
      for (const [name, value] of othersIn(objectOf(call) ?? {})) {
        if (fields.size < mostFields) fields.set(name, value);
      }
    }
  }
  return fields;
}

function othersIn(call: JsonObject): readonly (readonly [string, unknown])[] {
  const called = objectOf(call["function"]) ?? {};
  return [
    ...Object.entries(call).filter(([name]) => !ownCallFields.has(name)),
    ...Object.entries(called).filter(([name]) => !ownFunctionFields.has(name)),
  ];
}

/** The body with its tool calls changed; itself where nothing changes. */
function withCalls(own: JsonObject, change: (call: JsonObject) => JsonObject): JsonObject {
  let changed = false;
  const messages = listOf(own["messages"]).map((message) => {
    const turn = objectOf(message);
    const calls = listOf(turn?.["tool_calls"]);
    const made = calls.map((call) => change(objectOf(call) ?? {}));
    if (turn === undefined || made.every((call, at) => call === calls[at])) return message;
    changed = true;
    return { ...turn, tool_calls: made };
  });
  return changed ? { ...own, messages } : own;
}
