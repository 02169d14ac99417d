import { createHash } from "node:crypto";
import type { AgentConfig, BackendConfig } from "@massgen/config";
import { type CoordinationSettings, type Message, rulesVersion } from "@massgen/core";

/** A digest of JSON in which the order of keys does not matter: 32 hexadecimal digits. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value, inOrder)).digest("hex").slice(0, 32);
}

function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What of a team changes its answers: another model does, another key of the same account does not. */
export function teamDigest(agents: readonly AgentConfig[], settings: CoordinationSettings): string {
  const { traces: _, audience: __, ...rules } = settings;
  return digestOf({ rules, version: rulesVersion, agents: agents.map(agentFacts) });
}

function agentFacts({ backend, fallback, ...agent }: AgentConfig): object {
  return { ...agent, backend: backendFacts(backend), ...(fallback && { fallback: backendFacts(fallback) }) };
}

function backendFacts(backend: BackendConfig): object {
  const { apiKey: _, proxy: __, ca: ___, caFile: ____, limits: _____, price: ______, ...facts } = backend;
  return facts;
}

/** Names the run of a question: the n-th of its kind, for questions that stand in a file twice and for repetitions. */
export function runKey(team: string, messages: readonly Message[], n: number): string {
  return digestOf({ team, messages, n });
}
