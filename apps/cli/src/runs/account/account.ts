import { plainBlock, plainLine, wrapped } from "../../terminal/plain-text.ts";
import { shownTime } from "../amounts.ts";
import { drafts, finalAnswer, votes } from "./deliberation.ts";
import { type Layout, quoted, section, words } from "./layout.ts";
import { timeline } from "./timeline.ts";
import { whereTimeWent } from "./time.ts";
import { whereTokensWent } from "./tokens.ts";
import { isEnded, type ToldRun } from "./told-run.ts";
import { troubles, whyDegraded } from "./troubles.ts";
import { verdictOf } from "./verdict.ts";

/** A run, told to somebody who has never seen one. */
export function accountOf(told: ToldRun, layout: Layout): readonly string[] {
  const { run } = told;
  const { screen } = layout;
  const part = (title: string, lines: readonly string[]): readonly string[] => section(title, lines, layout);
  const asked = [
    ...part("Question", questionLines(told, layout)),
    ...part("Drafts: what each agent answered by itself", drafts(told, layout)),
    ...part("Votes: secret, on answers without names", votes(told, layout)),
  ];
  const head = [screen.strong(`Run ${plainLine(run.id)}`), ...words(originOf(told), layout)];
  if (!isEnded(told)) {
    return [
      ...head,
      ...words("It has not ended: its server works on it, or will when it is there again.", layout),
      ...asked,
    ];
  }
  const verdict = wrapped(verdictOf(told), screen.width - 4).map((line) => `  ${screen.strong(line)}`);
  return [
    ...head,
    ...verdict,
    ...part("Why it is degraded", whyDegraded(told, layout)),
    ...asked,
    ...part("Final answer", finalAnswer(told, layout)),
    ...part("Where the time went", [...whereTimeWent(told, layout), ...timeline(told, layout)]),
    ...part("Where the tokens went", whereTokensWent(told, layout)),
    ...part("What went wrong", troubles(told, layout)),
  ];
}

function originOf({ run }: ToldRun): string {
  const { createdAtMs, team, owner, wire, background, setup } = run;
  const path = typeof wire["path"] === "string" ? ` over ${plainLine(wire["path"], 100)}` : "";
  const agents = setup.members.map(({ id, model }) => `${id} (${plainLine(model, 60)})`).join(", ");
  const behind = background ? ", in the background" : "";
  return `Asked ${shownTime(createdAtMs)} UTC by ${plainLine(owner, 60)}${path}${behind}, of ${plainLine(team, 60)}: ${agents}`;
}

/** What was asked last; how much came before it. */
function questionLines({ run }: ToldRun, layout: Layout): readonly string[] {
  const { messages, tools = [] } = run.request;
  const asked = messages.findLast(({ role }) => role === "user")?.content ?? "";
  const text =
    typeof asked === "string" ? asked : asked.map((each) => ("text" in each ? each.text : "(an image)")).join("\n");
  const names = plainBlock(tools.map(({ name }) => name).join(", "), 300);
  return [
    ...quoted(text, layout),
    ...(messages.length > 1 ? words(`It is the end of a conversation of ${messages.length} messages.`, layout) : []),
    ...(tools.length > 0 ? words(`Tools offered: ${names}`, layout) : []),
  ];
}
