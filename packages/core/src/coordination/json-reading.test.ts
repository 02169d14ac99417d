import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJson } from "./json-reading.ts";

const canonical = (text: string): string | undefined => readJson(text)?.canonical;

describe("the reading of a JSON text", () => {
  it("is the same for the same value, however it is written", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, 8, "\t"), (value, indent) => {
        const text = JSON.stringify(value);
        const read = readJson(text);
        expect(canonical(JSON.stringify(value, undefined, indent))).toBe(read?.canonical);
        expect(read).toMatchObject({ unambiguous: true });
        // A reading is JSON of the same value, and its own reading.
        expect(JSON.parse(read?.canonical ?? "")).toEqual(JSON.parse(text));
        expect(canonical(read?.canonical ?? "")).toBe(read?.canonical);
      }),
    );
  });

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"\\u0061":1,"b":2,"\\u0061":3}',
    '[{"x":{"":0,"y":1,"":2}}]',
    '{"a\\/b":1,"a/b":2}',
  ])("of %s says that readers differ", (text) => {
    expect(readJson(text)).toMatchObject({ unambiguous: false });
  });

  it.each(['[{"a":1},{"a":1}]', '{"a":{"a":{"a":1}}}', '{"a":1,"A":2,"a ":3}', '{"":0}'])(
    "of %s says no such thing",
    (text) => {
      expect(readJson(text)).toMatchObject({ unambiguous: true });
    },
  );

  it.each([
    ["1e400", "1e999"],
    ["12345678901234567890", "12345678901234567891"],
    ["9007199254740993", "9007199254740992"],
    ["1", "1.00000000000000000001"],
    ["0", "1e-400"],
    ["0.1", "0.10000000000000001"],
    ["1", '"1"'],
    ["null", '"null"'],
  ])("tells %s from %s", (a, b) => {
    expect(canonical(a)).not.toBe(canonical(b));
    expect([canonical(a), canonical(b)]).not.toContain(undefined);
  });

  it.each([
    ["1", "1.0"],
    ["100", "1e2"],
    ["0.5", "5e-1"],
    ["0", "-0.0"],
    ['"\\u00e9\\n"', '"é\\u000a"'],
  ])("takes %s for %s", (a, b) => {
    expect(canonical(a)).toBe(canonical(b));
  });

  it.each([
    ["megabytes of blanks", `{"a":${" ".repeat(100_000)}1}`],
    ["a page of line ends", `{"a":1${"\n".repeat(60)}}`],
    ["blanks around it", `${" ".repeat(60)}1`],
    ["a zero with a sign", '{"a":-0}'],
  ])("calls %s unusual", (_, text) => {
    expect(readJson(text)).toMatchObject({ ordinary: false });
  });

  it("calls what programs print usual", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 2, 8, "\t"), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent).replaceAll("\n", "\r\n");
        expect(readJson(`${text}\n`)?.ordinary).toBe(true);
      }),
    );
  });

  it.each(["", "  ", "{a: 1}", "[1,]", "nul", "1 2", "[".repeat(101) + "]".repeat(101), `"${"x".repeat(200_000)}"`])(
    "is absent for text that is not JSON, too deep or too long",
    (text) => {
      expect(readJson(text)).toBeUndefined();
    },
  );
});
