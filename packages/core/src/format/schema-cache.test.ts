import { describe, expect, it } from "vitest";
import { checkFor, schemaWorkersStarted } from "./schema-cache.ts";

const bomb = (title: string) => ({ title, type: "string", pattern: "^(a+)+$" });
const endless = JSON.stringify(`${"a".repeat(60)}b`);
/** So many schemas that take too long, each checked so often: a check costs its whole limit. More in CI. */
const many = process.env["MASSGEN_TESTS"] === "all" ? { bombs: 6, checks: 3 } : { bombs: 3, checks: 2 };

describe("a schema that is refused", () => {
  it("is refused again without another look, whoever sends it", async () => {
    const schema = { title: "odd", type: "objekt" };
    await expect(checkFor(schema).usable()).rejects.toThrow("must be equal to one of the allowed values");
    const again = checkFor(structuredClone(schema));
    // Known by now: an aborted signal would make any work fail.
    await expect(again.usable(AbortSignal.abort())).rejects.toMatchObject({ code: "invalid-request" });
  });

  it("is forgotten when many others came after it, not while it is used", async () => {
    const [kept, left] = [
      { title: "kept", type: "objekt" },
      { title: "left", type: "objekt" },
    ];
    for (const schema of [kept, left])
      await checkFor(schema)
        .usable()
        .catch(() => {});
    for (let hundred = 0; hundred < 12; hundred++) {
      const others = Array.from({ length: 100 }, (_, i) => checkFor({ title: `number ${hundred} ${i}` }).usable());
      await Promise.all(others);
      if (hundred % 5 === 0)
        await checkFor(kept)
          .usable()
          .catch(() => {});
    }
    const gone = AbortSignal.abort(new RangeError("looked again"));
    await expect(checkFor(kept).usable(gone)).rejects.toMatchObject({ code: "invalid-request" });
    await expect(checkFor(left).usable(gone)).rejects.toThrow("looked again");
  });
});

describe("a schema that takes too long", () => {
  it("costs its worker, and after three checks no more of them", async () => {
    const check = checkFor(bomb("three"));
    await check.usable();
    const before = schemaWorkersStarted();
    for (let i = 0; i < 3; i++) expect(await check.violation(endless)).toContain("takes too long to check");
    const after = schemaWorkersStarted();
    expect(after - before).toBe(2);
    for (let i = 0; i < 20; i++) expect(await check.violation(endless)).toContain("takes too long to check");
    await expect(checkFor(bomb("three")).usable()).rejects.toThrow("takes too long to check");
    expect(schemaWorkersStarted()).toBe(after);
  });

  it("is refused when it takes too long to compile, once and for all who send it", async () => {
    const parts = Array.from({ length: 8000 }, (_, i) => [`a${i}`, {}]);
    const schema = { patternProperties: Object.fromEntries(parts) as object, title: "compiled for ever" };
    const before = schemaWorkersStarted();
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => checkFor(schema).usable()));
    expect(all.map((one) => one.status)).toEqual(Array.from({ length: 5 }, () => "rejected"));
    await expect(checkFor(schema).usable()).rejects.toThrow("too long, or too much memory, to compile");
    expect(schemaWorkersStarted() - before).toBeLessThanOrEqual(1);
    expect(await checkFor({ title: "after that" }).violation("1")).toBeUndefined();
  });

  it(`holds up others only for its own time (${many.bombs} of them)`, async () => {
    const bombs = Array.from({ length: many.bombs }, (_, i) => checkFor(bomb(`fair ${i}`)));
    const verdicts: string[] = [];
    const slow = bombs.flatMap((check, i) =>
      Array.from({ length: many.checks }, async (_, n) => {
        await check.violation(endless);
        verdicts.push(`bomb ${i} ${n}`);
      }),
    );
    expect(await checkFor({ title: "fair", type: "object" }).violation("{}")).toBeUndefined();
    // Each of them had its first turn at most: who was slow once goes behind.
    expect(verdicts.length).toBeLessThanOrEqual(many.bombs);
    await Promise.all(slow);
    expect(verdicts).toHaveLength(many.bombs * many.checks);
  });

  it("lets small ones go first while it waits, but the one under way", async () => {
    const properties = (i: number): object =>
      Object.fromEntries(Array.from({ length: 2000 }, (_, p) => [`p${i}_${p}`, { type: "string" }]));
    let compiled = 0;
    const large = Array.from({ length: 6 }, async (_, i) => {
      await checkFor({ properties: properties(i) }).usable();
      compiled++;
    });
    expect(await checkFor({ title: "small", type: "object" }).violation("{}")).toBeUndefined();
    expect(compiled).toBeLessThanOrEqual(1);
    await Promise.all(large);
    expect(compiled).toBe(6);
  });

  it("is left at once by a client that has no use for it any more", async () => {
    const running = checkFor(bomb("left"));
    await running.usable();
    const abort = new AbortController();
    const order: string[] = [];
    const left = running.violation(endless, abort.signal).catch((error: unknown) => order.push(String(error)));
    const waits = checkFor({ title: "waits" })
      .violation("1")
      .then(() => order.push("next"));
    abort.abort("gone");
    await left;
    await waits;
    expect(order).toEqual(["gone", "next"]);
  });
});

describe("a check", () => {
  it("that takes too much memory is stopped as well", async () => {
    const pairs = Array.from({ length: 24 }, (_, i) => [
      `d${i}`,
      { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
    ]);
    const $defs = { ...(Object.fromEntries(pairs) as object), d24: { type: "string" } };
    const check = checkFor({ $defs, $ref: "#/$defs/d0" });
    expect(await check.violation("1")).toMatch(/takes too long to check|must be string/);
    expect(await checkFor({ title: "after memory", type: "number" }).violation("1")).toBeUndefined();
  });

  it("of what is no JSON says so", async () => {
    expect(await checkFor({ title: "json" }).violation("{")).toContain("it is not JSON");
  });
});
