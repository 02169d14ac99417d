import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readApiKeys } from "./api-keys.ts";

function fileOf(text: string): { path: string; from: string } {
  const folder = mkdtempSync(join(tmpdir(), "massgen-keys-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "keys");
  writeFileSync(path, text);
  return { path, from: "--api-key-file" };
}

it("reads the variable and the file, each key once", () => {
  const env = { MASSGEN_SERVER_API_KEY: " one, two ,," };
  expect(readApiKeys({ env: {} })).toEqual([]);
  expect(readApiKeys({ env: { MASSGEN_SERVER_API_KEY: "  " } })).toEqual([]);
  expect(readApiKeys({ env })).toEqual(["one", "two"]);
  const file = fileOf("\uFEFF# keys\r\n\r\n three \r\ntwo\r\n");
  expect(readApiKeys({ env, file })).toEqual(["one", "two", "three"]);
});

it.each([
  [{ env: { MASSGEN_SERVER_API_KEY: "," } }, "MASSGEN_SERVER_API_KEY: contains no key"],
  [{ env: { MASSGEN_SERVER_API_KEY: "a,b c" } }, "MASSGEN_SERVER_API_KEY: key 2 contains a space"],
  [{ env: {}, file: { path: "/nowhere/keys", from: "--api-key-file" } }, "--api-key-file: cannot read /nowhere/keys"],
])("%j leaves no door open", (sources, message) => {
  expect(() => readApiKeys(sources)).toThrow(message);
});

it("a file without a key, or with one that cannot be sent, is refused without showing it", () => {
  expect(() => readApiKeys({ env: {}, file: fileOf("\n#\n") })).toThrow("contains no key");
  expect(() => readApiKeys({ env: {}, file: fileOf("ok\nschlüssel\n") })).toThrow(/key 2 contains/);
  expect(() => readApiKeys({ env: {}, file: fileOf("ok\nschlüssel\n") })).not.toThrow(/schl/);
});
