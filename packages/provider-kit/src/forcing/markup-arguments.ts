import type { JsonSchema } from "@massgen/core/model";
import { parseJson, type JsonObject } from "../wire/json-value.ts";
import type { ToolShape } from "./offered-tools.ts";

/** The most arguments of one call. */
const mostArguments = 256;

/** `<parameter=city>`, `<parameter name="city">`, DeepSeek's `<｜DSML｜parameter name="city" string="true">`. */
const opened =
  /\s{0,80}<(?:[|｜]DSML[|｜])?parameter(?:=|[ \t]{1,8}name[ \t]{0,8}=)[ \t]{0,8}["']?([\w.-]{1,128})["']?[^<>]{0,80}>/y;
const closed = /<\/(?:[|｜]DSML[|｜])?parameter>/g;
/** GLM's `<arg_key>city</arg_key>` before `<arg_value>`. */
const keyed = /\s{0,80}<arg_key>\s{0,8}([\w.-]{1,128})\s{0,8}<\/arg_key>\s{0,80}<arg_value>/y;
const valueClosed = /<\/arg_value>/g;
/** The end of a call. A call without arguments consists of that alone. */
const ended = /\s{0,80}<\/(?:function|invoke|tool_call|[|｜]DSML[|｜]invoke)>/y;

/**
 * The arguments of a call written as elements, and where the last one ends; undefined when there are none and the call
 * is not closed. Values stay texts, unless the tool's schema asks for another type.
 *
 * @param start the position after the mark that names the tool
 */
export function markupArguments(
  text: string,
  start: number,
  tool: ToolShape,
): { readonly value: JsonObject; readonly end: number; readonly closed: boolean } | undefined {
  const values = new Map<string, unknown>();
  let at = start;
  while (values.size < mostArguments) {
    const element = from(opened, text, at) ?? from(keyed, text, at);
    if (element === null) break;
    const behind = at + element[0].length;
    const end = from(element[0].includes("<arg_key>") ? valueClosed : closed, text, behind);
    if (end === null) break;
    const name = element[1] ?? "";
    values.set(name, valueOf(text.slice(behind, end.index), tool.properties.get(name)));
    at = end.index + end[0].length;
  }
  const end = from(ended, text, at);
  if (values.size === 0 && (end === null || tool.required.length > 0)) return undefined;
  return { value: Object.fromEntries(values), end: at + (end?.[0].length ?? 0) - 1, closed: end !== null };
}

function from(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function valueOf(written: string, { type }: JsonSchema = {}): unknown {
  const text = written.replace(/^\r?\n/, "").replace(/\r?\n$/, "");
  if (type === "string") return text;
  const value = parseJson(text.trim());
  return value === undefined || (type === undefined && typeof value !== "object") ? text : value;
}
