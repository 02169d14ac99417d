import type { Interval } from "../statistics/interval.ts";
import type { ArmReport, Report } from "./report.ts";

/** What an arm is called in tables and plots. */
export function armName({ kind, agentId, samples }: Pick<ArmReport, "kind" | "agentId" | "samples">): string {
  switch (kind) {
    case "team":
      return "the team";
    case "member":
      return `${agentId ?? ""} alone`;
    case "best-member":
      return "best member";
    case "majority":
      return "plain majority";
    case "select":
      return "vote, no rewriting";
    case "oracle":
      return "any draft right";
    case "self-consistency":
      return `${agentId ?? "best member"} x ${samples ?? 1}`;
  }
}

/** What an arm is, in a sentence. */
export function armMeaning({ kind, samples }: Pick<ArmReport, "kind" | "samples">): string {
  switch (kind) {
    case "team":
      return "what the team answers, by its own rules";
    case "member":
      return "that agent's own draft, written before it saw any other";
    case "best-member":
      return "for each half of the questions, the member that was best on the other half";
    case "majority":
      return "the most frequent draft, without a vote; a lot decides ties, and this is the expected value";
    case "select":
      return "the draft that won the vote, delivered as it was";
    case "oracle":
      return "at least one draft is right: nobody who only chooses can do better";
    case "self-consistency":
      return `one member asked ${samples ?? 1} times, the most frequent answer: what the team's money buys otherwise`;
  }
}

/** `57.5 %`, or `57 %` where that is exact. */
export function percent(share: number): string {
  const rounded = (100 * share).toFixed(1).replace(/\.0$/, "");
  return `${rounded === "-0" ? "0" : rounded} %`;
}

/** `40 to 73 %`. */
export function percentRange(interval: Interval | undefined): string {
  if (!interval) return "-";
  return `${(100 * interval.low).toFixed(0)} to ${(100 * interval.high).toFixed(0)} %`.replaceAll("-0 ", "0 ");
}

/** A difference of shares in points: `+5.0`. */
export function points(share: number): string {
  const value = (100 * share).toFixed(1).replace(/\.0$/, "");
  return share > 0 && value !== "0" ? `+${value}` : value === "-0" ? "0" : value;
}

export function pointRange(interval: Interval): string {
  return `${points(interval.low)} to ${points(interval.high)}`;
}

/** `12`, or `11.5` for an expected value. */
export function countText(count: number): string {
  return count.toFixed(1).replace(/\.0$/, "");
}

/** What the figures say of the team against the best that one member does, and how sure that is. */
export function verdictOf({ arms }: Pick<Report, "arms">): string {
  const rivals = arms.filter(({ kind }) => kind === "best-member" || kind === "self-consistency");
  const sentences = rivals.flatMap((rival) => {
    const { teamAhead: ahead } = rival;
    if (!ahead) return [];
    const name =
      rival.kind === "best-member" ? "its best member alone" : `${armName(rival)} (the same cost, a plain majority)`;
    const by = `by ${points(Math.abs(ahead.mean)).replace("+", "")} points of 100 (95 %: ${pointRange(ahead)})`;
    if (ahead.low > 0) return [`The team beats ${name} ${by}.`];
    if (ahead.high < 0) return [`The team loses to ${name} ${by}.`];
    if (ahead.low === 0 && ahead.high === 0) return [`The team and ${name} do equally well on every question.`];
    const range = `it is ${points(ahead.mean)} points ahead, 95 % ${pointRange(ahead)}`;
    return [`Whether the team beats ${name} cannot be said from these questions: ${range}.`];
  });
  return sentences.length > 0 ? sentences.join(" ") : "There is no question on which every arm has an answer.";
}
