import type {
  FunctionCallingConfig,
  FunctionCallingMode,
  FunctionDeclaration,
  GenerateContentRequest,
  GenerationConfig,
} from "@google/generative-ai";
import type { ChatRequest, Sampling, Tool } from "@massgen/core/model";
import type { Rung } from "@massgen/provider-kit/forcing";
import { objectOf } from "@massgen/provider-kit/parts";
import { extrasFor, type JsonObject } from "@massgen/provider-kit/wire";
import { changedSampling, type Draft } from "../remedies/remedy.ts";
import { samplingOf } from "../sampling-options.ts";
import { conversationOf, type Conversation } from "./contents.ts";

/** The fields of a backend's options that go into a request. */
export interface GeminiOptions {
  readonly sampling: Sampling;
  readonly includeThoughts?: boolean;
  readonly thinkingBudget?: number;
  readonly safetySettings?: unknown;
  /** Put into `generationConfig` as written. */
  readonly generationFields: Readonly<Record<string, unknown>>;
  /** Merged into the body last. */
  readonly extraBody: Readonly<Record<string, unknown>>;
}

/** The ways of forcing a tool call that this wire has. Forcing goes together with thinking here. */
export const geminiRungs: readonly Rung[] = ["forced", "instructed", "schema", "text"];

/** The SDK's types lack thinking, seeds and JSON schemas. */
interface WireConfig extends Omit<GenerationConfig, "stopSequences"> {
  readonly stopSequences?: readonly string[];
  readonly seed?: number;
  readonly thinkingConfig?: ThinkingConfig;
  readonly responseJsonSchema?: JsonObject;
}
interface ThinkingConfig {
  readonly includeThoughts?: boolean;
  readonly thinkingBudget?: number;
  readonly thinkingLevel?: string;
}
interface WireDeclaration extends Omit<FunctionDeclaration, "parameters"> {
  readonly parametersJsonSchema?: JsonObject;
}
interface WireTools {
  readonly tools?: readonly { readonly functionDeclarations: readonly WireDeclaration[] }[];
  readonly toolConfig?: { readonly functionCallingConfig: WireCallingConfig };
}
interface WireCallingConfig extends Omit<FunctionCallingConfig, "mode"> {
  readonly mode: `${FunctionCallingMode}`;
}
interface WireRequest
  extends
    WireTools,
    Omit<GenerateContentRequest, "contents" | "tools" | "toolConfig" | "generationConfig" | "safetySettings"> {
  readonly contents: Conversation["contents"];
  readonly generationConfig?: JsonObject;
  readonly safetySettings?: unknown;
}

/** Writes the body of a `generateContent` request. */
export function geminiBody(model: string, request: ChatRequest, options: GeminiOptions): Draft {
  const { systemInstruction, contents } = conversationOf(request.messages, model);
  const sampling = samplingOf(request.sampling, options.sampling);
  const tools = toolsOf(request);
  const generationConfig: JsonObject = {
    ...generationConfigOf(model, sampling, options),
    ...formatOf(request),
    ...options.generationFields,
  };
  const own: WireRequest & JsonObject = {
    contents,
    ...(systemInstruction !== undefined && {
      systemInstruction: { role: "system", parts: [{ text: systemInstruction }] },
    }),
    ...tools,
    ...(Object.keys(generationConfig).length > 0 && { generationConfig }),
    ...(options.safetySettings !== undefined && { safetySettings: options.safetySettings }),
  };
  return {
    own,
    finish(mended) {
      const kept = objectOf(mended["generationConfig"]) ?? {};
      return {
        body: {
          ...mended,
          ...options.extraBody,
          ...extrasFor("gemini", request),
          // Functions cannot be combined with Google's own tools, such as search. The call's own tools come first.
          ...(tools.tools !== undefined && { tools: tools.tools }),
        },
        dropped: changedSampling(samplingFields, (field) => generationConfig[field] !== kept[field]).filter(
          (name) => sampling[name as keyof Sampling] !== undefined,
        ),
      };
    },
  };
}

/** Where sampling parameters stand in `generationConfig`, by their names in {@link Sampling}. */
const samplingFields = {
  temperature: "temperature",
  topP: "topP",
  stop: "stopSequences",
  seed: "seed",
  frequencyPenalty: "frequencyPenalty",
  presencePenalty: "presencePenalty",
  reasoningEffort: "thinkingConfig",
} as const satisfies Readonly<Partial<Record<keyof Sampling, keyof WireConfig>>>;

function generationConfigOf(model: string, sampling: Sampling, options: GeminiOptions): WireConfig {
  const thinkingConfig: ThinkingConfig = {
    ...(options.includeThoughts !== undefined && { includeThoughts: options.includeThoughts }),
    ...(options.thinkingBudget === undefined
      ? effortOf(model, sampling.reasoningEffort)
      : { thinkingBudget: options.thinkingBudget }),
  };
  return {
    ...(sampling.temperature !== undefined && { temperature: sampling.temperature }),
    ...(sampling.topP !== undefined && { topP: sampling.topP }),
    ...(sampling.maxOutputTokens !== undefined && { maxOutputTokens: sampling.maxOutputTokens }),
    ...(sampling.stop !== undefined && { stopSequences: sampling.stop }),
    ...(sampling.seed !== undefined && { seed: sampling.seed }),
    ...(sampling.frequencyPenalty !== undefined && { frequencyPenalty: sampling.frequencyPenalty }),
    ...(sampling.presencePenalty !== undefined && { presencePenalty: sampling.presencePenalty }),
    ...(Object.keys(thinkingConfig).length > 0 && { thinkingConfig }),
  };
}

const budgets: ReadonlyMap<string, number> = new Map([
  ["none", 0],
  ["minimal", 1024],
  ["low", 1024],
  ["medium", 8192],
  ["high", 24_576],
]);

/** Gemini 2.5 counts thinking in tokens, later models in levels. */
function effortOf(model: string, effort: string | undefined): ThinkingConfig {
  if (effort === undefined) return {};
  if (!/gemini-2(?:\D|$)/.test(model)) return { thinkingLevel: effort === "none" ? "minimal" : effort };
  const thinkingBudget = budgets.get(effort);
  return thinkingBudget === undefined ? {} : { thinkingBudget };
}

function formatOf({ responseFormat }: ChatRequest): Pick<WireConfig, "responseMimeType" | "responseJsonSchema"> {
  switch (responseFormat?.type) {
    case undefined:
    case "text":
      return {};
    case "json-object":
      return { responseMimeType: "application/json" };
    case "json-schema":
      return { responseMimeType: "application/json", responseJsonSchema: responseFormat.schema };
  }
}

/** Gemini cannot be limited to one call: `parallelToolCalls` has no effect here. */
function toolsOf({ tools = [], toolChoice = "auto" }: ChatRequest): WireTools {
  if (tools.length === 0) return {};
  const names = typeof toolChoice === "object" ? [toolChoice.name] : tools.map(({ name }) => name);
  const functionCallingConfig: WireCallingConfig =
    toolChoice === "auto"
      ? { mode: "AUTO" }
      : toolChoice === "none"
        ? { mode: "NONE" }
        : { mode: "ANY", allowedFunctionNames: names };
  return { tools: [{ functionDeclarations: tools.map(declarationOf) }], toolConfig: { functionCallingConfig } };
}

function declarationOf({ name, description, parameters }: Tool): WireDeclaration {
  return {
    name,
    ...(description !== undefined && { description }),
    ...(parameters !== undefined && { parametersJsonSchema: parameters }),
  };
}
