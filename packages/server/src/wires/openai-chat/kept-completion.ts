import { sizeOf } from "../../runs/size-of.ts";
import { isObject } from "../fields/field.ts";
import { keyOf, runIdOfKey } from "../run-key.ts";
import type { Keeping } from "../wire.ts";

/** What is kept of a request with `store: true`. Plain JSON. */
export interface KeptCompletion {
  readonly metadata: object;
  /** As the client sent them. */
  readonly messages: readonly object[];
  readonly size: number;
}

/** What this wire needs of a request to answer it. */
export interface OwnCompletion {
  /** Whether the client wants usage in a stream. */
  readonly includeUsage: boolean;
  /** Whether it wants the events of the run in a stream. */
  readonly includeEvents?: true;
  /** Present if the client wants it stored. */
  readonly kept?: KeptCompletion;
}

/** @param body a request that was parsed */
export function keptCompletion(body: unknown): KeptCompletion {
  const { messages, metadata } = body as { readonly messages: readonly unknown[]; readonly metadata?: unknown };
  return {
    metadata: isObject(metadata) ? metadata : {},
    messages: messages.filter(isObject),
    size: sizeOf(body),
  };
}

/** The id of a completion that is stored. */
export function completionIdOf(runId: string): string {
  return `chatcmpl-${keyOf(runId)}`;
}

/** Completions are stored when they are finished, and nothing of one that fails. */
export const keepsCompletions: Keeping<OwnCompletion> = {
  words: { noun: "chat completion", deleted: "chat.completion.deleted", input: "messages", order: "asc" },
  unfinished: false,
  listed: true,
  idOf: completionIdOf,
  runIdOf(id) {
    const [, key] = /^chatcmpl-([\w-]{1,200})$/.exec(id.slice(0, 256)) ?? [];
    return key === undefined ? undefined : runIdOfKey(key);
  },
  named: () => [],
  toJson: (own) => own,
  fromJson: (json) => json as OwnCompletion,
  wanted: ({ kept }) => ({ store: kept !== undefined, background: false }),
  continues: () => undefined,
  input: ({ kept }) => kept?.messages ?? [],
  size: ({ kept }) => kept?.size ?? 0,
};
