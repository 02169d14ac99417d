import { createHash } from "node:crypto";
import type { CallContent } from "../call.ts";
import type { CachedPrompt } from "./cached-prompt.ts";
import { promptBlocks, type PromptBlock } from "./prompt-blocks.ts";

/** Counts what a service's cache would have of each prompt. Nothing in it ever expires. */
export interface PromptCache {
  readonly look: (call: Pick<CallContent, "wire" | "model" | "body">) => CachedPrompt;
}

const charsPerToken = 4;
/** Prompts shorter than this are not kept, by any of the services. */
const leastTokens = 1024;
/** Services that keep prompts by themselves keep blocks of this size. */
const blockTokens = 128;
/** Claude: marks in one request, and blocks before a mark among which an earlier one is found. */
const mostBreakpoints = 4;
const lookBack = 20;

function tokensIn(characters: number): number {
  return Math.ceil(characters / charsPerToken);
}

/** The beginning of a prompt up to some place. */
interface Prefix {
  readonly digest: string;
  readonly tokens: number;
}

/** All beginnings that end where a piece ends. */
function prefixesOf(pieces: readonly string[]): readonly Prefix[] {
  const hash = createHash("sha256");
  let characters = 0;
  return pieces.map((piece) => {
    characters += piece.length;
    return { digest: hash.update(piece).copy().digest("base64"), tokens: tokensIn(characters) };
  });
}

/** A service that keeps every prompt, in blocks: the longest beginning in common with an earlier one counts. */
function lookByBlocks(blocks: readonly PromptBlock[], kept: Set<string>) {
  const prompt = blocks.map(({ text }) => text).join("\n");
  const size = blockTokens * charsPerToken;
  const pieces = Array.from({ length: Math.floor(prompt.length / size) }, (_, n) =>
    prompt.slice(n * size, (n + 1) * size),
  );
  const prefixes = prefixesOf(pieces);
  const unknown = prefixes.findIndex(({ digest }) => !kept.has(digest));
  const known = prefixes[(unknown < 0 ? prefixes.length : unknown) - 1]?.tokens ?? 0;
  return {
    inputTokens: tokensIn(prompt.length),
    cachedInputTokens: known < leastTokens ? 0 : known,
    keep: () => {
      for (const { digest } of prefixes) kept.add(digest);
    },
  };
}

/**
 * A service that keeps what is marked: it reads up to the last place that an earlier request marked, and writes up to
 * the last mark.
 */
function lookByBreakpoints(blocks: readonly PromptBlock[], kept: Set<string>) {
  const prefixes = prefixesOf(blocks.map(({ text }) => text));
  const marks = blocks.flatMap(({ breakpoint }, at) => (breakpoint ? [at] : []));
  const found = marks.flatMap(
    (at) => prefixes.slice(Math.max(0, at - lookBack), at + 1).findLast(({ digest }) => kept.has(digest))?.tokens ?? [],
  );
  const read = Math.max(0, ...found);
  const keepable = marks.flatMap((at) => prefixes[at] ?? []).filter(({ tokens }) => tokens >= leastTokens);
  const refusal = `A maximum of ${mostBreakpoints} blocks with cache_control may be provided. Found ${marks.length}.`;
  return {
    inputTokens: prefixes.at(-1)?.tokens ?? 0,
    cachedInputTokens: read,
    cacheWriteTokens: Math.max(0, (keepable.at(-1)?.tokens ?? 0) - read),
    ...(marks.length > mostBreakpoints && { refusal }),
    keep: () => {
      for (const { digest } of keepable) kept.add(digest);
    },
  };
}

export function createPromptCache(): PromptCache {
  const keptBy = new Map<string, Set<string>>();
  return {
    look({ wire, model, body }) {
      const key = JSON.stringify([wire, model, body["prompt_cache_key"]]);
      const kept = keptBy.get(key) ?? new Set<string>();
      keptBy.set(key, kept);
      const blocks = promptBlocks({ wire, body });
      if (wire === "claude") {
        const { keep, refusal, ...usage } = lookByBreakpoints(blocks, kept);
        return { usage, keep, ...(refusal !== undefined && { refusal }) };
      }
      const { keep, inputTokens, cachedInputTokens } = lookByBlocks(blocks, kept);
      // Gemini says nothing where it has nothing.
      const silent = wire === "gemini" && cachedInputTokens === 0;
      return { usage: { inputTokens, ...(!silent && { cachedInputTokens }) }, keep };
    },
  };
}
