/**
 * Why a store failed. `busy`: too many runs wait for their turn; its message is for the client. `full`: no room is
 * left. `unavailable`: it does not answer, or its file or disk is at fault. `sealed`: it was sealed with another key.
 * `in-use`: another process writes to it. `outdated`: it is empty, or of an older version, and was opened for reading
 * only. `unsuitable`: it is none of ours, or of a newer version, or stands where it cannot work, or what is asked for
 * is damaged. `closed`: this process has closed it.
 */
export type StoreErrorReason =
  | "busy"
  | "full"
  | "unavailable"
  | "sealed"
  | "in-use"
  | "outdated"
  | "unsuitable"
  | "closed";

/** A store that failed. Its message is written for operators and names no secret. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly reason: StoreErrorReason;

  constructor(reason: StoreErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
