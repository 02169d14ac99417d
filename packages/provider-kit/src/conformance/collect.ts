import assert from "node:assert/strict";
import { MassgenError, type FinishEvent, type ModelEvent, type ToolCallEvent } from "@massgen/core/model";
import { within } from "./patience.ts";

/** Everything that a stream gave, and the error it ended with. */
export interface Collected {
  readonly events: readonly ModelEvent[];
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly ToolCallEvent[];
  readonly finish?: FinishEvent;
  readonly error?: MassgenError;
}

/**
 * Reads a stream to its end and holds it to the second promise: one `finish`, last, or one MassgenError.
 *
 * @param seen told of each event before the next one is asked for
 * @throws AssertionError when the stream ends otherwise, or not at all; anything thrown that is not a MassgenError is
 *   rethrown
 */
export async function collect(
  stream: AsyncIterable<ModelEvent>,
  seen: (event: ModelEvent) => unknown = () => undefined,
): Promise<Collected> {
  const events: ModelEvent[] = [];
  let error: MassgenError | undefined;
  try {
    await within(readInto(events, stream, seen), "the end of the call");
  } catch (thrown) {
    if (!MassgenError.isInstance(thrown)) throw thrown;
    error = thrown;
  }
  const finishes = events.filter((event) => event.type === "finish");
  const [finish] = finishes;
  const ends = `${finishes.length} finish events${error === undefined ? "" : ` and the error ${error.code} ("${error.message}")`}`;
  const all = `the events were: ${events.map(({ type }) => type).join(", ") || "none"}`;
  const one = finishes.length + (error === undefined ? 0 : 1) === 1;
  assert.ok(one, `promise 2: one finish or one error, but there were ${ends}; ${all}`);
  if (finish !== undefined) assert.ok(events.at(-1) === finish, `promise 2: nothing may follow the finish; ${all}`);
  const join = (type: "text-delta" | "reasoning-delta"): string =>
    events.map((event) => (event.type === type ? event.text : "")).join("");
  return {
    events,
    text: join("text-delta"),
    reasoning: join("reasoning-delta"),
    calls: events.filter((event) => event.type === "tool-call"),
    ...(finish !== undefined && { finish }),
    ...(error !== undefined && { error }),
  };
}

async function readInto(
  events: ModelEvent[],
  stream: AsyncIterable<ModelEvent>,
  seen: (event: ModelEvent) => unknown,
): Promise<void> {
  for await (const event of stream) {
    events.push(event);
    seen(event);
  }
}
