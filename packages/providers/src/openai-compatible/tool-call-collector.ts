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
 * Entries belong together by `index`; where that is missing, by `id`; where that is missing too, or is new in an entry without a name,
 * they continue the last call. Under an index already used, a name given again begins a new call if it is another one, or if the call
 * there is whole: some servers number all calls 0. While it is not whole, a new id is just a gateway's that rotates them.
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
      if (draft === undefined || name === "" || draft.name === "" || (id !== "" && id === draft.id)) return draft;
      return draft.name === name && !isWhole(draft) ? draft : undefined;
    }
    const same = id === "" ? undefined : drafts.find((draft) => draft.id === id);
    const last = drafts.at(-1);
    if (same !== undefined || name === "" || last === undefined) return same ?? last;
    const begun = id === "" || last.arguments !== "";
    return last.name === name && begun && !isWhole(last) ? last : undefined;
  }

  return {
    add(entry) {
      const piece = objectOf(entry);
      const called = objectOf(piece?.["function"]);
      if (piece === undefined) return;
      const index = indexOf(piece["index"]);
      const id = idOf(piece["id"]);
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
      // Said once more as a whole.
      if (name !== "" && text === draft.arguments && isWhole(draft)) return;
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

function isWhole(draft: Draft): boolean {
  return parseJson(draft.arguments) !== undefined;
}

/** Some servers write the number as a text. */
function indexOf(value: unknown): number | undefined {
  return numberOf(typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value);
}

/** Mistral writes "null" where it gives none. */
function idOf(value: unknown): string {
  const id = textOf(value) ?? "";
  return id === "null" ? "" : id;
}
