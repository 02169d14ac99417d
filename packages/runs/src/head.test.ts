import fc from "fast-check";
import { expect, test } from "vitest";
import { readHead, writeHead } from "./head.ts";
import type { KeptRun } from "./kept-run.ts";
import { keptRun } from "./testing/kept.ts";

function roundTrip(run: KeptRun): KeptRun {
  return readHead(JSON.parse(writeHead(run)));
}

test("a text that stands in a run several times is written once", () => {
  const content = "Why is the sky blue? ".repeat(100);
  const run = keptRun("run_1", {
    request: { messages: [{ role: "user", content }] },
    wire: { own: { input: [{ content }], echo: { instructions: content } } },
  });
  const written = writeHead(run);
  expect(written.split(content)).toHaveLength(2);
  expect(roundTrip(run)).toEqual(run);
});

test("a run without such texts is written as it is", () => {
  const run = keptRun("run_1");
  expect(JSON.parse(writeHead(run))).toEqual(run);
});

test("any run comes back, whatever its texts and names look like", () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom("^", "^0", "^1", "^^0", "x".repeat(200), "^".repeat(200), "y".repeat(230)),
  );
  const name = fc.oneof(fc.string(), fc.constantFrom("__proto__", "texts", "run", "toJSON"));
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { depthSize: "small" },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie("list"),
      tie("object"),
    ),
    list: fc.array(tie("json")),
    object: fc.dictionary(name, tie("json"), { noNullPrototype: true }),
  }));
  fc.assert(
    fc.property(json, (own) => {
      const run = keptRun("run_1", { wire: { own } });
      expect(roundTrip(run)).toStrictEqual(run);
    }),
  );
});
