import { MassgenError, type Sampling } from "@massgen/core/model";

/** Sampling fields of a YAML `backend`, and its other fields. */
export interface SplitOptions {
  readonly sampling: Sampling;
  readonly rest: Readonly<Record<string, unknown>>;
}

const numbers: ReadonlyMap<string, keyof Sampling> = new Map([
  ["temperature", "temperature"],
  ["top_p", "topP"],
  ["max_tokens", "maxOutputTokens"],
  ["max_completion_tokens", "maxOutputTokens"],
  ["max_output_tokens", "maxOutputTokens"],
  ["seed", "seed"],
  ["frequency_penalty", "frequencyPenalty"],
  ["presence_penalty", "presencePenalty"],
]);

/** The YAML names of the sampling fields that every provider knows. */
export const samplingOptionNames: readonly string[] = [...numbers.keys(), "stop", "reasoning_effort"];

/**
 * Takes the sampling fields out of a backend's options. They win over a request's own sampling: the configuration is
 * the authority. A field that is null counts as not given.
 *
 * @throws MassgenError `configuration` for a field of the wrong type
 */
export function splitOptions(type: string, options: Readonly<Record<string, unknown>>): SplitOptions {
  const sampling: Record<string, unknown> = {};
  const rest = new Map<string, unknown>();
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null) continue;
    const field = numbers.get(name);
    if (field !== undefined) {
      if (typeof value !== "number") throw wrong(type, name, "a number");
      sampling[field] = value;
    } else if (name === "stop") {
      const stop: unknown[] = Array.isArray(value) ? value : [value];
      if (!stop.every((text) => typeof text === "string")) throw wrong(type, name, "a text or a list of texts");
      sampling["stop"] = stop;
    } else if (name === "reasoning_effort") {
      if (typeof value !== "string") throw wrong(type, name, "a text such as low");
      sampling["reasoningEffort"] = value;
    } else {
      rest.set(name, value);
    }
  }
  return { sampling, rest: Object.fromEntries(rest) };
}

/**
 * What a request asks for, overruled by what the backend is configured with; of two output limits the lower one holds.
 */
export function samplingOf(asked: Sampling = {}, configured: Sampling = {}): Sampling {
  const limit = Math.min(asked.maxOutputTokens ?? Infinity, configured.maxOutputTokens ?? Infinity);
  return { ...asked, ...configured, ...(limit < Infinity && { maxOutputTokens: limit }) };
}

function wrong(type: string, name: string, expected: string): MassgenError {
  return new MassgenError("configuration", `backend ${type}: ${name} must be ${expected}`);
}
