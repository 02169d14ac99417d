/**
 * What a call is waiting for: decides which limits run meanwhile. `answer`: more of it. `settling`: its end, where a
 * reason to finish came and more may follow all the same. `tail`: the end of the body, where nothing else can follow.
 */
export type Waiting = "answer" | "settling" | "tail";

/** How long an upstream may stay silent where nothing but the end of the body can follow, in milliseconds. */
export const tailMs = 5000;

/**
 * The same where a reason to finish came and the terminal marker did not: longer than a service pauses inside an
 * answer.
 */
export const settlingMs = 20_000;
