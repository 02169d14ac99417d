import { StoreError } from "../store-error.ts";

// SQLite's result codes, https://www.sqlite.org/rescode.html; the low byte of extended ones.
const busy = 5;
const locked = 6;
const readOnly = 8;
const ioError = 10;
const corrupt = 11;
const full = 13;
const cannotOpen = 14;
const notADatabase = 26;

/** Whether another connection has locked what was asked for. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code === busy || code === locked;
}

/** An error of SQLite in the words of a store's; others as they are. */
export function storeErrorOf(error: unknown, file: string): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  const failed = (reason: StoreError["reason"], says: string): StoreError =>
    new StoreError(reason, `the store ${file}: ${says}`, { cause: error });
  switch (code) {
    case full:
      return failed("full", "the disk is full");
    case cannotOpen:
      return failed("unsuitable", "the file cannot be opened or made; does its folder exist, and may we write there?");
    case readOnly:
      return failed("unsuitable", "the file may only be read; this process needs the right to write");
    case notADatabase:
      return failed("unsuitable", "the file is no SQLite database; name another one in `store`");
    case corrupt:
      return failed("unavailable", "the file is damaged; restore it from a backup, or move it away");
    case ioError:
      return failed("unavailable", "reading or writing the file failed");
    case busy:
    case locked:
      return failed("unavailable", "another process has locked the file");
    default:
      return failed("unavailable", `SQLite failed with code ${code}`);
  }
}

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}
