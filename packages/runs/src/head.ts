import type { KeptRun } from "./kept-run.ts";
import { eachText, mapTexts } from "./texts.ts";

/**
 * What a run says several times (a message stands in the request, and where its wire remembers what the client sent) is
 * written once, in a list of texts, and stands elsewhere as a mark with its place in that list.
 */
interface SharedHead {
  readonly texts: readonly string[];
  readonly run: KeptRun;
}

/** Begins a mark, and, doubled, a text that begins with it. */
const mark = "^";

/** The fewest characters of a text that is written once: of shorter ones there is little to save. */
const shortest = 200;

/** A run as it is written. Reversed by {@link readHead}. */
export function writeHead(run: KeptRun): string {
  // Of a run for its history alone, the wire remembers nothing.
  const texts = run.historyOnly === true ? [] : repeated(run);
  if (texts.length === 0) return JSON.stringify(run);
  const places = new Map(texts.map((text, at) => [text, `${mark}${at}`]));
  const marked = mapTexts(run, (text) => places.get(text) ?? (text.startsWith(mark) ? `${mark}${text}` : text));
  return JSON.stringify({ texts, run: marked } satisfies SharedHead);
}

/** @param json what {@link writeHead} wrote, parsed */
export function readHead(json: unknown): KeptRun {
  if (!isShared(json)) return json as KeptRun;
  const { texts, run } = json;
  return mapTexts(run, (text) => {
    if (!text.startsWith(mark)) return text;
    return text.startsWith(mark, 1) ? text.slice(1) : (texts[Number(text.slice(1))] ?? "");
  });
}

/** The longer texts that stand in a run more than once. */
function repeated(run: KeptRun): readonly string[] {
  const once = new Set<string>();
  const more = new Set<string>();
  eachText(run, (text) => {
    if (text.length < shortest) return;
    if (once.has(text)) more.add(text);
    else once.add(text);
  });
  return [...more];
}

/** A run has no `texts`. */
function isShared(json: unknown): json is SharedHead {
  return typeof json === "object" && json !== null && Object.hasOwn(json, "texts");
}
