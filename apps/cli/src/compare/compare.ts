import { basename, dirname, resolve } from "node:path";
import type { Teams } from "../setup/teams.ts";
import { type ComparedTeam, checkLimit, comparedTeam } from "./conduct/compared-team.ts";
import { Judge, judgeAgent } from "./conduct/judge.ts";
import { keptRun, type PlannedRun, plannedRuns } from "./conduct/plan.ts";
import type { OutFolder } from "./conduct/out-folder.ts";
import type { ProgressPorts } from "./conduct/progress.ts";
import { Purse } from "./conduct/purse.ts";
import { sampled, samplingPlan } from "./conduct/self-consistency.ts";
import { Session, StoppedError } from "./conduct/session.ts";
import { spentIn } from "./conduct/spent.ts";
import { type Grade, grade, type GraderPorts } from "./graders/grade.ts";
import { withoutSecrets } from "./graders/program.ts";
import { type Arm, armsOf } from "./measure/arms.ts";
import { type GradedItem, type GradedRun, gradeRun } from "./measure/graded-run.ts";
import { accountOf, type RunAccount } from "./measure/run-account.ts";
import { teamFacts } from "./measure/team-facts.ts";
import type { Question } from "./questions/question.ts";
import { armReports, type Report, reportVersion } from "./report/report.ts";
import { costLines, samplingLine } from "./report/cost-lines.ts";

/** What is compared, and how. */
export interface ComparisonOptions {
  readonly questions: readonly Question[];
  /** The path of their file. */
  readonly file: string;
  readonly teams: Teams;
  readonly team: string | undefined;
  readonly judge: string | undefined;
  /** Of each question. */
  readonly runsEach: number;
  readonly parallel: number;
  readonly maxUsd: number | undefined;
  /** The member to be asked again and again; `true`: the best one. */
  readonly selfConsistency: string | boolean;
  readonly retryFailed: boolean;
  readonly seed: string;
}

export interface ComparisonPorts extends ProgressPorts {
  readonly folder: OutFolder;
  readonly env: GraderPorts["env"];
  /** Aborted to stop; also by us, where the money is spent. */
  readonly stop: AbortController;
  /** Says what something will cost, and whether that is wanted. */
  readonly agree: (lines: readonly string[]) => Promise<boolean>;
  readonly version: string;
  readonly date: () => Date;
}

/**
 * Compares a team with its members.
 * @returns undefined if its cost was not agreed to
 * @throws StoppedError; MassgenError `configuration` for what the user can mend
 */
export async function compare(options: ComparisonOptions, ports: ComparisonPorts): Promise<Report | undefined> {
  const { questions, teams, file, runsEach, seed, selfConsistency } = options;
  const { folder, stop } = ports;
  await teams.registry.prices.load();
  const team = comparedTeam(teams, options.team);
  const judgeConfig = options.judge === undefined ? undefined : judgeAgent(options.judge, teams.agents, team);
  if (options.maxUsd !== undefined) checkLimit(team, teams.registry);
  const plan = plannedRuns(questions, runsEach, team.digest, folder);
  const open = new Set<PlannedRun>();
  for (const run of plan.flat()) if (!(await keptRun(run, folder, options.retryFailed))) open.add(run);
  const costs = costLines({ ...options, team, open: [...open], kept: plan.flat().length - open.size });
  if (!(await ports.agree(costs))) return undefined;

  const purse = options.maxUsd === undefined ? undefined : await newPurse(options.maxUsd, ports);
  const session = new Session({
    folder,
    ports: team.ports,
    signal: stop.signal,
    parallel: options.parallel,
    progress: ports,
    purse,
  });
  const judge = judgeConfig && new Judge(judgeConfig, team, session);
  const graders: GraderPorts = {
    cwd: dirname(resolve(file)),
    env: withoutSecrets(ports.env),
    judge: async (question, expectation, answer) => judge?.score(question, expectation, answer) ?? 0,
  };
  const gradeOf = (question: Question, text: string): Promise<Grade> => grade(question, text, graders);

  const accounts = await accountsOf(plan, open, team, session);
  const items = await gradedItems(accounts, questions, session, gradeOf);
  const ids = team.agents.map(({ id }) => id);
  const arms: (Arm & { readonly samples?: number })[] = [...armsOf(items, ids, seed)];
  if (selfConsistency !== false) {
    const wanted = typeof selfConsistency === "string" ? selfConsistency : undefined;
    const sampling = samplingPlan(arms, items, wanted, seed);
    if (await ports.agree([samplingLine(sampling)])) {
      arms.push(await sampled(sampling, items, questions, team, session, gradeOf));
    }
  }
  const timed = items.map(({ runs }) => runs.every(({ account }) => !account.resumed));
  return {
    version: reportVersion,
    massgen: ports.version,
    date: ports.date().toISOString(),
    questions: { file: basename(file), count: questions.length, runsEach },
    team: { name: team.name, agents: team.agents.map(({ id, backend }) => ({ id, model: backend.model ?? "demo" })) },
    seed,
    ...armReports(arms, timed, seed),
    facts: teamFacts(items, ids),
    items: items.map(({ id, runs }, at) => ({
      id,
      outcomes: runs.map(({ account }) => account.outcome),
      scores: arms.map(({ cells }) => {
        const { failed, score = 0 } = cells[at] ?? {};
        return failed ? null : score;
      }),
      runs: (plan[at] ?? []).map(({ key }) => `runs/${key}.jsonl`),
    })),
    ...(judge && { judge: judge.report }),
    spent: session.spent,
  };
}

async function newPurse(limit: number, { folder, stop }: ComparisonPorts): Promise<Purse> {
  const spent = await spentIn(folder);
  const why = `the next call may cost more than is left of $${limit} (--max-usd)`;
  return new Purse(limit, spent, () => stop.abort(new StoppedError(why)));
}

/** Makes the runs that are not kept yet, and tells of each what it was: by question, then by run. */
async function accountsOf(
  plan: readonly (readonly PlannedRun[])[],
  open: ReadonlySet<PlannedRun>,
  { measured, rules }: ComparedTeam,
  session: Session,
): Promise<readonly (readonly RunAccount[])[]> {
  const accounts = new Map<PlannedRun, RunAccount>();
  const read = (run: PlannedRun) => async () => {
    const kept = await session.run(run, measured);
    // The log is let go: of many questions it is too much to hold.
    accounts.set(run, accountOf(kept, kept.result, rules));
  };
  const runs = plan.flat();
  await session.all(undefined, runs.filter((run) => !open.has(run)).map(read));
  await session.all("runs", [...open].map(read));
  return plan.map((own) => own.flatMap((run) => accounts.get(run) ?? []));
}

async function gradedItems(
  accounts: readonly (readonly RunAccount[])[],
  questions: readonly Question[],
  session: Session,
  gradeOf: (question: Question, text: string) => Promise<Grade>,
): Promise<readonly GradedItem[]> {
  const graded = questions.map(({ id }) => ({ id, runs: [] as GradedRun[] }));
  const tasks = questions.map((question, at) => async () => {
    for (const account of accounts[at] ?? []) {
      graded[at]?.runs.push(await gradeRun(account, (text) => gradeOf(question, text)));
    }
  });
  const isSlow = questions.some(({ expectation: { type } }) => type === "judge" || type === "command");
  await session.all(isSlow ? "grading" : undefined, tasks);
  return graded;
}
