import { TRAPS } from './tables.ts';
import type { Trap } from './trap.ts';

/** Where the document lies. */
export const TRAP_DOCUMENT = new URL('../../../docs/trust-traps.md', import.meta.url);

const HEAD = `# Traps of trust, and what Hallmark answers

Ways in which the verification of container images has gone wrong, in Hallmark and in other programs, each of them a test: an
image that is trusted, the same image with **one thing changed**, and the answer that this has to get. The tests go through all
of \`hallmark verify\`, with a registry, certificates, logs and timestamps that are made with real cryptography.

\`npm run test:traps\` runs them and prints this table with results. Verdicts and their codes are those of [trust.md](trust.md),
checks those of [trust-checks.md](trust-checks.md), errors those of [errors.md](errors.md). Where the answer is \`trusted\`, the
trap is to refuse what is good.
`;

/** `docs/trust-traps.md`, from the tables that the tests are made of. */
export function formatTrapDocument(): string {
  const areas = TRAPS.map(({ area, traps }) => {
    const rows = traps.map((trap) => {
      const { answer, shows } = answerOf(trap);
      return `| ${trap.name} | ${trap.change} | ${answer} | ${shows} |\n`;
    });
    const title = `${area.slice(0, 1).toUpperCase()}${area.slice(1)}`;
    return `\n## ${title}\n\n| trap | what is changed | answer | fails |\n|---|---|---|---|\n${rows.join('')}`;
  });
  return HEAD + areas.join('');
}

/** The answer to a trap in two words: the verdict with its code, or the error; and the check or gap that shows it. */
export function answerOf(trap: Trap): { readonly answer: string; readonly shows: string } {
  if ('error' in trap) return { answer: `error \`${trap.error}\``, shows: '' };
  const shows = trap.shows === null ? '' : `\`${trap.shows}\``;
  return { answer: `${trap.verdict} \`${trap.code}\``, shows };
}
