import { StoreError, type StoreErrorReason } from "@massgen/runs";
import { DatabaseError } from "pg";

/** What goes wrong before Postgres has said anything, by Node's codes. */
const networkCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

/** What `pg` says, without a code, when a connection is not made, breaks, or does not answer in time. */
const brokenConnection = /^(Connection terminated|Client has encountered|Query read timeout|timeout e|timeout exp)/i;

/** An error of Postgres, or of the way to it, in the words of a store's; others as they are. */
export function storeErrorOf(error: unknown, where: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const failed = (reason: StoreErrorReason, says: string): StoreError =>
    new StoreError(reason, `the store ${where}: ${says}`, { cause: error });
  if (error instanceof DatabaseError) {
    const [reason, says] = wordsOf(error.code ?? "");
    return failed(reason, says);
  }
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (networkCodes.has(code)) return failed("unavailable", `Postgres cannot be reached (${code})`);
  if (brokenConnection.test(error.message))
    return failed("unavailable", "the connection to Postgres broke, or it did not answer in time");
  if (/SSL|certificate/i.test(error.message))
    return failed("unsuitable", `no secure connection: ${error.message.slice(0, 200)}`);
  return error;
}

/** By SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html. */
function wordsOf(code: string): readonly [StoreErrorReason, string] {
  switch (code) {
    case "28P01":
    case "28000":
      return ["unsuitable", "Postgres refused the user or its password"];
    case "3D000":
      return ["unsuitable", "there is no such database; create it with `createdb`"];
    case "42501":
      return [
        "unsuitable",
        "the user lacks a right; it must own the schemas `massgen` and `massgen_jobs`, or may create them",
      ];
    case "25006":
      return ["unavailable", "Postgres allows no writing; is this a standby?"];
    case "53100":
      return ["full", "the disk of Postgres is full"];
    case "53300":
      return ["unavailable", "Postgres has no connection left (max_connections)"];
    case "57P01":
    case "57P02":
    case "57P03":
      return ["unavailable", "Postgres is starting or stopping"];
    default:
      return ["unavailable", `Postgres failed with code ${code}`];
  }
}
