/** A candidate shown on a ballot or for presenting. */
export interface ShownAnswer {
  /** `agent1`, `agent2`, ... */
  readonly label: string;
  readonly text: string;
}

const blockLine = /^<CURRENT ANSWERS( k=[A-Z2-7]{1,32})?>$/;
const answerLine = /^<(agent[0-9]{1,4})( k=[A-Z2-7]{1,32})?>$/;
const maxMark = 80;

/**
 * The candidates in a prompt, as an honest model reads them: those in its last block, separated by lines that all carry
 * the block's nonce, or none. Undefined if the prompt has no block.
 *
 *     <CURRENT ANSWERS k=ABCDEFGHIJ>
 *     <agent1 k=ABCDEFGHIJ>
 *     text
 *     </agent1 k=ABCDEFGHIJ>
 *     </CURRENT ANSWERS k=ABCDEFGHIJ>
 *
 * Reads each line once.
 */
export function shownAnswers(prompt: string): readonly ShownAnswer[] | undefined {
  let block: { answers: ShownAnswer[]; nonce: string; open: boolean } | undefined;
  let answer: { label: string; start: number } | undefined;
  for (let start = 0; start <= prompt.length;) {
    const found = prompt.indexOf("\n", start);
    const next = found < 0 ? prompt.length + 1 : found + 1;
    const line = next - start > maxMark ? "" : prompt.slice(start, next - 1).trimEnd();
    const opened = answer === undefined ? blockLine.exec(line) : null;
    if (opened) {
      block = { answers: [], nonce: opened[1] ?? "", open: true };
    } else if (block?.open) {
      if (answer !== undefined) {
        if (line === `</${answer.label}${block.nonce}>`) {
          block.answers.push({ label: answer.label, text: textBetween(prompt, answer.start, start) });
          answer = undefined;
        }
      } else if (line === `</CURRENT ANSWERS${block.nonce}>`) {
        block.open = false;
      } else {
        const [, label, nonce = ""] = answerLine.exec(line) ?? [];
        if (label !== undefined && nonce === block.nonce) answer = { label, start: next };
      }
    }
    start = next;
  }
  return block?.answers;
}

/** Without the line end before the closing mark. */
function textBetween(prompt: string, start: number, end: number): string {
  return prompt.slice(start, end).replace(/\r?\n$/, "");
}
