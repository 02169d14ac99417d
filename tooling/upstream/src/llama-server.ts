import { httpError, text, toolCalls, type Reply } from "./reply.ts";
import type { UpstreamCall } from "./call.ts";
import { startUpstream, type Upstream } from "./upstream.ts";
import { wires } from "./wire/wires.ts";

/** A server as llama.cpp's, with one model. */
export interface LlamaServerOptions {
  /** Tokens of one slot, prompt and reply together; default 2048. */
  readonly contextTokens?: number;
  /** Calls that it works on at the same time, others wait in it; default 1. */
  readonly slots?: number;
  /**
   * Whether the model writes a call where its grammar demands one; default false: it writes on and on in front of it.
   * Some write the call as JSON in front of it, and then on and on: `in-words`.
   */
  readonly callsTools?: boolean | "in-words";
  /** Whether it answers `/props`; default true. */
  readonly props?: boolean;
  /** What the model says to a conversation. */
  readonly answer: (call: UpstreamCall) => string | Promise<string>;
  /** The label it votes for; default the first. */
  readonly voteFor?: (call: UpstreamCall) => string;
}

/** The most prompt tokens, and calls at the same time, that a server has seen. */
export interface LlamaServer extends Upstream {
  readonly refused: () => number;
  readonly mostPromptTokens: () => number;
  readonly mostAtOnce: () => number;
}

/** Characters of a token: English has more, code and other languages fewer. */
const charsPerToken = 3.5;

/** What a chat template adds to a message. */
const templateTokens = 6;

function tokensOf(content: string): number {
  return Math.ceil(content.length / charsPerToken);
}

/** Starts a server on loopback. Its model name is whatever is asked for. */
export async function startLlamaServer(options: LlamaServerOptions): Promise<LlamaServer> {
  const { contextTokens = 2048, slots = 1, props = true } = options;
  let busy = 0;
  let mostAtOnce = 0;
  let mostPromptTokens = 0;
  let refused = 0;
  const waiting: (() => void)[] = [];

  /** Waits for a slot, and gives it back when the call is over. */
  async function takeSlot(call: UpstreamCall): Promise<void> {
    if (busy < slots) busy += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    // Whoever waits longest gets the slot of a call that is over.
    const free = (): void => {
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    };
    void upstream.waitForCall((other) => other.n === call.n && other.state !== "open").then(free, free);
  }

  async function reply(call: UpstreamCall): Promise<Reply> {
    mostAtOnce = Math.max(mostAtOnce, upstream.openCalls());
    if (JSON.stringify(call.body["messages"]).includes('"image_url"')) {
      const message = "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj";
      return httpError(500, { error: { code: 500, message, type: "server_error" } });
    }
    const promptTokens = call.messages.reduce((sum, { text: said }) => sum + tokensOf(said) + templateTokens, 0);
    mostPromptTokens = Math.max(mostPromptTokens, promptTokens);
    if (promptTokens >= contextTokens) {
      refused += 1;
      return httpError(400, wires.openai.tooLong(promptTokens, contextTokens));
    }
    await takeSlot(call);
    const limit = Number(call.body["max_tokens"] ?? Infinity);
    return said(call, Math.min(limit, contextTokens - promptTokens), promptTokens);
  }

  async function said(call: UpstreamCall, room: number, inputTokens: number): Promise<Reply> {
    const forced = call.body["tool_choice"] === "required";
    const schema = schemaOf(call);
    const label = options.voteFor?.(call) ?? call.labels[0] ?? "agent1";
    const vote = { name: "vote", arguments: { agent_id: label, reason: "It is right." } };
    if (forced && options.callsTools === true) return toolCalls([vote]);
    // The grammar is "any text, then a call": nothing ends the text.
    const whole = forced
      ? (options.callsTools ? `\`\`\`json\n${written(vote)}\n\`\`\`\n` : "") +
        "Let me think about which one it is. ".repeat(room)
      : schema === undefined
        ? await options.answer(call)
        : written(instanceOf(schema, label));
    const most = Math.floor(room * charsPerToken);
    const cut = whole.length > most;
    const content = cut ? whole.slice(0, most) : whole;
    const usage = { inputTokens, outputTokens: tokensOf(content) };
    return text(content, { usage, ...(cut && { finish: "length" }) });
  }

  const pages: Record<string, unknown> = {
    "/v1/models": {
      object: "list",
      data: [
        {
          id: "small",
          aliases: ["small"],
          object: "model",
          architecture: { input_modalities: ["text"], output_modalities: ["text"] },
          owned_by: "llamacpp",
          meta: { n_ctx: contextTokens, n_ctx_train: 8192 },
        },
      ],
    },
    ...(props && {
      "/props": {
        default_generation_settings: { n_ctx: contextTokens, params: { max_tokens: -1, temperature: 0.8 } },
        total_slots: slots,
        model_alias: "small",
        modalities: { vision: false, video: false, audio: false },
        chat_template_caps: { supports_tools: options.callsTools !== undefined, supports_system_role: true },
        is_sleeping: false,
      },
    }),
  };
  const upstream = await startUpstream(reply, { pages });
  return {
    ...upstream,
    refused: () => refused,
    mostPromptTokens: () => mostPromptTokens,
    mostAtOnce: () => mostAtOnce,
  };
}

/** JSON as these models write it, where a grammar leaves blanks to them. */
function written(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

type Schema = Readonly<Record<string, unknown>>;

function schemaOf({ body }: UpstreamCall): Schema | undefined {
  const format = body["response_format"] as { json_schema?: { schema?: Schema } } | undefined;
  return format?.json_schema?.schema;
}

/** What a grammar made of a schema leaves a model to write: the first shape, with the label it votes for. */
function instanceOf(schema: Schema, label: string): unknown {
  const { anyOf, properties, type } = schema;
  const words = schema["enum"];
  if (schema["const"] !== undefined) return schema["const"];
  if (Array.isArray(anyOf)) return instanceOf(anyOf[0] as Schema, label);
  if (Array.isArray(words)) return words.includes(label) ? label : (words[0] as unknown);
  if (type !== "object") return "It is right.";
  const fields = Object.entries((properties ?? {}) as Readonly<Record<string, Schema>>);
  return Object.fromEntries(fields.map(([name, field]) => [name, instanceOf(field, label)]));
}
