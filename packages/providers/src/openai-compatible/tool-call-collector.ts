import type { ToolCallEvent } from "@massgen/core/model";
import type { HalfCall } from "@massgen/provider-kit/forcing";
import {
  createCallIds,
  createHold,
  mostCalls,
  numberOf,
  objectOf,
  OversizedAnswer,
  parseJson,
  textOf,
  writeJson,
} from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { createCallFields, type CallFields, type CallFieldsCollector } from "./call-fields.ts";
import { createJsonEnd, type JsonEnd } from "./json-end.ts";

/** A call, and the service's own fields in it. */
interface CollectedCall {
  readonly call: ToolCallEvent;
  readonly fields: CallFields | undefined;
}

/** Puts tool calls together from their pieces. */
export interface ToolCallCollector {
  /** Takes one entry of a delta's `tool_calls`. @throws OversizedAnswer for more than can be held */
  readonly add: (entry: unknown) => void;
  /**
   * The calls, in order, ids made up where missing. `cut`: the model hit its limit, so half-written ones are left out.
   */
  readonly end: (cut: boolean) => readonly CollectedCall[];
  /** The half-written calls that a cut end leaves out. */
  readonly half: () => readonly HalfCall[];
}

interface Draft {
  id: string;
  name: string;
  arguments: string;
  /** Follows the arguments. */
  json: JsonEnd;
  readonly fields: CallFieldsCollector;
}

/**
 * Entries belong together by `index`; where that is missing, by `id`; where that is missing too, or is new in an entry
 * without a name, they continue the last call. Under an index already used, a name given again begins a new call if it
 * is another one, or if the call there is whole: some servers number all calls 0. While it is not whole, a new id means
 * only that a gateway rotates ids.
 *
 * Its time grows with the length of the pieces: arguments are parsed once, when their last bracket closes. It holds the
 * characters that a {@link createHold} allows, in {@link mostCalls} calls.
 *
 * @param firstNumber the number of the first made-up id, `call_<n>`
 */
export function createToolCallCollector(firstNumber: number): ToolCallCollector {
  const drafts: Draft[] = [];
  const byIndex = new Map<number, Draft>();
  const byId = new Map<string, Draft>();
  const hold = createHold();

  function find(index: number | undefined, id: string, name: string): Draft | undefined {
    if (index !== undefined) {
      const draft = byIndex.get(index);
      if (draft === undefined || name === "" || draft.name === "" || (id !== "" && id === draft.id)) return draft;
      return draft.name === name && !isWhole(draft) ? draft : undefined;
    }
    const same = id === "" ? undefined : byId.get(id);
    const last = drafts.at(-1);
    if (same !== undefined || name === "" || last === undefined) return same ?? last;
    const begun = id === "" || last.arguments !== "";
    return last.name === name && begun && !isWhole(last) ? last : undefined;
  }

  function begin(): Draft {
    if (drafts.length === mostCalls) throw new OversizedAnswer(`${mostCalls} tool calls`);
    const draft = { id: "", name: "", arguments: "", json: createJsonEnd(), fields: createCallFields() };
    drafts.push(draft);
    return draft;
  }

  return {
    add(entry) {
      const piece = usual(objectOf(entry));
      if (piece === undefined) return;
      const called = objectOf(piece["function"]);
      const index = indexOf(piece["index"]);
      const id = idOf(piece["id"]);
      const name = textOf(called?.["name"]) ?? "";
      hold(id + name);
      const draft = find(index, id, name) ?? begin();
      if (index !== undefined) byIndex.set(index, draft);
      // The first id stays, since gateways rotate it; empty strings repeat what was said before.
      if (draft.id === "" && id !== "") {
        draft.id = id;
        if (!byId.has(id)) byId.set(id, draft);
      }
      if (name !== "") draft.name = name;
      draft.fields.add(piece, called);
      const text = called?.["arguments"];
      // The call was repeated as a whole.
      if (name !== "" && text === draft.arguments && isWhole(draft)) return;
      if (typeof text === "string") {
        hold(text);
        draft.arguments += text;
        draft.json.push(text);
      } else if (objectOf(text) !== undefined) {
        const whole = writeJson(text) ?? "";
        hold(whole);
        draft.arguments = whole;
        draft.json = createJsonEnd();
        draft.json.push(whole);
      }
    },
    half: () => drafts.filter((draft) => draft.name !== "" && isCut(draft)),
    end(cut) {
      const idFor = createCallIds(firstNumber);
      const whole = drafts.filter((draft) => draft.name !== "" && !(cut && isCut(draft)));
      return whole.map((draft) => ({
        call: {
          type: "tool-call",
          id: idFor(draft.id),
          name: draft.name,
          arguments: draft.arguments.trim() === "" ? "{}" : draft.arguments,
        },
        fields: draft.fields.fields(),
      }));
    },
  };
}

/** Some servers put name and arguments beside the function object, or have another name for the arguments. */
function usual(piece: JsonObject | undefined): JsonObject | undefined {
  if (piece === undefined) return undefined;
  const called = objectOf(piece["function"]);
  if (called === undefined) {
    const { name, arguments: args, ...rest } = piece;
    return name === undefined && args === undefined ? piece : { ...rest, function: { name, arguments: args } };
  }
  const { parameters, ...rest } = called;
  return parameters === undefined || "arguments" in called
    ? piece
    : { ...piece, function: { ...rest, arguments: parameters } };
}

function isCut(draft: Draft): boolean {
  return parseJson(draft.arguments) === undefined;
}

function isWhole(draft: Draft): boolean {
  return draft.json.whole(draft.arguments);
}

/** Some servers write the number as a text. */
function indexOf(value: unknown): number | undefined {
  return numberOf(typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value);
}

/** Mistral writes "null" where it gives none. */
function idOf(value: unknown): string {
  const id = textOf(value) ?? "";
  return id === "null" ? "" : id;
}
