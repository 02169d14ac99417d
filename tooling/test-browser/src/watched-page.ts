import type { Page } from "playwright-core";

/** A page, and what it did since it was opened. */
export interface WatchedPage {
  readonly page: Page;
  /** What it logged as an error, what it threw, and what its policy (CSP) kept it from doing. */
  readonly errors: readonly string[];
  /** Every URL that it asked for, whether or not it got an answer; without what a script made itself (`data:`). */
  readonly requests: readonly string[];
}

/** Runs in the page: says what its policy kept it from doing, which Chromium otherwise words anew in each version. */
const tellViolations = `document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP violation: " + event.effectiveDirective + " " + event.blockedURI + " " + event.sourceFile));`;

/** Records what a page does from now on. */
export async function watch(page: Page): Promise<WatchedPage> {
  const errors: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url())) requests.push(request.url());
  });
  await page.addInitScript(tellViolations);
  return { page, errors, requests };
}
