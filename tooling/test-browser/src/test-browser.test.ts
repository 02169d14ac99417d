import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { hasChromium } from "./chromium.ts";
import { startBrowser } from "./start-browser.ts";

/** A page that does all that a page of ours must not. */
const offender = `<!doctype html><title>offender</title><script>document.title = "never"</script>
<script src="./own.js"></script><img src="http://127.0.0.1:9/elsewhere.png">`;

test.skipIf(!hasChromium)("what a page must not do is on record", async () => {
  const server = createServer(({ url }, response) => {
    response.setHeader("Content-Security-Policy", "default-src 'none'; script-src 'self'");
    if (url === "/own.js") response.setHeader("Content-Type", "text/javascript").end(`throw new Error("of its own")`);
    else response.setHeader("Content-Type", "text/html").end(offender);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    await using browser = await startBrowser();
    const { page, errors, requests } = await browser.newPage();
    await page.goto(url);
    expect(await page.title()).toBe("offender");
    await expect.poll(() => errors).toContainEqual(expect.stringContaining("of its own"));
    await expect.poll(() => errors).toContainEqual(expect.stringMatching(/^CSP violation: script-src-elem inline/));
    await expect.poll(() => errors).toContainEqual(expect.stringMatching(/^CSP violation: img-src .*elsewhere/));
    expect(requests).toContain(`${url}own.js`);
  } finally {
    server.close();
  }
});
