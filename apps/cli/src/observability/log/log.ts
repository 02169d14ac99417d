import type { ServerConfig } from "@massgen/config";
import type { Level, Logger } from "pino";

export type LogLevel = NonNullable<ServerConfig["logLevel"]>;
export type LogFormat = NonNullable<ServerConfig["logFormat"]>;

/** The log of a running server: one line for each event. */
export interface Log {
  readonly write: (level: LogLevel, event: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly setLevel: (level: LogLevel) => void;
}

export interface LogSettings {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Takes a line with its line end. */
  readonly sink: (line: string) => void;
  /** Whether the lines are read on a terminal, where `auto` is `pretty`. */
  readonly terminal: boolean;
  /** Applied to every text in a line. */
  readonly redact: (text: string) => string;
}

/**
 * Characters that JSON does not escape and terminals obey: C1 controls, line separators, changes of the writing
 * direction.
 */
const obeyed = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Opens the log. Loads only what its format needs. */
export async function openLog({ level, format, sink: write, terminal, redact }: LogSettings): Promise<Log> {
  const sink = (line: string): void => write(line.replace(obeyed, escaped));
  const kind = format === "auto" ? (terminal ? "pretty" : "json") : format;
  if (kind === "off") return { write: () => {}, setLevel: () => {} };
  const { pino } = await import("pino");
  const stream = kind === "pretty" ? await prettyStream(sink, terminal) : { write: sink };
  const logger: Logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  return {
    write: (lineLevel: Level, event, fields = {}) => logger[lineLevel](redacted(fields, redact), redact(event)),
    setLevel: (next) => {
      logger.level = next;
    },
  };
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

async function prettyStream(sink: (line: string) => void, terminal: boolean): Promise<NodeJS.WritableStream> {
  const [{ PinoPretty: pretty }, { Writable }] = await Promise.all([import("pino-pretty"), import("node:stream")]);
  const destination = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      sink(String(chunk));
      done();
    },
  });
  return pretty({
    colorize: terminal,
    singleLine: true,
    errorLikeObjectKeys: [],
    translateTime: "SYS:HH:MM:ss.l",
    destination,
  });
}

/** A copy with all texts redacted. Redacting the finished line could break its JSON. */
function redacted<T>(value: T, redact: (text: string) => string): T {
  if (typeof value === "string") return redact(value) as T;
  if (Array.isArray(value)) return value.map((entry: unknown) => redacted(entry, redact)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, redacted(entry, redact)])) as T;
}
