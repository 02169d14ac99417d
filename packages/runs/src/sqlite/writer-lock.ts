import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store-error.ts";
import { isBusy } from "./sqlite-error.ts";

/** That this process is the one that writes to a store's file. */
export interface WriterLock {
  readonly release: () => void;
}

/**
 * Becomes the one writer of a file, for as long as the process lives: the system frees the lock with the process,
 * however that ends. The lock is on a file of its own, so that readers are not kept out.
 *
 * @throws StoreError `in-use` while another process holds it
 */
export function takeWriterLock(file: string): WriterLock {
  const lock = new DatabaseSync(`${file}.lock`, { timeout: 0 });
  try {
    lock.exec("begin exclusive");
  } catch (cause) {
    lock.close();
    if (!isBusy(cause)) throw cause;
    const advice = "stop it, or give this one a store of its own (several servers share runs on Postgres only)";
    throw new StoreError("in-use", `another massgen server keeps its runs in ${file}: ${advice}`, { cause });
  }
  return {
    release: () => {
      lock.exec("rollback");
      lock.close();
    },
  };
}
