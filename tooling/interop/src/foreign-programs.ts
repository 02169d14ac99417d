import { fileURLToPath } from "node:url";
import { findTool } from "./optional-tools.ts";

/** A client in another language, built before. */
export interface ForeignProgram {
  readonly name: string;
  readonly skipped: boolean;
  /** What to run; the base URL follows. */
  readonly command: () => readonly string[];
  /** How it says that a failed stream ended, where not by one failure. */
  readonly ends?: readonly ("failed" | "completed")[];
}

const folder = fileURLToPath(new URL("../foreign", import.meta.url));

/**
 * The clients that are there: Go's where there is Go, those of Java and Rust when `foreign/run.sh` has built them and
 * names them in MASSGEN_FOREIGN.
 */
export function foreignPrograms(): readonly ForeignProgram[] {
  const go = findTool("go-client");
  const wanted = (process.env["MASSGEN_FOREIGN"] ?? "").split(" ");
  const java = ["java", "-cp", `${folder}/java/target/classes:${folder}/java/target/dependency/*`, "BrokenStream"];
  return [
    ...["v1", "v2", "v3"].map((version) => ({
      name: `openai-go ${version}`,
      skipped: go.skipped,
      command: () => [go.path(), version],
    })),
    {
      name: "langchain4j",
      skipped: !wanted.includes("java"),
      command: () => [...java, "langchain4j"],
      // It calls every stream completed that was closed, also when it has called it failed. Who waits for its end hears
      // of the failure first.
      ends: ["failed", "completed"] as const,
    },
    { name: "openai-java", skipped: !wanted.includes("java"), command: () => [...java, "openai-java"] },
    {
      name: "async-openai",
      skipped: !wanted.includes("rust"),
      command: () => [`${folder}/rust/target/debug/massgen-interop`],
    },
  ];
}
