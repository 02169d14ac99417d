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
}
