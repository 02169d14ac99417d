import { createRedactor, secretsInVariable } from "@massgen/providers";
import { type Command, Option } from "commander";
import type { CliContext } from "../context.ts";
import { accountOf } from "../runs/account/account.ts";
import { toldRun } from "../runs/account/told-run.ts";
import { exportRuns } from "../runs/export-runs.ts";
import { findRun } from "../runs/find-run.ts";
import { htmlPage, writePage } from "../runs/html-page.ts";
import { findSource, type SourceChoice } from "../runs/find-source.ts";
import { replayUnder } from "../runs/replay-under.ts";
import { compare, reportOf } from "../runs/replay-report.ts";
import { type FilterFlags, pageOf } from "../runs/run-filters.ts";
import { serverVariable } from "../runs/server/find-server.ts";
import type { RunSource } from "../runs/run-source.ts";
import { runTable } from "../runs/run-table.ts";
import { shownHead } from "../runs/shown-head.ts";
import { adminKeyVariable } from "../setup/api-keys.ts";
import { exitCode, type ExitCode } from "../terminal/exit-code.ts";
import { screenOf } from "../terminal/screen.ts";

type Finish = (code: ExitCode) => void;

/** The most characters that an account shows of each text, unless all is wanted. */
const mostChars = 1200;

export function addRuns(program: Command, context: CliContext, finish: Finish): void {
  const runs = program
    .command("runs")
    .description(
      "Look at past runs in a store or of a server: what was asked, what became of it and why. Beside a running server too.",
    )
    .addHelpText("after", examples);
  const add = (name: string, description: string, isDefault = false): Command =>
    runs
      .command(name, { isDefault })
      .description(description)
      .addOption(storeOption())
      .option("--server <url>", `a server that shows its runs, instead of a store (env ${serverVariable})`)
      .option("--key-file <path>", `a file with the key for --server (default: env ${adminKeyVariable})`);

  addFilters(add("list", "The newest runs as a table.", true).addOption(configOption()))
    .option("--limit <count>", "how many at most, up to 1000 (default: 20)")
    .option("--after <id>", "begin behind this run")
    .option("--json", "the list as JSON")
    .action((flags: Flags) => within(flags, context, (source) => list(source, flags, context)));

  add("show", "Everything about one run, for people: drafts, votes, decision, times, tokens, failures.")
    .argument("<id>", "the run's id, or that of a response that was stored")
    .addOption(configOption())
    .option("--full", "every text in full")
    .option("--json", "all of it as JSON")
    .option("--html <file>", "all of it as one HTML file, to open in a browser or to send; written anew if it is there")
    .action((id: string, flags: Flags) => within(flags, context, (source) => show(source, id, flags, context)));

  addFilters(
    add("export", "Whole runs as JSONL, request and log: one a line, the newest first.").addOption(configOption()),
  ).action((flags: Flags) => within(flags, context, (source) => exportAll(source, flags, context)).then(finish));

  add("replay", "Decide a run's drafts and votes again under other rules. Calls no model.")
    .argument("<id>", "the run's id, or that of a response that was stored")
    .option("--config <path>", "the configuration with the other rules (its orchestrator, or that of the run's team)")
    .option("--json", "the comparison as JSON")
    .action((id: string, flags: Flags) =>
      within(flags, context, (source) => replayRun(source, id, flags, context), { rules: true }),
    );
}

interface Flags extends SourceChoice, FilterFlags {
  readonly full?: boolean;
  readonly json?: boolean;
  readonly html?: string;
}

function storeOption(): Option {
  return new Option("--store <store>", "sqlite:<file> or a postgres:// URL (env MASSGEN_STORE)");
}

function configOption(): Option {
  return new Option(
    "--config <path>",
    "a configuration that names the store, and its keys (default: as massgen serve)",
  );
}

function addFilters(command: Command): Command {
  return command
    .option("--outcome <outcome>", "unanimous, majority, plurality, tied, single, failed, cancelled, or open")
    .option("--degraded", "only runs whose answer is less than what was asked for")
    .option("--team <name>", "only runs of this team")
    .option("--model <model>", "only runs whose answer is of this model")
    .option("--since <time>", "only runs since then: 30m, 12h, 7d, 2w ago, or a date such as 2026-01-31");
}

