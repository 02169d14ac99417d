import fc from "fast-check";
import { expect, test } from "vitest";
import { createJsonEnd } from "./json-end.ts";

function wholeAt(pieces: readonly string[]): boolean[] {
  const end = createJsonEnd();
  let text = "";
  return pieces.map((piece) => {
    end.push(piece);
    text += piece;
    return end.whole(text);
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("agrees with JSON.parse after every character of any JSON text", () => {
  fc.assert(
    fc.property(fc.json(), fc.string(), (json, more) => {
      const characters = Array.from(` ${json} ${more}`);
      const expected = characters.map((_, at) => isJson(characters.slice(0, at + 1).join("")));
      expect(wholeAt(characters)).toEqual(expected);
    }),
  );
});

test.each(["{a}", "}", "[}", '"a" "b"', "{}{}", "nul", "", "[1,2}"])("%s is none", (text) => {
  expect(wholeAt([text])).toEqual([false]);
});

test("what is closed is parsed once, whatever blanks follow", () => {
  const end = createJsonEnd();
  end.push("{a}");
  expect(end.whole("{a}")).toBe(false);
  end.push(" ");
  // Would be one by now, if it were parsed again.
  expect(end.whole("{}")).toBe(false);
});
