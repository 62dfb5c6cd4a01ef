import { CHECKS } from '../trust/checks/checks.ts';

/** `docs/trust-checks.md`. */
export function formatCheckDocumentation(): string {
  const rows = Object.entries(CHECKS)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { asks, specification }]) => `| \`${id}\` | ${asks} | <${specification}> |`);
  return `# Checks

What [verifying](trust.md) asks of each piece of evidence, and of the image as a whole. A report has every check that was made with its
reason, and every one that was not with why not. Identifiers are stable.

This page is made by \`npm run make:docs\` from the table in the code.

| check | asks | follows |
|---|---|---|
${rows.join('\n')}
`;
}
