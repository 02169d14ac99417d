import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { MassgenError } from "@massgen/core/model";

/** The most bytes of the files that are read at the start and at every reload. */
export const longestFile = {
  configuration: 4 * 1024 * 1024,
  dotEnv: 1024 * 1024,
  keys: 64 * 1024,
  certificates: 4 * 1024 * 1024,
} as const;

/**
 * Reads a regular file of UTF-8 text, without its byte order mark. Never blocks: a pipe or a device with nothing to
 * read would stop the whole process.
 * @param subject the beginning of its messages, such as `--api-key-file: cannot read keys.txt`
 * @param maxBytes see {@link longestFile}
 * @returns undefined when there is no such file
 * @throws MassgenError `configuration`
 */
export function readTextFile(path: string, subject: string, maxBytes: number): string | undefined {
  const refuse = (reason: string): never => {
    throw new MassgenError("configuration", `${subject}: ${reason}.`);
  };
  let bytes: Buffer;
  try {
    bytes = readOrdinaryFile(path, maxBytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    return refuse(reasonOf(error));
  }
  const problem = encodingProblem(bytes);
  if (problem !== undefined) return refuse(problem);
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** {@link readTextFile} for a file that must exist. */
export function readTextFileThere(path: string, subject: string, maxBytes: number): string {
  const text = readTextFile(path, subject, maxBytes);
  if (text === undefined) throw new MassgenError("configuration", `${subject}: there is no such file.`);
  return text;
}

function readOrdinaryFile(path: string, maxBytes: number): Buffer {
  // Non-blocking, since opening a pipe waits for its writer. The open file is checked, not its path, which may change
  // meanwhile.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(file);
    if (stats.isDirectory()) throw new Error("it is a folder");
    if (!stats.isFile()) throw new Error("it is not a regular file (but a pipe, a socket or a device)");
    const tooLong = new Error(`it is larger than ${sizeText(maxBytes)}, the limit for such a file`);
    if (stats.size > maxBytes) throw tooLong;
    // Files in /proc have no size before they are read, and others may grow meanwhile.
    const bytes = Buffer.alloc(Math.max(stats.size, 4096) + 1);
    const pieces: Buffer[] = [];
    for (let total = 0; ;) {
      const count = readSync(file, bytes, 0, bytes.length, null);
      if (count === 0) return Buffer.concat(pieces);
      total += count;
      if (total > maxBytes) throw tooLong;
      pieces.push(Buffer.from(bytes.subarray(0, count)));
    }
  } finally {
    closeSync(file);
  }
}

function encodingProblem(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return "it is UTF-16; save it as UTF-8";
  }
  const offset = firstWrongByte(bytes);
  if (offset !== undefined) return `it is not UTF-8 (line ${lineOf(bytes, offset)}); save it as UTF-8`;
  const zero = bytes.indexOf(0);
  return zero < 0 ? undefined : `it is not text: there is a NUL byte in line ${lineOf(bytes, zero)}; save it as UTF-8`;
}

/** The offset of the first byte that is not UTF-8. */
function firstWrongByte(bytes: Buffer): number | undefined {
  const again = Buffer.from(bytes.toString("utf8"), "utf8");
  if (again.equals(bytes)) return undefined;
  let offset = 0;
  while (offset < bytes.length && bytes[offset] === again[offset]) offset += 1;
  return offset;
}

function lineOf(bytes: Buffer, offset: number): number {
  return bytes.toString("latin1", 0, offset).split("\n").length;
}

function sizeText(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / (1024 * 1024)} MiB` : `${bytes / 1024} KiB`;
}

/** The reason why a file cannot be read, as a sentence. */
function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case "EISDIR":
      return "it is a folder";
    case "EACCES":
    case "EPERM":
      return "this user may not read it";
    case "ENXIO":
      return "it is not a regular file (but a socket or a device)";
    case "ELOOP":
      return "it is a link that leads to itself";
    case "ENAMETOOLONG":
      return "its name is too long for a file";
    default:
      return (error as Error).message;
  }
}
