import { describe, expect, test } from "vitest";
import { readAnswer, type AnswerPiece } from "./answer-reader.ts";
import { mostLines } from "./event-splitter.ts";
import { mostHeld, OversizedAnswer } from "./oversized-answer.ts";

async function read(...texts: readonly string[]): Promise<AnswerPiece[]> {
  const queue = [...texts];
  const pieces: AnswerPiece[] = [];
  for await (const batch of readAnswer(async () => queue.shift())) {
    pieces.push(...batch.filter(({ type }) => type !== "comment"));
  }
  return pieces;
}
const event = (data: string, name?: string): AnswerPiece => ({
  type: "event",
  data,
  whole: true,
  ...(name !== undefined && { name }),
});

describe("an event stream", () => {
  const stream =
    '\uFEFF: hi\r\n\r\nevent: error\r\ndata: {"a":"ü😀"}\r\n\r\ndata:two\ndata: lines\n\n: bye\n\ndata: [DONE]\n\n';
  const expected = [event('{"a":"ü😀"}', "error"), event("two\nlines"), event("[DONE]")];

  test("whole", async () => expect(await read(stream)).toEqual(expected));
  test("cut at every place", async () => {
    for (let at = 0; at <= stream.length; at += 1) {
      expect(await read(stream.slice(0, at), stream.slice(at))).toEqual(expected);
    }
  });
  test("one character at a time", async () => expect(await read(...Array.from(stream))).toEqual(expected));
  test("an event without its blank line is told apart", async () => {
    expect(await read("data: a\n\ndata: b")).toEqual([event("a"), { type: "event", data: "b", whole: false }]);
  });
});

describe("a document", () => {
  test.each(['{"a":1}', " \n[1,2]", "<html></html>", '\uFEFF{"a":1}'])("%s", async (text) => {
    expect(await read(...Array.from(text))).toEqual([{ type: "document", text }]);
  });
});

test("nothing", async () => {
  expect(await read()).toEqual([]);
  expect(await read(" ", "\n")).toEqual([]);
});

test("reads on only when everything read was taken", async () => {
  let reads = 0;
  const pieces = readAnswer(async () => {
    reads += 1;
    return reads > 5 ? undefined : "data: a\n\ndata: b\n\n";
  });
  expect(await pieces.next()).toMatchObject({ value: { length: 2 } });
  expect(reads).toBe(1);
  await pieces.next();
  expect(reads).toBe(2);
  await pieces.return();
});

test.each(["data: ", "{"])("a piece beyond all measure, %s", async (begin) => {
  await expect(read(begin, "x".repeat(mostHeld), "x", "x")).rejects.toThrow(OversizedAnswer);
});

describe("lines of one event", () => {
  const lines = (count: number, unit = "data:\n"): string[] =>
    Array.from({ length: count / 100 }, () => unit.repeat(100));
  test("are bounded", async () => {
    await expect(read(...lines(mostLines), "data:\n", "data:\n")).rejects.toThrow(OversizedAnswer);
    await expect(read(...lines(mostLines, "id: 1\r"), "id: 1\r", "id: 1\r")).rejects.toThrow(OversizedAnswer);
  });
  test("count anew behind a blank one, and comments never", async () => {
    expect(await read(...lines(mostLines), "\n", ...lines(mostLines), "\n")).toHaveLength(2);
    expect(await read(...lines(2 * mostLines, ":\n"), ...lines(2 * mostLines, "\r\n"), "data: a\n\n")).toEqual([
      event("a"),
    ]);
  });
  test("a carriage return at the end of a read ends a line at once, and its line feed is no second one", async () => {
    expect(await read("data: a\r", "\ndata: b\r", "\n\r", "\n", "data: c\r\r")).toEqual([event("a\nb"), event("c")]);
  });
});
