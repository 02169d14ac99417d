import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "./build.mjs";
import { root } from "./command.mjs";

// npm run console-size: what a browser loads to show the console, packed as it is sent, within its bound.

/** In bytes. */
const most = 150_000;

await build();
const folder = join(root, "packages", "console", "dist", "page");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
  /\.(html|js|css|svg|woff2)$/.test(path),
);
const sizes = files.map((path) => ({ path, bytes: gzipSync(readFileSync(join(folder, path))).length }));
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
for (const { path, bytes } of sizes.toSorted((a, b) => b.bytes - a.bytes)) {
  console.log(`${String(bytes).padStart(8)} ${path}`);
}
console.log(`${String(total).padStart(8)} of ${most} bytes`);
if (!files.some((path) => path.endsWith(".js")) || total > most) {
  console.error(total > most ? "The console is too large." : "The console is not built.");
  process.exitCode = 1;
}
