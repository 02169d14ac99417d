import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** Runs take from milliseconds (offline) to half an hour. */
const runSeconds = [0.1, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600, 1800];
const firstByteSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const firstTokenSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300];

const agentLabels = ["agent", "type", "model", "phase"] as const;
/** Without the agent, since every new label multiplies the buckets. */
const callLabels = ["type", "model", "phase", "result"] as const;

/** Every metric of ours, by what it measures. */
export type Instruments = ReturnType<typeof createInstruments>;

/** Makes every metric of ours in this registry. */
export function createInstruments(register: Registry) {
  const registers = [register];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: number[],
  ): Histogram<Label> => new Histogram({ name, help, labelNames, buckets, registers });
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });

  return {
    requests: counter("massgen_http_requests_total", "Requests answered.", ["route", "status"]),
    firstByte: histogram(
      "massgen_http_first_byte_seconds",
      "From the arrival of a chat completion to the first byte of its answer.",
      ["streamed"],
      firstByteSeconds,
    ),
    firstContent: histogram(
      "massgen_http_first_content_seconds",
      "From the arrival of a streamed chat completion to the first text of the final answer.",
      [],
      runSeconds,
    ),
    runs: counter("massgen_runs_total", "Runs ended.", ["outcome"]),
    asked: counter("massgen_runs_by_model_total", "Runs by the model that the request names, and by team.", [
      "model",
      "team",
    ]),
    degraded: counter("massgen_runs_degraded_total", "Runs answered with less than was asked for.", ["reason"]),
    duration: histogram("massgen_run_duration_seconds", "Runs from start to end.", ["outcome"], runSeconds),
    calls: counter("massgen_calls_total", "Model calls ended.", [...agentLabels, "result"]),
    callDuration: histogram(
      "massgen_call_duration_seconds",
      "Model calls from when they were sent to their end.",
      callLabels,
      runSeconds,
    ),
    callFirstToken: histogram(
      "massgen_call_first_token_seconds",
      "Model calls from when they were sent to the first piece of the reply.",
      callLabels,
      firstTokenSeconds,
    ),
    tokens: counter("massgen_tokens_total", "Tokens that providers reported.", [...agentLabels, "kind"]),
    cost: counter("massgen_cost_dollars_total", "What model calls cost, where that is known.", agentLabels),
    saved: counter("massgen_calls_saved_total", "Model calls that were not needed.", ["reason"]),
    reloads: counter("massgen_reloads_total", "Reloads of the configuration.", ["result"]),
    observerFailures: counter("massgen_observer_failures_total", "Failures to count or log what happened.", [
      "observer",
    ]),
    inFlight: gauge("massgen_runs_in_flight", "Runs under way."),
    queue: gauge("massgen_queue_length", "Requests that wait for a run to end."),
    callQueue: gauge("massgen_calls_waiting", "Model calls that wait for a limit of their account."),
  };
}
