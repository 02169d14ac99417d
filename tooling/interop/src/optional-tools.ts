import { createHash } from "node:crypto";
import { accessSync, constants, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** What some clients need and npm does not bring. */
export type OptionalTool =
  | "curl"
  | "nginx"
  | "prometheus"
  | "python"
  | "litellm"
  | "go"
  | "go-client"
  | "codex"
  | "claude";

const installer = "bash tooling/interop/install-tools.sh";

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The folder of what the installer made from these files as they are now. */
function madeFrom(...names: readonly string[]): string {
  const hash = createHash("sha256");
  for (const name of names) hash.update(readFileSync(new URL(`../${name}`, import.meta.url)));
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(cache, "massgen-interop", hash.digest("hex").slice(0, 16));
}

function candidates(tool: OptionalTool): readonly string[] {
  switch (tool) {
    case "curl":
    case "nginx":
    case "prometheus":
    case "go":
      return [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"].map((folder) => join(folder, tool));
    case "python":
    case "litellm":
      return [join(madeFrom("requirements.txt", "constraints.txt"), "bin", tool)];
    case "codex":
    case "claude":
      return [join(madeFrom("agents/package.json"), "node_modules", ".bin", tool)];
    case "go-client":
      return [join(madeFrom("foreign/go/main.go", "foreign/go/go.mod", "foreign/go/go.sum"), "client")];
  }
}

/**
 * Tests with these take long, to start or by their nature: the sample of tests that `npm test` runs has none of them.
 */
const onlyInAll: ReadonlySet<OptionalTool> = new Set(["nginx", "prometheus", "python", "litellm", "codex", "claude"]);

/** A tool that may be there. */
export interface FoundTool {
  /**
   * Whether the tests that need it are to be skipped: the tool is missing, or takes long and MASSGEN_TESTS is not
   * `all`. In CI (`CI=true`, MASSGEN_TESTS=all) none is, but for those in Go where there is no Go: without the tool
   * they fail.
   */
  readonly skipped: boolean;
  /**
   * Where it is.
   * @throws Error that says how to install it, when it is missing
   */
  readonly path: () => string;
}

/** Looks for a tool, on PATH or where the installer puts it. Says so when tests will be skipped. */
export function findTool(tool: OptionalTool): FoundTool {
  const left = onlyInAll.has(tool) && (process.env["MASSGEN_TESTS"] ?? "sample") === "sample";
  const found = candidates(tool).find(isExecutable);
  const needed = process.env["CI"] === "true" && (tool !== "go-client" || candidates("go").some(isExecutable));
  const missing = found === undefined && !needed;
  const skipped = left || missing;
  if (left) console.warn(`Skipped: tests with ${tool} that take long. CI has them; to have them: MASSGEN_TESTS=all`);
  else if (missing) console.warn(`Skipped: ${tool} is missing. To have it: ${installer}`);
  return {
    skipped,
    path: () => {
      if (found === undefined) throw new Error(`${tool} is missing. To have it: ${installer}`);
      return found;
    },
  };
}
