/** Exit codes of the process. A second signal ends it with 128 + the signal's number, as shells do. */
export const exitCode = {
  ok: 0,
  /** Something broke, or answers were cut short. */
  failure: 1,
  /** The command line, the configuration or the environment is wrong: nothing was started. */
  usage: 2,
  /** With `--strict`: there is an answer, but it is less than what was asked for. */
  degraded: 3,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
