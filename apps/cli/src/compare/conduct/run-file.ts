import { type FileHandle, open } from "node:fs/promises";
import { MassgenError, type Fact, type RunRequest, type Setup } from "@massgen/core";

/** The number of this format, in the first line of each file. */
const formatVersion = 1;

/** What a run was begun with. */
export interface RunHead {
  readonly setup: Setup;
  readonly request: RunRequest;
}

/** The file of one run: a line for its head, then one for each fact as it comes. */
export interface RunFile {
  /** Absent in a new file. */
  readonly head: RunHead | undefined;
  readonly log: readonly Fact[];
  readonly begin: (head: RunHead) => Promise<void>;
  readonly append: (facts: readonly Fact[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the file of a run, or creates it. A last line without its end was cut off by a crash, and is removed.
 * @throws MassgenError `configuration` where it cannot be opened, or is damaged
 */
export async function openRunFile(path: string): Promise<RunFile> {
  const handle = await open(path, "a+", 0o600).catch((error: unknown) => {
    throw new MassgenError("configuration", `${path} cannot be opened: ${messageOf(error)}`);
  });
  try {
    const bytes = await handle.readFile();
    const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
    if (whole.length < bytes.length) await handle.truncate(whole.length);
    return fileOf(handle, linesOf(whole.toString("utf8"), path), path);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function fileOf(handle: FileHandle, [first, ...facts]: readonly unknown[], path: string): RunFile {
  const { version, ...head } = (first ?? {}) as Partial<RunHead> & { readonly version?: number };
  if (first !== undefined && (version !== formatVersion || !head.setup || !head.request)) {
    throw new MassgenError("configuration", `${path} is of another version of massgen. Choose another --out folder.`);
  }
  const write = async (values: readonly unknown[]): Promise<void> => {
    await handle.appendFile(values.map((value) => `${JSON.stringify(value)}\n`).join(""));
  };
  return {
    head: head.setup && head.request ? { setup: head.setup, request: head.request } : undefined,
    log: facts as readonly Fact[],
    begin: ({ setup, request }) => write([{ version: formatVersion, setup, request }]),
    append: write,
    close: () => handle.close(),
  };
}

function linesOf(text: string, path: string): readonly unknown[] {
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line, at): unknown => {
    try {
      return JSON.parse(line);
    } catch {
      throw new MassgenError(
        "configuration",
        `${path} is damaged in line ${at + 1}. Remove the file, and its run is made again.`,
      );
    }
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown";
}
