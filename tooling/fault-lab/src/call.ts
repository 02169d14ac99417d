import type { IncomingHttpHeaders } from "node:http";
import { shownAnswers, type ShownAnswer } from "@massgen/core/testing";
import type { WireName } from "./wire/dialect.ts";

/** What the team wants from the model. */
export type Phase = "draft" | "ballot" | "presentation";

export const phases: readonly Phase[] = ["draft", "ballot", "presentation"];

/** What a request says, read off its address and body. */
export interface CallContent {
  readonly wire: WireName;
  /** The first folder of the address, by which agents on one model can be told apart; empty if there is none. */
  readonly place: string;
  readonly model: string;
  readonly phase: Phase;
  /** The candidates in the order shown; empty for a draft. */
  readonly answers: readonly ShownAnswer[];
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
    const shown = texts.map(shownAnswers).findLast((answers) => answers !== undefined);
    return {
      wire,
      place: match[1] ?? "",
      model,
      phase: shown === undefined ? "draft" : offersVote(fields["tools"]) ? "ballot" : "presentation",
      answers: shown ?? [],
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

function offersVote(tools: unknown): boolean {
  return JSON.stringify(tools ?? []).includes('"name":"vote"');
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
  return Array.isArray(value)
    ? value.filter((item): item is JsonObject => typeof item === "object" && item !== null)
    : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
