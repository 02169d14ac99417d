import { expect, test } from "vitest";
import { toWireToolCall } from "./completion.ts";

const call = { id: "c", name: "f", arguments: "{}" };
const plain = { id: "c", type: "function", function: { name: "f", arguments: "{}" } };

test("fields of a model's service go to the client beside ours, and never in their place", () => {
  const opaque = {
    provider: "chatcompletion",
    model: "m",
    fields: { extra_content: { google: { thought_signature: "s" } }, id: "other", function: "other" },
    functionFields: { hint: 1, name: "other" },
  };
  expect(toWireToolCall({ ...call, opaque })).toEqual({
    ...plain,
    extra_content: { google: { thought_signature: "s" } },
    function: { ...plain.function, hint: 1 },
  });
});

test.each([undefined, null, "sig", { provider: "gemini", thoughtSignature: "s" }, { fields: "x" }])(
  "what a provider keeps for itself stays with it: %j",
  (opaque) => expect(toWireToolCall({ ...call, opaque })).toEqual(plain),
);
