import assert from "node:assert/strict";
import type { ChatModel, ChatRequest, ProviderContext } from "@massgen/core/model";
import type { KitCapabilities } from "./capabilities.ts";
import type { Dialect } from "./dialect.ts";
import { kitKey, withoutKeys } from "./kit-key.ts";
import { caseMs, turns, within } from "./patience.ts";
import { startUpstream, type Exchange, type LoopbackUpstream } from "./upstream.ts";

/** Makes the model under test. */
export type CreateModel = (settings: KitSettings, context: ProviderContext) => ChatModel | Promise<ChatModel>;

/** The settings that the kit decides. The subject chooses the model's name. */
export interface KitSettings {
  readonly apiKey: string;
  /** The root of the kit's upstream, without a slash at the end; it answers at every path. */
  readonly baseUrl: string;
  readonly options: Readonly<Record<string, never>>;
}

/** What a host lends its models, given the key that must not be shown. */
export type KitHost = (key: string) => Pick<ProviderContext, "fetch" | "redact">;

/** What every case gets: a model of its own. */
export interface Bench {
  readonly model: ChatModel;
  readonly upstream: LoopbackUpstream;
}

/** What a case about the service gets: the model, and full control of the service. */
export interface ServiceBench extends Bench {
  readonly dialect: Dialect;
  readonly capabilities: KitCapabilities;
  /** Undefined for a model that sends no `extras`; cases about them are skipped. */
  readonly extrasType: string | undefined;
  /** Sets how requests are answered from now on. At first every request gets {@link greeting}. */
  readonly answerBy: (answer: (exchange: Exchange) => unknown) => void;
  /** Makes another model like it, which calls another address. */
  readonly modelAt: (baseUrl: string) => Promise<ChatModel>;
  /** How many requests went through the host's fetch. */
  readonly fetches: () => number;
}

/** A request that any model answers. */
export const hello: ChatRequest = { messages: [{ role: "user", content: "Hello" }] };

/**
 * Runs a case on a bench of its own and clears up after it.
 *
 * @param host what lends the model its connections; left out, Node's own fetch serves
 * @param first how the upstream answers until the case says otherwise
 * @throws AssertionError also for a promise that was left rejected and unhandled
 */
export async function onBench<B extends Bench>(
  createModel: CreateModel,
  host: KitHost = () => ({ fetch: globalThis.fetch, redact: withoutKeys }),
  first: (exchange: Exchange) => unknown,
  complete: (bench: Omit<ServiceBench, "dialect" | "capabilities" | "extrasType">) => B,
  run: (bench: B) => Promise<void>,
): Promise<void> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  let answer = first;
  let fetches = 0;
  const upstream = await startUpstream((exchange) => answer(exchange));
  const lent = host(kitKey);
  const context: ProviderContext = {
    fetch: (...args) => {
      fetches += 1;
      return lent.fetch(...args);
    },
    redact: lent.redact,
    env: {},
  };
  const modelAt = async (baseUrl: string): Promise<ChatModel> =>
    createModel({ apiKey: kitKey, baseUrl, options: {} }, context);
  try {
    const answerBy = (next: (exchange: Exchange) => unknown): void => {
      answer = next;
    };
    const model = await modelAt(upstream.url);
    await within(
      run(complete({ model, upstream, answerBy, modelAt, fetches: () => fetches })),
      "the end of the case",
      caseMs,
    );
  } finally {
    await upstream.close();
    await turns();
    process.off("unhandledRejection", note);
  }
  const left = unhandled.map(String).join("; ");
  assert.ok(
    unhandled.length === 0,
    `a promise was left rejected, and nobody handles it, which ends a process: ${left}`,
  );
}
