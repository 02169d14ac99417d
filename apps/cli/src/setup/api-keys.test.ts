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

it("a key may have a name, which keys may share", () => {
  const env = { MASSGEN_SERVER_API_KEY: "ada: one, two" };
  const file = fileOf("# since May\nada: three\nbob:\tfour:4=\ntwo\nada:five\none\n");
  expect(readApiKeys({ env, file })).toEqual([
    { name: "ada", key: "one" },
    "two",
    { name: "ada", key: "three" },
    { name: "bob", key: "four:4=" },
    "ada:five",
  ]);
  expect(readApiKeys({ env: { MASSGEN_SERVER_API_KEY: "two" }, file: fileOf("ada: two") })).toEqual([
    { name: "ada", key: "two" },
  ]);
});

it("keys of the configuration may have teams, which a line of the file does not take away", () => {
  const clientKeys = [
    { name: "ada", key: "one", teams: ["fast"] },
    { name: "ada", key: "two" },
  ];
  expect(readApiKeys({ env: {}, clientKeys })).toEqual(clientKeys);
  const env = { MASSGEN_SERVER_API_KEY: "one, three" };
  expect(readApiKeys({ env, clientKeys })).toEqual([clientKeys[0], "three", clientKeys[1]]);
  const read = () => readApiKeys({ env: { MASSGEN_SERVER_API_KEY: "bob: one" }, clientKeys });
  expect(read).toThrow("server.client_keys[0] has two names, bob and ada. Keep one of them.");
});

it.each(["sk-proj-1: ada", `${"x".repeat(33)}: ada`, "anonymous: one", "key_1: one", "1a: one", "ädä: one"])(
  "no name, and perhaps a key in its place, is not shown: %s",
  (line) => {
    const read = () => readApiKeys({ env: {}, file: fileOf(`ok\n${line}\n`) });
    expect(read).toThrow(/^--api-key-file \(.*\): key 2: its name is none\. A name begins with a letter/);
    expect(read).not.toThrow(line.split(":")[0] === "anonymous" ? /: one/ : line.split(":")[0]);
  },
);

it("one key has one name, which no message leaves out", () => {
  const read = () => readApiKeys({ env: { MASSGEN_SERVER_API_KEY: "ada: secret" }, file: fileOf("bob: secret") });
  expect(read).toThrow(/--api-key-file \(.*\): key 1 has two names, ada and bob\. Keep one of them\.$/);
  expect(read).not.toThrow(/secret/);
  expect(() => readApiKeys({ env: {}, file: fileOf("ada: ") })).toThrow(/key 1 has a name, and no key behind it/);
});

it("a file without a key, or with one that cannot be sent, is refused without showing it", () => {
  expect(() => readApiKeys({ env: {}, file: fileOf("\n#\n") })).toThrow("contains no key");
  expect(() => readApiKeys({ env: {}, file: fileOf("ok\nschlüssel\n") })).toThrow(/key 2 contains/);
  expect(() => readApiKeys({ env: {}, file: fileOf("ok\nschlüssel\n") })).not.toThrow(/schl/);
});
