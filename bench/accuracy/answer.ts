/** Asks Hallmark about a labelled case, and compares. */
import type { AdvisoryDatabase } from '../../src/advisories/advisory.ts';
import { findVulnerabilities } from '../../src/findings/findings.ts';
import { type Finding, OPEN_VERDICTS } from '../../src/model/finding.ts';
import type { ExpectedVerdict, LabelledCase } from './labelled-cases.ts';

/** Support and the age of data are judged by this day; verdicts do not depend on it. */
const DAY = Date.parse('2026-08-22T00:00:00Z');

export interface Answer {
  readonly labelled: LabelledCase;
  readonly verdict: ExpectedVerdict;
  /** What is not as expected; empty: the answer is exactly right. */
  readonly faults: readonly string[];
}

/** Takes the case as an image with one package. */
export function answerCase(labelled: LabelledCase, database: AdvisoryDatabase): Answer {
  const { findings } = findVulnerabilities({
    packages: [labelled.package],
    distribution: labelled.on,
    database,
    now: DAY,
    staleAfterDays: 36_500,
  });
  const finding = findingOf(labelled.flaw, findings);
  const verdict = finding?.verdict ?? 'none';
  return { labelled, verdict, faults: faultsOf(labelled, finding, verdict) };
}

/** A record that fixes several flaws is no name of any, but stands among their advisories. */
function findingOf(flaw: string, findings: readonly Finding[]): Finding | undefined {
  return (
    findings.find(({ id }) => id === flaw) ??
    findings.find(({ aliases }) => aliases.includes(flaw)) ??
    findings.find(({ advisories }) => advisories.some(({ id }) => id === flaw))
  );
}

function faultsOf(
  { expect, fixedIn, fixedElsewhere }: LabelledCase,
  finding: Finding | undefined,
  verdict: ExpectedVerdict,
): string[] {
  const faults = verdict === expect ? [] : [`verdict ${verdict}, expected ${expect}`];
  const fix = finding?.fixedIn?.replace(/^0:/, '') ?? null; // some rpm feeds write the epoch 0, which is none
  if (fixedIn !== undefined && fix !== fixedIn) faults.push(`fixed in ${fix}, expected ${fixedIn}`);
  const { channel = '', version = '' } = finding?.fixedElsewhere ?? {};
  const elsewhere = `${channel} ${version}`.trim();
  if (fixedElsewhere !== undefined && elsewhere !== fixedElsewhere) {
    faults.push(`fixed elsewhere in "${elsewhere}", expected "${fixedElsewhere}"`);
  }
  return faults;
}

/** A wrong answer that nobody knows of yet, or a right one to a case that is said to be missed. */
export function isSurprising({ labelled, faults }: Answer): boolean {
  return faults.length > 0 === (labelled.known === undefined);
}

/** Does the verdict say that the flaw is in the image? */
export function isOpen(verdict: ExpectedVerdict): boolean {
  return verdict !== 'none' && OPEN_VERDICTS.has(verdict);
}
