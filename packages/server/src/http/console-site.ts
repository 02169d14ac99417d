/** A file of the console. */
export interface ConsoleFile {
  /** The media type, with the charset where it has one. */
  readonly type: string;
  readonly body: Buffer;
  /** Whether its name changes with its content, so that browsers may keep it for good. */
  readonly immutable: boolean;
}

/** The page for people, as the package `@massgen/console` has it. It holds nothing that a key would protect. */
export interface ConsoleSite {
  /** All files by their paths below `/console/`, such as `assets/page-1a2b.js`. Asked for at the first request. */
  readonly files: () => ReadonlyMap<string, ConsoleFile>;
  /** The HTML for a path below `/console/`, such as `runs/run_1`: it names its files relative to that path. */
  readonly page: (path: string) => string;
  /** The `Content-Security-Policy` that all of it keeps to. */
  readonly contentSecurityPolicy: string;
}
