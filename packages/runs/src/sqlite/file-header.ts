import { open, stat } from "node:fs/promises";
import { StoreError } from "../store-error.ts";

/** What every SQLite file begins with, https://www.sqlite.org/fileformat.html. */
const magic = "SQLite format 3\0";

/**
 * Looks before anything is written: a mistyped path must not leave a lock file beside another program's file.
 * @throws StoreError `unsuitable` for a file that holds something else
 */
export async function refuseOtherFile(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return;
  // Opening a pipe would wait for ever.
  if (!found.isFile()) throw new StoreError("unsuitable", `the store ${file} is no ordinary file`);
  const begin = await beginningOf(file).catch(() => undefined);
  if (begin === undefined || begin === "" || begin === magic) return;
  throw new StoreError(
    "unsuitable",
    `the store ${file}: the file is no SQLite database; name another one in \`store\``,
  );
}

async function beginningOf(file: string): Promise<string> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0);
  return buffer.toString("latin1", 0, bytesRead);
}
