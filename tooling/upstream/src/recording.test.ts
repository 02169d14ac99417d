import { expect, test } from "vitest";
import { recordedStream, replayed } from "./recording.ts";
import { startUpstream } from "./upstream.ts";
import type { WireName } from "./wire/wires.ts";

const lines = '{"type":"a","n":1}\n{"type":"b"}\n';

test.each<[WireName, string]>([
  ["openai", 'data: {"type":"a","n":1}\n\ndata: {"type":"b"}\n\ndata: [DONE]\n\n'],
  ["responses", 'event: a\ndata: {"type":"a","n":1}\n\nevent: b\ndata: {"type":"b"}\n\n'],
  ["claude", 'event: a\ndata: {"type":"a","n":1}\n\nevent: b\ndata: {"type":"b"}\n\n'],
  ["gemini", 'data: {"type":"a","n":1}\r\n\r\ndata: {"type":"b"}\r\n\r\n'],
])("%s: payloads that were kept a line each get their framing back, raw bodies keep theirs", (wire, stream) => {
  expect(recordedStream(wire, "x.chunks.txt", lines)).toBe(stream);
  expect(recordedStream(wire, "x.sse", lines)).toBe(lines);
});

test("a recording goes out as it is, wherever its pieces end", async () => {
  const stream = 'data: {"text":"Grün 👍"}\n\n';
  await using upstream = await startUpstream(({ n }) => replayed(stream, n));
  for (const _size of [1, 2, 3]) {
    const response = await fetch(`${upstream.url}/v1/messages`, { method: "POST", body: "{}" });
    expect([response.headers.get("content-type"), await response.text()]).toEqual([
      "text/event-stream; charset=utf-8",
      stream,
    ]);
  }
});
