// A provider package whose models break the contract, each time in the way that the question names. It speaks to
// nobody. Node runs it as it is, types stripped: it may import types only.
import type { ChatRequest, ModelSettings, Provider } from "@massgen/core/model";

const finish = { type: "finish", reason: "stop" };
const text = { type: "text-delta", text: "hi" };

function iterating(next: () => unknown, leave: () => unknown = async () => ({ done: true })): unknown {
  return { [Symbol.asyncIterator]: () => ({ next, return: leave }) };
}

function events(...list: unknown[]): unknown {
  return iterating(async () => (list.length > 0 ? { done: false, value: list.shift() } : { done: true }));
}

function trap(): never {
  throw new Error("trap");
}

function throwing(thrown: unknown): unknown {
  return iterating(async () => {
    throw thrown;
  });
}

/** An error that passes for a MassgenError. */
function coded(code: string, more: object = {}): Error {
  const error = Object.assign(new Error("odd"), { code, ...more });
  return Object.defineProperty(error, Symbol.for("massgen.error"), { value: true });
}

/** By name: what a stream of that kind is. */
export const kinds: Readonly<Record<string, (settings: ModelSettings, request: ChatRequest) => unknown>> = {
  "unknown event": () => events({ type: "surprise" }, text, finish),
  "null event": () => events(null, finish),
  "no text": () => events({ type: "text-delta" }, finish),
  "usage in texts": () => events(text, { ...finish, usage: { inputTokens: "5", outputTokens: {} } }),
  "usage that is no number": () =>
    events(text, { ...finish, usage: { inputTokens: NaN, outputTokens: -3, totalTokens: 1e308 } }),
  "events behind the finish": () => events(text, finish, text, finish),
  "no finish": () => events(text),
  "empty texts for ever": () => iterating(async () => ({ done: false, value: { type: "text-delta", text: "" } })),
  "texts for ever": () =>
    iterating(async () => ({ done: false, value: { type: "reasoning-delta", text: "a".repeat(400) } })),
  "never settles": () =>
    iterating(
      () => new Promise(() => {}),
      () => new Promise(() => {}),
    ),
  "return throws": () => iterating(() => new Promise(() => {}), trap),
  "no stream": () => undefined,
  "stream throws": trap,
  "type error": () => (undefined as unknown as ChatRequest).messages,
  "throws null": () => throwing(null),
  "throws a proxy": () => throwing(new Proxy({}, { get: trap, getPrototypeOf: trap })),
  "a code of its own": () => throwing(coded("tomorrow")),
  "a key as the param": ({ apiKey }) => throwing(coded("invalid-request", { param: apiKey })),
  "a key at the cut": ({ apiKey }) => throwing(coded("invalid-request", { message: `${"-".repeat(590)}${apiKey}` })),
  "a wait for ever": () => throwing(coded("rate-limited", { retryAfterMs: Infinity })),
  "a promise left behind": () => {
    setTimeout(() => void Promise.reject(new Error("late")), 1);
    return events(text, finish);
  },
  "an error in a timer": () => {
    setTimeout(trap, 1);
    return events(text, finish);
  },
  "a listener that throws": (_, request) => {
    request.signal?.addEventListener("abort", trap);
    return events(text);
  },
  "an emptied request": (_, request) => {
    (request.messages as unknown[]).length = 0;
    return events(text, finish);
  },
};

export const evil: Provider = {
  contract: 1,
  type: "evil",
  apiKey: { variables: ["EVIL_API_KEY"], required: false },
  baseUrl: { variables: [] },
  createModel: (settings) => ({
    contract: 1,
    model: settings.model,
    stream(request) {
      const said = JSON.stringify(request.messages);
      const kind = Object.keys(kinds).find((name) => said.includes(`<${name}>`));
      return kinds[kind ?? ""]?.(settings, request) as never;
    },
  }),
};

/** Answers with its model's name, and votes for the first answer. */
export const good: Provider = {
  ...evil,
  type: "good",
  createModel: ({ model }) => ({
    contract: 1,
    model,
    async *stream({ tools = [] }) {
      const votes = tools.some(({ name }) => name === "vote");
      const ballot = '{"agent_id":"agent1","reason":"first"}';
      if (votes) yield { type: "tool-call", id: "1", name: "vote", arguments: ballot };
      else yield { type: "text-delta", text: `honest ${model}` };
      yield { type: "finish", reason: votes ? "tool-calls" : "stop" };
    },
  }),
};
