import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { startProcess, type RunningProcess } from "@massgen/upstream";
import { aimedAt, clientBlock } from "./document.ts";
import { findTool, type FoundTool } from "./optional-tools.ts";

/** A coding agent, set up as docs/clients.md has it. */
export interface CodingAgent {
  readonly name: string;
  readonly tool: FoundTool;
  /** The tool by which it runs a command; offered in every turn of its work, and in none besides. */
  readonly shell: string;
  /** A call of that tool. */
  readonly shellCall: (command: string) => { readonly name: string; readonly arguments: Record<string, unknown> };
  /** Starts it on a task in a folder. */
  readonly start: (task: string, folder: string, url: string) => Promise<RunningProcess>;
}

/** Codex, with the documented settings or with retries as it has them by default. */
interface Codex extends CodingAgent {
  readonly start: (
    task: string,
    folder: string,
    url: string,
    options?: { readonly retrying: boolean },
  ) => Promise<RunningProcess>;
}

/** Does something in a new empty folder, which is gone afterwards. */
export async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "massgen-interop-"));
  try {
    await work(folder);
  } finally {
    // An agent may still be writing its own files.
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

export const codex: Codex = {
  name: "Codex",
  tool: findTool("codex"),
  shell: "exec_command",
  shellCall: (cmd) => ({ name: "exec_command", arguments: { cmd } }),
  async start(task, folder, url, { retrying } = { retrying: false }) {
    const config = aimedAt(url, clientBlock("Codex", "toml"));
    const home = join(folder, ".codex");
    await mkdir(home);
    await writeFile(join(home, "config.toml"), retrying ? config.replaceAll(/^.*_max_retries.*$/gm, "") : config);
    return startProcess({
      command: codex.tool.path(),
      args: ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", task],
      cwd: folder,
      env: { CODEX_HOME: home },
    });
  },
};

export const claude: CodingAgent = {
  name: "Claude Code",
  tool: findTool("claude"),
  shell: "Bash",
  shellCall: (command) => ({ name: "Bash", arguments: { command } }),
  start(task, folder, url) {
    const lines = aimedAt(url, clientBlock("Claude Code", "sh")).trimEnd();
    // The last line is the program's name.
    const command = lines.replace(/\nclaude$/, '\nexec claude -p "$0" --allowedTools Bash,Read,Write,Edit');
    return startProcess({
      command: "bash",
      args: ["-c", command, task],
      cwd: folder,
      env: {
        HOME: folder,
        PATH: [dirname(claude.tool.path()), process.env["PATH"]].join(delimiter),
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      },
    });
  },
};
