import { choiceIn } from "../../../../apps/cli/src/compare/graders/choice-in.ts";
import { readJsonAnswer } from "../../../../apps/cli/src/compare/graders/json-answer.ts";
import { normalText } from "../../../../apps/cli/src/compare/graders/normal-text.ts";
import { numberIn } from "../../../../apps/cli/src/compare/graders/number-in.ts";
import { createTeam, type RunRequest } from "@massgen/core";
import { scriptedModel } from "@massgen/core/testing";
import { agree } from "../../../../packages/core/src/coordination/agreement.ts";
import type { Candidate } from "../../../../packages/core/src/coordination/candidate.ts";
import { oneLine, relabel } from "../../../../packages/core/src/coordination/labels.ts";
import { violationText } from "../../../../packages/core/src/format/violation.ts";
import { answerReminder } from "../../../../packages/core/src/prompt/format-prompt.ts";
import { readAnswer } from "../../../../packages/core/src/prompt/read-answer.ts";
import { readBallot } from "../../../../packages/core/src/prompt/read-ballot.ts";
import { fenceGuard } from "../../../../packages/core/src/run/fence-guard.ts";
import { foldTraces } from "../../../../packages/server/src/runs/traces.ts";
import { wholeText } from "../../../../packages/server/src/runs/whole-text.ts";
import { whole, type Frame, type Reader } from "../reader.ts";

function candidate(text: string, id = "a"): Candidate {
  const toolCalls = [{ id: "1", name: text.slice(0, 60), arguments: text }];
  return { id: `${id}@1`, agentId: id, version: 1, text, toolCalls: id === "a" ? [] : toolCalls, cut: false };
}

const schema = {
  type: "object",
  properties: { a: { type: "string" }, b: { type: "array", items: { type: "number" } } },
  required: ["a"],
};

const json: readonly Frame[] = [
  ["", ""],
  ['{"a":"', '"}'],
  ["{", '"z":1}'],
  ["[", "1]"],
  ["```json\n", "\n```"],
  ["Here it is:\n```\n", "```\nThat is all."],
];

const messages = [{ role: "user", content: "?" }] as const;

type Format = NonNullable<RunRequest["responseFormat"]>;

/** A run of one agent that has to keep a format. */
async function formatted(text: string, responseFormat: Format): Promise<void> {
  const model = scriptedModel(() => text);
  const run = createTeam({ agents: [{ id: "a", model }] }).run({ messages, responseFormat });
  for await (const _ of run);
}

/** A run of a team of two whose models answer everything with this. */
async function runOf(pieces: readonly string[], cast: (text: string) => object): Promise<void> {
  const agents = ["a", "b"].map((id) => ({
    id,
    model: scriptedModel((request, n) =>
      request.tools === undefined ? { pieces: n === 1 ? [...pieces, id] : pieces } : cast(pieces.join("")),
    ),
  }));
  const run = createTeam({ agents, coordination: { traces: "full" } }).run({ messages });
  const fold = foldTraces({ traces: "full", audience: "client" });
  for await (const event of run) fold.next(event);
}

