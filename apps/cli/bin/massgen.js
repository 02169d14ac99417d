#!/usr/bin/env node
// Plain JavaScript for old versions of Node: nothing else is loaded before the version is checked.
import { existsSync, mkdirSync } from "node:fs";
import module from "node:module";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import process from "node:process";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`massgen needs Node 22.19 or newer; this is Node ${process.versions.node}. See https://nodejs.org`);
  process.exit(2);
}

// Compiling takes a fifth of a start. The folder is the user's own: what is kept there is run, and /tmp is everybody's.
if (process.env.NODE_COMPILE_CACHE === undefined) {
  const asked = process.env.XDG_CACHE_HOME ?? "";
  const caches = isAbsolute(asked) ? asked : join(homedir(), ".cache");
  try {
    mkdirSync(caches);
  } catch {
    // It exists, or there is no home to keep anything in.
  }
  if (existsSync(caches)) module.enableCompileCache(join(caches, "massgen"));
}

const { runInProcess } = await import("../dist/process.js");
await runInProcess();
