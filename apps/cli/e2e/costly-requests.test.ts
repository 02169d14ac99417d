// Bodies and schemas that cost more than they should, at the process as it is started in production.
import { text } from "@massgen/upstream";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { problem, send } from "./contract/wire.ts";
import { asked, type Rig, soloConfig, startRig } from "./contract/rig.ts";

const json = { "content-type": "application/json" };
const question = '"messages":[{"role":"user","content":"Hi"}]';
const deep = (levels: number): string => `{${question},"x":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
const wide = (values: number): string => `{${question},"x":[${Array(values).fill("1").join()}]}`;
const named = (count: number): string =>
  `{${question},"x":{${Array.from({ length: count }, (_, i) => `"k${i}":1`).join()}}}`;

async function refused(rig: Rig, body: string | Buffer, headers = {}): Promise<string> {
  const told = await problem(await send(rig.url, body, { headers: { ...json, ...headers } }));
  expect(told).toMatchObject({ status: 400, error: { type: "invalid_request_error", code: "request_too_complex" } });
  return told.error.message;
}

describe("the structure of a body", () => {
  test.each<[string, string, string, string]>([
    ["--body-depth", "10", deep(10), deep(11)],
    ["--body-values", "1000", wide(900), wide(1001)],
    ["--body-keys", "1000", named(900), named(1100)],
  ])(
    "%s is kept, and named",
    async (flag, limit, fine, beyond) => {
      await using rig = await startRig({ config: soloConfig, args: [flag, limit] });
      rig.play(() => text("fine"));
      expect((await send(rig.url, fine)).status).toBe(200);
      expect(await refused(rig, beyond)).toContain(`${limit} `);
      expect(await refused(rig, beyond)).toContain(flag);
    },
    120_000,
  );

  test("has limits without any flag, packed or plain, and from the environment", async () => {
    await using rig = await startRig({ config: soloConfig, env: { MASSGEN_SERVER_BODY_KEYS: "500" } });
    rig.play(() => text("fine"));
    expect(await refused(rig, deep(201))).toContain("200 levels");
    expect(await refused(rig, wide(100_001))).toContain("100000 values");
    expect(await refused(rig, named(600))).toContain("500 different field names");
    const packings = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };
    for (const [coding, pack] of Object.entries(packings)) {
      expect(await refused(rig, pack(wide(100_001)), { "content-encoding": coding })).toContain("100000 values");
      const fine = await send(rig.url, pack(wide(1000)), { headers: { ...json, "content-encoding": coding } });
      expect(fine.status).toBe(200);
    }
  });

  test("has limits that a reload changes", async () => {
    await using rig = await startRig({ config: soloConfig });
    rig.play(() => text("fine"));
    expect((await send(rig.url, wide(1000))).status).toBe(200);
    await writeFile(join(rig.massgen.cwd, "config.yaml"), `${soloConfig}\nserver: { body_values: 500 }\n`);
    rig.massgen.child.kill("SIGHUP");
    await rig.massgen.prints('"body_values"');
    expect(await refused(rig, wide(1000))).toContain("500 values");
  });
});

const schemaOf = (schema: object): object => ({
  ...asked(),
  response_format: { type: "json_schema", json_schema: { name: "x", schema } },
});
const bomb = { type: "string", pattern: "^(a+)+$" };
const endless = JSON.stringify(`${"a".repeat(60)}b`);

describe("a schema", () => {
  test("that no answer can be checked against costs its worker, not the server; it is remembered, and the process ends cleanly", async () => {
    await using rig = await startRig({ config: soloConfig });
    const calls = rig.play(() => text(endless));
    const first = await problem(await send(rig.url, schemaOf(bomb)));
    expect(first).toMatchObject({ status: 502 });
    expect(first.error.message).toContain("takes too long to check");
    for (let tries = 0; tries < 3; tries++) await (await send(rig.url, schemaOf(bomb))).rest();
    const before = calls().length;
    const again = await problem(await send(rig.url, schemaOf(bomb)));
    expect(again).toMatchObject({ status: 400, error: { param: "response_format" } });
    expect(again.error.message).toContain("takes too long to check");
    expect(calls()).toHaveLength(before);

    rig.play(() => text('{"a":1}'));
    const honest = schemaOf({ type: "object", properties: { a: { type: "integer" } } });
    expect((await send(rig.url, honest)).status).toBe(200);
    rig.massgen.child.kill("SIGTERM");
    expect(await rig.massgen.exited).toMatchObject({ code: 0 });
  });

  test("that cannot be used is a 400 before a stream begins, and says what is wrong", async () => {
    await using rig = await startRig({ config: soloConfig });
    const calls = rig.play(() => text("{}"));
    for (const [schema, why] of [
      [{ $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/a" } } }, "go round in circles"],
      [{ type: "objekt" }, "must be equal to one of the allowed values"],
      [{ description: "x".repeat(100_001) }, "longer than 100000 characters"],
    ] as const) {
      for (const stream of [true, false]) {
        const told = await problem(await send(rig.url, { ...schemaOf(schema), stream }));
        expect(told).toMatchObject({ status: 400, error: { param: "response_format" } });
        expect(told.error.message).toContain(why);
      }
    }
    expect(calls()).toHaveLength(0);
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`p${i}`, { type: "string" }]));
    expect((await send(rig.url, schemaOf({ type: "object", properties: many }))).status).toBe(200);
  });

  test("whose worker is at work does not keep the process", async () => {
    await using rig = await startRig({ config: soloConfig, args: ["--drain-timeout", "0"] });
    const calls = rig.play(() => text(endless));
    const running = send(rig.url, { ...schemaOf(bomb), stream: true });
    await rig.upstream.waitForCall(() => true);
    rig.massgen.child.kill("SIGTERM");
    expect((await rig.massgen.exited).signal).toBeNull();
    await (await running).rest().catch(() => {});
    expect(calls().length).toBeGreaterThan(0);
  });
});
