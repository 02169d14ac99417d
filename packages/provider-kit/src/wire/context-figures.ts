import type { UpstreamFailure } from "./upstream-failure.ts";

/** The figures in a refusal of a prompt that was too long, in tokens. */
export interface ContextFigures {
  /** What the model takes, prompt and reply together. */
  readonly contextTokens?: number;
  /** What the prompt had. */
  readonly promptTokens?: number;
}

/** What is remembered of a model's window. */
export interface WindowMemory {
  /** Tokens that the model takes, prompt and reply together, as far as the service has said. */
  contextTokens?: number;
}

/** Remembers what the error of a call says about the window. */
export function noteWindow(memory: WindowMemory): (error: ContextFigures) => void {
  return ({ contextTokens }) => {
    if (contextTokens !== undefined) memory.contextTokens = contextTokens;
  };
}

/** The window as a capability, if it is known. */
export function knownWindow({ contextTokens }: WindowMemory): { readonly contextTokens?: number } {
  return contextTokens === undefined ? {} : { contextTokens };
}

/** The most characters of a message that are searched. */
const mostRead = 2000;

/** A whole number of single tokens, not a rate. */
const figure = String.raw`(\d{1,9})(?!\d|[.,]\d|\s?[kmg]\b|\s?tokens? ?(?:per|/))`;

/**
 * How services name the window: OpenAI, vLLM, llama.cpp, LM Studio, Claude, Gemini, OpenRouter, SGLang, Moonshot,
 * Ollama, Cohere, Qwen.
 */
const windows: readonly RegExp[] = [
  new RegExp(String.raw`(?:maximum |max )?context (?:length|window|size|limit) (?:is |of (?:only )?|\()${figure}`, "i"),
  new RegExp(String.raw`context limit: \d{1,9} \+ \d{1,9} > ${figure}`, "i"),
  new RegExp(String.raw`tokens > ${figure} maximum`, "i"),
  new RegExp(String.raw`maximum number of tokens allowed \(?${figure}`, "i"),
  new RegExp(String.raw`n_ctx\W{1,4}${figure}`, "i"),
  new RegExp(String.raw`too large for model with ${figure} maximum context`, "i"),
  new RegExp(String.raw`model token limit:? ${figure}`, "i"),
  new RegExp(
    String.raw`(?:context length |tokens in the prompt cannot exceed |range of input length should be \[\d, ?)${figure}`,
    "i",
  ),
];

/** How services name the tokens of the prompt. */
const prompts: readonly RegExp[] = [
  new RegExp(String.raw`request \(${figure} tokens\)`, "i"),
  new RegExp(String.raw`\(${figure} in (?:the|your) (?:messages|prompt)`, "i"),
  new RegExp(String.raw`prompt is too long: ${figure}`, "i"),
  new RegExp(String.raw`messages resulted in ${figure} tokens`, "i"),
  new RegExp(String.raw`prompt contains (?:at least )?${figure} (?:input )?tokens`, "i"),
  new RegExp(String.raw`token count \(?${figure}`, "i"),
  new RegExp(String.raw`context limit: ${figure} \+`, "i"),
  new RegExp(String.raw`\(${figure} of text input`, "i"),
  new RegExp(String.raw`${figure} tokens from the input`, "i"),
  new RegExp(String.raw`\(total length ${figure}`, "i"),
];

/** Reads the figures out of a refusal: from its fields, else from its words. */
export function contextFigures({ message, contextTokens, promptTokens }: UpstreamFailure): ContextFigures {
  // Some services write thousands separators.
  const said = message
    .slice(0, mostRead)
    .replace(/(?<![\d[,])\d{1,3}(?:,\d{3}){1,3}(?![\d,])/g, (figures) => figures.replaceAll(",", ""));
  const window = [contextTokens, ...found(windows, said)].find((value) => isTokens(value, leastWindow));
  const prompt = [promptTokens, ...found(prompts, said)].find((value) => isTokens(value, 1));
  return {
    ...(window !== undefined && { contextTokens: window }),
    ...(prompt !== undefined && { promptTokens: prompt }),
  };
}

/** No usable model takes less; smaller figures mean something else. */
const leastWindow = 256;

function found(patterns: readonly RegExp[], text: string): number[] {
  return patterns.map((pattern) => Number(pattern.exec(text)?.[1]));
}

function isTokens(value: number | undefined, least: number): value is number {
  return value !== undefined && Number.isInteger(value) && value >= least && value < 1e9;
}
