import { consoleFiles } from "./console-files.ts";

/**
 * The Content-Security-Policy of the page: it loads and asks nothing but the server that it came from, and runs no
 * script that is not one of its files.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * The page for a path below the one where it is served: the same for all, but for how far up its files are.
 *
 * @param path `""`, `sums`, `runs/run_4f9a`
 */
export function consolePage(path: string): string {
  const page = consoleFiles().get("index.html")?.body.toString("utf8") ?? "";
  const up = "../".repeat(path.split("/").length - 1);
  return up === "" ? page : page.replaceAll(`="./`, `="${up}`);
}
