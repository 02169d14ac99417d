import { describe, expect, test } from "vitest";
import { createConnectionPool } from "../connection-pool.ts";
import { createRegistry } from "../registry.ts";
import { proxyAddress } from "./proxy-address.ts";
import { environmentProxies, ownProxy } from "./proxy-rules.ts";

const http = new URL("http://a.test/v1");
const https = new URL("https://a.test/v1");

test.each<[env: Record<string, string>, forHttp: string | undefined, forHttps: string | undefined]>([
  [{}, undefined, undefined],
  [{ HTTP_PROXY: "http://p.test:1" }, "http://p.test:1", "http://p.test:1"],
  [{ HTTPS_PROXY: "http://p.test:1" }, undefined, "http://p.test:1"],
  [{ HTTP_PROXY: "p.test:1", HTTPS_PROXY: "https://q.test" }, "http://p.test:1", "https://q.test"],
  [{ HTTP_PROXY: "http://p.test:1", http_proxy: "http://q.test:1" }, "http://q.test:1", "http://q.test:1"],
  [{ HTTP_PROXY: "http://p.test:1", http_proxy: "" }, undefined, undefined],
  [{ HTTP_PROXY: "http://p.test:1", NO_PROXY: "a.test" }, undefined, undefined],
  [{ HTTP_PROXY: "http://p.test:1", NO_PROXY: "a.test", no_proxy: "b.test" }, "http://p.test:1", "http://p.test:1"],
  [{ HTTP_PROXY: "  " }, undefined, undefined],
])("%j", (env, forHttp, forHttps) => {
  const rules = environmentProxies(env);
  expect([rules.proxyOf(http)?.name, rules.proxyOf(https)?.name]).toEqual([forHttp, forHttps]);
});

test.each(["socks5://p.test:1", "http://", "ftp://p.test", "http://a b", "http://user:100%@p.test"])(
  "an address that is none, %s, is said without it",
  (text) => {
    expect(() => environmentProxies({ HTTP_PROXY: text }).proxyOf(http)).toThrow(
      /^the variable HTTP_PROXY (must|holds)/,
    );
    expect(() => ownProxy(text)).toThrow(/^proxy (must|holds)/);
    expect(JSON.stringify(proxyAddress(text))).not.toContain("p.test");
  },
);

test("a name never shows who asks", () => {
  expect(ownProxy("http://me:secret@p.test:3128").proxyOf(https)?.name).toBe("http://p.test:3128");
});

describe("a registry", () => {
  const backend = { type: "openai", model: "m", apiKey: "test-key-4711", options: {} };

  test("says which proxy a backend has, and takes its password out of every text", () => {
    const registry = createRegistry({ env: { HTTPS_PROXY: "http://corp-user:p%40ss-word@p.test:1" } });
    expect(registry.describe.proxy(backend)).toBe("http://p.test:1");
    expect(registry.describe.proxy({ ...backend, proxy: "none" })).toBeUndefined();
    expect(registry.describe.proxy({ ...backend, proxy: "http://q.test:1" })).toBe("http://q.test:1");
    expect(registry.describe.proxy({ type: "demo" })).toBeUndefined();
    registry.createModel(backend);
    expect(registry.redact("corp-user and p@ss-word")).toBe("[redacted] and [redacted]");
  });

  test("makes no model behind a proxy that is none, but others", () => {
    const registry = createRegistry({ env: { HTTP_PROXY: "socks5://p.test" } });
    expect(() => registry.createModel(backend)).toThrow("the variable HTTP_PROXY must be the address of an HTTP proxy");
    expect(() => registry.createModel({ ...backend, proxy: "none" })).not.toThrow();
    expect(() => registry.createModel({ type: "demo", options: {} })).not.toThrow();
  });

  test("takes no requests once closed, on no way", async () => {
    const registry = createRegistry({ env: {} });
    await registry.close();
    const model = registry.createModel({ ...backend, proxy: "http://127.0.0.1:1" });
    const events = Array.fromAsync(model.stream({ messages: [{ role: "user", content: "?" }] }));
    await expect(events).rejects.toMatchObject({
      message: expect.stringContaining("the registry was closed") as string,
    });
  });
});

test("a request that its proxy keeps from being sent fails once, whenever it is aborted", async () => {
  const pool = createConnectionPool({ proxies: environmentProxies({ HTTP_PROXY: "socks5://p.test:1" }) });
  const controller = new AbortController();
  const init: RequestInit = { method: "POST", body: "{}", redirect: "manual", signal: controller.signal };
  await expect(pool.fetch("http://a.test", init)).rejects.toThrow("the variable HTTP_PROXY must be");
  // Nobody listens any more: a rejection now would end the process.
  controller.abort();
  await pool.close();
});
