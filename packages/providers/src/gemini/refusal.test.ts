import { expect, test } from "vitest";
import { formatWithTools, learnFrom, type Refusals } from "./refusal.ts";

const sent = {
  generationConfig: { temperature: 1, seed: 1, frequencyPenalty: 1, thinkingConfig: {}, responseJsonSchema: {} },
};
function learn(message: string, known: Refusals = new Set(), body: object = sent, status = 400): unknown {
  const learned = learnFrom({ message, status }, { ...body }, known);
  return learned && [...learned];
}

test.each([
  ["Penalty is not enabled for models/gemini-2.5-flash", "frequencyPenalty"],
  ["Thinking level is not supported for this model.", "thinkingConfig"],
  ["Thinking is not supported by this model", "thinkingConfig"],
  [
    "Invalid JSON payload received. Unknown name \"responseJsonSchema\" at 'generation_config': Cannot find field.",
    "responseJsonSchema",
  ],
  ["temperature is not supported", "temperature"],
  ["seed is no longer available", "seed"],
])("%s", (message, field) => expect(learn(message)).toEqual([field]));

test.each(["temperature must be between 0 and 2", "The thinking budget 50000 is invalid: choose 128 to 32768", "no"])(
  "no refusal of a field: %s",
  (message) => expect(learn(message)).toBeUndefined(),
);

test("a field that was not sent, or is known, teaches nothing; other statuses neither", () => {
  expect(learn("temperature is not supported", new Set(), { generationConfig: {} })).toBeUndefined();
  expect(learn("temperature is not supported", new Set(["temperature"]))).toBeUndefined();
  expect(learn("temperature is not supported", new Set(), sent, 403)).toBeUndefined();
});

test("of a long refusal only the beginning is searched", () => {
  const asked = "temperature is not supported";
  expect(learn(`${asked}${" ".repeat(5000)}`)).toEqual(["temperature"]);
  expect(learn(`${" ".repeat(5000)}${asked}`)).toBeUndefined();
});

test("a format beside tools", () => {
  const message = "Function calling with a response mime type: 'application/json' is unsupported";
  const body = { tools: [], generationConfig: { responseMimeType: "application/json" } };
  expect(learn(message, new Set(), body)).toEqual([formatWithTools]);
  expect(learn(message, new Set([formatWithTools]), body)).toBeUndefined();
});
