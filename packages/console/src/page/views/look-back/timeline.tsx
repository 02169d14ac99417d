import type { CallDetail } from "@massgen/core";
import type { VNode } from "preact";
import { brief } from "../../figures/count.ts";
import { dollars } from "../../figures/dollars.ts";
import { duration } from "../../figures/duration.ts";
import { tokensOf } from "../../figures/usage-tokens.ts";
import type { RunState } from "../../run/run-state.ts";
import type { Seat } from "../../run/seat.ts";
import { AgentMark } from "../watch/agent-mark.tsx";
import { callPhase, callResult } from "./call-words.ts";
import { ticksFor } from "./time-ticks.ts";

interface Props {
  readonly state: RunState;
  readonly marks: ReadonlyMap<string, string>;
}

/** Each call as a bar: waiting for its turn, waiting for the first token, writing. */
export function Timeline({ state, marks }: Props): VNode {
  const receipt = state.result?.receipt;
  if (receipt === undefined) {
    return <p class="quiet">The timeline stands here when the run is over: its receipt has the times of each call.</p>;
  }
  const endMs = Math.max(1, receipt.elapsedMs, ...receipt.callsDetail.map(({ endedAtMs }) => endedAtMs));
  return (
    <section class="timeline" data-view="timeline" aria-label="Timeline">
      <ul class="legend">
        <li>
          <span class="bar-queued" /> in line at the provider
        </li>
        <li>
          <span class="bar-silent" /> until the first token
        </li>
        <li>
          <span class="bar-writing" /> writing
        </li>
      </ul>
      <div class="time-axis" aria-hidden="true">
        {ticksFor(endMs).map((ms) => (
          <span key={ms} style={{ left: `${(100 * ms) / endMs}%` }}>
            {ms % 1000 === 0 ? `${ms / 1000} s` : `${(ms / 1000).toFixed(1)} s`}
          </span>
        ))}
      </div>
      {state.seats.map((seat) => (
        <AgentCalls
          key={seat.id}
          seat={seat}
          mark={marks.get(seat.id) ?? ""}
          calls={receipt.callsDetail.filter(({ agentId }) => agentId === seat.id)}
          endMs={endMs}
        />
      ))}
    </section>
  );
}

interface AgentProps {
  readonly seat: Seat;
  readonly mark: string;
  readonly calls: readonly CallDetail[];
  readonly endMs: number;
}

function AgentCalls({ seat, mark, calls, endMs }: AgentProps): VNode {
  return (
    <section class="agent-calls" data-colour={seat.place % 7} aria-label={`Calls of ${seat.id}`}>
      <h3>
        <AgentMark mark={mark} place={seat.place} small />
        <span>{seat.id}</span>
      </h3>
      {calls.length === 0 ? (
        <p class="quiet">No calls.</p>
      ) : (
        <ol>
          {calls.map((call) => (
            <li key={call.callId}>
              <span class="call-name">{callPhase(call.phase)}</span>
              <CallBar call={call} endMs={endMs} />
              <span class="call-figures">{figuresOf(call)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function CallBar({ call, endMs }: { call: CallDetail; endMs: number }): VNode {
  const { queuedAtMs, sentAtMs, firstTokenAtMs, endedAtMs } = call;
  const sent = sentAtMs ?? endedAtMs;
  const first = firstTokenAtMs ?? endedAtMs;
  const span = (from: number, to: number) => ({
    left: `${(100 * from) / endMs}%`,
    width: `${(100 * Math.max(0, to - from)) / endMs}%`,
  });
  return (
    <span class="call-bar" data-result={call.result} aria-hidden="true">
      <span class="bar-queued" style={span(queuedAtMs, sent)} />
      <span class="bar-silent" style={span(sent, first)} />
      <span class="bar-writing" style={span(first, endedAtMs)} />
    </span>
  );
}

function figuresOf({ queuedAtMs, endedAtMs, result, usage, costUsd, retryOf }: CallDetail): string {
  const tokens = tokensOf(usage);
  return [
    ...(result === "ok" ? [] : [callResult(result)]),
    ...(retryOf === undefined ? [] : ["again"]),
    duration(endedAtMs - queuedAtMs),
    ...(tokens === undefined ? [] : [`${brief(tokens)} tokens`]),
    ...(costUsd === undefined ? [] : [dollars(costUsd)]),
  ].join(" · ");
}
