import type { ModelInfo } from "../../runs/engine.ts";

/** A model as Anthropic describes one. */
interface ModelBody {
  readonly type: "model";
  readonly id: string;
  readonly display_name: string;
  readonly created_at: string;
  readonly max_input_tokens: number | null;
  readonly max_tokens: number | null;
  readonly capabilities: null;
  readonly line: null;
  readonly lifecycle: "active";
  readonly deprecated_at: null;
  readonly retires_at: null;
}

/** The body of a list of models, all on one page. */
export function toModelList(models: readonly ModelInfo[]): object {
  const data = models.map(toModel);
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}

export function toModel({ id, created, name = id, contextTokens, maxOutputTokens }: ModelInfo): ModelBody {
  return {
    type: "model",
    id,
    display_name: name,
    created_at: new Date(created * 1000).toISOString(),
    max_input_tokens: contextTokens ?? null,
    max_tokens: maxOutputTokens ?? null,
    capabilities: null,
    line: null,
    lifecycle: "active",
    deprecated_at: null,
    retires_at: null,
  };
}
