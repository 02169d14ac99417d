import { callTokens, MassgenError, type ChatRequest, type Clock, type Turn, type TurnHooks } from "@massgen/core/model";
import type { Account } from "./accounts.ts";
import { seconds } from "./seconds.ts";

/** Whose calls a limiter holds back. */
export interface Caller {
  /** How messages begin: `openai gpt-4o`. */
  readonly label: string;
  readonly model: string;
  readonly account: Account;
  readonly clock: Clock;
  /** Aborted when the registry is closed. */
  readonly closed: AbortSignal;
}

/**
 * Waits until a call may be sent.
 *
 * @param left aborted when the consumer leaves the stream
 * @throws MassgenError `aborted`, `timeout` or `connection` when it will not be sent, `internal` when the limiter fails
 */
export async function waitForTurn(
  request: ChatRequest,
  hooks: TurnHooks,
  caller: Caller,
  left: AbortSignal,
): Promise<{ readonly turn: Turn; readonly waitedMs: number }> {
  const startedAtMs = caller.clock.now();
  let queued = false;
  const patience = patienceOf(request, caller, left);
  let turn: Turn;
  try {
    patience.signal.throwIfAborted();
    turn = await caller.account.acquire({
      model: caller.model,
      tokens: callTokens(request),
      signal: patience.signal,
      onQueued(wait) {
        queued = true;
        patience.waitsFor(wait.reason);
        report(() => hooks.onQueued?.(wait));
      },
    });
  } catch (error) {
    throw patience.signal.aborted ? patience.signal.reason : limiterFailed(caller, error);
  } finally {
    patience.end();
  }
  // The call that made room is heard first: its run may not need this one any more.
  if (queued) await new Promise((resolve) => setImmediate(resolve));
  const gone = patience.signal.aborted || left.aborted || request.signal?.aborted === true;
  if (gone) {
    turn.cancel();
    throw patience.signal.aborted ? patience.signal.reason : aborted(caller, request.signal);
  }
  if (queued) report(() => hooks.onSent?.());
  return { turn, waitedMs: caller.clock.now() - startedAtMs };
}

/** Calls a hook. One that throws must hold up neither the other calls nor this one. */
function report(hook: () => void): void {
  try {
    hook();
  } catch {
    // The host's own fault; the call goes on.
  }
}

/** How long a call waits for its turn. */
interface Patience {
  /** Aborted, with the MassgenError that the call ends with, as soon as it waits no longer. */
  readonly signal: AbortSignal;
  /** Notes what it waits for, for the message of a timeout. */
  readonly waitsFor: (reason: string) => void;
  readonly end: () => void;
}

function patienceOf({ signal, limits }: ChatRequest, caller: Caller, left: AbortSignal): Patience {
  const over = new AbortController();
  let reason = caller.account.words();
  const leave = (): void => over.abort(aborted(caller, signal));
  const close = (): void => over.abort(new MassgenError("connection", `${caller.label}: the registry was closed`));
  const totalMs = limits?.totalMs;
  const stopTimer =
    totalMs === undefined ? undefined : caller.clock.setTimer(totalMs, () => over.abort(late(caller, totalMs, reason)));
  signal?.addEventListener("abort", leave);
  left.addEventListener("abort", leave);
  caller.closed.addEventListener("abort", close);
  if (caller.closed.aborted) close();
  if (signal?.aborted || left.aborted) leave();
  return {
    signal: over.signal,
    waitsFor(what) {
      reason = what;
    },
    end() {
      stopTimer?.();
      signal?.removeEventListener("abort", leave);
      left.removeEventListener("abort", leave);
      caller.closed.removeEventListener("abort", close);
    },
  };
}

function aborted({ label }: Caller, signal: AbortSignal | undefined): MassgenError {
  return new MassgenError("aborted", `${label}: aborted by the caller before it was sent`, { cause: signal?.reason });
}

function late({ label }: Caller, totalMs: number, waitsFor: string): MassgenError {
  const reason = `its turn did not come (total limit; ${waitsFor})`;
  return new MassgenError("timeout", `${label}: not sent within ${seconds(totalMs)}: ${reason}`);
}

function limiterFailed({ label }: Caller, cause: unknown): MassgenError {
  if (MassgenError.isInstance(cause)) return cause;
  return new MassgenError("internal", `${label}: the limiter failed before the call was sent`, { cause });
}
