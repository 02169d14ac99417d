import { expect, it } from "vitest";
import { shownText } from "./upstream-text.ts";

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
