import type { IncomingHttpHeaders } from "node:http";
import { shownAnswers, type ShownAnswer } from "@massgen/core/testing";

/** Which provider's dialect a call speaks. */
export type WireName = "openai" | "gemini";

/** What the team wants from the model, told by the shape of the request. */
export type CallPhase = "draft" | "ballot" | "presentation";

/**
 * `finished`: the reply went out as scripted, errors and cut streams included. `aborted-by-client`: the client closed the
 * connection first. `failed`: the script threw, or the upstream was closed meanwhile.
 */
export type CallState = "open" | "finished" | "aborted-by-client" | "failed";

/** A message in no vendor's dialect; parts that are not text are left out. */
export interface UpstreamMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly text: string;
}

/** What a request says, read off its body. */
export interface CallContent {
  readonly wire: WireName;
  readonly model: string;
  readonly phase: CallPhase;
  /** In order, the system message first. */
  readonly messages: readonly UpstreamMessage[];
  /** Names of the tools offered. */
  readonly tools: readonly string[];
  /** The candidates in the order shown; empty for a draft. */
  readonly answers: readonly ShownAnswer[];
  /** The candidates' labels in the order shown. */
  readonly labels: readonly string[];
  /** Whether the answer is to be an event stream. */
  readonly stream: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A call of the upstream, and how it is going. */
export interface UpstreamCall extends CallContent {
  /** 1 for the first call. */
  readonly n: number;
  readonly headers: IncomingHttpHeaders;
  readonly state: CallState;
  /** Resolves when the client closed the connection before the reply was complete. */
  readonly closed: Promise<void>;
  /** Bytes handed to the connection so far; stands still while the client does not read. */
  readonly bytesWritten: number;
  /** When the request had arrived, in milliseconds of `performance.now()`. */
  readonly startedAt: number;
  /** When `state` left `open`, on the same clock. */
  readonly endedAt: number | undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function partsText(parts: unknown): string {
  if (typeof parts === "string") return parts;
  return records(parts)
    .map((part) => text(part["text"]))
    .join("");
}

function withPhase(
  wire: WireName,
  model: string,
  stream: boolean,
  body: Readonly<Record<string, unknown>>,
  messages: readonly UpstreamMessage[],
  tools: readonly string[],
): CallContent {
  const shown = messages
    .map(({ role, text: said }) => (role === "user" ? shownAnswers(said) : undefined))
    .findLast((answers) => answers !== undefined);
  const phase = tools.includes("vote") ? "ballot" : shown === undefined ? "draft" : "presentation";
  const answers = phase === "draft" ? [] : (shown ?? []);
  return { wire, model, phase, messages, tools, answers, labels: answers.map(({ label }) => label), stream, body };
}

const openAiRoles = new Map<unknown, UpstreamMessage["role"]>([
  ["system", "system"],
  ["developer", "system"],
  ["assistant", "assistant"],
  ["tool", "tool"],
]);

/** Reads the body of a `POST .../chat/completions`. */
export function readOpenAiCall(body: Readonly<Record<string, unknown>>): CallContent {
  const messages = records(body["messages"]).map((message) => ({
    role: openAiRoles.get(message["role"]) ?? ("user" as const),
    text: partsText(message["content"]),
  }));
  const tools = records(body["tools"]).map((tool) => text(isRecord(tool["function"]) ? tool["function"]["name"] : ""));
  return withPhase("openai", text(body["model"]), body["stream"] === true, body, messages, tools);
}

/** What a tool gave back: text as it is under `result`, anything else as JSON. */
function geminiResultText(part: Readonly<Record<string, unknown>>): string {
  const response = isRecord(part["functionResponse"]) ? part["functionResponse"]["response"] : undefined;
  if (!isRecord(response)) return "";
  return typeof response["result"] === "string" ? response["result"] : JSON.stringify(response);
}

/** Clients merge turns of one role: a turn may hold what tools gave back and then what the user says. */
function readGeminiTurn(turn: Readonly<Record<string, unknown>>): readonly UpstreamMessage[] {
  const parts = records(turn["parts"]);
  const results = parts.filter((part) => "functionResponse" in part);
  const rest = parts.filter((part) => !("functionResponse" in part));
  const messages: UpstreamMessage[] = results.map((part) => ({ role: "tool", text: geminiResultText(part) }));
  if (rest.length > 0 || results.length === 0) {
    const role = turn["role"] === "model" ? "assistant" : "user";
    messages.push({ role, text: rest.map((part) => text(part["text"])).join("\n") });
  }
  return messages;
}

/** Reads the body of a `POST .../models/<model>:generateContent` or `:streamGenerateContent`. */
export function readGeminiCall(model: string, stream: boolean, body: Readonly<Record<string, unknown>>): CallContent {
  const system = body["systemInstruction"] ?? body["system_instruction"];
  const messages = records(body["contents"]).flatMap(readGeminiTurn);
  if (isRecord(system)) messages.unshift({ role: "system", text: partsText(system["parts"]) });
  const tools = records(body["tools"]).flatMap((tool) =>
    records(tool["functionDeclarations"]).map((declaration) => text(declaration["name"])),
  );
  return withPhase("gemini", model, stream, body, messages, tools);
}
