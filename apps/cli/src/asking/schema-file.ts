import { basename, extname, resolve } from "node:path";
import { longestFile, readTextFileThere } from "@massgen/config";
import { answerFormat, MassgenError, type ResponseFormat } from "@massgen/core";

/**
 * The format that a file with a JSON Schema asks for.
 * @throws MassgenError `configuration` when it cannot be read or used
 */
export async function readSchema(file: string, cwd: string): Promise<ResponseFormat> {
  const subject = `--json-schema: cannot use ${file}`;
  const text = readTextFileThere(resolve(cwd, file), subject, longestFile.configuration);
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch (error) {
    throw new MassgenError("configuration", `${subject}: it is not JSON: ${(error as Error).message}`);
  }
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    throw new MassgenError("configuration", `${subject}: a schema is a JSON object.`);
  }
  const name = basename(file, extname(file))
    .replaceAll(/[^\w-]/g, "_")
    .slice(0, 64);
  const format = { type: "json-schema", name: name || "answer", schema: { ...schema } } as const;
  try {
    await answerFormat(format)?.usable();
  } catch (error) {
    if (MassgenError.isInstance(error)) throw new MassgenError("configuration", `${subject}: ${error.message}`);
    throw error;
  }
  return format;
}
