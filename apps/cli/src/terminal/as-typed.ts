import type { CliContext } from "../context.ts";

/** A command as its user types it here, such as `massgen init`. In a checkout there is no `massgen`: `npm start` does it. */
export function asTyped(command: string, { env }: Pick<CliContext, "env">): string {
  if (env["MASSGEN_START"] !== "1") return `massgen ${command}`;
  return command === "serve" ? "npm start" : `npm start -- ${command}`;
}
