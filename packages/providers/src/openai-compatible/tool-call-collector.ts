import type { ToolCallEvent } from "@massgen/core/model";
import { createHold } from "../wire/oversized-answer.ts";
import { numberOf, objectOf, parseJson, textOf } from "../wire/json-value.ts";

/** Puts tool calls together from their pieces. */
export interface ToolCallCollector {
  /** Takes one entry of a delta's `tool_calls`. */
  readonly add: (entry: unknown) => void;
  /** The calls, in order, ids made up where missing. `cut`: the model hit its limit, so half-written ones are left out. */
  readonly end: (cut: boolean) => ToolCallEvent[];
}

interface Draft {
  id: string;
  name: string;
  arguments: string;
}

/**
 * Entries belong together by `index`; where that is missing, by `id`; where that is missing too, nameless ones continue the last call.
 * A new id together with a new name is a new call even under an index already used: some servers number all calls 0.
 *
 * @param firstNumber the number of the first made-up id, `call_<n>`
 */
export function createToolCallCollector(firstNumber: number): ToolCallCollector {
  const drafts: Draft[] = [];
  const byIndex = new Map<number, Draft>();
  const hold = createHold();

  function find(index: number | undefined, id: string, name: string): Draft | undefined {
    if (index !== undefined) {
      const draft = byIndex.get(index);
      return draft !== undefined && id !== "" && name !== "" && draft.id !== "" && draft.id !== id ? undefined : draft;
    }
    if (id !== "") return drafts.find((draft) => draft.id === id);
    const last = drafts.at(-1);
    if (name === "" || last === undefined) return last;
    return last.name === name && parseJson(last.arguments) === undefined ? last : undefined;
  }

  return {
    add(entry) {
      const piece = objectOf(entry);
      const called = objectOf(piece?.["function"]);
      if (piece === undefined) return;
      const index = numberOf(piece["index"]);
      const id = textOf(piece["id"]) ?? "";
      const name = textOf(called?.["name"]) ?? "";
      hold(id + name);
      let draft = find(index, id, name);
      if (draft === undefined) {
        draft = { id: "", name: "", arguments: "" };
        drafts.push(draft);
      }
      if (index !== undefined) byIndex.set(index, draft);
      // The first id stays, since gateways rotate it; empty strings repeat what was said before.
      if (draft.id === "") draft.id = id;
      if (name !== "") draft.name = name;
      const text = called?.["arguments"];
      if (typeof text === "string") {
        hold(text);
        draft.arguments += text;
      } else if (objectOf(text) !== undefined) draft.arguments = JSON.stringify(text);
    },
    end(cut) {
      const used = new Set<string>();
      const whole = drafts.filter((draft) => draft.name !== "" && !(cut && parseJson(draft.arguments) === undefined));
      return whole.map((draft, position) => {
        const id = draft.id === "" || used.has(draft.id) ? `call_${firstNumber + position}` : draft.id;
        used.add(id);
        return {
          type: "tool-call",
          id,
          name: draft.name,
          arguments: draft.arguments.trim() === "" ? "{}" : draft.arguments,
        };
      });
    },
  };
}
