import { constructFromEvents, CORE_SCHEMA, EVENT_ID, mergeTag, parseEvents, YAMLException, type Event } from "js-yaml";
import type { Finding } from "./finding.ts";
import { lineCounter } from "./line-counter.ts";
import { lineMap, type LineMap } from "./line-map.ts";
import { copyTree, isMapping, maxDepth, maxValues, tooManyValues, type Mapping } from "./plain-tree.ts";
import { findPlaces } from "./yaml-places.ts";

/** A YAML (or JSON) file that could be read. */
export interface YamlDocument {
  /**
   * What it says: nested plain objects, arrays and scalars; every alias is a copy of its own, and no key is
   * `__proto__`.
   */
  readonly value: Mapping;
  readonly lines: LineMap;
  /** What is wrong although it could be read. */
  readonly findings: readonly Finding[];
}

const schema = CORE_SCHEMA.withTags(mergeTag);
const example = "agents: [{ id: a, backend: { model: gpt-4o } }]";

/** The most scalars, keys, beginnings and ends of collections that are looked at. */
const maxEvents = 3 * maxValues;

/** Reads one YAML document whose top level is a mapping; a finding instead when the source is anything else. */
export function readYaml(text: string): YamlDocument | Finding {
  let source: string;
  let events: Event[];
  let documents: unknown[];
  try {
    ({ source, events } = readEvents(text));
    // Checked before the costlier steps.
    if (events.length > maxEvents) return { path: [], message: tooManyValues };
    documents = constructFromEvents(events, { source, schema, json: true });
  } catch (error) {
    return syntaxFinding(error);
  }
  if (documents.length > 1) return { path: [], ...secondDocument(source, events) };
  const [document] = documents;
  if (document === undefined || document === null) {
    return { path: [], message: `is empty; the shortest configuration is \`${example}\`` };
  }
  if (!isMapping(document)) {
    const found = Array.isArray(document) ? "a list" : "a single value";
    return { path: [], line: 1, message: `must be a mapping such as \`${example}\`, not ${found}` };
  }
  const lineAt = lineCounter(source);
  const { root, findings } = findPlaces(source, events, lineAt);
  const lines = lineMap(source, root, lineAt);
  const { copy, problem } = copyTree(document);
  if (problem !== undefined) return { line: lines.lineOf(problem.path) ?? 1, ...problem };
  return { value: copy, lines, findings };
}

/**
 * The most characters that are parsed again after repairs: two or three times for a large file, more often for small
 * ones.
 */
const repairCharacters = 8_000_000;
const deepIndentation = " ".repeat(maxDepth);

/**
 * Parses a source, with closing brackets moved to the right where they stand no further in than the key that opened
 * them. YAML forbids that, and the parsers that most people know, PyYAML and js-yaml before version 5, allow it. Lines
 * keep their numbers.
 */
function readEvents(text: string): { source: string; events: Event[] } {
  let source = text;
  let parsed = 0;
  let firstError: unknown;
  for (;;) {
    try {
      return { source, events: parseEvents(source, { maxDepth }) };
    } catch (error) {
      firstError ??= error;
      const offset = outdentedBracket(source, error);
      parsed += source.length;
      if (offset === undefined || parsed > repairCharacters) throw firstError;
      source = source.slice(0, offset) + deepIndentation + source.slice(offset);
    }
  }
}

function outdentedBracket(source: string, error: unknown): number | undefined {
  if (!(error instanceof YAMLException) || !error.reason.startsWith("deficient indentation")) return undefined;
  const offset = error.mark?.position;
  return offset !== undefined && /[\]}]/.test(source.charAt(offset)) ? offset : undefined;
}

/** js-yaml puts the names of aliases and tags into its messages; with a quote forgotten those may be part of a key. */
const ownWords: readonly (readonly [RegExp, string])[] = [
  [
    /^unidentified alias/,
    "an alias (*name) without an anchor (&name) before it; put a value that begins with * in quotes",
  ],
  [/^missed comma/, "a comma is missing between { } or [ ]; inside them, put a value such as ${NAME} in quotes"],
  [/^deficient indentation/, "this line should be indented more; is a quote or a bracket before it left open?"],
  [/multiline key/, "here or on the line before, something is no `key: value`; is the space after a colon missing?"],
  [/\btag\b/, "a tag that has no meaning here; put a value that begins with ! in quotes"],
  [/maxDepth/, `values are nested more than ${maxDepth} levels deep`],
  [/maxTotalMergeKeys/, "merge keys (<<) bring too many keys"],
];

function syntaxFinding(error: unknown): Finding {
  const reason = error instanceof YAMLException ? error.reason : "cannot be read";
  const words = ownWords.find(([pattern]) => pattern.test(reason))?.[1] ?? reason.split("\n", 1)[0];
  const line = error instanceof YAMLException && error.mark !== undefined ? { line: error.mark.line + 1 } : {};
  return { path: [], ...line, message: `not valid YAML: ${words}` };
}

function secondDocument(source: string, events: readonly Event[]): { line?: number; message: string } {
  const message = "holds several documents (separated by ---); a configuration is one";
  const second = events.findIndex((event, index) => index > 0 && event.type === EVENT_ID.DOCUMENT);
  const content = events[second + 1];
  let offset = -1;
  if (content !== undefined && "start" in content) offset = content.start;
  if (content !== undefined && "valueStart" in content) offset = content.valueStart;
  return offset < 0 ? { message } : { line: lineCounter(source)(offset), message };
}
