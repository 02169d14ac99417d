// Boards of real logs: every outcome that the rules know, event by event.
import { readdirSync } from "node:fs";
import type { RunEvent } from "@massgen/core";
import { replay } from "@massgen/core/replay";
import fc from "fast-check";
import { expect, it } from "vitest";
import { goldenFolder, readGolden } from "../../../../packages/core/test/golden/golden-log.ts";
import { columnsOf } from "../terminal/plain-text.ts";
import { screenOf } from "../terminal/screen.ts";
import { type Board, emptyBoard } from "./board.ts";
import { foldBoard } from "./fold-board.ts";
import { renderBoard } from "./render-board.ts";

function eventsOf(name: string): readonly RunEvent[] {
  const { setup, facts } = readGolden(name);
  const next = replay(setup);
  return facts.flatMap((fact) => next(fact));
}

/** The board after each event. */
function boardsOf(events: readonly RunEvent[]): readonly Board[] {
  let board = emptyBoard;
  return events.map((event) => (board = foldBoard(board, event)));
}

function drawn(board: Board, { width = 60, rows = 24, hint = "" } = {}): readonly string[] {
  return renderBoard(board, { screen: { ...screenOf({ env: {} }), width }, rows, elapsedMs: 4200, hint });
}

const names = readdirSync(goldenFolder).map((file) => file.replace(/\.jsonl$/, ""));

it.each(names)("%s: at every moment the lines fit, and the end is the end", (name) => {
  const boards = boardsOf(eventsOf(name));
  for (const board of boards) {
    for (const width of [24, 60, 200]) {
      const lines = drawn(board, { width, hint: "Ctrl-C: answer now" });
      for (const line of lines) expect(columnsOf(line), line).toBeLessThanOrEqual(width);
      expect(lines.length).toBeLessThanOrEqual(24);
    }
  }
  expect(boards.at(-1)?.stage).toBe("ended");
});

it.each<[string, readonly string[]]>([
  [
    "majority",
    [
      "  a  m  voted      for b: b says why",
      "* b  m  voted      for itself: c says why",
      "  c  m  voted      for itself: a says why",
      "",
      "  Votes: a 0   b ## 2   c # 1",
      "  b won with 2 of 3 votes and writes the final answer.",
    ],
  ],
  [
    "agreement",
    [
      "  a  m  answered   42.0",
      "* b  m  answered   42",
      "  c  m  stopped    the others agree",
      "",
      "  2 of 3 agents gave the same answer: no vote is needed.",
    ],
  ],
  [
    "failed",
    [
      "  a  m  failed     authentication: wrong key",
      "  b  m  failed     content-filter: refused",
      "  c  m  failed     content-filter: refused",
    ],
  ],
  [
    "answer now voting",
    [
      "  a  m  voted      for b: b says why",
      "* b  m  no vote    the decision was made without it",
      "  c  m  no vote    the decision was made without it",
      "",
      "  Votes: a 0   b # 1   c 0",
      "  b won with the only vote and writes the final answer.",
    ],
  ],
  [
    "stragglers",
    [
      "* a  m  voted      for itself: b says why",
      "  b  m  voted      for a: a says why",
      "  c  m  dropped    the others were not to wait longer",
      "",
      "  Votes: a ## 2   b 0",
      "  a won with both votes and writes the final answer.",
    ],
  ],
  [
    "tie",
    [
      "  a  m  voted      for itself: b says why",
      "  b  m  voted      for itself: c says why",
      "* c  m  voted      for itself: a says why",
      "",
      "  Votes: a # 1   b # 1   c # 1",
      "  A tie: a lot was drawn, and c won and writes the final",
      "  answer.",
    ],
  ],
])("the board that the run %j leaves", (name, lines) => {
  expect(drawn(boardsOf(eventsOf(name)).at(-1) ?? emptyBoard)).toEqual(lines);
});

const at = { seq: 0, atMs: 0 } as const;
const agents = ["ada", "ben", "cyd"].map((id) => ({ id, model: `${id}-model` }));
const started: RunEvent = {
  ...at,
  type: "run-started",
  runId: "run_1",
  version: 1,
  startedAt: 0,
  agents,
  traces: "summary",
  audience: "client",
};
const answered = (agentId: string, text: string): RunEvent => ({
  ...at,
  type: "draft-finished",
  agentId,
  candidate: { id: agentId, agentId, version: 1, text, toolCalls: [], cut: false },
  tookMs: 1,
  final: false,
});
const failure = { code: "overloaded", message: "no room" } as const;

