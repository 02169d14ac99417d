import { type Claim, type Row, lineOf } from "./claim.ts";
import { prose, short } from "./claims/accuracy.ts";
import { calls } from "./claims/calls.ts";
import { exactness } from "./claims/exactness.ts";
import { judgement } from "./claims/judgement.ts";
import { liar } from "./claims/liar.ts";
import { mixed } from "./claims/mixed.ts";
import { length, unusable } from "./claims/noise.ts";
import { position } from "./claims/position.ts";
import { revision } from "./claims/revision.ts";
import { ties } from "./claims/ties.ts";
import { vanity } from "./claims/vanity.ts";
import { ordinary } from "./profile.ts";

/** All that the lab looks into, in the order of the page. */
export const claims: readonly Claim[] = [
  judgement,
  mixed,
  prose,
  short,
  exactness,
  calls,
  position,
  vanity,
  liar,
  length,
  unusable,
  revision,
  ties,
];

const { skill, spread, rho, eye, belief, herd } = ordinary;

const introduction = `# The rules under simulation

\`npm run lab\` makes this page. Scripted agents of known skill and known bias answer thousands of questions, and the real rules of @massgen/core
(\`transition\`, without models, network or clock) make of it what they would make of real replies. Figures are per cent of the runs with an interval of 95 % (Wilson's for shares; differences
are taken question by question). Everything is drawn from names, so that the page is the same whoever makes it; a test makes rows of each table again.

**What this can show, and what not.** It shows what the rules do with given opinions: whether they lose a right answer that voters saw, favour a place, or pay for calls that decide nothing. It does not show how good your
models are. Whether a team beats one model depends on skill, shared mistakes and judgement, which are assumptions here; [why a team](why-a-team.md) has what was measured of real models.

**The agents.** A question is easy or hard with equal odds. An agent's draft is right with probability *skill* (${skill} unless a table says otherwise), ${spread} more on easy and less on hard questions; a mistake is the one that all share with probability *rho* (${rho}), otherwise one of
eight. A voter prefers the right one of two answers with probability *eye* (${eye}) and the one that says what it drafted itself with probability *belief* (${belief}); among more answers and with several preferences odds multiply (multinomial logit). With probability *herd* (${herd}) it judges as all do
who judge so, misjudgements included. In *prose* no two texts are equal; answers that *can be equal* are, when they say the same. *Right* counts the answer that won, as it stands; what a presenter makes of it is not simulated.`;

const conclusions = `## What follows for the defaults

A default was to be changed if an alternative beats it by more than the interval under assumptions that are more than a guess. None was changed.

| default | what the tables say | kept because |
| --- | --- | --- |
| one vote a ballot, most votes win | equal to rankings with three agents. From four on, Borda is better if all places are meant, and worse or equal if only the first is | which of the two holds of real models is not known, and a ranking costs more text |
| own answers left off from three authors on | no loss without self-preference, the gain is all of it with it | better or equal in every row |
| balanced ballots | no loss without bias, less loss with it | better or equal in every row |
| a vote, not one judge | equal with three agents (7 calls against 4), the vote is better from four on where judgement is not shared | a judge that errs, fails or is talked round is noticed by nobody |
| early stop | no other winner in any run; few ballots saved, some time | it costs nothing |
| lazy where answers can be equal | no other winner; 5 to 20 % fewer calls, 2 or 3 s more than 5 to 8 | calls are dearer there: loops with tools have many |
| not lazy for prose | it would save 4 % of the calls at most and take a quarter to two fifths more time | time |
| a lot for ties, then a synthesis that knows of the tie | another ballot by those whose answers are not tied gains 0 to 3 points in the tied runs, a quarter of all, for one to five calls each; three agents have nobody to ask | the synthesis is shown all tied answers; how often it mends them no simulation knows |
| one round of revision | by assumption anything between a loss and a gain; 19 to 45 % more calls when used | undecided here: the result follows the assumption. Where answers are short or models small, set \`max_new_answers_per_agent: 1\` |
`;

/** Words in lines of at most 120 characters, paragraph by paragraph; list items and tables as they are. */
function wrapped(text: string): string {
  return text
    .split("\n\n")
    .map((paragraph) => (/^[-#|]/.test(paragraph) ? paragraph : filled(paragraph)))
    .join("\n\n");
}

function filled(paragraph: string): string {
  const lines: string[] = [];
  for (const word of paragraph.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > 120) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join("\n");
}

/** The page. `line` gives a row's line of its table, by default by making it. */
export function page(line: (row: Row, claim: Claim) => string = lineOf): string {
  const sections = claims.map((claim) => {
    const { title, text, columns, rows } = claim;
    const head = [`| ${columns.join(" | ")} |`, `|${" --- |".repeat(columns.length)}`];
    return [`## ${title}`, "", wrapped(text), "", ...head, ...rows.map((row) => line(row, claim)), ""].join("\n");
  });
  return [wrapped(introduction), "", conclusions, ...sections].join("\n");
}
