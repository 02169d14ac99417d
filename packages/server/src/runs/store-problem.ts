import { StoreError } from "@massgen/runs";
import { ProblemError } from "../problem.ts";

/** When to try again, in milliseconds. */
const retryAfterMs = 5000;

/** Does something with the store. @throws ProblemError `server-busy` or `store-unavailable` for its errors */
export async function askingStore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.reason === "busy") {
      throw new ProblemError("server-busy", `${error.message}. Try again later.`, { retryAfterMs });
    }
    const unavailable = new ProblemError("store-unavailable", "The store for runs does not work at the moment.", {
      retryAfterMs,
    });
    unavailable.cause = error;
    throw unavailable;
  }
}
