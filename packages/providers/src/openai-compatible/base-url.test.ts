import { expect, test } from "vitest";
import { addressOf } from "./base-url.ts";

const plain = { type: "x", keyVariables: [] };
const ollama = { ...plain, bareHost: { port: 11434, path: "/v1" } };
const local = { ...plain, bareHost: { path: "/v1" } };
const azure = { ...plain, azure: true } as const;
const endpoint = "https://r.openai.azure.com";

test.each([
  [plain, "https://h/v1/", "https://h/v1"],
  [plain, "https://h", "https://h"],
  [plain, "https://h/v1/chat/completions", "https://h/v1"],
  [plain, "https://h/v1/chat/completions/?team=a", "https://h/v1?team=a"],
  [ollama, "0.0.0.0", "http://127.0.0.1:11434/v1"],
  [ollama, "http://0.0.0.0:1234", "http://127.0.0.1:1234/v1"],
  [ollama, "[::]:1234", "http://127.0.0.1:1234/v1"],
  [ollama, ":1234", "http://127.0.0.1:1234/v1"],
  [ollama, "box:1234", "http://box:1234/v1"],
  [ollama, "https://ollama.example", "https://ollama.example/v1"],
  [ollama, "http://box/api", "http://box/api"],
  [local, "http://localhost:8000", "http://localhost:8000/v1"],
  [local, "http://localhost:8000/v1/", "http://localhost:8000/v1"],
])("%j %s", (vendor, given, baseUrl) => {
  expect(addressOf(vendor, given)).toEqual({ baseUrl });
});

test.each([
  [`${endpoint}/`, "2024-10-21", undefined, `${endpoint}/openai`, "2024-10-21"],
  [`${endpoint}/openai`, undefined, "2024-10-21", `${endpoint}/openai`, "2024-10-21"],
  [endpoint, undefined, undefined, `${endpoint}/openai/v1`, undefined],
  [`${endpoint}/openai/`, undefined, undefined, `${endpoint}/openai/v1`, undefined],
  // The v1 surface has no deployments in its paths, whatever the environment says of versions.
  [`${endpoint}/openai/v1/`, undefined, "2024-10-21", `${endpoint}/openai/v1`, undefined],
  [`${endpoint}/openai/v1`, "preview", undefined, `${endpoint}/openai/v1?api-version=preview`, undefined],
  // As the portal shows it.
  [
    `${endpoint}/openai/deployments/dep/chat/completions?api-version=2025-01-01`,
    undefined,
    "2024-10-21",
    `${endpoint}/openai/deployments/dep`,
    "2025-01-01",
  ],
  [`${endpoint}?api-version=2025-01-01`, "2024-10-21", undefined, `${endpoint}/openai`, "2024-10-21"],
])("Azure: %s with %s, else %s", (given, configured, fallback, baseUrl, apiVersion) => {
  const expected = { baseUrl, ...(apiVersion !== undefined && { apiVersion }) };
  expect(addressOf(azure, given, { configured, fallback })).toEqual(expected);
});

test.each([undefined, "ftp://h", "nonsense", "https://u:p@h"])("refused: %s", (given) => {
  expect(() => addressOf(plain, given)).toThrow(expect.objectContaining({ code: "configuration" }));
});

test("refused: a bare host, where it is no custom to give one", () => {
  expect(() => addressOf(local, "localhost:8000")).toThrow(/must begin with http/);
});

test("refused: the address of a deployment without a version", () => {
  expect(() => addressOf(azure, `${endpoint}/openai/deployments/dep`)).toThrow(/api_version, such as/);
});
