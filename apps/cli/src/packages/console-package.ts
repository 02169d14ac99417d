import { MassgenError } from "@massgen/core";

/** The package with the page for people, which an installation may lack. */
export type ConsolePackage = typeof import("@massgen/console");

const name = "@massgen/console";

/** Loads the console; undefined where it is not installed. */
export async function findConsole(): Promise<ConsolePackage | undefined> {
  try {
    return await import("@massgen/console");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * The console for something that cannot be done without.
 * @param wanting begins the message
 * @throws MassgenError `configuration` where it is not installed
 */
export async function needConsole(wanting: string): Promise<ConsolePackage> {
  const found = await findConsole();
  if (found !== undefined) return found;
  const advice = `npm install ${name}, with -g where massgen was installed so`;
  throw new MassgenError("configuration", `${wanting} needs the package ${name}, which is not installed: ${advice}.`);
}

/** Whether Node found no such package, rather than nothing that it imports. */
function isMissing(error: unknown): boolean {
  const missing = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
  return missing && error.message.includes(`'${name}'`);
}
