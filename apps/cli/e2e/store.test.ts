// What `massgen check` and `massgen serve` say of the store that a configuration names.
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { hasPostgres, startPostgres } from "@massgen/test-postgres";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type MassgenProcess, runMassgen, startMassgen } from "./massgen-process.ts";
import { openaiTeam } from "./team.ts";

const [right, wrong] = [0, 1].map(() => randomBytes(32).toString("base64")) as [string, string];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-store-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Kept {
  readonly store: string;
  readonly keys?: readonly string[];
}

function settingsOf({ store, keys = [] }: Kept) {
  const listed = keys.map((_, at) => `"\${STORE_KEY_${at}}"`).join(", ");
  const env = Object.fromEntries(keys.map((key, at) => [`STORE_KEY_${at}`, key]));
  return {
    env: { OPENAI_API_KEY: "sk-proj-0123456789", ...env },
    files: { "config.yaml": `${openaiTeam(["a"])}\nstore: ${store}\nstore_keys: [${listed}]\n` },
  };
}

async function check(kept: Kept) {
  const { code, stdout, stderr } = await runMassgen({ args: ["check", "config.yaml"], ...settingsOf(kept) });
  return { code, stdout, says: stderr.trim() };
}

/** Starts a server on a store; it must be stopped, or refuse. */
const serve = (kept: Kept) =>
  startMassgen({
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0"],
    ...settingsOf(kept),
  });

/** A refusal to serve: what it says, and its exit code. */
async function refused(kept: Kept) {
  await using massgen = await serve(kept);
  const { code } = await massgen.exited;
  return { code, stdout: massgen.stdout(), says: massgen.stderr().trim() };
}

it("check names the store that a server will make, and makes nothing", async () => {
  const file = join(folder, "to-be-made.db");
  const { code, stdout, says } = await check({ store: `sqlite:${file}`, keys: [right] });
  expect([code, says]).toEqual([0, ""]);
  expect(stdout).toContain(
    `Runs are kept in ${file} for 30 days, sealed. The server makes it, or brings it up to date, when it starts.\n`,
  );
  expect(await readdir(folder)).not.toContain("to-be-made.db");
});

it("beside a server, check reads its store; wrong keys are refused by both, and a second server too", async () => {
  const file = join(folder, "sealed.db");
  const store = `sqlite:${file}`;
  {
    await using massgen = await serve({ store, keys: [right] });
    await massgen.ready();
    expect(massgen.stdout()).toContain(`Runs are kept in ${file} for 30 days, sealed.\n`);
    const beside = await check({ store, keys: [wrong, right] });
    expect(beside).toMatchObject({ code: 0, says: "" });
    expect(beside.stdout).toContain(`Runs are kept in ${file} for 30 days, sealed.\n`);
    const second = await refused({ store, keys: [right] });
    expect(second).toMatchObject({ code: 2, stdout: "" });
    expect(second.says).toMatch(/^store: another massgen server keeps its runs in \S+sealed\.db: stop it, or give /);
  }
  for (const [keys, why] of [
    [[wrong], "none of store_keys is that key"],
    [[], "store_keys is empty"],
  ] as const) {
    for (const { code, stdout, says } of [await check({ store, keys }), await refused({ store, keys })]) {
      expect([code, stdout]).toEqual([2, ""]);
      expect(says).toMatch(
        new RegExp(
          `^store: ${file}: the store was sealed with the key [0-9a-f]{8}, and ${why}. ` +
            "Add that key to store_keys or MASSGEN_STORE_KEYS, at any place.$",
        ),
      );
      expect(says).not.toContain(wrong);
    }
  }
});

it.each([
  {
    what: "a folder that does not exist",
    kept: () => ({ store: `sqlite:${join(folder, "nowhere", "runs.db")}` }),
    says: /^store: \S+runs\.db cannot be made: there is no folder \S+nowhere\. Make it\.$/,
  },
  {
    what: "a file of a newer version",
    kept: async () => {
      const file = join(folder, "newer.db");
      await using massgen = await serve({ store: `sqlite:${file}` });
      await massgen.ready();
      massgen.child.kill("SIGTERM");
      await massgen.exited;
      const db = new DatabaseSync(file);
      db.exec("pragma user_version = 99");
      db.close();
      return { store: `sqlite:${file}` };
    },
    says: /^store: \S+newer\.db was written by a newer version of massgen; update this one\.$/,
  },
  {
    what: "a file that is no database",
    kept: async () => {
      await writeFile(join(folder, "notes.txt"), "Nothing but notes. ".repeat(100));
      return { store: `sqlite:${join(folder, "notes.txt")}` };
    },
    says: /^store: the store \S+notes\.txt: the file is no SQLite database; name another one in `store`\.$/,
  },
  {
    what: "a key that is none",
    kept: () => ({ store: `sqlite:${join(folder, "keyless.db")}`, keys: ["my secret"] }),
    says: /^store: store_keys\[0\] must be 32 bytes in base64; openssl rand -base64 32 makes one\.$/,
  },
])("$what is refused by check and serve, with what to do", async ({ kept, says }) => {
  const used = await kept();
  for (const refusal of [await check(used), await refused(used)]) {
    expect(refusal).toMatchObject({ code: 2, stdout: "" });
    expect(refusal.says).toMatch(says);
  }
});