it("while agents draft: words so far and the last of them, waits, further tries, first sentences", () => {
  const events: readonly RunEvent[] = [
    started,
    { ...at, type: "draft-started", agentId: "ada" },
    { ...at, type: "draft-started", agentId: "ben" },
    { ...at, type: "call-queued", agentId: "cyd", phase: "draft", leastMs: 900, reason: "requests_per_minute 5" },
    { type: "draft-delta", agentId: "ada", text: "Blue light is scat", atMs: 1 },
    { type: "draft-delta", agentId: "ada", text: "tered more than red light by the air", atMs: 2 },
    { ...at, type: "call-retried", agentId: "ben", phase: "draft", failure, delayMs: 500 },
  ];
  expect(drawn(boardsOf(events).at(-1) ?? emptyBoard, { width: 72, hint: "Ctrl-C: answer now" })).toEqual([
    "  ada  ada-model  drafting      11 words  ...than red light by the air",
    "  ben  ben-model  retrying   overloaded: no room",
    "  cyd  cyd-model  waiting    requests_per_minute 5",
    "",
    "  Drafting: 0 of 3 answers in, 4 s   Ctrl-C: answer now",
  ]);
  const later: readonly RunEvent[] = [
    ...events,
    answered("ada", "# Blue light scatters. Red light does not."),
    { ...at, type: "retry-started", agentId: "ben", phase: "draft" },
    { ...at, type: "call-sent", agentId: "cyd", phase: "draft" },
    { ...at, type: "fallback-started", agentId: "cyd", phase: "draft", failure, model: "other" },
  ];
  expect(drawn(boardsOf(later).at(-1) ?? emptyBoard, { width: 50, hint: "Ctrl-C: answer now" })).toEqual([
    "  ada  answered   Blue light scatters. ...",
    "  ben  drafting",
    "  cyd  drafting",
    "",
    "  Drafting: 1 of 3 answers in, 4 s",
    "  Ctrl-C: answer now",
  ]);
});

it("the votes grow, and a new round begins anew", () => {
  const round: RunEvent = {
    ...at,
    type: "round-started",
    round: 1,
    voters: ["ada", "ben", "cyd"],
    candidates: ["ada", "ben"],
    revisable: true,
  };
  const vote = (agentId: string, choice: string): RunEvent => ({
    ...at,
    type: "vote-cast",
    agentId,
    round: 1,
    choice,
    candidate: choice,
    reason: "",
    position: 1,
    shown: 2,
  });
  const first = [started, round, vote("ada", "ben")];
  expect(drawn(boardsOf(first).at(-1) ?? emptyBoard).slice(0, 6)).toEqual([
    "  ada  voted      for ben",
    "  ben  voting",
    "  cyd  voting",
    "",
    "  Votes: ada 0   ben # 1   2 to come",
    "  Voting: 1 of 3 votes in, 4 s",
  ]);
  const second = [...first, vote("ben", "ben"), { ...round, round: 2, candidates: ["ada", "ben@2"] } as RunEvent];
  expect(drawn(boardsOf(second).at(-1) ?? emptyBoard).slice(4)).toEqual([
    "  Votes: ada 0   ben 0   3 to come",
    "  Round 2: there is a new answer to vote on.",
    "  Voting: 0 of 3 votes in, 4 s",
  ]);
});

it("a team that has more agents than the screen has lines is cut", () => {
  const many = Array.from({ length: 30 }, (_, i) => ({ id: `agent-${i}`, model: "m" }));
  const lines = drawn(foldBoard(emptyBoard, { ...started, agents: many }), { rows: 12 });
  expect(lines.slice(3)).toEqual(["  agent-3   waiting", "  and 26 more", "", "  Drafting: 0 of 30 answers in, 4 s"]);
});

it("what models and services write reaches no terminal as they wrote it", () => {
  const hostile = "\u001b[2J\u001b]0;owned\u0007\u202etxt\r\nnext";
  const text = fc.oneof(fc.constant(hostile), fc.string({ unit: "binary" }));
  fc.assert(
    fc.property(text, text, text, (one, two, three) => {
      const events: readonly RunEvent[] = [
        { ...started, agents: agents.map(({ id }) => ({ id, model: one })) },
        { type: "draft-delta", agentId: "ada", text: two, atMs: 1 },
        answered("ben", three),
        {
          ...at,
          type: "agent-failed",
          agentId: "cyd",
          phase: "draft",
          failure: { ...failure, message: two },
          remaining: 2,
        },
        { ...at, type: "limit-reached", limit: "budget", consequence: three },
      ];
      const lines = boardsOf(events).flatMap((board) => drawn(board, { width: 60 }));
      for (const line of lines) {
        expect(line).not.toMatch(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
        expect(columnsOf(line)).toBeLessThanOrEqual(60);
      }
    }),
  );
});
