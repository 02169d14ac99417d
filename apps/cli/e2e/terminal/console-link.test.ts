// Where the console's link with a key in it is shown: on a terminal, and in no log.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hasTmux, openTerminal } from "./tmux.ts";

test.skipIf(!hasTmux)("a terminal shows the link that lets in, and the log does not have its key", async () => {
  await using terminal = await openTerminal({
    command: "massgen serve --demo --host 127.0.0.1 --port 0 2> log",
    columns: 140,
  });
  const screen = await terminal.shows(/\/console\/#key=admin-[\w-]{22}/);
  const [, base = "", key = ""] = /(http:\S+)\/console\/#key=(admin-[\w-]{22})/.exec(screen) ?? [];
  const runs = await fetch(`${base}/massgen/runs`, { headers: { authorization: `Bearer ${key}` } });
  expect(runs.status).toBe(200);
  const log = (): Promise<string> => readFile(join(terminal.cwd, "log"), "utf8");
  await expect.poll(log).toContain("started");
  // It takes the hang-up of a terminal that closes for a wish to read its configuration again.
  await terminal.press("C-c");
  await expect.poll(log).toContain('"stopped"');
  expect(await log()).not.toContain(key);
});
