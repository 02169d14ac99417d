import type { CacheLifetime } from "@massgen/core/model";
import { objectOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";

/** The parts of a request that make up its prompt, in the order in which Claude reads them. */
export interface Prompt {
  readonly tools: readonly JsonObject[];
  readonly system: readonly JsonObject[];
  readonly messages: readonly { readonly content: readonly JsonObject[] }[];
}

/** The most marks that Claude takes in a request. */
const mostMarks = 4;

/** The field of a mark. */
export const markField = "cache_control";

/** The blocks with a mark on the last one: the prompt up to its end is to be cached. */
export function endMarked(blocks: readonly JsonObject[], lifetime: CacheLifetime | undefined): JsonObject[] {
  const last = blocks.at(-1);
  if (last === undefined || lifetime === undefined) return [...blocks];
  return [...blocks.slice(0, -1), marked(last, lifetime)];
}

/**
 * Marks what later requests begin with as well: tools, system, and the conversation up to its end. Of the marks that
 * the client set, the last ones stay, as many as there is room for beside these.
 *
 * @param shared how many blocks of the messages belong to the conversation; undefined where nothing is known of later
 *   requests, and nothing is marked
 * @param besides how many marks the request has elsewhere
 */
export function withCacheMarks({ tools, system, messages }: Prompt, shared: number | undefined, besides = 0): Prompt {
  const blocks = [...tools, ...system, ...messages.flatMap(({ content }) => content)];
  const lifetimes = shared === undefined ? none : chosen(blocks, endsOf(tools, system, shared), mostMarks - besides);
  let at = 0;
  const next = (block: JsonObject): JsonObject => {
    const lifetime = lifetimes.get(at);
    at += 1;
    if (lifetime !== undefined) return marked(block, lifetime);
    return Object.hasOwn(block, markField) ? unmarked(block) : block;
  };
  return {
    tools: tools.map(next),
    system: system.map(next),
    messages: messages.map((message) => ({ ...message, content: message.content.map(next) })),
  };
}

const none: ReadonlyMap<number, CacheLifetime> = new Map();

/** Where tools, system and conversation end, as places among all blocks. */
function endsOf(tools: readonly unknown[], system: readonly unknown[], shared: number): readonly number[] {
  const before = tools.length + system.length;
  return [
    ...(tools.length > 0 ? [tools.length - 1] : []),
    ...(system.length > 0 ? [before - 1] : []),
    ...(shared > 0 ? [before + shared - 1] : []),
  ];
}

/** The places that are marked, and for how long. Claude wants what is kept for longer in front. */
function chosen(
  blocks: readonly JsonObject[],
  ends: readonly number[],
  most: number,
): ReadonlyMap<number, CacheLifetime> {
  const places = new Set(ends);
  for (let at = blocks.length - 1; at >= 0 && places.size < most; at -= 1) {
    if (blocks[at]?.[markField] !== undefined) places.add(at);
  }
  const lifetimes = new Map<number, CacheLifetime>();
  let longest: CacheLifetime = "5m";
  for (const at of [...places].sort((one, other) => other - one)) {
    if (objectOf(blocks[at]?.[markField])?.["ttl"] === "1h") longest = "1h";
    lifetimes.set(at, longest);
  }
  return lifetimes;
}

function marked(block: JsonObject, lifetime: CacheLifetime): JsonObject {
  return { ...block, [markField]: { type: "ephemeral", ...(lifetime === "1h" && { ttl: lifetime }) } };
}

function unmarked(block: JsonObject): JsonObject {
  const { [markField]: _, ...bare } = block;
  return bare;
}
