/** What the command line needs of its process. Tests replace it. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The user's home folder. */
  readonly home: string;
  /** Writes a text as it is, line ends included. */
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Calls back on every SIGINT and SIGTERM. Returns a function that stops that. */
  readonly onSignal: (listener: (signal: "SIGINT" | "SIGTERM") => void) => () => void;
  /** Calls back on every SIGHUP, which then no longer ends the process. Never on Windows, which has no such signal. */
  readonly onHangup: (listener: () => void) => () => void;
  /** Calls back with every uncaught error, which then no longer ends the process. */
  readonly onDefect: (listener: (error: unknown) => void) => () => void;
  /** Whether stderr is a terminal. */
  readonly terminal: boolean;
}
