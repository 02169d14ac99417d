import { shownAnswers } from "@massgen/core/testing";
import type { CallContent, UpstreamMessage } from "./call.ts";
import type { WireName } from "./wire/wires.ts";

type Body = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function records(value: unknown): readonly Body[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function partsText(parts: unknown, separator = ""): string {
  if (typeof parts === "string") return parts;
  return records(parts)
    .map((part) => text(part["text"]))
    .join(separator);
}

const roles = new Map<unknown, UpstreamMessage["role"]>([
  ["system", "system"],
  ["developer", "system"],
  ["assistant", "assistant"],
  ["model", "assistant"],
  ["tool", "tool"],
]);

function roleOf(turn: Body): UpstreamMessage["role"] {
  return roles.get(turn["role"]) ?? "user";
}

function system(said: unknown): readonly UpstreamMessage[] {
  return said === undefined || said === null ? [] : [{ role: "system", text: partsText(said) }];
}

/** Clients merge turns of one role: a turn may hold what tools gave back and then what the user says. */
function turnOfParts(
  turn: Body,
  parts: readonly Body[],
  resultOf: (part: Body) => string | undefined,
): readonly UpstreamMessage[] {
  const results = parts.map((part) => resultOf(part)).filter((result) => result !== undefined);
  const rest = parts.filter((part) => resultOf(part) === undefined);
  const messages: UpstreamMessage[] = results.map((result) => ({ role: "tool", text: result }));
  if (rest.length > 0 || results.length === 0) messages.push({ role: roleOf(turn), text: partsText(rest, "\n") });
  return messages;
}

/** What a function gave back, as Gemini has it: text as it is under `result`, anything else as JSON. */
function functionResult(part: Body): string | undefined {
  if (!isRecord(part["functionResponse"])) return undefined;
  const { response } = part["functionResponse"] as { response?: unknown };
  if (!isRecord(response)) return "";
  return typeof response["result"] === "string" ? response["result"] : JSON.stringify(response);
}

/** How each wire says what matters here. */
const readers: Readonly<
  Record<WireName, (body: Body) => { readonly messages: readonly UpstreamMessage[]; readonly tools: readonly string[] }>
> = {
  openai: (body) => ({
    messages: records(body["messages"]).map((turn) => ({ role: roleOf(turn), text: partsText(turn["content"]) })),
    tools: records(body["tools"]).map((tool) => text((isRecord(tool["function"]) ? tool["function"] : {})["name"])),
  }),
  responses: (body) => ({
    messages: [
      ...system(body["instructions"]),
      ...(typeof body["input"] === "string"
        ? [{ role: "user" as const, text: body["input"] }]
        : records(body["input"]).flatMap((item): readonly UpstreamMessage[] => {
            if ("role" in item) return [{ role: roleOf(item), text: partsText(item["content"]) }];
            return "output" in item ? [{ role: "tool", text: partsText(item["output"]) }] : [];
          })),
    ],
    tools: records(body["tools"]).map(({ name }) => text(name)),
  }),
  claude: (body) => ({
    messages: [
      ...system(body["system"]),
      ...records(body["messages"]).flatMap((turn) =>
        typeof turn["content"] === "string"
          ? [{ role: roleOf(turn), text: turn["content"] }]
          : turnOfParts(turn, records(turn["content"]), (block) =>
              block["type"] === "tool_result" ? partsText(block["content"]) : undefined,
            ),
      ),
    ],
    tools: records(body["tools"]).map(({ name }) => text(name)),
  }),
  gemini: (body) => {
    const instruction = body["systemInstruction"] ?? body["system_instruction"];
    return {
      messages: [
        ...system(isRecord(instruction) ? instruction["parts"] : undefined),
        ...records(body["contents"]).flatMap((turn) => turnOfParts(turn, records(turn["parts"]), functionResult)),
      ],
      tools: records(body["tools"])
        .flatMap((tool) => records(tool["functionDeclarations"]))
        .map(({ name }) => text(name)),
    };
  },
};

function isVote(tool: string): boolean {
  return /^(?:massgen_){0,9}vote$/.test(tool);
}

/** What stands behind the candidates asks for a vote, also where no tool can be called. */
function asksForVote(prompt: string): boolean {
  return /`(?:massgen_){0,9}vote`/.test(prompt.slice(prompt.lastIndexOf("</CURRENT ANSWERS")));
}

const addresses: readonly (readonly [WireName, RegExp])[] = [
  ["openai", /\/chat\/completions$/],
  ["responses", /\/responses$/],
  ["claude", /\/messages$/],
  ["gemini", /\/models\/([^/:]+):(streamGenerateContent|generateContent)$/],
];

/** Which wire a path belongs to, if any. */
export function wireAt(path: string): WireName | undefined {
  return addresses.find(([, address]) => address.test(path))?.[0];
}

/** Folders that every service has. */
const usual = /^(?:v1|v1beta|chat|models|responses|messages)$/;

/**
 * Reads a request by its path and body; undefined where nothing is served. @throws SyntaxError when the body is not
 * JSON
 */
export function readCall(path: string, written: string): CallContent | undefined {
  for (const [wire, address] of addresses) {
    const match = address.exec(path);
    if (match === null) continue;
    const body = JSON.parse(written) as Body;
    const { messages, tools } = readers[wire](body);
    const shown = messages
      .filter(({ role }) => role === "user")
      .map(({ text: said }) => ({ said, answers: shownAnswers(said) }))
      .findLast(({ answers }) => answers !== undefined);
    const ballot = shown !== undefined && (tools.some(isVote) || asksForVote(shown.said));
    const [, model, method] = match;
    const [, folder = ""] = path.split("/");
    const answers = shown?.answers ?? [];
    return {
      wire,
      place: usual.test(folder) ? "" : folder,
      model: model === undefined ? text(body["model"]) : decodeURIComponent(model),
      phase: ballot ? "ballot" : shown === undefined ? "draft" : "presentation",
      messages,
      tools,
      answers,
      labels: answers.map(({ label }) => label),
      stream: method === undefined ? body["stream"] === true : method === "streamGenerateContent",
      body,
    };
  }
  return undefined;
}
