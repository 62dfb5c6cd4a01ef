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
whoever reviews the change, a note is worth knowing. What could not be checked is listed too, and ends with exit status 4:
\`--fetch\` fetches the commits that are missing, and the histories that show whether commits belong to their refs. Identifiers are
stable.

Warnings about a Dockerfile are given when they are new: what it had before the change is no news. They look at instructions and at the words
of commands. What a script does that is copied in is not seen; secrets are looked for in files of up to 1 MiB that are copied, and not in archives.

A review holds no more than one file at a time, and compares what lies on the disk: up to 50,000 files and 512 MiB of text in a repository, and 20,000 files
and 1 GiB of one image. It shows up to 32 MiB of differences; git may take a minute for those of a repository, and \`git.timeout\` of
\`programme.yaml\` for each other call. What goes beyond is listed as not checked.

This page is made by \`npm run make:docs\` from the table in the code.

| rule | severity | asks | what to do |
|---|---|---|---|
${rows.join('\n')}
`;
}
