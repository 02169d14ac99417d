import { callTokens, MassgenError, type ChatRequest, type QueueWait } from "@massgen/core/model";
import type { CallLine, Place, Turn } from "./call-line.ts";
import type { Clock } from "@massgen/core/model";
import { seconds } from "./seconds.ts";

/** Whose calls stand in which line. */
export interface LineUser {
  /** How messages begin: `openai gpt-4o`. */
  readonly label: string;
  readonly line: CallLine;
  readonly clock: Clock;
}

/**
 * Stands in line until the call may be sent, and tells the request of it.
 *
 * @param left the caller left without a word
 * @throws MassgenError `aborted` or `timeout` when it is not sent any more
 */
export async function waitForTurn(
  model: string,
  request: ChatRequest,
  user: LineUser,
  left: AbortSignal,
): Promise<{ readonly turn: Turn; readonly waitedMs: number }> {
  const startedAtMs = user.clock.now();
  let queued = false;
  const onQueued = (wait: QueueWait): void => {
    queued = true;
    lookOn(() => request.onQueued?.(wait));
  };
  const turn = await turnOf({ model, tokens: callTokens(request), onQueued }, request, user, left);
  // Who made room is heard first: its run may not need this call any more.
  if (queued) await new Promise((resolve) => setImmediate(resolve));
  if (left.aborted || request.signal?.aborted) {
    turn.pass();
    throw aborted(user, request.signal);
  }
  if (queued) lookOn(() => request.onSent?.());
  return { turn, waitedMs: user.clock.now() - startedAtMs };
}

/** Tells a request of its wait. What it makes of that holds up neither the line nor the call. */
function lookOn(tell: () => void): void {
  try {
    tell();
  } catch {
    // Its own affair.
  }
}

/** Rejects as soon as the call is aborted, the caller left, or its total limit ran out. */
function turnOf(
  call: Pick<Place, "model" | "tokens" | "onQueued">,
  request: ChatRequest,
  user: LineUser,
  left: AbortSignal,
): Promise<Turn> {
  const { signal, limits } = request;
  const { line, clock, label } = user;
  return new Promise((resolve, reject) => {
    if (signal?.aborted || left.aborted) {
      reject(aborted(user, signal));
      return;
    }
    const stop = (): void => {
      stopTimer?.();
      signal?.removeEventListener("abort", giveUp);
      left.removeEventListener("abort", giveUp);
    };
    const fail = (error: MassgenError): void => {
      line.leave(place);
      stop();
      reject(error);
    };
    const giveUp = (): void => fail(aborted(user, signal));
    let waitsFor = line.words();
    const place: Place = {
      ...call,
      onQueued(wait) {
        waitsFor = wait.reason;
        call.onQueued(wait);
      },
      onTurn: (turn) => {
        stop();
        resolve(turn);
      },
      onClosed: () => fail(new MassgenError("connection", `${label}: the registry was closed`)),
    };
    const totalMs = limits?.totalMs;
    const stopTimer =
      totalMs === undefined ? undefined : clock.setTimer(totalMs, () => fail(late(user, totalMs, waitsFor)));
    signal?.addEventListener("abort", giveUp);
    left.addEventListener("abort", giveUp);
    line.enter(place);
  });
}

function aborted({ label }: LineUser, signal: AbortSignal | undefined): MassgenError {
  return new MassgenError("aborted", `${label}: aborted by the caller before it was sent`, { cause: signal?.reason });
}

function late({ label }: LineUser, totalMs: number, waitsFor: string): MassgenError {
  const reason = `its turn did not come (total limit; ${waitsFor})`;
  return new MassgenError("timeout", `${label}: not sent within ${seconds(totalMs)}: ${reason}`);
}
