import type { ModelInfo } from "../runs/engine.ts";

/** A model as OpenAI describes one. */
interface ModelBody {
  readonly id: string;
  readonly object: "model";
  readonly created: number;
  readonly owned_by: string;
}

/** The body of a list of models. */
export function toModelList(models: readonly ModelInfo[]): { readonly object: "list"; readonly data: ModelBody[] } {
  return { object: "list", data: models.map(toModel) };
}

export function toModel({ id, created, ownedBy }: ModelInfo): ModelBody {
  return { id, object: "model", created, owned_by: ownedBy };
}
