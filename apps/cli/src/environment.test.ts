import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withDotEnv } from "./environment.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "massgen-env-"))));
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
});

test("a folder that is not there, or is none, has no .env file", async () => {
  await writeFile(join(folder, ".env"), "A=1\n");
  await writeFile(join(folder, "program"), "", { mode: 0o755 });
  const folders = [join(folder, "missing"), join(folder, "program"), join(folder, "program", "x"), folder];
  expect(withDotEnv({}, folders)).toEqual({ A: "1" });
});

test.runIf(process.platform !== "win32" && process.getuid?.() !== 0)(
  "a folder that this user may not look into counts as one without a .env file",
  async () => {
    await writeFile(join(folder, ".env"), "A=1\n");
    await chmod(folder, 0);
    expect(withDotEnv({}, [folder])).toEqual({});
  },
);
