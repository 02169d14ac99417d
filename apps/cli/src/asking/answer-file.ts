import { stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { MassgenError } from "@massgen/core";

/**
 * Where an answer will be written: checked before a model is called, so that no answer that was paid for is lost.
 * @throws MassgenError `configuration` for a folder, or a file in a folder that is not there
 */
export async function answerFile(file: string, cwd: string): Promise<string> {
  const path = resolve(cwd, file);
  const kind = async (of: string): Promise<"folder" | "file" | undefined> => {
    const stats = await stat(of).catch(() => undefined);
    return stats && (stats.isDirectory() ? "folder" : "file");
  };
  const reason =
    (await kind(path)) === "folder"
      ? "it is a folder"
      : (await kind(dirname(path))) !== "folder"
        ? "there is no such folder"
        : undefined;
  if (reason !== undefined) throw new MassgenError("configuration", `--output: cannot write ${file}: ${reason}.`);
  return path;
}

/** Writes an answer to its file, in place of what was there. Returns why that failed, if it did. */
export async function writeAnswer(path: string, text: string): Promise<string | undefined> {
  try {
    await writeFile(path, text.endsWith("\n") ? text : `${text}\n`);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
