import { Script, createContext } from "node:vm";

/** The work was stopped when its time was up. */
export class TimeBoxError extends Error {
  override readonly name = "TimeBoxError";
}

const context = createContext(Object.create(null) as { work?: () => void });
const script = new Script("work()");

/**
 * Does some synchronous work and stops it when it takes longer than `limitMs`, wherever it is, inside a regular expression as well:
 * work shaped by strangers must not hold up everybody else. What was stopped may have left its own data half done.
 *
 * @throws TimeBoxError when the time was up, and whatever the work throws
 */
export function timeBoxed<T>(limitMs: number, work: () => T): T {
  let done: { readonly value: T } | undefined;
  context.work = () => {
    done = { value: work() };
  };
  try {
    script.runInContext(context, { timeout: limitMs });
  } catch (error) {
    throw isTimeout(error) ? new TimeBoxError(`stopped after ${limitMs} ms`) : error;
  } finally {
    delete context.work;
  }
  return (done as unknown as { readonly value: T }).value;
}

function isTimeout(error: unknown): boolean {
  return (
    typeof error === "object" && error !== null && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}
