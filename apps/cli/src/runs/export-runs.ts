import { MassgenError } from "@massgen/core";
import type { RunPage } from "@massgen/runs";
import type { RunSource } from "./run-source.ts";
import { shownHead } from "./shown-head.ts";

/** Runs that are looked up at once: their summaries are small, and what is read of each is let go before the next. */
const pageSize = 100;

/** Where the lines go. Resolves when they are taken: whether anybody still reads. */
type Write = (line: string) => Promise<boolean>;

/**
 * Writes whole runs, the newest first, one a line of JSON: `{ run, end, log }`. Holds one run at a time. A run that
 * cannot be read is left out.
 * @param filter which ones
 * @param failed is told of each that is left out
 * @returns how many were written
 */
export async function exportRuns(
  source: RunSource,
  filter: Omit<RunPage, "limit" | "after">,
  write: Write,
  failed: (id: string, message: string) => void,
): Promise<number> {
  let written = 0;
  let after: string | undefined;
  for (;;) {
    const page = await source.list({ ...filter, limit: pageSize, ...(after !== undefined && { after }) });
    for (const { id, end } of page) {
      const line = await lineOf(source, id, end).catch((error: unknown) => {
        if (!MassgenError.isInstance(error)) throw error;
        failed(id, error.message);
        return undefined;
      });
      if (line === undefined) continue;
      if (!(await write(line))) return written;
      written += 1;
    }
    after = page.at(-1)?.id;
    if (page.length < pageSize || after === undefined) return written;
  }
}

/** Undefined for a run that has been removed meanwhile. */
async function lineOf(source: RunSource, id: string, end: unknown): Promise<string | undefined> {
  const run = await source.find(id);
  if (run === undefined) return undefined;
  return `${JSON.stringify({ run: shownHead(run), ...(end !== undefined && { end }), log: await source.log(id) })}\n`;
}
