export { barriers } from "./barriers.ts";
export { chromiumPath, hasChromium } from "./chromium.ts";
export { startBrowser, type TestBrowser } from "./start-browser.ts";
export { watch, type WatchedPage } from "./watched-page.ts";
export type { Locator, Page } from "playwright-core";
