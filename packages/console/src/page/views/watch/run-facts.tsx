import type { VNode } from "preact";
import { brief } from "../../figures/count.ts";
import { dollars } from "../../figures/dollars.ts";
import { duration } from "../../figures/duration.ts";
import { tokensOf } from "../../figures/usage-tokens.ts";
import type { RunState } from "../../run/run-state.ts";
import { Elapsed } from "./elapsed.tsx";

/** What the run took so far, or in the end: time, calls, tokens, dollars. */
export function RunFacts({ state, heardAt }: { state: RunState; heardAt: number }): VNode | null {
  const { result, figures, seats } = state;
  if (seats.length === 0) return null;
  const receipt = result?.receipt;
  const tokens = tokensOf(receipt?.usage ?? figures?.usage);
  const calls = receipt?.calls.made ?? figures?.calls;
  const costs = receipt === undefined ? figures?.costUsd : receipt.costUsd;
  const more = receipt === undefined ? figures?.costsMore === true : !receipt.costComplete;
  return (
    <dl class="facts">
      <Fact name="time">
        {receipt ? duration(receipt.elapsedMs) : <Elapsed sinceMs={0} atMs={state.atMs} heardAt={heardAt} />}
      </Fact>
      {calls !== undefined && <Fact name={calls === 1 ? "call" : "calls"}>{calls}</Fact>}
      {tokens !== undefined && <Fact name="tokens">{brief(tokens)}</Fact>}
      {costs !== undefined && <Fact name={more ? "or more" : "cost"}>{dollars(costs)}</Fact>}
      {receipt !== undefined && costs === undefined && <Fact name="cost">unknown</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: VNode | string | number }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
