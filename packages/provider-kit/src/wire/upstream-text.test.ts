import { expect, it } from "vitest";
import { readCharacters, shownText } from "./upstream-text.ts";

const shown = (text: string): string => shownText(text, (each) => each.replaceAll("sk-secret", "[redacted]"));

it("is one line, redacted, and cut", () => {
  expect(shown("a\n  b\tsk-secret")).toBe("a b [redacted]");
  expect(shown("x".repeat(400))).toHaveLength(300);
});

it("of a web page is its title", () => {
  expect(shown("<!doctype html><html><head><title>Sign in</title></head>")).toBe('an HTML page titled "Sign in"');
  expect(shown("<html><body>no title</body>")).toBe("an HTML page");
});

it("tells nothing of a server's inside: no stack frames, no places of files", () => {
  const stack =
    "TypeError: oops\n    at Object.<anonymous> (/srv/app/index.js:1:2)\n    at async run (file:///app/x.mjs:3:4)";
  expect(shown(stack)).toBe("TypeError: oops");
  expect(shown("cannot open /etc/secret/keys.json: denied")).toBe("cannot open [path]: denied");
  expect(shown("use POST /v1/chat/completions at https://host.example/v1/docs")).toBe(
    "use POST /v1/chat/completions at https://host.example/v1/docs",
  );
});

it.each([
  ["blanks", " ", "no x"],
  ["stack frames", "\n    at run (/srv/app/index.js:1:2)", "no x"],
  ["places in drives", " at C:\\app\\x.js:1:2", "no x"],
  ["control characters", "\u0000\u001b", "no x"],
])("%s go, however many", (_name, unit, expected) => {
  expect(shown(`no${unit.repeat(50)} x`)).toBe(expected);
  expect(shown(`no${unit.repeat(100_000)} x`).length).toBeLessThanOrEqual(300);
});

it("of a page with titles that nothing closes is a page", () => {
  expect(shown(`<html>${"<title".repeat(10_000)}`)).toBe("an HTML page");
  expect(shown(`<html>${"<title>".repeat(10_000)}`)).toBe("an HTML page");
});

it("shows no half of a secret, wherever the text is cut", () => {
  const secret = "sk-secret";
  for (const blanks of [0, 250, 290, 295, 298, readCharacters - 12, readCharacters - 9, readCharacters - 4]) {
    expect(shown(`${" ".repeat(blanks)}${secret} ${"y".repeat(readCharacters)}`)).not.toMatch(/sk-|secret|cret/);
    expect(shown(`${"z".repeat(blanks)} ${secret} ${"y".repeat(readCharacters)}`)).not.toMatch(/sk-|secret|cret/);
  }
});

it("cuts no pair of surrogates in two", () => {
  expect(shown("\u{1f600}".repeat(400)).isWellFormed()).toBe(true);
  expect(shown("a\ud800b")).toBe("a\ufffdb");
});
