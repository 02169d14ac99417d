import { shownCount } from "../runs/amounts.ts";
import { columnsOf, fitted, plainLine } from "../terminal/plain-text.ts";
import type { Seat } from "./board.ts";
import { endOf } from "./end-of.ts";

/** An agent's state in a word, how it stands out, and what there is to see of it. */
interface Saying {
  readonly label: string;
  readonly tone: "good" | "bad" | "faint" | "strong";
  readonly text: string;
}

/** What an agent's line says behind its name, in so many columns. */
export function sayingOf({ id, doing }: Seat, columns: number): Saying {
  const cut = (text: string): string => fitted(plainLine(text, 1000), columns);
  switch (doing.is) {
    case "waiting":
      return { label: "waiting", tone: "faint", text: cut(doing.why ?? "") };
    case "held": {
      const all = doing.phase === "draft" ? "asked only if the others do not agree" : "votes only if it is needed";
      return { label: "waiting", tone: "faint", text: cut(all) };
    }
    case "writing": {
      const { words, tail } = doing.text;
      if (words === 0) return { label: "drafting", tone: "faint", text: "" };
      const count = `${shownCount(words).padStart(5)} ${words === 1 ? "word " : "words"}`;
      const end = endOf(plainLine(tail), columns - columnsOf(count) - 2);
      return { label: "drafting", tone: "strong", text: fitted(`${count}  ${end}`, columns) };
    }
    case "paused":
      return { label: "retrying", tone: "bad", text: cut(doing.why) };
    case "answered":
      return { label: doing.anew ? "revised" : "answered", tone: "good", text: cut(doing.sentence) };
    case "voting":
      return { label: "voting", tone: "faint", text: "" };
    case "voted": {
      const choice = doing.choice === id ? "itself" : doing.choice;
      return {
        label: "voted",
        tone: "good",
        text: cut(`for ${choice}${doing.reason === "" ? "" : `: ${doing.reason}`}`),
      };
    }
    case "abstained":
      return { label: "no vote", tone: "bad", text: cut(doing.why) };
    case "presenting":
      return { label: "writing", tone: "strong", text: cut("the final answer") };
    case "out":
      return { label: doing.word, tone: doing.bad ? "bad" : "faint", text: cut(doing.why) };
  }
}
