import type { CallDetail, Phase } from "@massgen/core";
import { fitted, padded, plainLine } from "../../terminal/plain-text.ts";
import { counted, shownCount, shownDollars, shownShare } from "../amounts.ts";
import { type Layout, words } from "./layout.ts";
import { purposeOf } from "./meanings.ts";
import { type EndedRun, eventsOf } from "./told-run.ts";

/** What an agent used for one purpose. */
interface Used {
  readonly agentId: string;
  readonly model: string;
  readonly phase: Phase;
  readonly calls: number;
  readonly silent: number;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly thinking: number;
  /** Dollars; undefined where no call's cost is known. */
  readonly cost: number | undefined;
}

/** Tokens by agent and purpose, the most first, and why they were so many. */
export function whereTokensWent(told: EndedRun, layout: Layout): readonly string[] {
  const { receipt } = told.result;
  const used = usedBy(receipt.callsDetail.filter(({ result }) => result !== "unsent"));
  const total = used.reduce((sum, { input, output }) => sum + input + output, 0);
  if (total === 0) return words("No provider reported any tokens.", layout);
  const sorted = used.toSorted((a, b) => b.input + b.output - a.input - a.output);
  return [...tableOf(sorted, total, layout), ...remarks(told, sorted, total).flatMap((text) => words(text, layout))];
}

function usedBy(calls: readonly CallDetail[]): readonly Used[] {
  const groups = Map.groupBy(calls, ({ agentId, model, phase }) => `${phase} ${agentId} ${model}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const sum = (of: (usage: NonNullable<CallDetail["usage"]>) => number | undefined): number =>
      group.reduce((total, { usage }) => total + (usage ? (of(usage) ?? 0) : 0), 0);
    return {
      agentId: first.agentId,
      model: first.model,
      phase: first.phase,
      calls: group.length,
      silent: group.filter(({ usage }) => usage === undefined).length,
      input: sum((usage) => usage.inputTokens),
      cached: sum((usage) => usage.cachedInputTokens),
      output: sum((usage) => usage.outputTokens),
      thinking: sum((usage) => usage.reasoningTokens),
      cost: group.reduce<number | undefined>(
        (all, { costUsd }) => (costUsd === undefined ? all : (all ?? 0) + costUsd),
        undefined,
      ),
    };
  });
}

function tableOf(used: readonly Used[], total: number, { screen }: Layout): readonly string[] {
  const priced = used.some(({ cost }) => cost !== undefined);
  const rows = used.map(({ agentId, model, phase, calls, input, output, cost }) => [
    `${fitted(agentId, 16)} ${purposeOf(phase)}`,
    String(calls),
    shownCount(input),
    shownCount(output),
    shownShare(input + output, total),
    ...(priced ? [cost === undefined ? "?" : shownDollars(cost)] : []),
    fitted(plainLine(model), 24),
  ]);
  const header = ["", "calls", "input", "output", "share", ...(priced ? ["cost"] : []), "model"];
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string => {
    const cells = row.map((cell, at) =>
      padded(cell, widths[at] ?? 0, at === 0 || at === row.length - 1 ? "left" : "right"),
    );
    return fitted(`  ${cells.join("  ")}`, screen.width).trimEnd();
  };
  return [screen.faint(line(header)), ...rows.map(line)];
}

function remarks(told: EndedRun, used: readonly Used[], total: number): readonly string[] {
  const { receipt } = told.result;
  const sum = (of: (one: Used) => number): number => used.reduce((all, one) => all + of(one), 0);
  const [cached, thinking, silent] = [sum((one) => one.cached), sum((one) => one.thinking), sum((one) => one.silent)];
  const ballots = used.filter(({ phase }) => phase === "ballot").reduce((all, { input }) => all + input, 0);
  const input = sum((one) => one.input);
  return [
    `${shownCount(total)} tokens in all: ${shownCount(input)} of input${cached > 0 ? ` (${shownShare(cached, input)} of it cached)` : ""} and ${shownCount(total - input)} of output${thinking > 0 ? ` (${shownCount(thinking)} of it thinking)` : ""}.`,
    ...(ballots * 3 > total ? [`Reading all answers in order to vote took ${shownShare(ballots, total)}.`] : []),
    ...costRemark(receipt),
    ...callsRemark(told),
    ...(silent > 0
      ? [
          `${counted(silent, "call")} that failed or ${silent === 1 ? "was" : "were"} called off reported none${estimate(receipt)}.`,
        ]
      : []),
  ];
}

function costRemark({
  costUsd,
  costComplete,
  unreportedCostUsd = 0,
}: EndedRun["result"]["receipt"]): readonly string[] {
  if (costUsd === undefined) return [];
  const more =
    unreportedCostUsd > 0 ? `, and at most ${shownDollars(unreportedCostUsd)} more for calls that reported none` : "";
  const unknown = !costComplete && unreportedCostUsd === 0 ? ", as far as prices are known" : "";
  return [`It cost ${shownDollars(costUsd)}${more}${unknown}.`];
}

function estimate({ unreported }: EndedRun["result"]["receipt"]): string {
  return unreported
    ? `; by an estimate, that is at most ${shownCount(unreported.inputTokens + unreported.outputTokens)} more`
    : "";
}

/** Why there were more calls, or fewer, than in an ordinary run. */
function callsRemark(told: EndedRun): readonly string[] {
  const { calls, callsDetail, agents } = told.result.receipt;
  const size = agents.length;
  const ordinary = size === 1 ? 1 : 2 * size + 1;
  const usual = size === 1 ? "one" : `${ordinary} (${size} drafts, ${size} votes, the final answer)`;
  const { agreement, earlyStop, lazy } = calls.saved;
  const byId = new Map(callsDetail.map((call) => [call.callId, call]));
  const repeats = callsDetail.filter(({ retryOf }) => retryOf !== undefined);
  const reasked = repeats.filter(({ retryOf = "" }) => byId.get(retryOf)?.result === "rejected").length;
  const voids = eventsOf(told, "round-voided").length;
  const anew = eventsOf(told, "answer-revised").length;
  const presenters = callsDetail.filter(
    ({ phase, retryOf }) => phase === "presentation" && retryOf === undefined,
  ).length;
  const reasons = [
    ...(voids > 0
      ? [`${counted(anew, "voter")} answered anew, so ${counted(voids, "round")} of votes had to be held again`]
      : []),
    ...(reasked > 0 ? [`${counted(reasked, "reply", "replies")} could not be used and had to be asked for again`] : []),
    ...(repeats.length > reasked
      ? [`${counted(repeats.length - reasked, "call")} failed or got lost and was made again`]
      : []),
    ...(presenters > 1 ? [`${presenters} agents had to try to write the final answer`] : []),
  ];
  const saved = agreement + earlyStop + lazy;
  return [
    `${counted(calls.made, "call")}; an ordinary run of ${counted(size, "agent")} makes ${usual}.`,
    ...(reasons.length > 0 ? [`More than that, because ${reasons.join("; ")}.`] : []),
    ...(saved > 0
      ? [`${counted(saved, "call")} ${saved === 1 ? "was" : "were"} saved, or cut short, since the others had decided.`]
      : []),
  ];
}
