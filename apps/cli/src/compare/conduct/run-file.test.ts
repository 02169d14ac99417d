import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTeam, type Fact } from "@massgen/core";
import { scriptedModel } from "@massgen/core/testing";
import { expect, it, onTestFinished } from "vitest";
import { openRunFile } from "./run-file.ts";

const request = { messages: [{ role: "user", content: "Why?" }] } as const;
const setup = createTeam({ agents: [scriptedModel(() => "So.")] }).setupFor(request);
const facts: readonly Fact[] = [
  { type: "run-started", atMs: 0 },
  { type: "cancelled", atMs: 5 },
];

async function newPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "massgen-run-file-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, "run.jsonl");
}

it("keeps a head and facts, and a torn line is cut off, wherever it was torn", async () => {
  const path = await newPath();
  const file = await openRunFile(path);
  expect([file.head, file.log]).toEqual([undefined, []]);
  await file.begin({ setup, request });
  await file.append(facts.slice(0, 1));
  await file.append(facts.slice(1));
  await file.close();
  const whole = await readFile(path);
  const lengths: number[] = [];
  for (let length = 0; length <= whole.length; length += length < whole.length - 80 ? 97 : 1) {
    await writeFile(path, whole.subarray(0, length));
    const torn = await openRunFile(path);
    lengths.push(torn.log.length);
    expect(torn.head).toEqual(length > whole.indexOf("\n") ? { setup, request } : undefined);
    if (torn.head) await torn.append([{ type: "cancelled", atMs: 9 }]);
    await torn.close();
    const next = await openRunFile(path);
    expect(next.log).toEqual(torn.head ? [...facts.slice(0, torn.log.length), { type: "cancelled", atMs: 9 }] : []);
    await next.close();
  }
  expect(new Set(lengths)).toEqual(new Set([0, 1, 2]));
});

it("a line that is damaged in the middle, and another version, are named", async () => {
  const path = await newPath();
  await writeFile(path, '{"version":1,"setup":{},"request":{}}\n{oops\n{}\n');
  await expect(openRunFile(path)).rejects.toThrow(/run\.jsonl is damaged in line 2\. Remove the file/);
  await writeFile(path, '{"version":99}\n');
  await appendFile(path, "{}\n");
  await expect(openRunFile(path)).rejects.toThrow(/of another version of massgen/);
});
