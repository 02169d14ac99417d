import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { OutFolder } from "./out-folder.ts";
import { openRunFile } from "./run-file.ts";

/** What the calls of all kept runs have cost as far as that is known, those of unfinished runs included, in dollars. */
export async function spentIn({ path }: OutFolder): Promise<number> {
  let usd = 0;
  const folder = join(path, "runs");
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".jsonl"))) {
    const file = await openRunFile(join(folder, name));
    for (const fact of file.log) if ("costUsd" in fact) usd += fact.costUsd ?? 0;
    await file.close();
  }
  return usd;
}
