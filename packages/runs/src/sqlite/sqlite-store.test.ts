import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { backup, DatabaseSync } from "node:sqlite";
import { manualClock } from "@massgen/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeStore } from "../testing/index.ts";
import { ended, facts, keptRun } from "../testing/kept.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const key = randomBytes(32).toString("base64");
let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-runs-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function newFile(): string {
  files += 1;
  return join(folder, `runs-${files}.db`);
}

describe.each([
  ["open", []],
  ["sealed", [key]],
])("the store kit, %s", (_, keys) => {
  let file = "";
  describeStore({
    test,
    durable: true,
    open: (again) => {
      if (again === undefined) file = newFile();
      return openSqliteStore({ file, keys });
    },
  });
});

test("a sealed store shows no text of a run in its files", async () => {
  const file = newFile();
  const store = await openSqliteStore({ file, keys: [key] });
  await store.create(keptRun("run_1"), [{ type: "call-sent", callId: "nobody-reads-this", atMs: 0 }], ended);
  const bytes = Buffer.concat(
    await Promise.all((await readdir(folder)).filter((name) => join(folder, name).startsWith(file)).map(read)),
  );
  expect(bytes.includes("run_1")).toBe(true);
  for (const text of ["Question of", "nobody-reads-this", await store.ownerSecret()]) {
    expect(bytes.includes(text)).toBe(false);
  }
  await store.close();
});

test("nothing of a removed run is left in the file", async () => {
  const file = newFile();
  const store = await openSqliteStore({ file });
  const kept = keptRun("run_1", {
    request: { messages: [{ role: "user", content: "nobody-reads-this ".repeat(999) }] },
  });
  await store.create(kept, facts(3), ended);
  await store.close();
  expect((await readFile(file)).includes("nobody-reads-this")).toBe(true);
  const again = await openSqliteStore({ file });
  await again.remove("run_1");
  await again.close();
  expect((await readFile(file)).includes("nobody-reads-this")).toBe(false);
});

function read(name: string): Promise<Buffer> {
  return readFile(join(folder, name));
}

test("a wrong key, or none, stops the start", async () => {
  const file = newFile();
  await (await openSqliteStore({ file, keys: [key] })).close();
  await expect(openSqliteStore({ file })).rejects.toMatchObject({ name: "StoreError", reason: "sealed" });
  const keys = [randomBytes(32).toString("base64")];
  await expect(openSqliteStore({ file, keys })).rejects.toMatchObject({ reason: "sealed" });
  await (await openSqliteStore({ file, keys: [...keys, key] })).close();
});

test("an old key may leave when no run is sealed with it any more, and not before", async () => {
  const file = newFile();
  const [old, young] = [key, randomBytes(32).toString("base64")];
  const first = await openSqliteStore({ file, keys: [old] });
  const secret = await first.ownerSecret();
  await first.create(keptRun("run_old"), facts(1));
  await first.close();
  const both = await openSqliteStore({ file, keys: [young, old] });
  await both.create(keptRun("run_young"), facts(1));
  expect((await both.list({ limit: 9 })).length).toBe(2);
  await both.close();
  await expect(openSqliteStore({ file, keys: [young] })).rejects.toMatchObject({ reason: "sealed" });
  await expect(openSqliteStore({ file, keys: [old] })).rejects.toMatchObject({ reason: "sealed" });
  const again = await openSqliteStore({ file, keys: [young, old] });
  await again.remove("run_old");
  await again.close();
  const rest = await openSqliteStore({ file, keys: [young] });
  expect([await rest.ownerSecret(), (await rest.list({ limit: 9 })).length]).toEqual([secret, 1]);
  await rest.close();
});

test("a file of version 1 is brought up to date by a writer, and named by a reader", async () => {
  const file = newFile();
  const store = await openSqliteStore({ file });
  await store.create(keptRun("run_1"), facts(1));
  await store.close();
  const db = new DatabaseSync(file);
  db.exec(
    "drop index run_wire; drop index run_list; alter table run drop column wire; alter table run drop column history_only; create index run_newest on run (created_at desc, row desc); drop table key_day; pragma user_version = 1",
  );
  db.close();
  await expect(openSqliteStore({ file, readOnly: true })).rejects.toMatchObject({ reason: "outdated" });
  const again = await openSqliteStore({ file });
  expect((await again.list({ limit: 9, wire: "/v1/responses" })).map(({ id }) => id)).toEqual(["run_1"]);
  expect(await again.list({ limit: 9, wire: "/v1/chat/completions" })).toEqual([]);
  expect(await again.spending.reserve("ada", 1, 1)).toBeDefined();
  await again.close();
  await (await openSqliteStore({ file, readOnly: true })).close();
});

