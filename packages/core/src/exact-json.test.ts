import fc from "fast-check";
import { expect, it } from "vitest";
import { parseToRewrite } from "./exact-json.ts";

it("integers that a double cannot hold are written as they were", () => {
  const texts = [
    '{"id":12345678901234567891,"s":"12345678901234567891"}',
    '[-9007199254740993,{"a":[98765432109876543210]}]',
    '{"__proto__":12345678901234567891,"":1}',
  ];
  for (const text of texts) expect(JSON.stringify(parseToRewrite(text))).toBe(text);
});

it("all else is as with JSON.parse", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const long = text.replace(/}$/, ',"long":"1234567890123456"}');
      for (const each of text.startsWith("{") && text !== "{}" ? [text, long] : [text]) {
        expect(JSON.stringify(parseToRewrite(each))).toBe(JSON.stringify(JSON.parse(each)));
      }
    }),
  );
  for (const text of ["1234567890123456789", "0.12345678901234567", '"1234567890123456789"', "12345678901234567e3"]) {
    expect(parseToRewrite(text)).toBe(JSON.parse(text));
  }
  expect(() => parseToRewrite("{1234567890123456789")).toThrow(SyntaxError);
  const deep = `${"[".repeat(100_000)}1234567890123456789${"]".repeat(100_000)}`;
  expect(Array.isArray(parseToRewrite(deep))).toBe(true);
});
