import { describeThrown } from "@massgen/core";
import { packageAtWork } from "@massgen/providers";
import type { RunningServer } from "@massgen/server";
import type { CliContext } from "../context.ts";
import { exitCode, type ExitCode } from "../terminal/exit-code.ts";
import type { Log } from "../observability/log/log.ts";

/**
 * Serves until a signal asks to stop, then drains; a second signal ends at once. What nobody caught ends the server the same way, but
 * never with success: what it left behind is not to be trusted, and an orchestrator starts another one. Except what a provider package
 * left behind in a timer or a promise of its own: nothing of ours was on the stack, so the server goes on.
 */
export function untilStopped(
  server: RunningServer,
  drainTimeoutMs: () => number,
  { onSignal, onDefect }: Pick<CliContext, "onSignal" | "onDefect">,
  log: Log,
): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    let draining = false;
    let broken = false;
    const stop = (code: ExitCode): void => {
      stopListening();
      resolve(code);
    };
    const drain = (why: string): void => {
      draining = true;
      const timeoutMs = drainTimeoutMs();
      log.write(
        broken ? "error" : "info",
        `${why}: taking no new requests; running answers have ${timeoutMs / 1000} s`,
      );
      server.close({ timeoutMs }).then((end) => {
        if (end === "cut-short") log.write("warn", "some answers were cut short");
        log.write("info", "stopped");
        stop(end === "drained" && !broken ? exitCode.ok : exitCode.failure);
      }, reject);
    };
    const stopSignals = onSignal((signal) => {
      if (draining) stop(signal === "SIGINT" ? exitCode.interrupted : exitCode.terminated);
      else drain(signal);
    });
    const stopDefects = onDefect((error) => {
      const { message, stack } = describeThrown(error);
      const culprit = packageAtWork();
      if (culprit !== undefined) {
        log.write("error", `${culprit} left an error behind that nobody caught; tell its author`, {
          error: { message, stack },
        });
        return;
      }
      log.write("error", "defect: nobody caught this; please report it", { error: { message, stack } });
      if (broken) stop(exitCode.failure);
      broken = true;
      if (!draining) drain("defect");
    });
    const stopListening = (): void => {
      stopSignals();
      stopDefects();
    };
  });
}
