/** Lets the exceptions of the configuration, and the advisories that it takes back, outrank findings. */
import { type Because, OPEN_VERDICTS } from '../../model/finding.ts';
import type { TriageUse } from '../../model/triage.ts';
import { type Decision, suppress } from '../decide.ts';
import { isPast } from '../end-of-life.ts';
import type { ImageIdentity } from '../vex/image-identity.ts';
import type { Exception } from './configuration.ts';
import { matchesImage, matchesPackage, matchesPath } from './pattern.ts';

export interface AppliedExceptions {
  readonly decisions: readonly Decision[];
  readonly uses: readonly TriageUse[];
}

/** @param nowMs milliseconds since 1970; an exception holds until the end of its last day in UTC */
export function applyExceptions(
  decisions: readonly Decision[],
  exceptions: readonly Exception[],
  image: ImageIdentity,
  nowMs: number,
): AppliedExceptions {
  const counts = new Map<Exception, number>();
  const outcome = decisions.map((decision) => {
    if (!OPEN_VERDICTS.has(decision.verdict)) return decision;
    const meant = exceptions.filter((exception) => isFor(exception, decision, image));
    if (meant.length === 0) return decision;
    const [ruling] = meant.filter((exception) => !hasExpired(exception, nowMs));
    for (const exception of meant) counts.set(exception, (counts.get(exception) ?? 0) + 1);
    if (ruling !== undefined) return suppressBy(decision, ruling);
    return { ...decision, outrankedBy: [...decision.outrankedBy, ...meant.map(expiredStep)] };
  });
  const uses = exceptions.map((exception) => {
    const findings = counts.get(exception) ?? 0;
    return { ...useOf(exception), state: stateOf(exception, findings, image, nowMs), findings };
  });
  return { decisions: outcome, uses };
}

export function hasExpired({ expires }: Pick<Exception, 'expires'>, nowMs: number): boolean {
  return expires !== null && isPast(expires, nowMs);
}

function isFor(exception: Exception, { id, aliases, package: pkg }: Decision, image: ImageIdentity): boolean {
  const { vulnerabilities, packages, paths, images } = exception;
  return (
    (vulnerabilities.includes(id) || aliases.some((alias) => vulnerabilities.includes(alias))) &&
    isAnyOrEvery(packages, (pattern) => matchesPackage(pattern, pkg)) &&
    isAnyOrEvery(paths, (pattern) => matchesPath(pattern, pkg)) &&
    isAnyOrEvery(images, (pattern) => matchesImage(pattern, image))
  );
}

function isAnyOrEvery<T>(patterns: readonly T[], matches: (pattern: T) => boolean): boolean {
  return patterns.length === 0 || patterns.some(matches);
}

function stateOf(
  exception: Exception,
  findings: number,
  image: ImageIdentity,
  nowMs: number,
): TriageUse['state'] {
  if (hasExpired(exception, nowMs)) return 'expired';
  if (findings > 0) return 'applied';
  return isAnyOrEvery(exception.images, (pattern) => matchesImage(pattern, image)) ? 'unused' : 'elsewhere';
}

const STATUS_WORDS: Readonly<Record<Exception['status'], string>> = {
  'accepted-risk': 'risk accepted',
  'false-positive': 'false positive',
  'not-affected': 'not affected',
};

function suppressBy(decision: Decision, exception: Exception): Decision {
  const { status, justification, owner, expires, reason, place } = exception;
  const why = justification === null ? '' : ` (${justification.replaceAll('_', ' ')})`;
  const until = expires === null ? '' : ` until ${expires}`;
  const short = `${STATUS_WORDS[status]}${why} by ${owner}${until}`;
  return suppress(decision, short, { step: 'exception', message: `${short}: ${reason} (${place})` });
}

function expiredStep({ owner, expires, place }: Exception): Because {
  const message = `the exception of ${owner} expired on ${expires ?? ''} (${place})`;
  return { step: 'exception', message };
}

function useOf(exception: Exception): Omit<TriageUse, 'state' | 'findings'> {
  const { vulnerabilities, status, reason, owner, expires, place } = exception;
  return { vulnerabilities, decides: status, reason, owner, expires, place };
}
