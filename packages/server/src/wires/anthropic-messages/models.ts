import type { ModelInfo } from "../../runs/engine.ts";

/** A model as Anthropic describes one. */
interface ModelBody {
  readonly type: "model";
  readonly id: string;
  readonly display_name: string;
  readonly created_at: string;
}

/** The body of a list of models, all on one page. */
export function toModelList(models: readonly ModelInfo[]): object {
  const data = models.map(toModel);
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}

export function toModel({ id, created }: ModelInfo): ModelBody {
  return { type: "model", id, display_name: id, created_at: new Date(created * 1000).toISOString() };
}
