import { codeOf } from "../wire/failure-code.ts";
import type { UpstreamFailure } from "../wire/upstream-failure.ts";
import type { Rung } from "./rung.ts";

const about = {
  thinking: /thinking|reason(?:er|ing)/i,
  choice: /tool[_ -]?choice|forces? tool|function[_ ]?calling[_ ]?(?:config|mode)|allowed[_ ]?function/i,
  // A router that found no host which takes every parameter.
  anyTool: /\btools?\b|tool[_ -]?(?:use|call)|function[_ -]?call|requested parameters/i,
  noTools:
    /support(?:ed|s|ing)? (?:for )?(?:\w+ )?(?:tools\b|tool[ _-](?:use|call)|function[ _-]?call)|(?:\btools?|tool[ _-](?:use|calling|calls)|function[ _-]?calling)['"`]? (?:is|are) (?:not|un)|enable-auto-tool-choice|--jinja/i,
  format:
    /response[_ ]?(?:format|schema|mime|json)|json[_ -]?(?:schema|mode|output)|structured[_ -]?output|guided|grammar|requested parameters/i,
};
const outOfRange =
  /between|\brange|at most|at least|(?:less|greater|more|fewer) than|too (?:large|small|high|low|many)/i;
const unsupported =
  /support|incompatible|not (?:permitted|allowed|enabled)|may not|cannot|unknown|unexpected|unrecognized/i;

const ofOneTool = /invalid[_ ](?:json[_ ])?schema|schema for (?:function|tool)|\btools?(?:\[\d|\.\d)|\bfunctions?\[\d/i;
const ofToolTurns =
  /tool_call_id|role ['"`]?tool|tool (?:messages?|results?|responses?|turns?)\b|tool_result|\btool_calls['"`]? must/i;

/** The requests that a rejection applies to: all on its rung, those with tool turns, or those with the same tools. */
export function reachOf({ message }: UpstreamFailure): "all" | "turns" | "tools" {
  if (about.choice.test(message) || about.noTools.test(message)) return "all";
  if (ofOneTool.test(message)) return "tools";
  return ofToolTurns.test(message) ? "turns" : "all";
}

/**
 * The rung to go down to after a request was rejected on `rung`, or undefined when the rejection is about something
 * else. Only rejections count: nothing was generated yet.
 */
export function rungAfter(failure: UpstreamFailure, rung: Rung): Rung | undefined {
  if (!isRejection(failure)) return undefined;
  const says = `${failure.message} ${failure.param ?? ""}`;
  if (outOfRange.test(says) && !unsupported.test(says)) return undefined;
  const noTools = about.noTools.test(says) || failure.param === "tools";
  const named = about.choice.test(says) || about.anyTool.test(says) || (failure.param ?? "").startsWith("tool");
  switch (rung) {
    case "forced":
      if (noTools && !about.choice.test(says)) return "schema";
      if (about.thinking.test(says)) return "without-thinking";
      return named ? "instructed" : undefined;
    case "without-thinking":
      if (noTools && !about.choice.test(says)) return "schema";
      return named || about.thinking.test(says) ? "instructed" : undefined;
    case "instructed":
      return named || noTools ? "schema" : undefined;
    case "schema":
      return about.format.test(says) ? "text" : undefined;
    case "text":
      return undefined;
  }
}

function isRejection(failure: UpstreamFailure): boolean {
  const { status, kinds = [], message } = failure;
  // Some builds of llama.cpp report a missing command line switch as a server failure.
  if (status !== undefined && status >= 500) return /--jinja/.test(message);
  if (status !== 400 && status !== 404 && status !== 422) return false;
  // Groq generates first and then refuses the output.
  if (kinds.includes("tool_use_failed")) return false;
  const code = codeOf(failure);
  return code === "invalid-request" || code === "not-found";
}
