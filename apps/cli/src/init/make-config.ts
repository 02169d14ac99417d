import { existsSync, realpathSync, writeFileSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { MassgenError } from "@massgen/core";

export const fileName = "massgen.yaml";

/** @throws MassgenError `configuration` where there is such a file */
export function refuseExisting(cwd: string): void {
  if (!existsSync(join(cwd, fileName))) return;
  throw new MassgenError(
    "configuration",
    `${fileName} is there already, and massgen init never overwrites it. Move it away, or try it: massgen check ${fileName} --live`,
  );
}

/**
 * Writes the file, if there is none.
 * @throws MassgenError `configuration` where it cannot be written
 */
export function writeConfig(cwd: string, text: string): void {
  try {
    writeFileSync(join(cwd, fileName), text, { flag: "wx" });
  } catch (error) {
    refuseExisting(cwd);
    const reason = error instanceof Error ? error.message : String(error);
    throw new MassgenError("configuration", `${fileName} cannot be written: ${reason}`);
  }
}

/** Where an editor that opens the file finds the schema: this installation's, as a path from there if it is inside. */
export function schemaPlace(cwd: string): string {
  const path = fileURLToPath(import.meta.resolve("@massgen/config/massgen.schema.json"));
  const fromHere = relative(realpathSync(cwd), path);
  if (fromHere.startsWith("..") || isAbsolute(fromHere)) return path.replaceAll(sep, "/");
  return `./${fromHere.replaceAll(sep, "/")}`;
}
