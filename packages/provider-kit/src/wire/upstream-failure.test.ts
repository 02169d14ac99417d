import { describe, expect, test } from "vitest";
import { failureOf, mostSaid } from "./upstream-failure.ts";

describe("shapes of errors", () => {
  test.each<[string, unknown, string]>([
    ["OpenAI", { error: { message: "m", param: "p", code: "c" } }, "m"],
    ["a text", { error: "m" }, "m"],
    ["flat (vLLM)", { object: "error", message: "m", code: 400 }, "m"],
    ["FastAPI", { detail: "m" }, "m"],
    ["FastAPI, list", { detail: [{ msg: "m" }] }, '[{"msg":"m"}]'],
    ["Google, array", [{ error: { message: "m" } }], "m"],
    ["OpenRouter", { error: { message: "m", metadata: { raw: "why" } } }, "m: why"],
    ["nothing", {}, ""],
    ["bare text", "m", "m"],
  ])("%s", (_name, body, message) => expect(failureOf(body).message).toBe(message));

  test("numbers and texts of three digits are a status, unless the answer had one", () => {
    expect(failureOf({ error: { code: 502 } }).status).toBe(502);
    expect(failureOf({ error: { code: "429" } }).status).toBe(429);
    expect(failureOf({ error: { code: 502 } }, 400).status).toBe(400);
    expect(failureOf({ error: { code: 7 } }).status).toBeUndefined();
  });
});

test("words and names beyond all measure are none, and nothing that goes on is longer than is read", () => {
  const long = "x".repeat(mostSaid * 2);
  const failure = failureOf({ error: { message: long, code: long, type: "t", param: long } }, 400);
  expect(failure).toEqual({ message: "x".repeat(mostSaid), kinds: ["t"], status: 400 });
  expect(failureOf(long).message).toHaveLength(mostSaid);
  expect(failureOf({ detail: [long, long] }).message).toHaveLength(mostSaid);
  const details = Array.from({ length: 1000 }, (_, at) => ({ reason: `r${at}` }));
  expect(failureOf({ error: { details } }).kinds).toHaveLength(20);
});

test("a body that is nested deeper than can be written is an error without words", () => {
  const deep: unknown = JSON.parse(`{"detail":${"[".repeat(200_000)}${"]".repeat(200_000)}}`);
  expect(failureOf(deep, 422)).toEqual({ message: "", kinds: [], status: 422 });
});