test("there is one writer, and readers beside it that write nothing", async () => {
  const file = newFile();
  const store = await openSqliteStore({ file });
  await store.create(keptRun("run_1"), facts(1));
  await expect(openSqliteStore({ file })).rejects.toThrow(/another massgen server keeps its runs in .*runs-\d+\.db/);
  const reader = await openSqliteStore({ file, readOnly: true });
  await store.append("run_1", 1, facts(1, 10));
  expect(await reader.read("run_1", 0)).toEqual([...facts(1), ...facts(1, 10)]);
  await expect(reader.append("run_1", 2, facts(1))).rejects.toThrow(/for reading only/);
  await reader.close();
  await store.close();
  await (await openSqliteStore({ file })).close();
});

test("a writer that is killed frees the file, and what it kept is there", async () => {
  const file = newFile();
  const script = `
    const { openSqliteStore } = await import(process.argv[1]);
    const { keptRun, facts } = await import(process.argv[2]);
    const store = await openSqliteStore({ file: process.argv[3] });
    await store.create(keptRun("run_1"), facts(3));
    console.log("kept");
    setInterval(() => {}, 1000);
  `;
  const modules = ["./sqlite-store.ts", "../testing/kept.ts"].map((path) => new URL(path, import.meta.url).href);
  const flags = ["--conditions=massgen-source", "--input-type=module", "-e", script];
  const writer = spawn(process.execPath, [...flags, ...modules, file], { stdio: ["ignore", "pipe", "inherit"] });
  await once(writer.stdout, "data");
  await expect(openSqliteStore({ file })).rejects.toMatchObject({ reason: "in-use" });
  writer.kill("SIGKILL");
  await once(writer, "exit");
  const store = await openSqliteStore({ file });
  expect(await store.read("run_1", 0)).toEqual(facts(3));
  await store.close();
});

test("a file has one writer, by whatever name", async () => {
  const file = newFile();
  const store = await openSqliteStore({ file });
  await symlink(file, `${file}.link`);
  await expect(openSqliteStore({ file: `${file}.link` })).rejects.toMatchObject({ reason: "in-use" });
  await store.close();
});

test("a store knows whether the last process closed it", async () => {
  const file = newFile();
  const first = await openSqliteStore({ file });
  expect(first.closedWell).toBe(false);
  await first.close();
  const second = await openSqliteStore({ file });
  expect(second.closedWell).toBe(true);
  // What a process that is killed now leaves is what others see in the file.
  const copy = newFile();
  await (await openSqliteStore({ file, readOnly: true })).close();
  const reader = new DatabaseSync(file, { readOnly: true });
  await backup(reader, copy);
  reader.close();
  const third = await openSqliteStore({ file: copy });
  expect(third.closedWell).toBe(false);
  await third.close();
  await second.close();
});

test("a closed store says so", async () => {
  const store = await openSqliteStore({ file: newFile() });
  await store.close();
  await expect(store.find("run_1")).rejects.toMatchObject({ name: "StoreError", reason: "closed" });
  await expect(store.append("run_1", 0, facts(1))).rejects.toMatchObject({ reason: "closed" });
});

test("what is damaged in one run is an error of that run alone", async () => {
  const file = newFile();
  const store = await openSqliteStore({ file });
  await store.create(keptRun("run_1"), facts(1));
  await store.create(keptRun("run_2"), facts(1));
  const db = new DatabaseSync(file);
  db.exec(
    "update run set summary = x'0041', head = x'0041' where id = 'run_1'; update fact set body = x'00' where run = 'run_1'",
  );
  db.close();
  expect((await store.list({ limit: 9 })).map(({ id, question }) => [id, question !== ""])).toEqual([
    ["run_2", true],
    ["run_1", false],
  ]);
  await expect(store.find("run_1")).rejects.toThrow(/head of run_1 is damaged/);
  await expect(store.read("run_1", 0)).rejects.toMatchObject({ name: "StoreError", reason: "unsuitable" });
  await store.close();
});

