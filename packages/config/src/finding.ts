import type { ConfigIssue } from "./config-error.ts";
import { pathText, type ConfigPath } from "./config-path.ts";

/** An issue before it is reported: its path in parts, and a line only if it is not that of the path. */
export interface Finding {
  readonly path: ConfigPath;
  readonly message: string;
  readonly line?: number;
}

/** Findings as issues, in the order of their lines; those without a line first. */
export function toIssues(
  findings: readonly Finding[],
  lineOf: (path: ConfigPath) => number | undefined,
): readonly ConfigIssue[] {
  return findings
    .map((finding): ConfigIssue => {
      const line = finding.line ?? lineOf(finding.path);
      return { path: pathText(finding.path), ...(line === undefined ? {} : { line }), message: finding.message };
    })
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}