it.skipIf(!hasPostgres)("check looks at a Postgres, and shows no password", async () => {
  const postgres = await startPostgres();
  try {
    const url = await postgres.newDatabase();
    const kept = { store: url, keys: [right] };
    const { host, pathname } = new URL(url);
    const place = `Postgres (${host}${pathname})`;
    const before = await check(kept);
    expect(before).toMatchObject({ code: 0, says: "" });
    expect(before.stdout).toContain(
      `Runs are kept in ${place} for 30 days, sealed. The server makes it, or brings it up to date, `,
    );
    {
      await using massgen = await serve(kept);
      await massgen.ready();
      expect((await check(kept)).stdout).toContain(`Runs are kept in ${place} for 30 days, sealed.\n`);
    }
    const refusal = await check({ ...kept, keys: [wrong] });
    expect(refusal.code).toBe(2);
    expect(refusal.says).toContain(`store: ${place}: the store was sealed with the key `);
    const nowhere = await check({ store: "postgres://ada:hunter2@127.0.0.1:1/runs" });
    expect(nowhere.code).toBe(2);
    expect(nowhere.says).toMatch(/^store: the store postgres:\/\/127\.0\.0\.1:1\/runs: Postgres cannot be reached/);
  } finally {
    await postgres.stop();
  }
});

it("a mistyped address of Postgres is refused without its password", async () => {
  const kept = { store: "postgre://massgen:se/cr@et@db/runs" };
  const env = { ...settingsOf({ store: "memory" }).env, MASSGEN_STORE: kept.store };
  const { files } = settingsOf({ store: "memory" });
  const fromVariable = await runMassgen({ args: ["check", "config.yaml"], env, files });
  expect(fromVariable.stderr).toMatch(/^MASSGEN_STORE: must be memory, off, .*, not "postgre:\/\/\*\*\*@db\/runs"\.$/m);
  for (const { code, says } of [await check(kept), { code: fromVariable.code, says: fromVariable.stderr }]) {
    expect([code, says.includes("cr@et")]).toEqual([2, false]);
  }
});

it("a copy that SQLite makes beside the server is a store of its own", async () => {
  const [file, copy] = [join(folder, "live.db"), join(folder, "copy.db")];
  const demo = (store: string) =>
    startMassgen({ args: ["serve", "--demo", "--host", "127.0.0.1", "--port", "0", "--store", `sqlite:${store}`] });
  let id: string;
  {
    await using massgen = await demo(file);
    const { responses } = new OpenAI({ baseURL: `${await massgen.ready()}/v1`, apiKey: "none" });
    ({ id } = await responses.create({ model: "massgen", input: "What is 25 * 4?" }));
    const db = new DatabaseSync(file);
    db.exec(`vacuum into '${copy}'`);
    db.close();
    expect((await responses.retrieve(id)).status).toBe("completed");
  }
  await using massgen = await demo(copy);
  const { responses } = new OpenAI({ baseURL: `${await massgen.ready()}/v1`, apiKey: "none" });
  expect((await responses.retrieve(id)).output_text).toContain("25");
});

it("a key's name stands in the log and owns what is kept, so that its key can be replaced", async () => {
  const file = join(folder, "names.db");
  const start = (keys: string) =>
    startMassgen({
      args: [
        "serve",
        "--demo",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--store",
        `sqlite:${file}`,
        "--api-key-file",
        "keys",
      ],
      files: { keys },
    });
  const clientOf = async (massgen: MassgenProcess, apiKey: string) =>
    new OpenAI({ baseURL: `${await massgen.ready()}/v1`, apiKey, maxRetries: 0 });
  let id: string;
  {
    await using massgen = await start("ada: old-key-of-ada\n");
    ({ id } = await (await clientOf(massgen, "old-key-of-ada")).responses.create({ model: "massgen", input: "Hello" }));
    await massgen.prints('"key":"ada"');
    expect(massgen.stderr() + massgen.stdout()).not.toContain("old-key");
  }
  await using massgen = await start("ada: new-key-of-ada\nbob: old-key-of-ada\n");
  expect((await (await clientOf(massgen, "new-key-of-ada")).responses.retrieve(id)).status).toBe("completed");
  const bob = await clientOf(massgen, "old-key-of-ada");
  await expect(bob.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
});
