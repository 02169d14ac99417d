import { existsSync } from "node:fs";
import { join } from "node:path";
import { capture, giveUp, root } from "./command.mjs";

/** Builds every package whose sources changed. Ends the process when one does not compile. */
export async function build() {
  if (!existsSync(join(root, "apps", "cli", "dist"))) console.error("Building...");
  const { ok, output } = await capture("turbo", ["run", "build", "--output-logs=errors-only"]);
  if (!ok) giveUp("The build failed.", output);
}
