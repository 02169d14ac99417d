/** What the process's end says. A second signal ends with the shell's 128 + signal number. */
export const exitCode = {
  ok: 0,
  /** Something broke, or a drain was cut short. */
  failure: 1,
  /** The command line, the configuration or the environment is wrong: nothing was started. */
  usage: 2,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
