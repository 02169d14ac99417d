import type { VNode } from "preact";
import { brief, count } from "../../figures/count.ts";
import { dollars } from "../../figures/dollars.ts";
import { duration } from "../../figures/duration.ts";
import { sumOf, tokensOf } from "../../figures/usage-tokens.ts";
import type { RunState } from "../../run/run-state.ts";
import { outcomeWords } from "./outcome-words.ts";

type Receipt = NonNullable<RunState["result"]>["receipt"];

/** What the run came to, agent by agent and in all. */
export function ReceiptTable({ state }: { state: RunState }): VNode {
  const receipt = state.result?.receipt;
  if (receipt === undefined) return <p class="quiet">The receipt is written when the run is over.</p>;
  return (
    <section class="receipt" data-view="receipt" aria-label="Receipt">
      <div class="wide" tabIndex={0} role="region" aria-label="Agents and what they took">
        <table>
          <thead>
            <tr>
              <th scope="col">Agent</th>
              <th scope="col">Model</th>
              <th scope="col">What became of it</th>
              <th scope="col">Draft</th>
              <th scope="col">Tokens for the draft</th>
              <th scope="col">for votes</th>
              <th scope="col">for the answer</th>
              <th scope="col">Cost</th>
            </tr>
          </thead>
          <tbody>
            {receipt.agents.map((agent) => (
              <tr key={agent.id}>
                <th scope="row">{agent.id}</th>
                <td>
                  {agent.model}
                  {agent.fallback !== undefined && <span class="quiet"> then {agent.fallback.model}</span>}
                </td>
                <td>
                  {agent.status.replaceAll("-", " ")}
                  {agent.failure !== undefined && <span class="trouble"> {agent.failure.message}</span>}
                </td>
                <td class="number">{agent.draftMs === undefined ? "–" : duration(agent.draftMs)}</td>
                <td class="number">{tokensIn(tokensOf(agent.usage.draft))}</td>
                <td class="number">{tokensIn(tokensOf(agent.usage.ballot))}</td>
                <td class="number">{tokensIn(tokensOf(agent.usage.presentation))}</td>
                <td class="number">{money(agent.costUsd && sumOf(Object.values(agent.costUsd)))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <dl class="receipt-lines">
        {linesOf(receipt).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function linesOf(receipt: Receipt): readonly (readonly [string, string])[] {
  const { outcome, winner, presenter, calls, usage, rounds } = receipt;
  const { agreement, earlyStop, lazy } = calls.saved;
  const saved = [
    ...(agreement > 0 ? [`${agreement} by agreement`] : []),
    ...(earlyStop > 0 ? [`${earlyStop} by early stop`] : []),
    ...(lazy > 0 ? [`${lazy} by laziness`] : []),
  ].join(", ");
  const ended = [
    ...(calls.aborted > 0 ? [`${calls.aborted} called off`] : []),
    ...(calls.failed > 0 ? [`${calls.failed} failed`] : []),
    ...(calls.lost > 0 ? [`${calls.lost} lost`] : []),
  ].join(", ");
  return [
    ["Outcome", outcomeWords(outcome)],
    ...(winner === undefined ? [] : [["Winner", winner] as const]),
    ...(presenter === undefined ? [] : [["Written by", presenter] as const]),
    ["Rounds of votes", String(rounds)],
    ["Time", duration(receipt.elapsedMs)],
    ["Calls", `${calls.made}${ended === "" ? "" : ` (${ended})`}`],
    ...(saved === "" ? [] : [["Calls saved", saved] as const]),
    ["Tokens", usage === undefined ? "not reported" : tokenWords(receipt)],
    ["Cost", costWords(receipt)],
  ];
}

function tokenWords({ usage, usageComplete }: Receipt): string {
  const { inputTokens, outputTokens, cachedInputTokens } = usage ?? {};
  const parts = [
    ...(inputTokens === undefined ? [] : [`${brief(inputTokens)} in`]),
    ...(cachedInputTokens ? [`of these ${brief(cachedInputTokens)} from a cache`] : []),
    ...(outputTokens === undefined ? [] : [`${brief(outputTokens)} out`]),
  ];
  const all = parts.length === 0 ? count(tokensOf(usage) ?? 0, "token") : parts.join(", ");
  return usageComplete ? all : `${all}; not all calls reported theirs`;
}

function costWords({ costUsd, costComplete, unreportedCostUsd }: Receipt): string {
  if (costUsd === undefined) return "unknown";
  const more =
    unreportedCostUsd === undefined ? "" : `, and at most ${dollars(unreportedCostUsd)} of calls without a report`;
  return `${dollars(costUsd)}${costComplete ? "" : " or more"}${more}`;
}

function tokensIn(tokens: number | undefined): string {
  return tokens === undefined ? "–" : brief(tokens);
}

function money(usd: number | undefined): string {
  return usd === undefined ? "–" : dollars(usd);
}
