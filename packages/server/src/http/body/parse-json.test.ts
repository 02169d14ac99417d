import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ProblemError } from "../../problem.ts";
import { parseJson } from "./parse-json.ts";

const limits = { depth: 200, values: 100_000, keys: 20_000 };
const parse = (body: string | Buffer, limitsOf = limits): Promise<unknown> =>
  parseJson(Buffer.from(body as string), limitsOf, () => true);

async function refusal(body: string | Buffer, limitsOf = limits): Promise<string> {
  const error: unknown = await parse(body, limitsOf).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProblemError)) throw new RangeError(`taken, or broken: ${String(error)}`);
  expect(error.problem).toMatchObject({ kind: "invalid-body" });
  return error.message;
}

describe("a body", () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['\uFEFF{"a":"é"}', { a: "é" }],
    ['{"a":1,"a":2}', { a: 2 }],
    ['{"a":1e400}', { a: Infinity }],
    [String.raw`"\ud800"`, "\ud800"],
    [" [ ] ", []],
  ])("%j is what JSON.parse makes of it", async (body, value) => {
    expect(await parse(body)).toEqual(value);
  });

  it.each<[string | Buffer, string]>([
    ['{"a": secret', "is not valid JSON"],
    ['{"a":1', "is not valid JSON (at position 6)"],
    ["[", "is not valid JSON (it ends too early)"],
    ['{"a":1,}', "is not valid JSON (at position 7)"],
    [Buffer.from([0x22, 0xff, 0x22]), "is not valid UTF-8. Send JSON in UTF-8."],
    [Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), "is not valid UTF-8"],
    [Buffer.from('\uFEFF{"a":1}', "utf16le"), "it looks like UTF-16"],
    [Buffer.from('{"a":1}', "utf16le"), "it looks like UTF-16"],
    [gzipSync("{}"), "is not valid UTF-8"],
    ["\uFEFF\uFEFF{}", "is not valid JSON"],
    ["{}{}", "is not valid JSON"],
  ])("%j is refused: %s", async (body, message) => {
    const told = await refusal(body);
    expect(told).toContain(message);
    expect(told).not.toContain("secret");
  });

  it("beyond a limit is refused by its name and how to raise it", async () => {
    expect(await refusal("[".repeat(201) + "]".repeat(201))).toBe(
      "The request body is nested more than 200 levels deep. The server's operator can raise the limit: --body-depth, or server.body_depth.",
    );
    expect(await refusal(`[${"1,".repeat(100_000)}1]`)).toContain("holds more than 100000 values");
    const names = Array.from({ length: 20_100 }, (_, i) => `"k${i}":1`);
    expect(await refusal(`{${names.join()}}`)).toContain("20000 different field names");
  });

  it("that takes long is parsed in a worker, with the same outcome", async () => {
    const value = {
      messages: Array.from({ length: 60_000 }, (_, i) => ({ role: "user", content: [{ text: `\n${i}\u2028` }] })),
      ["__proto__x"]: { deep: [[[[["end"]]]]] },
    };
    const text = JSON.stringify(value);
    const raised = { ...limits, values: 1_000_000 };
    expect(JSON.stringify(await parse(text, raised))).toBe(text);
    expect(await refusal(text.slice(0, -1), raised)).toContain("is not valid JSON (at position ");
    const escapes = JSON.stringify("\n".repeat(12_000_000));
    expect(await parse(escapes)).toHaveLength(12_000_000);
  });

  it("that nobody waits for any more is not parsed in the worker", async () => {
    const escapes = Buffer.from(`"${String.raw`\n`.repeat(12_000_000)}`);
    expect(await parseJson(escapes, limits, () => false)).toBeUndefined();
  });
});
