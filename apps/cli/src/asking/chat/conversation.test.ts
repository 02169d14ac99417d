import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Conversation, saveConversation } from "./conversation.ts";

const conversation: Conversation = [
  { role: "user", content: "Why is the sky blue?" },
  { role: "assistant", content: "Air scatters blue light." },
];

let cwd: string;
beforeAll(async () => void (cwd = await mkdtemp(join(tmpdir(), "massgen-chat-"))));
afterAll(() => rm(cwd, { recursive: true }));

const save = (file: string): Promise<string | undefined> => saveConversation(conversation, file, { cwd, home: cwd });
const read = (file: string): Promise<string> => readFile(join(cwd, file), "utf8");

it("is Markdown, or messages as JSON", async () => {
  expect(await save("a.md")).toBeUndefined();
  expect(await read("a.md")).toBe("## Question\n\nWhy is the sky blue?\n\n## Answer\n\nAir scatters blue light.\n");
  expect(await save("~/a.JSON")).toBeUndefined();
  expect(JSON.parse(await read("a.JSON"))).toEqual({ messages: conversation });
});

it("overwrites nothing, and says why it cannot write", async () => {
  await writeFile(join(cwd, "mine.md"), "mine");
  expect(await save("mine.md")).toMatch(/not overwritten/);
  expect(await read("mine.md")).toBe("mine");
  expect(await save(".")).toMatch(/not overwritten/);
  expect(await save("none/a.md")).toBe("there is no such folder");
  expect(await save("mine.md/a.md")).toBe("there is no such folder");
});
