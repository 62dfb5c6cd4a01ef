import { compareWords } from '../../../versions/order.ts';
import { REVIEW_CHECKS } from './checks.ts';

/** `docs/review-checks.md`. */
export function formatReviewCheckDocumentation(): string {
  const rows = Object.entries(REVIEW_CHECKS)
    .sort(([a], [b]) => compareWords(a, b))
    .map(([id, { severity, asks, remedy }]) => `| \`${id}\` | ${severity} | ${asks} | ${remedy} |`);
  return `# Rules of review

What \`hallmark library diff\` asks of a change of definitions. An error ends with exit status 2 unless it is acknowledged:
\`--acknowledge tags.lost\` for every finding of a rule, \`--acknowledge tags.lost:mongo:latest\` for one, by its subject. A warning is for
whoever reviews the change, a note is worth knowing. What could not be checked is listed too, and ends with exit status 4. Identifiers are
stable.

Warnings about a Dockerfile are given when they are new: what it had before the change is no news. They look at instructions and at the words
of commands. What a script does that is copied in is not seen.

This page is made by \`npm run make:docs\` from the table in the code.

| rule | severity | asks | what to do |
|---|---|---|---|
${rows.join('\n')}
`;
}
