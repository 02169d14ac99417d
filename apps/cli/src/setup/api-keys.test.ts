import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { apiKeyVariable, metricsKeyVariable, readApiKeys, type ApiKeySources } from "./api-keys.ts";

function messageOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "";
}

const keysOf = (sources: Omit<ApiKeySources, "variable">) => readApiKeys({ variable: apiKeyVariable, ...sources });

function fileOf(text: string): { path: string; from: string } {
  const folder = mkdtempSync(join(tmpdir(), "massgen-keys-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "keys");
  writeFileSync(path, text);
  return { path, from: "--api-key-file" };
}

it("reads the variable and the file, each key once", () => {
  const env = { MASSGEN_SERVER_API_KEY: " one, two ,," };
  expect(keysOf({ env: {} })).toEqual([]);
  expect(keysOf({ env: { MASSGEN_SERVER_API_KEY: "  " } })).toEqual([]);
  expect(keysOf({ env })).toEqual(["one", "two"]);
  const file = fileOf("\uFEFF# keys\r\n\r\n three \r\ntwo\r\n");
  expect(keysOf({ env, file })).toEqual(["one", "two", "three"]);
});

it.each([
  [{ env: { MASSGEN_SERVER_API_KEY: "," } }, "MASSGEN_SERVER_API_KEY: contains no key"],
  [{ env: { MASSGEN_SERVER_API_KEY: "a,b c" } }, "MASSGEN_SERVER_API_KEY: key 2 contains a space"],
  [{ env: {}, file: { path: "/nowhere/keys", from: "--api-key-file" } }, "--api-key-file: cannot read /nowhere/keys"],
])("%j leaves no door open", (sources, message) => {
  expect(() => keysOf(sources)).toThrow(message);
});

it("a key may have a name, which keys may share", () => {
  const env = { MASSGEN_SERVER_API_KEY: "ada: one, two" };
  const file = fileOf("# since May\nada: three\nbob:\tfour:4=\ntwo\nada:five\none\n");
  expect(keysOf({ env, file })).toEqual([
    { name: "ada", key: "one" },
    "two",
    { name: "ada", key: "three" },
    { name: "bob", key: "four:4=" },
    "ada:five",
  ]);
  expect(keysOf({ env: { MASSGEN_SERVER_API_KEY: "two" }, file: fileOf("ada: two") })).toEqual([
    { name: "ada", key: "two" },
  ]);
});

it("keys of the configuration may have teams, which a line of the file does not take away", () => {
  const clientKeys = [
    { name: "ada", key: "one", teams: ["fast"] },
    { name: "ada", key: "two" },
  ];
  expect(readApiKeys({ variable: apiKeyVariable, env: {}, clientKeys })).toEqual(clientKeys);
  const env = { MASSGEN_SERVER_API_KEY: "one, three" };
  expect(readApiKeys({ variable: apiKeyVariable, env, clientKeys })).toEqual([clientKeys[0], "three", clientKeys[1]]);
  const read = () => readApiKeys({ variable: apiKeyVariable, env: { MASSGEN_SERVER_API_KEY: "bob: one" }, clientKeys });
  expect(read).toThrow("server.client_keys[0] has two names, bob and ada. Keep one of them.");
});

it.each(["sk-proj-1: ada", `${"x".repeat(33)}: ada`, "anonymous: one", "key_1: one", "1a: one", "ädä: one"])(
  "no name, and perhaps a key in its place, is not shown: %s",
  (line) => {
    const read = () => keysOf({ env: {}, file: fileOf(`ok\n${line}\n`) });
    expect(read).toThrow(/^--api-key-file \(.*\): key 2: its name is none\. A name begins with a letter/);
    const [name = ""] = line.split(":");
    // The folder's name is random, and may hold one as short as these.
    const said = messageOf(read).replace(/\(.*?\)/, "");
    expect(said).not.toContain(name === "anonymous" ? ": one" : name);
  },
);

it("one key has one name, which no message leaves out", () => {
  const read = () => keysOf({ env: { MASSGEN_SERVER_API_KEY: "ada: secret" }, file: fileOf("bob: secret") });
  expect(read).toThrow(/--api-key-file \(.*\): key 1 has two names, ada and bob\. Keep one of them\.$/);
  expect(read).not.toThrow(/secret/);
  expect(() => keysOf({ env: {}, file: fileOf("ada: ") })).toThrow(/key 1 has a name, and no key behind it/);
});

it("a file without a key, or with one that cannot be sent, is refused without showing it", () => {
  expect(() => keysOf({ env: {}, file: fileOf("\n#\n") })).toThrow("contains no key");
  expect(() => keysOf({ env: {}, file: fileOf("ok\nschlüssel\n") })).toThrow(/key 2 contains/);
  expect(() => keysOf({ env: {}, file: fileOf("ok\nschlüssel\n") })).not.toThrow(/schl/);
});

it("those for metrics come from a variable of their own", () => {
  const env = { MASSGEN_SERVER_API_KEY: "one", MASSGEN_SERVER_METRICS_KEY: "prometheus: two" };
  const variable = metricsKeyVariable;
  expect(readApiKeys({ variable, env, file: fileOf("three") })).toEqual([{ name: "prometheus", key: "two" }, "three"]);
  const empty = () => readApiKeys({ variable, env: { MASSGEN_SERVER_METRICS_KEY: "," } });
  expect(empty).toThrow("MASSGEN_SERVER_METRICS_KEY: contains no key");
});
