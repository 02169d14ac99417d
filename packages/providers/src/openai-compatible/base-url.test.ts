import { expect, test } from "vitest";
import { baseUrlOf } from "./base-url.ts";

const plain = { type: "x", keyVariables: [] };
const ollama = { ...plain, bareHost: { port: 11434, path: "/v1" } };
const azure = { ...plain, azure: true } as const;

test.each([
  [plain, "https://h/v1/", undefined, "https://h/v1"],
  [plain, "https://h", undefined, "https://h"],
  [ollama, "0.0.0.0", undefined, "http://127.0.0.1:11434/v1"],
  [ollama, "box:1234", undefined, "http://box:1234/v1"],
  [ollama, "https://ollama.example", undefined, "https://ollama.example/v1"],
  [ollama, "http://box/api", undefined, "http://box/api"],
  [azure, "https://r.openai.azure.com/", "2024-10-21", "https://r.openai.azure.com/openai"],
  [azure, "https://r.openai.azure.com", undefined, "https://r.openai.azure.com/openai/v1"],
  [azure, "https://r.openai.azure.com/openai/v1/", undefined, "https://r.openai.azure.com/openai/v1"],
])("%j %s %s", (vendor, given, apiVersion, expected) => {
  expect(baseUrlOf(vendor, given, apiVersion)).toBe(expected);
});

test.each([undefined, "ftp://h", "nonsense", "https://u:p@h"])("refused: %s", (given) => {
  expect(() => baseUrlOf(plain, given, undefined)).toThrow(expect.objectContaining({ code: "configuration" }));
});
