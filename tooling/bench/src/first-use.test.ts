import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startFloodUpstream, type ChildServer } from "./child-server.ts";
import { floodModel } from "./flood-wire.ts";

const script = fileURLToPath(new URL("first-use.ts", import.meta.url));
const model = floodModel({ delivery: "bulk", deltas: 1 });

let upstream: ChildServer;
beforeAll(async () => {
  upstream = await startFloodUpstream();
});
afterAll(() => upstream.stop());

/**
 * The npm packages that a process loads which makes one call, eventsource-parser aside, which is small and always
 * there.
 */
async function loadedBy(...words: readonly string[]): Promise<unknown> {
  const args = ["--conditions=massgen-source", script, ...words];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return (JSON.parse(stdout) as string[]).filter((name) => name !== "eventsource-parser");
}

test.each([
  ["gemini", ["undici"]],
  ["claude", ["undici"]],
  ["openai", ["openai", "undici"]],
  ["demo", []],
])("a process that only calls %s loads what that takes, and no other SDK", async (type, packages) => {
  expect(await loadedBy(type, upstream.url, model)).toEqual(packages);
  expect(await loadedBy(type, upstream.url)).toEqual(packages);
});

test("where nobody has named a model yet, all that any of them takes is loaded when asked for", async () => {
  expect(await loadedBy()).toEqual(["openai", "undici"]);
});
