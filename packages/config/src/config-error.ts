import { MassgenError } from "@massgen/core/model";

/** One thing that is wrong, or ignored, in a configuration file. */
export interface ConfigIssue {
  /** Such as `agents[0].backend.model`; empty for the file as a whole. */
  readonly path: string;
  /** Counted from 1; absent when the issue has no line. */
  readonly line?: number;
  /** What is wrong and what would be right, in one line. Never contains the value of a variable or a key. */
  readonly message: string;
}

/** The most issues that a report shows. */
const mostShown = 100;

/** The end of a list that goes on: `... and 59,990 more`. */
export function andMore(count: number): string {
  return `... and ${count.toLocaleString("en")} more`;
}

/**
 * A configuration that cannot be used, with everything that is wrong with it. Its code is `configuration`, and its
 * `message` is a report, ready to print: a headline and one line for each of the first hundred issues.
 */
export class ConfigError extends MassgenError {
  readonly issues: readonly ConfigIssue[];
  /** The file's name in messages. */
  readonly file: string;
  /** The warnings about the file, which are not in the message. */
  readonly warnings: readonly ConfigIssue[];

  /** @param file its name in messages */
  constructor(file: string, issues: readonly ConfigIssue[], warnings: readonly ConfigIssue[] = []) {
    const count = issues.length === 1 ? "1 problem" : `${issues.length} problems`;
    const shown = issues.slice(0, mostShown).map((issue) => `  ${issueText(file, issue)}`);
    if (issues.length > mostShown) shown.push(`  ${andMore(issues.length - mostShown)}`);
    super("configuration", [`${file} has ${count}:`, ...shown].join("\n"));
    this.file = file;
    this.issues = issues;
    this.warnings = warnings;
  }

  /** Whether a thrown value is a ConfigError, from whichever copy of this package. */
  static override isInstance(value: unknown): value is ConfigError {
    return MassgenError.isInstance(value) && value.code === "configuration" && "issues" in value;
  }
}

/** An issue, error or warning, as one line: `config.yaml:12  agents[0].backend.model: is missing`. */
export function issueText(file: string, issue: ConfigIssue): string {
  const place = issue.line === undefined ? file : `${file}:${issue.line}`;
  return issue.path === "" ? `${place}  ${issue.message}` : `${place}  ${issue.path}: ${issue.message}`;
}
