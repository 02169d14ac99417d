import type { Grade } from "../graders/grade.ts";
import { type Amounts, amountsIn, beside, meanOf, nothing } from "../measure/amounts.ts";
import { type Arm, bestOn, type Cell, halves } from "../measure/arms.ts";
import type { GradedItem } from "../measure/graded-run.ts";
import { majorityScore } from "../measure/majority.ts";
import type { Question } from "../questions/question.ts";
import type { ComparedTeam } from "./compared-team.ts";
import { plannedRun } from "./plan.ts";
import type { Session } from "./session.ts";

/** A member to be asked again and again. */
interface Sampling {
  readonly agentId: string;
  /** How often in all, its draft included. */
  readonly samples: number;
}

/** Who is to be asked how often, for each question. */
export interface SamplingPlan {
  /** The member that was asked for; absent where it is the best one of the other half. */
  readonly agentId?: string;
  readonly ofItem: readonly Sampling[];
  /** Calls that are to be made, kept ones included. */
  readonly calls: number;
  /** What they cost, about; null where a price is unknown. */
  readonly usd: number | null;
}

const mostSamples = 64;

/**
 * How often the team's cost pays for one member: by dollars where prices are known, else by tokens.
 * @param wanted the member; the best one of the other half of the questions where it is absent
 */
export function samplingPlan(
  arms: readonly Arm[],
  items: readonly GradedItem[],
  wanted: string | undefined,
  seed: string,
): SamplingPlan {
  const members = arms.filter(({ kind, agentId }) => kind === "member" && (wanted ?? agentId) === agentId);
  const team = averageOf(arms.find(({ kind }) => kind === "team"));
  const planFor = (arm: Arm | undefined): Sampling & { readonly each: Amounts } => {
    const each = averageOf(arm);
    const [all, one] = team.usd !== null && each.usd ? [team.usd, each.usd] : [team.tokens, each.tokens];
    const samples = one > 0 ? Math.floor(all / one + 1e-9) : 1;
    return { agentId: arm?.agentId ?? "", samples: Math.min(mostSamples, Math.max(2, samples)), each };
  };
  const inHalf = halves(items.length, seed);
  const best = ([1, 0] as const).map((other) => planFor(bestOn(members, other, inHalf)[0]));
  const ofItem = inHalf.flatMap((half) => best[half] ?? []);
  const more = items.map(({ runs }, at) => runs.length * ((ofItem[at]?.samples ?? 1) - 1));
  const isPriced = ofItem.every(({ each }) => each.usd !== null);
  return {
    ...(wanted !== undefined && { agentId: wanted }),
    ofItem,
    calls: more.reduce((sum, count) => sum + count, 0),
    usd: isPriced ? more.reduce((sum, count, at) => sum + count * (ofItem[at]?.each.usd ?? 0), 0) : null,
  };
}

function averageOf(arm: Arm | undefined): Amounts {
  return meanOf((arm?.cells ?? []).filter(({ failed }) => !failed).map(({ amounts }) => amounts));
}

/**
 * Asks, and grades the majority of the answers.
 * @returns the arm
 */
export async function sampled(
  { ofItem, agentId }: SamplingPlan,
  items: readonly GradedItem[],
  questions: readonly Question[],
  team: ComparedTeam,
  session: Session,
  gradeOf: (question: Question, text: string) => Promise<Grade>,
): Promise<Arm & { readonly samples: number }> {
  const alone = new Map(team.agents.map((agent) => [agent.id, team.alone(agent)]));
  const answers = new Map<string, { readonly grade: Grade; readonly amounts: Amounts }>();
  const tasks = items.flatMap(({ runs }, at) => {
    const question = questions[at];
    const { agentId: asked = "", samples = 1 } = ofItem[at] ?? {};
    const solo = alone.get(asked);
    if (!question || !solo) return [];
    return Array.from({ length: runs.length * (samples - 1) }, (_, n) => async () => {
      // A question that stands in the file twice is asked for each of its lines.
      const key = `${at} ${n}`;
      const planned = plannedRun(question.messages, `${solo.digest} ${question.id}`, n, session.folder);
      const run = await session.answer(planned, solo.team, asked);
      answers.set(key, { grade: await gradeOf(question, run.text), amounts: amountsIn(run.result, run.setup) });
    });
  });
  await session.all("self-consistency", tasks);
  const cells = items.map(({ runs }, at): Cell => {
    const { agentId: asked = "", samples = 1 } = ofItem[at] ?? {};
    const each = runs.map(({ drafts, account }, run) => {
      const more = Array.from({ length: samples - 1 }, (_, n) => answers.get(`${at} ${run * (samples - 1) + n}`));
      const draft = account.drafts.find((one) => one.agentId === asked)?.amounts ?? nothing;
      return {
        score: majorityScore([drafts.get(asked), ...more.map((one) => one?.grade)]),
        amounts: more.reduce((sum, one) => beside(sum, one?.amounts ?? nothing), draft),
      };
    });
    return {
      score: each.reduce((sum, { score = 0 }) => sum + score, 0) / Math.max(1, each.length),
      failed: each.some(({ score }) => score === undefined),
      amounts: meanOf(each.map(({ amounts }) => amounts)),
    };
  });
  const samples = Math.round(ofItem.reduce((sum, one) => sum + one.samples, 0) / Math.max(1, ofItem.length));
  return { kind: "self-consistency", ...(agentId !== undefined && { agentId }), cells, samples };
}