describe("a file that cannot be used is named, with what to do", () => {
  test("one that is no database", async () => {
    const file = newFile();
    await writeFile(file, "This is a text, and long enough to be taken for a header of a file.".repeat(20));
    await expect(openSqliteStore({ file })).rejects.toThrow(/runs-\d+\.db: the file is no SQLite database/);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });
  test("a folder, and a pipe, which would be waited for", async () => {
    await expect(openSqliteStore({ file: folder })).rejects.toThrow(/is no ordinary file/);
    const file = newFile();
    expect(spawnSync("mkfifo", [file]).status).toBe(0);
    await expect(openSqliteStore({ file })).rejects.toThrow(/is no ordinary file/);
  });
  test("one of another program", async () => {
    const file = newFile();
    const db = new DatabaseSync(file);
    db.exec("create table theirs (x)");
    db.close();
    await expect(openSqliteStore({ file })).rejects.toThrow(/is a database of another program/);
  });
  test("one of a newer version", async () => {
    const file = newFile();
    await (await openSqliteStore({ file })).close();
    const db = new DatabaseSync(file);
    db.exec("pragma user_version = 99");
    db.close();
    await expect(openSqliteStore({ file })).rejects.toThrow(/written by a newer version/);
  });
  test("one in a folder that does not exist", async () => {
    const file = join(folder, "nowhere", "runs.db");
    await expect(openSqliteStore({ file })).rejects.toThrow(/does its folder exist/);
  });
  test("none to read", async () => {
    await expect(openSqliteStore({ file: newFile(), readOnly: true })).rejects.toMatchObject({ name: "StoreError" });
  });
});

/** A file system of 1 MiB, where this process may mount one. */
function smallDisk(): string | undefined {
  const disk = join(tmpdir(), `massgen-small-disk-${process.pid}`);
  mkdirSync(disk, { recursive: true });
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).status === 0 ? disk : undefined;
}

const disk = smallDisk();
afterAll(() => {
  if (disk !== undefined) spawnSync("umount", [disk]);
});

test.skipIf(disk === undefined)("a full disk rejects what does not fit, and keeps nothing of it", async () => {
  const store = await openSqliteStore({ file: join(disk ?? "", "runs.db") });
  await store.create(keptRun("run_1"), facts(1));
  const large = keptRun("run_2", { request: { messages: [{ role: "user", content: "x".repeat(2_000_000) }] } });
  await expect(store.create(large)).rejects.toMatchObject({ name: "StoreError", reason: "full" });
  expect(await store.find("run_2")).toBeUndefined();
  expect(await store.append("run_1", 1, facts(1, 10))).toBe("kept");
  expect(await store.read("run_1", 0)).toEqual([...facts(1), ...facts(1, 10)]);
  await store.close();
});

test.skipIf(disk === undefined)("a ping rejects while the disk is full, and writes no more than it must", async () => {
  for (const name of await readdir(disk ?? "")) await rm(join(disk ?? "", name));
  const clock = manualClock();
  const store = await openSqliteStore({ file: join(disk ?? "", "pinged.db"), clock });
  await store.create(keptRun("run_1"), facts(1));
  await store.ping();
  // Nothing is left, not even within the files that are there.
  const filler = join(disk ?? "", "filler");
  await writeFile(filler, Buffer.alloc(2_000_000)).catch(() => {});
  const fill = async (): Promise<void> => {
    for (let n = 0; n < 1000; n += 1) await store.append("run_1", 1 + 20 * n, facts(20, n));
  };
  await expect(fill()).rejects.toMatchObject({ reason: "full" });
  await expect(store.ping()).rejects.toMatchObject({ name: "StoreError", reason: "full" });
  await rm(filler);
  // Asked again too soon, the answer is the same.
  await expect(store.ping()).rejects.toMatchObject({ reason: "full" });
  clock.advance(2000);
  await store.ping();
  await store.close();
});
