import { MassgenError } from "@massgen/core";
import { JobKilledError } from "@massgen/core/worker";
import type { Question } from "../questions/question.ts";
import { choiceIn } from "./choice-in.ts";
import type { Expectation } from "./expectation.ts";
import { readJsonAnswer } from "./json-answer.ts";
import { normalText } from "./normal-text.ts";
import { isNear, numberIn } from "./number-in.ts";
import { isFound } from "./pattern.ts";
import { accepts, type ProgramPlace } from "./program.ts";
import { statedAnswer } from "./stated-answer.ts";

/** What an answer is worth. */
export interface Grade {
  /** 1 for right, 0 for wrong. In between only where a judge is of two minds. */
  readonly score: number;
  /** Equal for answers that say the same; undefined for one that says nothing that could be compared. */
  readonly sameAs: string | undefined;
}

/** What graders need besides the answer. */
export interface GraderPorts extends ProgramPlace {
  /** How good an answer is beside the reference, from 0 to 1. */
  readonly judge: (
    question: Question,
    expectation: Extract<Expectation, { type: "judge" }>,
    answer: string,
  ) => Promise<number>;
}

/** All right answers say the same. */
const rightOnes = "right";

/**
 * Grades one answer.
 * @throws MassgenError `configuration` naming the line, where its grader cannot be used
 */
export async function grade(question: Question, answer: string, ports: GraderPorts): Promise<Grade> {
  try {
    const { score, said } = await read(question, answer, ports);
    return { score, sameAs: score === 1 ? rightOnes : said === undefined ? undefined : `wrong: ${said}` };
  } catch (error) {
    const why =
      error instanceof JobKilledError
        ? "its pattern takes more than a second on an answer; write one that cannot go back over what it has read"
        : MassgenError.isInstance(error)
          ? error.message
          : undefined;
    if (why === undefined) throw error;
    throw new MassgenError("configuration", `${question.id}: the answers cannot be graded: ${why}`, { cause: error });
  }
}

interface ReadAnswer {
  readonly score: number;
  readonly said: string | undefined;
}

async function read(question: Question, answer: string, ports: GraderPorts): Promise<ReadAnswer> {
  const { expectation } = question;
  const outcome = (right: boolean, said: string | undefined): ReadAnswer => ({ score: right ? 1 : 0, said });
  switch (expectation.type) {
    case "equals": {
      const stated = normalText(statedAnswer(answer) ?? answer);
      const wanted = expectation.texts.map(normalText);
      return outcome(wanted.includes(stated) || wanted.includes(normalText(answer)), stated);
    }
    case "number": {
      const value = numberIn(answer);
      const { value: expected, tolerance } = expectation;
      return outcome(value !== undefined && isNear(value, expected, tolerance), value?.toString());
    }
    case "choice": {
      const letter = choiceIn(answer);
      return outcome(letter === expectation.letter, letter);
    }
    case "regex":
      return outcome(await isFound(expectation.source, expectation.flags, answer), normalText(answer));
    case "json": {
      const { right, canonical } = await readJsonAnswer(answer, expectation);
      return outcome(right, canonical);
    }
    case "contains": {
      const text = answer.normalize("NFKC").toLowerCase();
      const right = expectation.texts.every((part) => text.includes(part.normalize("NFKC").toLowerCase()));
      return outcome(right, normalText(answer));
    }
    case "command":
      return outcome(await accepts(expectation.command, answer, expectation.limitMs, ports), normalText(answer));
    case "judge":
      return { score: await ports.judge(question, expectation, answer), said: normalText(answer) };
  }
}
