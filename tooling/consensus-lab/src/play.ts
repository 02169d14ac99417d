import { type CallOrder, type Scenario, type ScenarioOptions, scenario } from "@massgen/core/testing";
import { Agenda } from "./clock.ts";
import type { Answer } from "./answer.ts";
import type { Profile } from "./profile.ts";
import { type Question, draftOf } from "./question.ts";
import { Random } from "./random.ts";
import { type Listed, rank } from "./ranking.ts";
import { type Revision, revisionOf } from "./revision.ts";

type Ballot = CallOrder["purpose"] & { readonly phase: "ballot" };

/** By what rules a run is played, and what of it is planted. */
export interface Play {
  readonly settings?: ScenarioOptions["settings"];
  readonly lazy?: boolean;
  /** Answers that say the same are equal texts, as numbers are; else no two texts are equal, as in prose. */
  readonly short?: boolean;
  /** The order in which voters read: as the rules have it, or the team's for everybody, or anybody's own draw. */
  readonly order?: "rules" | "team" | "drawn";
  /** What a voter writes that answers anew. */
  readonly revision?: Revision;
  /** The process dies at this event, and another goes on. */
  readonly crashAt?: number;
}

/** What came of a run. */
export interface Played {
  readonly run: Scenario;
  readonly winner: Answer;
  /** The answers among which the lot decided; only the winner if it did not have to. */
  readonly leaders: readonly Answer[];
  readonly answers: readonly Answer[];
  /** Of each voter that was asked in the last round: its ranking, whether or not it was waited for. */
  readonly rankings: ReadonlyMap<string, readonly Answer[]>;
  readonly agreed: boolean;
  readonly calls: number;
  readonly aborted: number;
  readonly seconds: number;
  /** Calls that were out when the process died. */
  readonly lost: number;
}

/** Plays a run of a team over a question, by the real rules: every call is answered by a draw, in the order of time. */
export function play(question: Question, team: ReadonlyMap<string, Profile>, plan: Play = {}): Played {
  const agents = [...team.keys()];
  const run = scenario({
    agents,
    seed: question.name,
    delivery: "whole",
    looseAgreement: true,
    settings: { maxNewAnswersPerAgent: 1, ...plan.settings },
    ...(plan.lazy && { lazyFrom: new Random(`${question.name} turn`).below(agents.length) }),
  });
  return new Game(question, team, plan, run).play();
}

class Game {
  readonly #question: Question;
  readonly #team: ReadonlyMap<string, Profile>;
  readonly #plan: Play;
  readonly #run: Scenario;
  readonly #agenda: Agenda;
  readonly #answers = new Map<string, Answer>();
  #rankings = new Map<string, readonly Answer[]>();
  #round = 0;
  #seen = 0;
  #lost = 0;

  constructor(question: Question, team: ReadonlyMap<string, Profile>, plan: Play, run: Scenario) {
    this.#question = question;
    this.#team = team;
    this.#plan = plan;
    this.#run = run;
    this.#agenda = new Agenda(question);
  }

