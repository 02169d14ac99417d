import fc from "fast-check";
import { expect, test } from "vitest";
import { createAnswerFilter } from "./answer-filter.ts";
import { createPatternFinder } from "./pattern-finder.ts";

function pushed(secrets: readonly string[], pieces: readonly string[]): string[] {
  const filter = createAnswerFilter(createPatternFinder(secrets));
  return [...pieces.map((piece) => filter.push(piece)), filter.end()];
}

/** What is left of a text: secrets go, and those that overlap go as one. Slow and plain. */
function plainly(secrets: readonly string[], text: string): string {
  let left = "";
  let shown = 0;
  for (let at = 0; at < text.length; at += 1) {
    const longest = Math.max(...secrets.map((secret) => (text.startsWith(secret, at) ? secret.length : 0)));
    if (longest === 0) {
      if (at >= shown) left += text[at];
      continue;
    }
    if (at >= shown) left += "[redacted]";
    shown = Math.max(shown, at + longest);
  }
  return left;
}

const letters = fc.string({ unit: fc.constantFrom("a", "b", "-"), minLength: 1, maxLength: 6 });
const cases = fc.record({
  secrets: fc.array(letters, { minLength: 1, maxLength: 4 }),
  pieces: fc.array(fc.string({ unit: fc.constantFrom("a", "b", "-", "x"), maxLength: 7 }), { maxLength: 12 }),
});

test("however a text is split, exactly the secrets go", () => {
  fc.assert(
    fc.property(cases, ({ secrets, pieces }) => {
      expect(pushed(secrets, pieces).join("")).toBe(plainly(secrets, pieces.join("")));
    }),
  );
});

test("held back is what may begin a secret, and nothing else", () => {
  fc.assert(
    fc.property(cases, ({ secrets, pieces }) => {
      const filter = createAnswerFilter(createPatternFinder(secrets));
      let text = "";
      let given = "";
      for (const piece of pieces) {
        text += piece;
        fc.pre(secrets.every((secret) => !text.includes(secret)));
        given += filter.push(piece);
        const held = Array.from(text, (_, at) => text.slice(at)).find((end) =>
          secrets.some((secret) => secret.startsWith(end)),
        );
        expect(given).toBe(text.slice(0, text.length - (held ?? "").length));
      }
    }),
  );
});

test("text that begins no secret passes piece by piece, and a secret that did not come about is given back", () => {
  expect(pushed(["k3y-secret"], ["the", " answer", " is k3y", "-sec", "ond", "."])).toEqual([
    "the",
    " answer",
    " is ",
    "",
    "k3y-second",
    ".",
    "",
  ]);
});

test("one that contains or continues another goes as a whole, once", () => {
  expect(pushed(["abcd", "abcdefgh"], ["<abcd", "efgh>"]).join("")).toBe("<[redacted]>");
  expect(pushed(["abcd", "abcdefgh"], ["<abcd", "ef>"]).join("")).toBe("<[redacted]ef>");
  expect(pushed(["abcdef", "defghi"], ["<abcdef", "ghi>"]).join("")).toBe("<[redacted]>");
});

test("a short hold is released for the order of events, a long one is not; what follows is seen with it", () => {
  const filter = createAnswerFilter(createPatternFinder(["secret-key"]));
  expect([filter.push("is"), filter.push("s"), filter.release()]).toEqual(["i", "s", "s"]);
  expect([filter.push("ecret-key."), filter.end()]).toEqual(["[redacted].", ""]);
  expect([filter.push("secr"), filter.release(), filter.push("et-key"), filter.end()].join("|")).toBe("|||[redacted]");
});

test("a secret in pieces, with other events between them, goes but for its first characters", () => {
  const filter = createAnswerFilter(createPatternFinder(["secret-key"]));
  const given = Array.from("a secret-key.", (char) => filter.push(char) + filter.release());
  expect(given.join("") + filter.end()).toBe("a sec[redacted].");
});
