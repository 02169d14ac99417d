import type { AnswerNowEffect, Run } from "@massgen/core";
import type { CliContext } from "../context.ts";
import { exitCode, type ExitCode } from "../terminal/exit-code.ts";

/** Whether and how somebody wants a run to end sooner. */
export interface Interruption {
  /** What Ctrl-C would do now. */
  readonly hint: () => string;
  /** Calls back when that changes. */
  readonly onHint: (listener: (hint: string) => void) => void;
  /** Ctrl-C was pressed: the first time the answer is wanted now, the second time none. */
  readonly press: () => void;
  /** The run was ended because nobody is there to read it. */
  readonly leave: () => void;
  /** The run was ended by a defect. */
  readonly fail: () => void;
  /** The exit code of a run that was ended; undefined while nobody has. */
  readonly code: () => ExitCode | undefined;
  /** No longer listens to signals. */
  readonly stop: () => void;
}

function hintAfter(effect: AnswerNowEffect): string {
  return effect === "none" ? "Nothing to cut short. Ctrl-C again: stop" : "Ctrl-C again: stop";
}

/** SIGINT asks a run for its answer now, a second one ends it; SIGTERM ends it. */
export function interruptionOf(
  run: Pick<Run, "answerNow" | "cancel">,
  { onSignal }: Pick<CliContext, "onSignal">,
): Interruption {
  let pressed = false;
  let hint = "Ctrl-C: answer now";
  let changed: (hint: string) => void = () => {};
  let code: ExitCode | undefined;
  const end = (by: ExitCode): void => {
    code ??= by;
    run.cancel();
  };
  const press = (): void => {
    if (pressed) {
      end(exitCode.interrupted);
      return;
    }
    pressed = true;
    void run.answerNow().then((effect) => {
      hint = hintAfter(effect);
      changed(hint);
    });
  };
  const stop = onSignal((signal) => (signal === "SIGINT" ? press() : end(exitCode.terminated)));
  return {
    hint: () => hint,
    onHint: (listener) => (changed = listener),
    press,
    leave: () => end(exitCode.ok),
    fail: () => end(exitCode.failure),
    code: () => code,
    stop,
  };
}
