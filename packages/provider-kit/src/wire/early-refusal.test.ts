import { describe, expect, test } from "vitest";
import { frames, inPieces } from "../../fixtures/loopback-upstream.ts";
import { createCallGuard } from "./call-guard.ts";
import { peek } from "./early-refusal.ts";
import { sourceOf } from "./http-answer.ts";

async function peeked(text: string, size = 1000): Promise<unknown> {
  const guard = createCallGuard("acme large");
  const answer = { status: 200, headers: new Headers(), body: sourceOf(inPieces(text, size)) };
  const result = await peek(answer, guard);
  guard.complete();
  guard.end();
  if ("failure" in result) return `${result.failure.status} ${result.failure.message}`;
  const { body } = result.response;
  const pieces: Uint8Array[] = [];
  for (let piece = await body?.read(); piece !== undefined; piece = await body?.read()) pieces.push(piece);
  return Buffer.concat(pieces).toString() === text ? "answer" : "something lost";
}

const bad = { error: { message: "no tools", type: "invalid_request_error" } };
const role = { choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }] };
const word = { choices: [{ index: 0, delta: { content: "Hi" }, finish_reason: null }] };
const created = { type: "response.created", response: { status: "in_progress", error: null, output: [] } };
const failed = { type: "response.failed", response: { error: { code: "invalid_request_error", message: "no tools" } } };

describe.each([1000, 7, 1])("in pieces of %i bytes", (size) => {
  test.each<[string, string, string]>([
    ["a document", JSON.stringify(bad), "400 no tools"],
    ["Google's list", JSON.stringify([{ error: { code: 400, message: "no tools" } }]), "400 no tools"],
    ["a flat one with a number", JSON.stringify({ code: 400, msg: "no tools", success: false }), "400 no tools"],
    [
      "MiniMax's envelope",
      JSON.stringify({ choices: null, base_resp: { status_code: 2013, status_msg: "no tools" } }),
      "400 no tools",
    ],
    ["a failure without a word for it", JSON.stringify({ error: "no tools" }), "500 no tools"],
    ["an event", frames(bad, "[DONE]"), "400 no tools"],
    ["one behind comments", `: hi\n\n: hi\n\n${frames(bad)}`, "400 no tools"],
    ["one behind the role", frames(role, bad), "400 no tools"],
    ["one that only its name tells", 'event: error\ndata: {"message":"no","code":422}\n\n', "422 no"],
    ["one of the Responses API", frames(created, failed), "400 no tools"],
  ])("%s is a refusal", async (_, text, expected) => expect(await peeked(text, size)).toBe(expected));

  test.each<[string, string]>([
    ["an answer", frames(role, word, "[DONE]")],
    ["an answer that fails behind its first word", frames(role, word, bad)],
    ["a limit of rate", frames({ error: { message: "slow down", code: 429 } })],
    ["a document", JSON.stringify({ choices: [{ message: { content: "no error" } }], error: null })],
    ["a document that fails in the middle", JSON.stringify({ choices: [{ message: { content: "Hi" } }], ...bad })],
    ["a web page", "<html>error</html>"],
    ["a plain text", "an error"],
    ["nothing", ""],
    ["blanks", "  \n"],
    ["half a document", '{"error":'],
    ["comments only", ": hi\n\n"],
  ])("%s is left to its reader, whole", async (_, text) => expect(await peeked(text, size)).toBe("answer"));
});

test("what is long before it says anything is no refusal", async () => {
  expect(await peeked(`${": keep-alive\n\n".repeat(20_000)}${frames(bad)}`)).toBe("answer");
});

test("a connection that breaks is told to the reader, behind what came", async () => {
  const cause = new Error("gone");
  const reads = [Promise.resolve(Buffer.from(": hi\n\n")), Promise.reject(cause)];
  const body = { read: () => reads.shift() ?? Promise.resolve(undefined), cancel: () => undefined };
  const guard = createCallGuard("acme large");
  const result = await peek({ status: 200, headers: new Headers(), body }, guard);
  if (!("response" in result)) throw new Error("a refusal");
  expect(String(await result.response.body?.read())).toBe(": hi\n\n");
  await expect(result.response.body?.read()).rejects.toBe(cause);
  guard.complete();
  guard.end();
});
