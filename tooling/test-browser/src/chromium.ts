import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const installer = "bash tooling/test-browser/install.sh";

/** What Debian and others call it. */
const names = ["chromium", "chromium-browser", "google-chrome"];

const found = names
  .flatMap((name) => (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name)))
  .find(isExecutable);

/** Whether tests can have a Chromium. In CI they must: one that misses it fails there. */
export const hasChromium = found !== undefined || process.env["CI"] === "true";
if (!hasChromium) console.warn(`Skipped: tests in a browser, for chromium is missing. To have it: ${installer}`);

/**
 * Where Chromium is.
 * @throws Error that says how to install it, when it is missing
 */
export function chromiumPath(): string {
  if (found === undefined) throw new Error(`chromium is missing. To have it: ${installer}`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
