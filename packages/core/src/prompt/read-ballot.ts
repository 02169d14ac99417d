import { askedNumber, labelNumber, oneLine, relabel } from "../coordination/labels.ts";
import type { BallotReply } from "../coordination/event.ts";
import { wholeMembers } from "../model/index.ts";
import type { ToolCall } from "../model/message.ts";
import type { FormatReader } from "./answer-rules.ts";
import { type BallotNames, usualNames } from "./ballot-names.ts";
import { withoutFence } from "./code-fence.ts";
import { isObject, parseObject } from "./json-object.ts";

/**
 * Interprets a voter's reply: tool calls first; without any, a plain text is read leniently, as a JSON object with a
 * call's arguments or as a lone label. Takes linear time: each text is parsed once.
 *
 * @param reply `cut` if an output limit ended it
 * @param candidates candidate ids in the voter's order
 * @param format the format that a new answer must have
 * @param names of the tools that were offered
 */
export function readBallot(
  reply: { readonly text: string; readonly toolCalls: readonly ToolCall[]; readonly cut?: boolean },
  candidates: readonly string[],
  revisable: boolean,
  format?: FormatReader,
  names: BallotNames = usualNames,
): BallotReply {
  const read = readWhole(reply, candidates, revisable, format, names);
  const lost = reply.cut && read.kind === "unusable" && !read.wellFormed;
  return lost ? unusable("it was cut off by its output limit") : read;
}

function readWhole(
  reply: { readonly text: string; readonly toolCalls: readonly ToolCall[] },
  candidates: readonly string[],
  revisable: boolean,
  format: FormatReader | undefined,
  names: BallotNames,
): BallotReply {
  const votes = reply.toolCalls.filter((call) => call.name === names.vote);
  const answers = revisable ? reply.toolCalls.filter((call) => call.name === names.newAnswer) : [];
  const [vote] = votes;
  const [answer] = answers;
  if (vote && answer) return unusable(`it called both \`${names.vote}\` and \`${names.newAnswer}\``);
  if (vote) {
    const cut = cutVote(vote.arguments, candidates, names);
    return cut ?? readArguments(vote, (args) => readVote(args, candidates));
  }
  if (answer) return readArguments(answer, (args) => readNewAnswer(args, format));
  const [other] = reply.toolCalls;
  if (other) return unusable(`it called \`${oneLine(other.name.slice(0, 60))}\`, which is not offered`);
  return readText(reply.text, candidates, revisable, format, names);
}

type Arguments = Readonly<Record<string, unknown>>;

function readArguments(call: ToolCall, read: (args: Arguments) => BallotReply): BallotReply {
  const args = parseObject(call.arguments);
  return args ? read(args) : unusable(`the arguments of \`${call.name}\` are not a JSON object`);
}

function readVote(args: Arguments, candidates: readonly string[]): BallotReply {
  const label = args["agent_id"];
  const number = askedNumber(label);
  const candidate = number === undefined ? undefined : candidates[number - 1];
  if (candidate === undefined) {
    return typeof label === "string"
      ? unusable(`it votes for ${quoted(label)}, which is not on its ballot`, true)
      : unusable("it votes for nobody");
  }
  return { kind: "vote", candidate, reason: typeof args["reason"] === "string" ? args["reason"] : "" };
}

function readNewAnswer(args: Arguments, format: FormatReader | undefined): BallotReply {
  const { content } = args;
  // Models that are asked for JSON often write the object itself instead of its text.
  const text = format && typeof content === "object" && content !== null ? writtenOut(content) : content;
  if (typeof text !== "string" || text.trim() === "") return unusable("`new_answer` came without content");
  const read = format?.(text) ?? { text };
  return read.violation === undefined
    ? { kind: "new-answer", content: read.text }
    : unusable(`the content of \`new_answer\` breaks the response format: ${read.violation}`, true);
}

/** Undefined if it is nested too deep to be written. */
function writtenOut(content: object): string | undefined {
  try {
    return JSON.stringify(content);
  } catch {
    return undefined;
  }
}

function readText(
  text: string,
  candidates: readonly string[],
  revisable: boolean,
  format: FormatReader | undefined,
  names: BallotNames,
): BallotReply {
  const lone = candidateOf(text, candidates);
  if (lone !== undefined) return { kind: "vote", candidate: lone, reason: "" };
  const object = parseObject(withoutFence(text));
  const args = object && unwrap(object, names);
  if (args && Object.hasOwn(args, "agent_id")) return readVote(args, candidates);
  if (args && revisable && Object.hasOwn(args, "content")) return readNewAnswer(args, format);
  const cut = cutVote(text, candidates, names);
  return cut ?? unusable(text.trim() === "" ? "it was empty" : "it called no tool");
}

/** The vote in a text that was cut off after its label. A new answer that was cut off does not count. */
function cutVote(text: string, candidates: readonly string[], names: BallotNames): BallotReply | undefined {
  const members = wholeMembers(text);
  const args = members && unwrap(members, names);
  if (!args || !Object.hasOwn(args, "agent_id")) return undefined;
  return readVote(args, candidates);
}

/**
 * Some models write the call as JSON: `{"name": "vote", "arguments": {...}}`, or the arguments under the tool's name.
 */
function unwrap(object: Arguments, { vote, newAnswer }: BallotNames): Arguments {
  for (const key of ["arguments", "parameters", vote, newAnswer]) {
    const inner = Object.hasOwn(object, key) ? object[key] : undefined;
    if (isObject(inner)) return inner;
    if (key === "arguments" && typeof inner === "string") return parseObject(inner) ?? object;
  }
  return object;
}

/** The candidate whose label is the whole text. */
function candidateOf(label: string, candidates: readonly string[]): string | undefined {
  const number = labelNumber(label);
  return number === undefined ? undefined : candidates[number - 1];
}

/**
 * Quotes what was written instead of a label. People read it beside the agents' ids, where anything that looks like a
 * label would seem to be another agent.
 */
function quoted(label: string): string {
  return `"${relabel(oneLine(label.slice(0, 60)), [])}"`;
}

/**
 * @param wellFormed whether the reply had the right form
 */
function unusable(problem: string, wellFormed = false): BallotReply {
  return { kind: "unusable", problem, ...(wellFormed && { wellFormed }) };
}
