// The console as a package of its own: what the built command does with it, and without.
import { expect, test } from "vitest";
import { startMassgen } from "./massgen-process.ts";
import { withoutConsole } from "./without-console.ts";

const args = ["serve", "--demo", "--host", "127.0.0.1", "--port", "0"];
const browser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

test("massgen serve says where the console is, and serves all that its page names", async () => {
  await using massgen = await startMassgen({ args });
  const url = await massgen.ready();
  await massgen.matches(/"admin_key"/);
  // Not a terminal: the key stands in the log, not in what may be kept elsewhere.
  expect(massgen.stdout()).toContain(`${url}/console/ (asks for a key)`);
  const page = await fetch(`${url}/`, { headers: browser });
  expect([page.url, page.headers.get("content-type")]).toEqual([`${url}/console/`, "text/html; charset=utf-8"]);
  const policy = page.headers.get("content-security-policy") ?? "";
  for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"]) {
    expect(policy.split("; ")).toContain(rule);
  }
  for (const source of ["script", "style", "connect"]) expect(policy.split("; ")).toContain(`${source}-src 'self'`);
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  const text = await page.text();
  // Nothing that this policy would stop.
  expect(text).not.toMatch(/<style|style=|<script(?![^>]* src=)| on[a-z]+=/);
  const files = [...text.matchAll(/(?:src|href)="(\.\/assets\/[^"]+)"/g)].map(([, path]) => String(path));
  expect(files.length).toBeGreaterThan(1);
  for (const path of files) {
    const file = await fetch(new URL(path, `${url}/console/`));
    expect([path, file.status]).toEqual([path, 200]);
    expect(file.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    const kind = path.endsWith(".js") ? "text/javascript" : path.endsWith(".css") ? "text/css" : "image/";
    expect(file.headers.get("content-type")).toContain(kind);
  }
  const deep = await (await fetch(`${url}/console/runs/run_1`)).text();
  for (const path of files) expect(deep).toContain(`".${path}"`);
});

test("without the package all else works, and says how to get it", async () => {
  await using massgen = await startMassgen({ args, env: withoutConsole });
  const url = await massgen.ready();
  await massgen.matches(/"admin_key"/);
  expect(massgen.stdout()).not.toContain("/console");
  const answer = await fetch(`${url}/console`, { headers: browser });
  expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining("npm install @massgen/console")]);
  expect(await (await fetch(`${url}/`, { headers: browser })).json()).toEqual({ status: "ok" });
});
