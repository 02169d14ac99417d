import type { Run, RunResult } from "@massgen/core";
import { emptyBoard } from "../board/board.ts";
import { foldBoard } from "../board/fold-board.ts";
import type { CliContext } from "../context.ts";
import { holdKeys } from "../terminal/held-keys.ts";
import { plainStream } from "../terminal/plain-stream.ts";
import { screenOf } from "../terminal/screen.ts";
import type { Interruption } from "./interruption.ts";
import { liveBoard } from "./live-board.ts";

export interface Watching {
  readonly context: CliContext & { readonly canvas: NodeJS.WriteStream };
  readonly interruption: Interruption;
  /** What was asked, where it is not on the screen already. */
  readonly question?: string;
}

/**
 * Shows a run on a terminal: the board while the team works, then the answer as it is written.
 *
 * @returns how it ended
 */
export async function watchRun(run: Run, { context, interruption, question }: Watching): Promise<RunResult> {
  const { canvas, stdout, stdin } = context;
  const screen = screenOf(context);
  const answer = plainStream();
  let board = emptyBoard;
  let startedAtMs = Date.now();
  let result: RunResult | undefined;
  /** The end of what was shown of the answer; empty before it begins. */
  let shown = "";
  const live = await liveBoard({ ...context, canvas }, () => ({
    hint: interruption.hint(),
    elapsedMs: Date.now() - startedAtMs,
    ...(question !== undefined && { question }),
  }));
  interruption.onHint((hint) => {
    if (shown === "") live.show(board);
    else stdout(screen.faint(` [${hint}] `));
  });
  const keys = stdin?.();
  const release = keys?.isTTY
    ? holdKeys(keys, { onInterrupt: interruption.press, onContinue: () => live.show(board) })
    : undefined;
  try {
    for await (const event of run.events({ drafts: true })) {
      board = foldBoard(board, event);
      if (event.type === "run-started") startedAtMs = event.startedAt;
      if (event.type === "run-finished") result = event.result;
      if (event.type === "content-delta") {
        if (shown === "") {
          live.settle({ ...board, stage: "ended" });
          stdout("\n");
          shown = "\n";
        }
        const text = answer.push(event.text);
        stdout(text);
        shown = text || shown;
      } else if (shown === "") live.show(board);
    }
  } finally {
    if (shown === "") live.settle(board);
    release?.();
  }
  const rest = answer.end();
  stdout(rest);
  if (shown !== "" && !(rest || shown).endsWith("\n")) stdout("\n");
  if (result === undefined) throw new TypeError("a run ended without its last event");
  return result;
}
