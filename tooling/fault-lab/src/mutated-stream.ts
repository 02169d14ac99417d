import {
  type Arbitrary,
  array,
  constant,
  constantFrom,
  integer,
  json,
  nat,
  oneof,
  record,
  string,
  tuple,
  uint8Array,
} from "fast-check";
import { text as textOf, toolCalls, type Answer, type WireName } from "@massgen/upstream";
import { framesOf, inBandError } from "./frames.ts";

/** An answer's stream as some provider might send it on a very bad day. */
export interface MutatedStream<Wire extends WireName> {
  readonly wire: Wire;
  /** What was meant. */
  readonly answer: Answer;
  readonly bytes: Buffer;
  /** Sizes of the pieces in which it arrives, over and over. */
  readonly sizes: readonly number[];
  /** What follows the last byte. */
  readonly end: "close" | "break" | "silence";
  /** Whether the bytes are what was meant. */
  readonly intact: boolean;
}

type Change = (frames: readonly Buffer[], wire: WireName) => readonly Buffer[];

const source = { n: 1, model: "lab" };

const anyText = string({ unit: "grapheme", maxLength: 40 });

const answers: Arbitrary<Answer> = record({
  text: oneof(anyText, constant("<think>Hm.</think>Done."), constant("x".repeat(5000))),
  calls: array(
    record({
      name: constantFrom("vote", "new_answer", "look_up"),
      arguments: oneof(
        json({ maxDepth: 2 }).filter((text) => text.startsWith("{")),
        constantFrom("{}", "{", '{"agent_id":"agent1","reason":"ä"}'),
      ),
    }),
    { maxLength: 2 },
  ),
  usage: record({ inputTokens: nat(100_000), outputTokens: nat(100_000) }),
}).map(({ text, calls, usage }) => ({
  ...(calls.length > 0 ? toolCalls(calls, { usage }) : textOf(text, { usage })),
  text,
}));

/** Pieces of a stream that are no events, as a body that is nothing else would hold them. */
export const loosePieces: readonly string[] = [
  '{"choices":[{"delta":{"content":"Hel"}}]}',
  '{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"vote","arguments":"{}"}}]}}]}',
  '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}',
  '{"type":"response.output_text.delta","output_index":0,"delta":"Hel"}',
  '{"candidates":[{"content":{"parts":[{"text":"Hel"}]}}]}',
];

/** Lines that no answer needs, and some that no provider should send. */
const strayLines = [
  ": keep-alive\n\n",
  "event: ping\ndata: {}\n\n",
  "data: [DONE]\n\n",
  "data: null\n\n",
  "data: []\n\n",
  'data: "text"\n\n',
  "data:\n\n",
  "data: {\n\n",
  "retry: 10\nid: 7\n\n",
  "\r\n\r\n",
  "\uFEFF",
  '{"error":{"message":"late","type":"server_error"}}\n',
  '{"choices":[{"delta":{"content":7,"tool_calls":{}}}]}',
  ...loosePieces,
  'data: {"choices":[{"index":0,"delta":{"tool_calls":[null,{"index":-1},{"function":7}]}}]}\n\n',
  'data: {"type":"content_block_delta","index":9,"delta":{"type":"input_json_delta","partial_json":7}}\n\n',
  'data: {"type":"response.output_item.done","output_index":-1,"item":{"type":"function_call","arguments":{}}}\n\n',
  'data: {"type":"response.output_text.delta","output_index":"7","delta":{}}\n\n',
  'data: {"candidates":[{"content":{"parts":[null,{"functionCall":{"args":[]}}]}}]}\r\n\r\n',
  'data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","willContinue":true}}]}}]}\r\n\r\n',
  'data: {"candidates":[{"content":{"parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$.a[2]","stringValue":"x"}]}}]}}]}\r\n\r\n',
  'data: {"candidates":[{"content":{"parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$[","nullValue":0}]}}]}}]}\r\n\r\n',
  'data: {"usageMetadata":{"promptTokenCount":-1,"candidatesTokenCount":1e308,"thoughtsTokenCount":"7"}}\r\n\r\n',
  'data: [{"candidates":[{"finishReason":"constructor"}]},7]\r\n\r\n',
  "event: error\ndata: oops\n\n",
  "<html>",
];

const index = nat(30);

const changes: Arbitrary<Change> = oneof(
  index.map(
    (at): Change =>
      (frames) =>
        frames.toSpliced(at % frames.length, 1),
  ),
  index.map(
    (at): Change =>
      (frames) =>
        frames.toSpliced(at % frames.length, 0, pick(frames, at)),
  ),
  tuple(index, index).map(([from, to]): Change => (frames) => {
    const rest = frames.toSpliced(from % frames.length, 1);
    return rest.toSpliced(to % frames.length, 0, pick(frames, from));
  }),
  index.map(
    (at): Change =>
      (frames) =>
        frames.slice(0, at % frames.length),
  ),
  tuple(index, nat(300)).map(([at, length]): Change => (frames) => {
    const cut = pick(frames, at);
    return frames.with(at % frames.length, cut.subarray(0, length % (cut.length + 1)));
  }),
  tuple(index, nat(300), uint8Array({ minLength: 1, maxLength: 8 })).map(([at, offset, bytes]): Change => (frames) => {
    const hit = pick(frames, at);
    const middle = offset % (hit.length + 1);
    return frames.with(at % frames.length, Buffer.concat([hit.subarray(0, middle), bytes, hit.subarray(middle)]));
  }),
  tuple(index, constantFrom(...strayLines)).map(
    ([at, line]): Change =>
      (frames) =>
        frames.toSpliced(at % (frames.length + 1), 0, Buffer.from(line)),
  ),
  index.map(
    (at): Change =>
      (frames, wire) =>
        frames.toSpliced(at % (frames.length + 1), 0, Buffer.from(inBandError(wire, "No more.", source))),
  ),
);

function pick(frames: readonly Buffer[], at: number): Buffer {
  return frames[at % frames.length] ?? Buffer.alloc(0);
}

/** Streams of one wire: as meant, or changed up to four times, and cut into odd pieces. */
export function mutatedStreams<Wire extends WireName>(wire: Wire): Arbitrary<MutatedStream<Wire>> {
  return record({
    answer: answers,
    changes: array(changes, { maxLength: 4 }),
    sizes: array(oneof(integer({ min: 1, max: 7 }), integer({ min: 1, max: 4000 })), {
      minLength: 1,
      maxLength: 5,
    }),
    end: oneof(
      { weight: 20, arbitrary: constant("close" as const) },
      { weight: 3, arbitrary: constant("break" as const) },
      { weight: 1, arbitrary: constant("silence" as const) },
    ),
  }).map(({ answer, changes: applied, sizes, end }) => {
    const whole = framesOf(wire, answer, source).map(({ text }) => Buffer.from(text));
    const frames = applied.reduce<readonly Buffer[]>(
      (changed, change) => (changed.length === 0 ? changed : change(changed, wire)),
      whole,
    );
    const bytes = Buffer.concat(frames);
    return { wire, answer, bytes, sizes, end, intact: bytes.equals(Buffer.concat(whole)) };
  });
}
