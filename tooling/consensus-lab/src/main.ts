import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { lineOf } from "./claim.ts";
import { page } from "./page.ts";

// npm run lab: makes docs/consensus.md.

const path = join(import.meta.dirname, "../../../docs/consensus.md");
const spent = new Map<string, number>();
const text = page((row, { title }) => {
  const began = process.cpuUsage().user;
  const line = lineOf(row);
  spent.set(title, (spent.get(title) ?? 0) + (process.cpuUsage().user - began) / 1e6);
  return line;
});
writeFileSync(path, text);
for (const [title, seconds] of spent) console.log(`${seconds.toFixed(1).padStart(6)} s  ${title}`);
console.log(`Written to ${path}`);
