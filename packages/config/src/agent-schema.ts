import { z } from "zod";
import { mappingError, number, price, section, text, trueOrFalse, wholeNumber } from "./fields.ts";
import { ignoredAgentKeys } from "./known-keys.ts";

const tokens = (description: string) => wholeNumber(1, { description });

const stopError = "must be text or a list of texts";

/** The sampling parameters among the fields of a backend. */
const samplingShape = {
  temperature: number(0, 2, { description: "Sampling temperature, 0 to 2." }),
  top_p: number(0, 1, { description: "Nucleus sampling, 0 to 1." }),
  max_tokens: tokens("The most tokens that one answer may have."),
  max_completion_tokens: tokens("Another word for max_tokens."),
  stop: z
    .union([z.string({ error: stopError }), z.array(z.string({ error: stopError }), { error: stopError })], {
      error: stopError,
    })
    .nullish()
    .meta({ description: "Text, or several, at which the model stops." }),
  seed: wholeNumber(Number.MIN_SAFE_INTEGER, { description: "Asks the provider for repeatable sampling." }),
  frequency_penalty: number(-2, 2, { description: "Penalty for frequent tokens, -2 to 2." }),
  presence_penalty: number(-2, 2, { description: "Penalty for tokens that have occurred, -2 to 2." }),
  reasoning_effort: text("How much a reasoning model thinks, in the provider's words, such as low, medium or high."),
};

/** The limits of an account: agents with the same type, address and key share one. */
export const limitShape = {
  max_concurrency: wholeNumber(1, {
    description: "The most calls at the same time, of all agents with the same type, address and key together.",
  }),
  requests_per_minute: wholeNumber(1, {
    description:
      "The most calls sent within any 60 seconds, of all agents with the same type, address and key together.",
  }),
  tokens_per_minute: wholeNumber(1, {
    description:
      "The most tokens used within any 60 seconds, of all agents with the same type, address and key together; estimated when a call is sent, as reported once it ended.",
  }),
};

/** The keys of `price`. */
export const priceShape = {
  input: price("Dollars for a million tokens of prompts."),
  output: price("Dollars for a million tokens of answers."),
  cached_input: price("The same for what is read from a cache. Default: as input.").nullish(),
  cache_write: price("The same for what is written to a cache. Default: as input.").nullish(),
};

/** The fields of a backend that mean the same for every provider. */
export const backendShape = {
  type: text(
    "What serves the model, such as openai, claude, gemini or ollama. May be left out when the model's name identifies it.",
  ),
  model: text("The model's name, as the provider calls it."),
  api: z.enum(["chat", "responses"], { error: "must be chat or responses" }).nullish().meta({
    description:
      "Which of OpenAI's APIs to call, for types that have both: openai, azure_openai, grok and openrouter. Default: chat completions, or responses for models that are served there only.",
  }),
  api_key: text("The key, preferably as ${VARIABLE}. Default: the type's own variable."),
  base_url: z
    .string({ error: "must be a URL that begins with http:// or https://" })
    .regex(/^(https?:\/\/[^\s/?#]\S*)?$/, { error: "must be a URL that begins with http:// or https://" })
    .nullish()
    .meta({ description: "Where the service is. Default: the type's own address." }),
  proxy: text(
    "An HTTP proxy to reach the service through, such as http://proxy.example:3128, or none. Default: what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say.",
  ),
  ca_file: text(
    "A file with certificates (PEM) of authorities to trust besides the usual ones; its path is relative to this file's folder.",
  ),
  ...samplingShape,
  ...limitShape,
  images: trueOrFalse({
    description: "Whether the model sees images. Default: what is known of the type, and what the service refuses.",
  }),
  context_length: wholeNumber(256, {
    description: "The model's context window in tokens, prompt and reply together. Default: what its service reports.",
  }),
  price: section("`input` and `output`, in dollars for a million tokens", priceShape).nullish().meta({
    description:
      "What calls of the model cost, in dollars for a million tokens. Default: its public price. Local models have none unless it stands here, such as 0.",
  }),
  extra_body: z
    .record(z.string(), z.unknown(), { error: mappingError("fields for the provider's request") })
    .nullish()
    .meta({ description: "Fields that are added to the provider's request unchanged." }),
};

const backendSchema = z
  .looseObject(backendShape, { error: "must be a mapping such as `{ type: openai, model: gpt-4o }`" })
  .meta({ description: "The model behind the agent. Further fields are passed on to the provider." });

const idError = "must be text of letters, digits, dots, - and _";

/** The keys of an agent, apart from ignored ones. */
export const agentShape = {
  id: z
    .string({ error: idError })
    .regex(/^[\w.-]+$/, { error: idError })
    .nullish()
    .meta({ description: "The agent's name, unique in the team. A single agent may leave it out." }),
  system_message: text("Put in front of the client's conversation."),
  backend: backendSchema,
  fallback: backendSchema.nullish().meta({
    description:
      "The model that takes over for the rest of a run when the backend's is not found, refuses the key, is out of quota, or stays overloaded.",
  }),
};

/** One agent of the file. */
export const agentSchema = section("`id`, `system_message`, `backend` and `fallback`", agentShape, ignoredAgentKeys);
