/** What the command line needs of the process it runs in. Tests put their own in. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The user's home folder. */
  readonly home: string;
  /** Writes a text with its line ends. */
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Calls back on every SIGINT and SIGTERM. Returns how to stop that. */
  readonly onSignal: (listener: (signal: "SIGINT" | "SIGTERM") => void) => () => void;
  /** Calls back on every SIGHUP, which then no longer ends the process. Never on Windows, which has no such signal to send. */
  readonly onHangup: (listener: () => void) => () => void;
  /** Calls back with what nobody caught, which then no longer ends the process. */
  readonly onDefect: (listener: (error: unknown) => void) => () => void;
  /** Whether stderr is a terminal. */
  readonly terminal: boolean;
}
