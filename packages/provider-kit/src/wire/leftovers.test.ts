import { expect, test } from "vitest";
import { createLeftovers } from "./leftovers.ts";

const site = { label: "acme m", host: "acme.example", redact: (text: string) => text };
const response = { status: 200, headers: new Headers(), body: undefined };

function leftoversOf(...strays: readonly string[]): ReturnType<typeof createLeftovers> {
  const leftovers = createLeftovers(site);
  for (const text of strays) leftovers.take({ type: "stray", text });
  return leftovers;
}

const notes = Array.from({ length: 1000 }, (_, at) => `{"note":${at}}`);

test("a failure behind a thousand lines that are no events is found", () => {
  const leftovers = leftoversOf(...notes, '{"error":{"message":"too busy"}}');
  expect(leftovers.failure()).toMatchObject({ message: "too busy" });
});

test("the first of a thousand is what a body was that had no events", () => {
  expect(leftoversOf("plainly no stream", ...notes).error(response, false).message).toContain("plainly no stream");
});
