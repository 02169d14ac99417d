// Coding agents as people run them: each has its tool called and is told what came of it, all through a team.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openaiTeam, startTeam, teamScript, text, toolCalls, type Script } from "@massgen/upstream";
import { describe, expect, it } from "vitest";
import { findTool } from "./optional-tools.ts";
import { run } from "./run.ts";

const config = openaiTeam(["a", "b"]);

/** Does something in a new empty folder, which is gone afterwards. */
async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "massgen-interop-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A team that calls a tool once, by the name under which the agent offers it, and then says so. */
function callingOnce(name: string, args: Readonly<Record<string, unknown>>): Script {
  return teamScript({
    draft: (call) => {
      if (!call.tools.includes(name)) return text("A title.");
      const answered = call.messages.some(({ role }) => role === "tool");
      return answered ? text("I wrote it.") : toolCalls([{ name, arguments: args }]);
    },
  });
}

const codex = findTool("codex");
const claude = findTool("claude");

describe.skipIf(codex.skipped)("Codex", () => {
  it("runs a command that the team wants run, over /v1/responses", async () => {
    await withFolder(async (folder) => {
      const args = { cmd: `echo hi > ${join(folder, "made.txt")}` };
      await using team = await startTeam(callingOnce("exec_command", args), { config });
      const provider = `model_providers.massgen={name="MassGen",base_url="${team.url}/v1",wire_api="responses"}`;
      const settings = ["-c", provider, "-c", 'model_provider="massgen"', "-m", "massgen"];
      const mode = ["--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"];
      const said = await run({
        command: codex.path(),
        args: ["exec", ...settings, ...mode, "Write made.txt"],
        cwd: folder,
        env: { CODEX_HOME: folder },
      });
      expect(said).toContain("I wrote it.");
      expect(await readFile(join(folder, "made.txt"), "utf8")).toBe("hi\n");
    });
  });
});

describe.skipIf(claude.skipped)("Claude Code", () => {
  it("writes a file that the team wants written, over /v1/messages", async () => {
    await withFolder(async (folder) => {
      const args = { file_path: join(folder, "made.txt"), content: "hi\n" };
      await using team = await startTeam(callingOnce("Write", args), { config });
      const said = await run({
        command: claude.path(),
        args: ["-p", "Write made.txt", "--permission-mode", "acceptEdits", "--output-format", "json"],
        cwd: folder,
        env: {
          HOME: folder,
          ANTHROPIC_BASE_URL: team.url,
          ANTHROPIC_API_KEY: "none-needed",
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        },
      });
      expect(JSON.parse(said)).toMatchObject({ is_error: false, result: "I wrote it." });
      expect(await readFile(join(folder, "made.txt"), "utf8")).toBe("hi\n");
    });
  });
});
