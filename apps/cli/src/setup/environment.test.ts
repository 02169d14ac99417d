import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { userFolders, withDotEnv } from "./environment.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "massgen-env-"))));
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
});

test("what is not there, or is no folder, has no .env file", async () => {
  await writeFile(join(folder, ".env"), "A=1\n");
  await writeFile(join(folder, "program"), "", { mode: 0o755 });
  const folders = [join(folder, "missing"), join(folder, "program"), join(folder, "program", "x"), folder];
  expect(withDotEnv({}, folders)).toEqual({ A: "1" });
});

test.runIf(process.platform !== "win32" && process.getuid?.() !== 0)(
  "only the user's own folder may be closed to this user",
  async () => {
    const own = join(folder, ".config", "massgen");
    await mkdir(own, { recursive: true });
    expect(userFolders(folder)).toEqual([own]);
    await chmod(folder, 0);
    expect(userFolders(folder)).toEqual([]);
    // A file that might hold the keys of the server: without it, the door would be open.
    expect(() => withDotEnv({}, [folder])).toThrow("this user may not read it");
  },
);
