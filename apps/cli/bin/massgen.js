#!/usr/bin/env node
// Plain JavaScript for old versions of Node: nothing else is loaded before the version is checked.
import process from "node:process";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`massgen needs Node 22.19 or newer; this is Node ${process.versions.node}. See https://nodejs.org`);
  process.exit(2);
}

const { runInProcess } = await import("../dist/process.js");
await runInProcess();
