import type { CacheLifetime, ContentPart } from "@massgen/core/model";
import { textIn, type Block } from "./blocks.ts";

/** A mark of the client's, where there is one. */
export interface Mark {
  readonly cacheFor?: CacheLifetime;
}

export function markOf(block: Mark | undefined): Mark {
  return block?.cacheFor === undefined ? {} : { cacheFor: block.cacheFor };
}

/** The last mark among these. */
export function lastMark(blocks: readonly Mark[]): Mark {
  return markOf(blocks.findLast(({ cacheFor }) => cacheFor !== undefined));
}

/** The text of blocks: one text as far as no mark ends it. */
export function markedTexts(blocks: readonly Block[]): readonly (Mark & { readonly text: string })[] {
  const groups: Block[][] = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    if (last === undefined || last.at(-1)?.cacheFor !== undefined) groups.push([block]);
    else last.push(block);
  }
  return groups.map((group) => ({ text: textIn(group), ...markOf(group.at(-1)) }));
}

/** What a user says: a text, or parts where there are images, or marks before the end. */
export function contentOf(blocks: readonly Block[]): Mark & { readonly content: string | readonly ContentPart[] } {
  if (blocks.some(({ type }) => type === "image")) return { content: blocks.flatMap(toPart) };
  const texts = markedTexts(blocks);
  if (texts.length > 1) return { content: texts.map((part) => ({ type: "text", ...part })) };
  return { content: texts[0]?.text ?? "", ...markOf(texts[0]) };
}

function toPart(block: Block): ContentPart[] {
  switch (block.type) {
    case "text":
      return [{ type: "text", text: block.text, ...markOf(block) }];
    case "image":
      return [{ ...block.image, ...markOf(block) }];
    case "call":
    case "result":
      return [];
  }
}
