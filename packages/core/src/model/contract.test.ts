// What an author of a provider may rely on, said in types. The compiler checks it with everything else (npm run check
// -- types): a line that stops compiling here stops compiling in packages that are out of our reach, and then
// `contractVersion` has to grow.
import { readdirSync, readFileSync } from "node:fs";
import { expect, expectTypeOf, it } from "vitest";
import {
  contractVersion,
  MassgenError,
  textOf,
  type AssistantMessage,
  type ChatModel,
  type ChatRequest,
  type FinishEvent,
  type FinishReason,
  type Message,
  type ModelEvent,
  type ModelSettings,
  type Provider,
  type ProviderContext,
  type ResponseFormat,
  type ToolChoice,
  type Usage,
} from "./index.ts";

const key = { variables: ["ACME_API_KEY"], required: true };
const address = { variables: [], default: "https://api.acme.example" };

/** The least that is a model. */
const model: ChatModel = {
  contract: 1,
  model: "large",
  async *stream(request) {
    yield { type: "text-delta", text: request.messages.map(textOf).join() };
    yield { type: "finish", reason: "stop" };
  },
};

/** The least that is a provider. */
const provider: Provider = {
  contract: contractVersion,
  type: "acme",
  apiKey: key,
  baseUrl: address,
  createModel: () => model,
};

it("the version of the contract is a literal, and 1", () => {
  expectTypeOf<typeof contractVersion>().toEqualTypeOf<1>();
  expectTypeOf<Provider["contract"]>().toEqualTypeOf<1>();
  expect(contractVersion).toBe(1);
  // @ts-expect-error -- another version is another contract
  const other: Provider = { ...provider, contract: 2 };
  // @ts-expect-error -- any number will not do: a package says for which version it was written
  const any: Provider = { ...provider, contract: Number.parseInt("1", 10) };
  expect([other, any]).toHaveLength(2);
});

it("a provider without one of its fields does not compile", () => {
  const { contract, type, apiKey, baseUrl, createModel } = provider;
  // @ts-expect-error -- contract
  const withoutContract: Provider = { type, apiKey, baseUrl, createModel };
  // @ts-expect-error -- type
  const withoutType: Provider = { contract, apiKey, baseUrl, createModel };
  // @ts-expect-error -- apiKey
  const withoutKey: Provider = { contract, type, baseUrl, createModel };
  // @ts-expect-error -- baseUrl
  const withoutAddress: Provider = { contract, type, apiKey, createModel };
  // @ts-expect-error -- createModel
  const withoutModels: Provider = { contract, type, apiKey, baseUrl };
  // @ts-expect-error -- whether the key is required
  const withoutRequired: Provider = { ...provider, apiKey: { variables: [] } };
  // @ts-expect-error -- a model is more than its name
  const withoutStream: Provider = { ...provider, createModel: () => ({ model: "large" }) };
  expect(
    [withoutContract, withoutType, withoutKey, withoutAddress, withoutModels, withoutRequired, withoutStream].length,
  ).toBe(7);
});

it("the rest of a provider is optional", () => {
  expectTypeOf({ ...provider, aliases: ["acme-2"], optionNames: ["priority"] }).toExtend<Provider>();
  expectTypeOf<Provider["createModel"]>().parameters.toEqualTypeOf<[ModelSettings, ProviderContext]>();
  expectTypeOf<Provider["createModel"]>().returns.toEqualTypeOf<ChatModel>();
});

it("a model gets a request and gives events", () => {
  expectTypeOf<ChatModel["stream"]>().toEqualTypeOf<(request: ChatRequest) => AsyncIterable<ModelEvent>>();
  // Whatever else a request carries may be absent: a call that only has messages is a call.
  expectTypeOf<{ messages: [] }>().toExtend<ChatRequest>();
});

it("events are these four, and no others", () => {
  const kindOf = (event: ModelEvent): string => {
    switch (event.type) {
      case "text-delta":
      case "reasoning-delta":
        return event.text;
      case "tool-call":
        return event.arguments;
      case "finish":
        return event.reason;
      default:
        return event satisfies never;
    }
  };
  expect(kindOf({ type: "tool-call", id: "1", name: "vote", arguments: "{}" })).toBe("{}");
  // @ts-expect-error -- arguments are a JSON text, not an object
  const parsed: ModelEvent = { type: "tool-call", id: "1", name: "vote", arguments: {} };
  // @ts-expect-error -- a finish says why
  const unexplained: ModelEvent = { type: "finish" };
  expect([parsed, unexplained]).toHaveLength(2);
});

it("what a switch of an author's must be able to treat is a closed set", () => {
  expectTypeOf<FinishReason>().toEqualTypeOf<"stop" | "length" | "tool-calls" | "content-filter" | "other">();
  expectTypeOf<Message["role"]>().toEqualTypeOf<"system" | "user" | "assistant" | "tool">();
  expectTypeOf<ToolChoice>().toEqualTypeOf<"auto" | "none" | "required" | { readonly name: string }>();
  expectTypeOf<ResponseFormat["type"]>().toEqualTypeOf<"text" | "json-object" | "json-schema">();
});

it("usage has no figure that must be there", () => {
  const unknown: Usage = {};
  expect(unknown).toEqual({});
  expectTypeOf<FinishEvent["usage"]>().toEqualTypeOf<Usage | undefined>();
});

it("what a provider put beside a tool call comes back with the conversation", () => {
  type Returned = NonNullable<AssistantMessage["toolCalls"]>[number];
  expectTypeOf<Extract<ModelEvent, { type: "tool-call" }>>().toExtend<Returned>();
});

it("an error has a code of the shared union", () => {
  expect(new MassgenError("overloaded", "busy", { retryAfterMs: 5 }).code).toBe("overloaded");
  // @ts-expect-error -- a code of one's own
  expect(new MassgenError("acme-is-down", "busy").code).toBe("acme-is-down");
});

it("an error is copied with what is known besides, and loses what is said to be undefined", () => {
  const cause = new Error("reset");
  const error = new MassgenError("overloaded", "busy", { retryAfterMs: 5, status: 503, cause });
  const copy = error.with({ message: "very busy", status: undefined, usage: { inputTokens: 3 } });
  expect(MassgenError.isInstance(copy)).toBe(true);
  expect(copy.status).toBeUndefined();
  const { code, message, retryAfterMs, usage } = copy;
  expect({ code, message, retryAfterMs, usage, cause: copy.cause }).toEqual({
    code: "overloaded",
    message: "very busy",
    retryAfterMs: 5,
    usage: { inputTokens: 3 },
    cause,
  });
});

it("the host lends a fetch of the platform's form, a redactor and the environment", () => {
  expectTypeOf<ProviderContext["fetch"]>().toEqualTypeOf<typeof globalThis.fetch>();
  expectTypeOf<ProviderContext["redact"]>().toEqualTypeOf<(text: string) => string>();
  expectTypeOf<ProviderContext["env"]["ACME_API_KEY"]>().toEqualTypeOf<string | undefined>();
});

it("all of it is read in twenty minutes: less than 360 lines", () => {
  const files = readdirSync(new URL(".", import.meta.url)).filter((name) => !name.endsWith(".test.ts"));
  const lines = files.map((name) => readFileSync(new URL(name, import.meta.url), "utf8").split("\n").length - 1);
  expect(lines.reduce((sum, count) => sum + count)).toBeLessThan(360);
});
