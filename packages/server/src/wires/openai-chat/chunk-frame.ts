import { dataFrame, lineOf } from "../frame.ts";
import type { Frame } from "../wire.ts";
import type { ChatCompletionChunk } from "./chunks.ts";

/**
 * Writes the chunks of one stream that differ from each other only in their delta, or by an event beside it. What
 * stands around the delta is written once: a stream has a chunk for every token.
 *
 * @param first one of these chunks, without an event
 */
export function chunkFrame(first: ChatCompletionChunk): (chunk: ChatCompletionChunk) => Frame {
  const empty = dataFrame({ ...first, choices: first.choices.map((choice) => ({ ...choice, delta: {} })) });
  // Behind the delta stands no text of anybody.
  const at = empty.lastIndexOf("{}");
  const [before, after] = [empty.slice(0, at), empty.slice(at + 2)];
  return (chunk) => {
    const [choice] = chunk.choices;
    const alone = choice !== undefined && chunk.massgen_event === undefined;
    return alone ? before + lineOf(choice.delta) + after : dataFrame(chunk);
  };
}