/** What reads answers and ballots, compares them, and shows them to other models and to people. */
export const answerReaders: readonly Reader[] = [
  {
    name: "what massgen compare holds answers to",
    frames: [...json, ["Answer: ", "\n"], ["\\boxed{", "}"], ["(", ")"]],
    read: whole(async (text) => {
      choiceIn(text);
      numberIn(text);
      normalText(text);
      await readJsonAnswer(text, { value: { a: 1 } });
    }),
  },
  {
    name: "a run that wants any object",
    frames: json,
    read: whole((text) => formatted(text, { type: "json-object" })),
  },
  {
    name: "a run that wants what fits a schema",
    frames: json,
    read: whole((text) => formatted(text, { type: "json-schema", name: "a", schema })),
  },
  {
    name: "agree",
    frames: [...json, ["a ", "\na"]],
    read: whole((text) => {
      agree(candidate(text), candidate(` ${text}`));
      agree(candidate(text, "b"), candidate(text, "b"));
    }),
  },
  {
    name: "a draft",
    frames: json,
    read: whole((text) => {
      const rules = {
        tools: [{ name: "vote" }],
        toolChoice: "auto",
        parallelToolCalls: true,
        takenIds: new Set(["call"]),
        newId: (purpose: string) => `call ${purpose}`,
      } as const;
      readAnswer({ text, toolCalls: [], finishReason: "stop" }, rules, "1");
      const toolCalls = [
        { id: text, name: "vote", arguments: text },
        { id: text, name: text, arguments: text },
      ];
      readAnswer({ text: "", toolCalls, finishReason: "stop" }, rules, "1");
    }),
  },
  {
    name: "readBallot",
    frames: [...json, ["agent", ""], ["<agent1", ">"], [' "*`', "agent1"], ["agent1", "."], ['{"agent_id":"', '"}']],
    read: whole((text) => {
      const candidates = ["a@1", "b@1"];
      readBallot({ text, toolCalls: [] }, candidates, true);
      const args = JSON.stringify({ agent_id: text, reason: text });
      readBallot({ text: "", toolCalls: [{ id: "1", name: "vote", arguments: args }] }, candidates, true);
      readBallot({ text: "", toolCalls: [{ id: "1", name: "vote", arguments: text }] }, candidates, true);
      readBallot({ text: "", toolCalls: [{ id: "1", name: text, arguments: text }] }, candidates, true);
    }),
  },
  {
    name: "oneLine, relabel, violationText, answerReminder",
    frames: [
      ["", ""],
      ["a", "a"],
    ],
    read: whole((text) => {
      oneLine(text);
      relabel(text, ["a", "b"]);
      violationText(text);
      answerReminder({ problem: text, answer: text });
    }),
  },
  {
    name: "traceLines, liveDrafts and foldTraces",
    inPieces: true,
    read(pieces) {
      const fold = foldTraces({ traces: "live", audience: "operator" });
      for (const text of pieces) fold.next({ type: "reasoning-delta", atMs: 0, agentId: "a", text });
      const text = pieces.join("");
      const voted = { agentId: "a", round: 1, choice: text, candidate: text, reason: text, position: 1, shown: 2 };
      for (const piece of pieces) fold.next({ type: "draft-delta", atMs: 0, agentId: "a", text: piece });
      const drafted = { agentId: "a", candidate: candidate(text), tookMs: 0, final: false };
      fold.next({ type: "draft-finished", atMs: 0, seq: 0, ...drafted });
      fold.next({ type: "vote-cast", atMs: 0, seq: 0, ...voted });
      fold.next({ type: "vote-abstained", atMs: 0, seq: 0, agentId: "a", round: 1, problem: text });
      fold.next({ type: "answer-revised", atMs: 0, seq: 0, agentId: "a", round: 1, candidate: candidate(text, "b") });
    },
  },
  {
    name: "wholeText",
    inPieces: true,
    read(pieces) {
      const text = wholeText();
      for (const piece of pieces) text.next(piece);
      text.end();
    },
  },
  ...[false, true].map((nonceOnly): Reader => ({
    name: `fenceGuard${nonceOnly ? ", marks with the nonce only" : ""}`,
    inPieces: true,
    frames: [
      ["", ""],
      ["Hi", "<agent1>"],
      ["Hi <agent1>", "</agent1>"],
      ["", "<agent1 k=abcdefghij>"],
    ],
    async read(pieces) {
      const guard = fenceGuard("abcdefghij", nonceOnly, () => Promise.resolve());
      for (const piece of pieces) await guard.push(piece);
      await guard.end();
    },
  })),
  {
    name: "a run, answers and reasons",
    inPieces: true,
    frames: [
      ["", ""],
      ["<", "agent1>"],
    ],
    read: (pieces) =>
      runOf(pieces, (reason) => ({
        toolCalls: [{ id: "1", name: "vote", arguments: JSON.stringify({ agent_id: "agent1", reason }) }],
      })),
  },
  {
    name: "a run, ballots as text",
    read: (pieces) => runOf(pieces, (text) => ({ text })),
  },
];
