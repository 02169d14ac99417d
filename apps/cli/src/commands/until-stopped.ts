import { describeThrown } from "@massgen/core";
import { packageAtWork } from "@massgen/providers";
import type { RunningServer } from "@massgen/server";
import type { CliContext } from "../context.ts";
import { exitCode, type ExitCode } from "../terminal/exit-code.ts";
import type { Log } from "../observability/log/log.ts";

/**
 * Serves until SIGINT or SIGTERM, then drains; a second signal ends at once. An uncaught error drains the server too,
 * but the exit code is never success: its state is not to be trusted, and an orchestrator starts another process. An
 * uncaught error in a timer or a promise of a provider package is only logged: none of our code was on the stack.
 */
export function untilStopped(
  server: Pick<RunningServer, "close">,
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
        log.write("error", `${culprit} threw an error that nobody caught; report it to its author`, {
          error: { message, stack },
        });
        return;
      }
      log.write("error", "defect: an error that nobody caught; please report it", { error: { message, stack } });
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
