// The command that loads the Python original's example files, on a folder of our own instead of a release from PyPI.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const command = fileURLToPath(new URL("../../../tooling/python-original/check.mjs", import.meta.url));
const typed = (type: string): string => `agents: [{ id: a, backend: { type: ${type}, model: m } }]\nui: {}\n`;

it.each([
  ["loads what it can, and refuses coding agents", "claude_code", 0, /^refused +.*other\.yaml$/m],
  ["ends with 1 when a file is refused for another reason", "no_such_type", 1, /^UNEXPECTED +.*other\.yaml$/m],
])("%s", async (_, type, code, says) => {
  const folder = await mkdtemp(join(tmpdir(), "massgen-python-original-"));
  try {
    const configs = join(folder, "massgen", "configs");
    await mkdir(configs, { recursive: true });
    await writeFile(join(configs, "good.yaml"), typed("openai"));
    await writeFile(join(configs, "other.yaml"), typed(type));
    const ended = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [command, folder], (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      );
    });
    expect(ended).toMatchObject({ code, stderr: "" });
    expect(ended.stdout).toMatch(/^accepted +.*good\.yaml$/m);
    expect(ended.stdout).toMatch(says);
  } finally {
    await rm(folder, { recursive: true });
  }
});
