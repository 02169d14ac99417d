import { stripVTControlCharacters } from "node:util";
import type { CliContext } from "../context.ts";
import type { Board } from "../board/board.ts";
import { type BoardView, renderBoard } from "../board/render-board.ts";
import { columnsOf } from "../terminal/plain-text.ts";
import { screenOf } from "../terminal/screen.ts";

/** A board that is drawn again in place. */
export interface LiveBoard {
  /** Shows the board soon: many changes in a row are drawn once. */
  readonly show: (board: Board) => void;
  /** Draws it a last time and leaves it on the screen. */
  readonly settle: (board: Board) => void;
}

/** A drawing in this many milliseconds: more often would be restless. */
const everyMs = 100;
/** The clock in the last line goes on while nothing happens. */
const tickMs = 1000;

/** The fewest columns that a board needs. Where there are fewer, its lines break. */
const narrowest = 24;

type Surroundings = Pick<CliContext, "env"> & { readonly canvas: NodeJS.WriteStream };

/** @param view what is shown besides, at the moment of drawing */
export async function liveBoard(
  { canvas, env }: Surroundings,
  view: () => Pick<BoardView, "hint" | "question" | "elapsedMs">,
): Promise<LiveBoard> {
  const { createLogUpdate } = await import("log-update");
  const draw = createLogUpdate(canvas);
  let board: Board | undefined;
  let drawn: readonly string[] = [];
  let timer: NodeJS.Timeout | undefined;

  const drawNow = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (board === undefined) return;
    // COLUMNS is what a shell knew when it started this, and the window may have another size by now.
    const screen = { ...screenOf({ screen: canvas, env }), width: Math.max(narrowest, canvas.columns) };
    drawn = renderBoard(board, { ...view(), screen, rows: canvas.rows });
    draw(drawn.join("\n"));
  };
  const onResize = (): void => {
    canvas.write(clearBroken(drawn, canvas.columns));
    drawNow();
  };
  const tick = setInterval(drawNow, tickMs);
  canvas.on("resize", onResize);
  return {
    show(next) {
      board = next;
      timer ??= setTimeout(drawNow, everyMs);
    },
    settle(last) {
      board = last;
      drawNow();
      draw.done();
      clearInterval(tick);
      canvas.off("resize", onResize);
    },
  };
}

/**
 * A window that becomes narrower breaks the lines on it, so that a drawing takes more of them than it was made of.
 * Clears those at its end: the caller that counted the others clears them.
 */
function clearBroken(drawn: readonly string[], columns: number): string {
  const widths = drawn.map((line) => columnsOf(stripVTControlCharacters(line)));
  const more = widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / Math.max(1, columns))) - 1, 0);
  return more > 0 ? `\u001b[${more}A\r\u001b[J` : "";
}
