import { chromium, type Browser, type BrowserContextOptions } from "playwright-core";
import { chromiumPath } from "./chromium.ts";
import { watch, type WatchedPage } from "./watched-page.ts";

/** A Chromium without a window. */
export interface TestBrowser extends AsyncDisposable {
  readonly browser: Browser;
  /** Opens an empty page of a visitor of its own, who has no storage and no cookies yet. */
  readonly newPage: (options?: BrowserContextOptions) => Promise<WatchedPage>;
  readonly close: () => Promise<void>;
}

/** How long a page may take for one step, in milliseconds: for what hangs, on machines ten times slower than ours. */
const mostMs = 120_000;

/** Starts Chromium. @throws Error that says how to install it, when it is missing */
export async function startBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    // Root has no sandbox, and containers have a small /dev/shm.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
    timeout: mostMs,
  });
  const close = (): Promise<void> => browser.close();
  return {
    browser,
    async newPage(options = {}) {
      const visitor = await browser.newContext({ locale: "en-US", timezoneId: "UTC", ...options });
      visitor.setDefaultTimeout(mostMs);
      return watch(await visitor.newPage());
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
