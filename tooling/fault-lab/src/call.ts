import type { IncomingHttpHeaders } from "node:http";
import { shownAnswers, type ShownAnswer } from "@massgen/core/testing";
import type { WireName } from "./wire/dialect.ts";

/** What the team wants from the model. */
export type Phase = "draft" | "ballot" | "presentation";

export const phases: readonly Phase[] = ["draft", "ballot", "presentation"];

/** Something in a request that a service may refuse. */
export type Refusable = "temperature" | "forced choice";

/** What a request says, read off its address and body. */
export interface CallContent {
  readonly wire: WireName;
  /** The first folder of the address, by which agents on one model can be told apart; empty if there is none. */
  readonly place: string;
  readonly model: string;
  readonly phase: Phase;
  /** The candidates in the order shown; empty for a draft. */
  readonly answers: readonly ShownAnswer[];
  /** Whether it offers tools: a ballot without is to be written as text. */
  readonly tools: boolean;
  readonly holds: ReadonlySet<Refusable>;
  readonly bodyBytes: number;
  /** The key it came with, as it came. */
  readonly key: string;
}

type JsonObject = Readonly<Record<string, unknown>>;

const paths: readonly { readonly wire: WireName; readonly path: RegExp }[] = [
  { wire: "openai", path: /^(?:\/([^/]+))?\/v1\/chat\/completions$/ },
  { wire: "claude", path: /^(?:\/([^/]+))?\/v1\/messages$/ },
  { wire: "gemini", path: /^(?:\/([^/]+))?\/v1beta\/models\/([^/:]+):streamGenerateContent$/ },
];

/** Reads a request; undefined where nothing is served. @throws SyntaxError when the body is not JSON */
export function readCall(path: string, headers: IncomingHttpHeaders, body: string): CallContent | undefined {
  for (const { wire, path: pattern } of paths) {
    const match = pattern.exec(path);
    if (match === null) continue;
    const fields = JSON.parse(body) as JsonObject;
    const model = wire === "gemini" ? decodeURIComponent(match[2] ?? "") : textOf(fields["model"]);
    const texts = textsOf(fields["messages"] ?? fields["contents"]);
    const prompt = texts.map((text) => ({ text, answers: shownAnswers(text) })).findLast(({ answers }) => answers);
    const tools = namesIn(fields["tools"]);
    return {
      wire,
      place: match[1] ?? "",
      model,
      phase:
        prompt === undefined ? "draft" : tools.includes("vote") || isBallot(prompt.text) ? "ballot" : "presentation",
      answers: prompt?.answers ?? [],
      tools: tools.length > 0,
      holds: holdsOf(fields),
      bodyBytes: Buffer.byteLength(body),
      key: keyIn(headers),
    };
  }
  return undefined;
}

function keyIn(headers: IncomingHttpHeaders): string {
  const key = headers.authorization ?? headers["x-api-key"] ?? headers["x-goog-api-key"];
  return typeof key === "string" ? key : "";
}

/** Names of the tools offered, wherever the dialect puts them. */
function namesIn(tools: unknown): readonly string[] {
  return objectsIn(tools).flatMap((tool) => {
    const declared = objectsIn(tool["functionDeclarations"]);
    return (declared.length > 0 ? declared : [objectIn(tool["function"]) ?? tool]).map(({ name }) => textOf(name));
  });
}

/** What stands behind the candidates asks for a vote, also where no tool can be called. */
function isBallot(prompt: string): boolean {
  return prompt.slice(prompt.lastIndexOf("</CURRENT ANSWERS")).includes("`vote`");
}

function holdsOf(fields: JsonObject): ReadonlySet<Refusable> {
  const config = objectIn(fields["generationConfig"]) ?? {};
  const choice = fields["tool_choice"] ?? objectIn(objectIn(fields["toolConfig"])?.["functionCallingConfig"])?.["mode"];
  const kind = objectIn(choice)?.["type"] ?? choice;
  return new Set<Refusable>([
    ...((fields["temperature"] ?? config["temperature"]) === undefined ? [] : ["temperature" as const]),
    ...(kind === undefined || ["auto", "AUTO", "none"].includes(textOf(kind)) ? [] : ["forced choice" as const]),
  ]);
}

/** All texts of a conversation, wherever the dialect puts them. */
function textsOf(turns: unknown): readonly string[] {
  return objectsIn(turns).map((turn) => {
    const content = turn["content"] ?? turn["parts"];
    if (typeof content === "string") return content;
    return objectsIn(content)
      .map((part) => textOf(part["text"]))
      .join("\n");
  });
}

function objectsIn(value: unknown): readonly JsonObject[] {
  if (!Array.isArray(value)) return [];
  return value.map((item: unknown) => objectIn(item)).filter((item) => item !== undefined);
}

function objectIn(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
