/**
 * Evidence is found in rounds: what is known allows questions that do not wait for one another, and their answers allow
 * the next ones. Answers are taken in the order of the questions, so the same store gives the same result, however fast
 * it answers what.
 */
import type { Digest } from '../../model/digest.ts';
import { inParallel } from '../toc/in-parallel.ts';

/** Connections to one registry that nobody minds. */
const AT_A_TIME = 8;

export interface Question {
  /** For which subject it is asked; null for the first question of all. */
  readonly about: Digest | null;
  /** Requests that it takes at least. */
  readonly requests: number;
  ask(): Promise<Answer>;
}

export interface Answer {
  readonly requests: number;
  readonly roundTrips: number;
  /** Takes note of the answer; may pose further questions. */
  take(): void;
}

export interface Rounds {
  /** A question for the next round; false, and it is left out, when that would need more requests than allowed. */
  pose(question: Question): boolean;
  /** Asks until there are no more questions. `afterRound` may pose some too. */
  run(afterRound: () => void): Promise<void>;
  readonly requests: number;
  readonly roundTrips: number;
  /** Subjects for which questions were left out. */
  readonly leftOut: ReadonlySet<Digest>;
}

export function createRounds(maxRequests: number): Rounds {
  const leftOut = new Set<Digest>();
  let posed: Question[] = [];
  let planned = 0;
  let requests = 0;
  let roundTrips = 0;
  return {
    pose(question) {
      const fits = requests + planned + question.requests <= maxRequests;
      if (fits) {
        planned += question.requests;
        posed.push(question);
      } else if (question.about !== null) leftOut.add(question.about);
      return fits;
    },
    async run(afterRound) {
      while (posed.length > 0) {
        const questions = posed;
        posed = [];
        planned = 0;
        const answers: Answer[] = [];
        await inParallel(questions.entries(), AT_A_TIME, async ([place, question]) => {
          answers[place] = await question.ask();
        });
        requests += answers.reduce((sum, answer) => sum + answer.requests, 0);
        roundTrips += Math.max(...answers.map((answer) => answer.roundTrips));
        for (const answer of answers) answer.take();
        afterRound();
      }
    },
    get requests() {
      return requests;
    },
    get roundTrips() {
      return roundTrips;
    },
    leftOut,
  };
}