/** Does something with the runs of a store or a server, and closes it. */
async function within<T>(
  choice: SourceChoice,
  context: CliContext,
  work: (source: RunSource) => Promise<T>,
  { rules = false }: { readonly rules?: boolean } = {},
): Promise<T> {
  const source = await findSource(choice, context, rules);
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

async function list(source: RunSource, flags: Flags, context: CliContext): Promise<void> {
  const page = pageOf(flags, Date.now());
  const runs = await source.list(page);
  if (flags.json) {
    context.stdout(`${JSON.stringify(runs, undefined, 2)}\n`);
    return;
  }
  if (runs.length === 0) {
    context.stderr(`No such runs in ${source.place}.\n`);
    return;
  }
  context.stdout(`${runTable(runs, screenOf(context)).join("\n")}\n`);
  const last = runs.at(-1)?.id;
  if (runs.length === page.limit && last !== undefined) context.stderr(`Older ones: add --after ${last}\n`);
}

async function show(source: RunSource, id: string, flags: Flags, context: CliContext): Promise<void> {
  const run = await findRun(source, id);
  const log = await source.log(run.id);
  const told = toldRun(run, log, redactorFor(context));
  if (flags.html !== undefined) {
    const bytes = await writePage(flags.html, context.cwd, await htmlPage(told, log));
    context.stderr(`Wrote ${flags.html} (${Math.ceil(bytes / 1000)} kB).\n`);
    return;
  }
  if (flags.json) {
    const { events, result } = told;
    context.stdout(`${JSON.stringify({ run: shownHead(run), events, result }, undefined, 2)}\n`);
    return;
  }
  const layout = { screen: screenOf(context), mostChars: flags.full ? Infinity : mostChars };
  context.stdout(`${accountOf(told, layout).join("\n")}\n`);
}

/** Strikes out what the environment names as secrets, and what looks like a key. */
function redactorFor({ env }: CliContext): (text: string) => string {
  const names = Object.keys(env).filter((name) => /key|token|secret|passw/i.test(name));
  return createRedactor(names.flatMap((name) => secretsInVariable(env[name] ?? ""))).redact;
}

async function exportAll(source: RunSource, flags: Flags, context: CliContext): Promise<ExitCode> {
  const { limit: _, ...filter } = pageOf(flags, Date.now());
  let left = 0;
  const write = (line: string): Promise<boolean> => {
    context.stdout(line);
    return context.written?.() ?? Promise.resolve(true);
  };
  await exportRuns(source, filter, write, (id, message) => {
    left += 1;
    context.stderr(`Left out: ${id}. ${message}\n`);
  });
  return left > 0 ? exitCode.failure : exitCode.ok;
}

async function replayRun(source: RunSource, id: string, flags: Flags, context: CliContext): Promise<void> {
  const run = await findRun(source, id);
  const { was, wouldBe, changes } = replayUnder(run, await source.log(run.id), flags.config, context);
  const comparison = compare(was, wouldBe, changes);
  const text = flags.json
    ? JSON.stringify(comparison, undefined, 2)
    : reportOf(comparison, screenOf(context)).join("\n");
  context.stdout(`${text}\n`);
}

const examples = `
Examples:
  massgen runs --store sqlite:massgen.db                    the newest runs of that file
  massgen runs list --degraded --since 24h                  what went less well than it should since yesterday
  massgen runs show run_0123...                             one run, told from beginning to end
  massgen runs show run_0123... --html run.html             the same as a page, to open in a browser or to send
  massgen runs export --since 7d > runs.jsonl               whole runs, for programs
  massgen runs replay run_0123... --config strict.yaml      what other rules would have made of it
  massgen runs --server https://massgen.example             the newest runs of that server

The store is that of --store, MASSGEN_STORE, or the configuration that massgen serve would take. A server's key is
never typed: it stands in MASSGEN_SERVER_ADMIN_KEY or a file.
Runs are kept where clients store them, or all with history: all. Nothing is written.`;
