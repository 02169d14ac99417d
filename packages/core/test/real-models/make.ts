import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fact } from "../../src/coordination/event.ts";
import type { Setup } from "../../src/coordination/state.ts";
import type { RunRequest } from "../../src/run-request.ts";
import { came } from "./fold.ts";
import { type Recording, recordingsFolder } from "./recordings.ts";

// node --conditions=massgen-source packages/core/test/real-models/make.ts <runs of massgen compare> <team>: keeps what
// `npm run real-models` recorded, without the secrets of its marks.

const [runs, team] = process.argv.slice(2);
if (runs === undefined || team === undefined) throw new Error("Name a folder of runs, and the team.");

/** Larger files make a repository heavy, and add nothing. */
const mostBytes = 200_000;

const recordings = readdirSync(runs).flatMap((name): Recording[] => {
  const [head, ...lines] = readFileSync(join(runs, name), "utf8").trimEnd().split("\n");
  const { setup, request } = JSON.parse(head ?? "") as { setup: Setup; request: RunRequest };
  const facts = lines.map((line) => JSON.parse(line) as Fact | { readonly type: "settled" });
  const kept = facts.filter((fact): fact is Fact => "atMs" in fact);
  const question = request.messages.flatMap(({ content }) => (typeof content === "string" ? [content] : [])).join("\n");
  const blank = { ...setup, secret: "0".repeat(setup.secret.length) };
  const end = came(blank, kept);
  return end ? [{ question, setup: blank, facts: kept, came: end }] : [];
});

const written: string[] = [];
let bytes = 0;
for (const recording of recordings.toSorted((a, b) => a.setup.startedAt - b.setup.startedAt)) {
  const line = JSON.stringify(recording);
  bytes += line.length + 1;
  if (bytes <= mostBytes) written.push(line);
}
mkdirSync(recordingsFolder, { recursive: true });
writeFileSync(join(recordingsFolder, `${team}.jsonl`), `${written.join("\n")}\n`);
console.log(`${written.length} of ${recordings.length} runs`);