  play(): Played {
    const run = this.#run;
    for (let events = 0; ; events++) {
      for (; this.#seen < run.effects.length; this.#seen++) {
        const effect = run.effects[this.#seen];
        if (effect === undefined) continue;
        this.#agenda.take(effect);
        if (effect.type === "start-call" && effect.order.purpose.phase === "ballot")
          this.#rank(effect.order.agentId, effect.order.purpose);
      }
      if (run.state.phase === "ended") return this.#played();
      if (events === this.#plan.crashAt) this.#crash();
      else this.#next();
    }
  }

  #next(): void {
    const event = this.#agenda.next();
    this.#run.nowMs = this.#agenda.nowMs;
    if ("timer" in event) this.#run.fires("hedge");
    else this.#reply(event.call);
  }

  #reply(order: CallOrder): void {
    const { agentId, purpose } = order;
    if (purpose.phase === "draft") {
      const answer = draftOf(this.#question, agentId, this.#profile(agentId));
      this.#answers.set(answer.id, answer);
      this.#run.drafts(agentId, this.#textOf(answer));
    } else if (purpose.phase === "ballot") this.#vote(order, purpose);
    else this.#run.presents(agentId, "The final answer.");
  }

  #vote({ agentId, retryOf }: CallOrder, { round, revisable, candidates }: Ballot): void {
    const profile = this.#profile(agentId);
    const again = retryOf ? " again" : "";
    const random = new Random(`${this.#question.name} ballot ${agentId} ${round}${again}`);
    const [best] = this.#rankings.get(agentId) ?? [];
    if (random.chance(profile.unusable) || best === undefined) {
      this.#run.ballots(agentId, { kind: "unusable", problem: "no call" });
      return;
    }
    if (!revisable || !random.chance(profile.revises)) {
      this.#run.votes(agentId, best.id);
      return;
    }
    const own = this.#own(agentId);
    const shown = candidates.map(({ id }) => this.#answers.get(id) as Answer);
    const known = [...shown.filter(({ author }) => author !== agentId), ...(own ? [own] : [])];
    const meaning = revisionOf(this.#plan.revision ?? "drawn", known, best, random);
    const version = 1 + [...this.#answers.values()].filter(({ author }) => author === agentId).length;
    const answer = { id: `${agentId}@${version}`, author: agentId, meaning, length: random.normal() };
    this.#answers.set(answer.id, answer);
    this.#run.revises(agentId, this.#textOf(answer));
  }

  #rank(voter: string, { candidates, round }: Ballot): void {
    if (round !== this.#round) this.#rankings = new Map();
    this.#round = round;
    const own = this.#own(voter);
    const listed = this.#listed(
      voter,
      candidates.map(({ id }) => this.#answers.get(id) as Answer),
    );
    const charms = (author: string): number => this.#profile(author).charm;
    const reader = { name: voter, profile: this.#profile(voter), ...(own && { own }) };
    this.#rankings.set(voter, rank(this.#question, reader, listed, charms, `round ${round}`));
  }

  #listed(voter: string, answers: readonly Answer[]): readonly Listed[] {
    const { order = "rules" } = this.#plan;
    const place = (answer: Answer): number =>
      order === "team"
        ? [...this.#team.keys()].indexOf(answer.author)
        : new Random(`${this.#question.name} order ${voter} ${answer.id}`).next();
    const read = order === "rules" ? answers : answers.toSorted((a, b) => place(a) - place(b));
    return read.map((answer, position) => ({ answer, position }));
  }

  /** An agent's last answer. */
  #own(agent: string): Answer | undefined {
    return [...this.#answers.values()].findLast(({ author }) => author === agent);
  }

  #profile(agent: string): Profile {
    return this.#team.get(agent) as Profile;
  }

  #textOf({ meaning, author, id }: Answer): string {
    if (this.#plan.short) return meaning;
    return `${meaning}, in the words of ${author} (${id})`;
  }

  #crash(): void {
    const out = this.#agenda.out;
    this.#lost = out.length;
    for (const { callId } of out) this.#agenda.take({ type: "abort-call", callId });
    this.#run.fact({ type: "resumed", cause: "lost", rules: 1, atMs: this.#run.nowMs });
  }

  #played(): Played {
    const run = this.#run;
    const { decision, calls } = run.state;
    if (!decision) throw new RangeError("the run has no decision");
    const winner = this.#answers.get(decision.winner.id) as Answer;
    return {
      run,
      winner,
      leaders: decision.tied.length > 0 ? decision.tied.map((id) => this.#answers.get(id) as Answer) : [winner],
      answers: [...this.#answers.values()],
      rankings: this.#rankings,
      agreed: run.state.rounds === 0,
      calls: calls.length,
      aborted: calls.filter(({ status }) => status === "aborted").length,
      seconds: this.#agenda.nowMs / 1000,
      lost: this.#lost,
    };
  }
}
