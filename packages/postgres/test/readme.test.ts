// The example of the README is a whole program: it runs as it stands.
import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { hasPostgres, startPostgres } from "@massgen/test-postgres";
import { expect, test } from "vitest";

test.skipIf(!hasPostgres)("the example of the README runs", async () => {
  const server = await startPostgres();
  const page = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const [, code = ""] = /^```ts\n([^]*?)^```$/m.exec(page) ?? [];
  // Here, so that it finds the packages that it names.
  const file = fileURLToPath(new URL(`example-${process.pid}.ts`, import.meta.url));
  await writeFile(file, code);
  try {
    const env = {
      ...process.env,
      DATABASE_URL: await server.newDatabase(),
      MASSGEN_STORE_KEY: Buffer.alloc(32, 7).toString("base64"),
    };
    const run = promisify(execFile)(process.execPath, ["--conditions=massgen-source", file], { env });
    expect(await run).toEqual({ stdout: "[]\n", stderr: "" });
  } finally {
    await rm(file);
    await server.stop();
  }
});
