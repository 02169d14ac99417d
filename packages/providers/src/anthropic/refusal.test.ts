import { expect, test } from "vitest";
import { learnFrom } from "./refusal.ts";
import { initialRefusals, type MessagesBody, type Refusals } from "./request.ts";

const sent: MessagesBody = { body: { temperature: 1, top_p: 1, top_k: 1 }, dropped: [] };
function learn(message: string, known: Partial<Refusals> = {}, from: MessagesBody = sent, status = 400): unknown {
  const learned = learnFrom({ message, status }, from, { ...initialRefusals, ...known });
  return learned && { ...learned, fields: [...learned.fields] };
}

test.each([
  ["`temperature` is deprecated for this model.", "temperature"],
  ["`temperature` and `top_p` cannot both be specified for this model. Please use only one.", "top_p"],
  ["`temperature` may only be set to 1 when thinking is enabled.", "temperature"],
  ["`top_k` must be unset when thinking is enabled.", "top_k"],
  ["`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.", "top_p"],
  ["top_k: Extra inputs are not permitted", "top_k"],
])("a field: %s", (message, field) => {
  expect(learn(message)).toEqual({ fields: [field] });
});

test("what was learned already is not learned again", () => {
  const message = "`temperature`, `top_p` and `top_k` are not supported";
  expect(learn(message, { fields: new Set(["top_k"]) })).toMatchObject({ fields: ["top_k", "top_p"] });
  expect(learn(message, { fields: new Set(["top_k", "top_p", "temperature"]) })).toBeUndefined();
});

test.each([
  "temperature: range: 0..1",
  "temperature: Input should be less than or equal to 1",
  "messages: Field required",
  "`max_tokens` must be greater than `thinking.budget_tokens`.",
])("an error all the same: %s", (message) => expect(learn(message)).toBeUndefined());

test.each([401, 413, 429, 500, 529])("not with status %i", (status) => {
  expect(learn("temperature is not supported", {}, sent, status)).toBeUndefined();
});
