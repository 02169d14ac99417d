import { expect, it } from "vitest";
import { completions, helpLines, readTyped } from "./chat-command.ts";

it.each([
  ["", { kind: "nothing" }],
  [" \n ", { kind: "nothing" }],
  [" Why?\nReally? ", { kind: "question", text: "Why?\nReally?" }],
  [" /etc/hosts: what is it?", { kind: "question", text: "/etc/hosts: what is it?" }],
  ["/quit", { kind: "command", name: "quit", rest: "" }],
  ["/SAVE  my  chat.md ", { kind: "command", name: "save", rest: "my  chat.md" }],
  ["/constructor", { kind: "unknown", name: "/constructor" }],
  ["/", { kind: "unknown", name: "/" }],
  [`/${"x".repeat(1000)}`, { kind: "unknown", name: `/${"x".repeat(40)}` }],
])("%j", (line, typed) => {
  expect(readTyped(line)).toEqual(typed);
});

it("help fits 60 columns", () => {
  for (const line of helpLines()) expect(line.length, line).toBeLessThanOrEqual(60);
});

it("the tab key completes commands, and nothing else", () => {
  expect(completions("/s")).toEqual(["/show", "/save"]);
  expect(completions("s")).toEqual([]);
});
