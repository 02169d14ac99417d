import type { Channel } from "@massgen/runs";

/** The way to the process that has started this one. */
export interface ParentChannel extends Pick<Channel, "send" | "onMessage"> {
  /** Resolves when all that was sent is on its way. */
  readonly flushed: () => Promise<void>;
}

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
  /** Resolves when stdout has taken what was written: whether anybody still reads it. Absent: at once, and so. */
  readonly written?: () => Promise<boolean>;
  /** The terminal behind stdout; absent when stdout is not a terminal. */
  readonly screen?: { readonly columns: number };
  /** The same terminal, for what is drawn on it again and again. */
  readonly canvas?: NodeJS.WriteStream;
  /** What is typed or piped in; called only by what reads it. Absent: nothing is. */
  readonly stdin?: () => NodeJS.ReadStream;
  /** Whether stderr is a terminal. */
  readonly terminal: boolean;
  /** Asks a question on the terminal that is answered with yes or no. Absent where nobody can answer. */
  readonly ask?: (question: string) => Promise<boolean>;
  /** Starts this command line with other arguments in a process of its own. Absent where that cannot be done. */
  readonly fork?: (args: readonly string[]) => Channel;
  /** The arguments behind the name of the command, as typed. */
  readonly args?: readonly string[];
  /** The way to the process that has started this one, with which it ends from then on; undefined without one. */
  readonly parent?: () => ParentChannel | undefined;
}
