/** A way in which verification of images has gone wrong, and what Hallmark answers. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { TrustReport, VerdictCode } from '../../../src/model/trust-report.ts';
import type { TrustVerdict } from '../../../src/model/trust.ts';
import type { CheckId } from '../../../src/trust/checks/checks.ts';
import type { EVIDENCE_GAPS } from '../../../src/oci/evidence/evidence-manifest.ts';
import { type Scene, verifyScene } from './scene.ts';

export type TrapArea =
  | 'binding'
  | 'identity'
  | 'log'
  | 'time and trust root'
  | 'certificates and algorithms'
  | 'encoding'
  | 'resources and races'
  | 'reporting';

/** What came of an image that is trusted, and of the same with one thing changed. */
export interface Verified {
  readonly sound: TrustReport;
  readonly trapped: TrustReport;
}

/** A trap that shows in the verdict about an image. */
export interface ImageTrap {
  /** In the words of the list; what is in brackets tells several tests of one trap apart. */
  readonly name: string;
  /** The one thing that is changed. */
  readonly change: string;
  readonly verdict: TrustVerdict;
  readonly code: VerdictCode;
  /** The check that fails, or the gap; null where the evidence is sound and another thing decides. */
  readonly shows: CheckId | (typeof EVIDENCE_GAPS)[number] | null;
  /** Of the verdict's reason. */
  readonly because: RegExp;
  readonly verify: (t: TestContext) => Promise<Verified>;
  /** What else has to be so. */
  readonly also?: (report: TrustReport, sound: TrustReport) => void;
}

/** A trap that bites before there is a verdict: what the user gave, or a trust root that is fetched, is refused. */
export interface RefusalTrap {
  readonly name: string;
  readonly change: string;
  /** Of the error. */
  readonly error: string;
  readonly because: RegExp;
  /** Does the sound thing, which has to succeed, and gives the other one. */
  readonly prepare: (t: TestContext) => Promise<() => Promise<unknown>>;
}

export type Trap = ImageTrap | RefusalTrap;

export interface TrapTable {
  readonly area: TrapArea;
  readonly traps: readonly Trap[];
}

/** The answer to evidence that does not hold: which check says so, and why. */
export function doesNotHold(
  shows: NonNullable<ImageTrap['shows']>,
  because: RegExp,
): Pick<ImageTrap, 'verdict' | 'code' | 'shows' | 'because'> {
  return { verdict: 'untrusted', code: 'EVIDENCE_DOES_NOT_HOLD', shows, because };
}

/** A scene as it is, and with one change. */
export function changing(sound: Scene, changed: Scene): ImageTrap['verify'] {
  return async (t) => ({
    sound: await verifyScene(t, sound),
    trapped: await verifyScene(t, { ...sound, ...changed }),
  });
}

/** Runs a trap: first what is sound, so that the refusal of what is not cannot be for another reason. */
export async function runTrap(t: TestContext, trap: Trap): Promise<void> {
  if ('error' in trap) {
    const attempt = await trap.prepare(t);
    await assert.rejects(attempt, { code: trap.error, message: trap.because });
    return;
  }
  const { sound, trapped } = await trap.verify(t);
  assert.equal(sound.verdict, 'trusted', `as it is: ${sound.because}`);
  const answer = { verdict: trapped.verdict, code: trapped.code };
  assert.deepEqual(answer, { verdict: trap.verdict, code: trap.code }, trapped.because);
  assert.match(trapped.because, trap.because);
  assert.ok(trap.shows === null || objections(trapped).has(trap.shows), explain(trapped));
  // what is trusted all the same must not have met objections on the way, unless they are the point
  if (trap.shows === null && trap.verdict !== 'untrusted') assert.deepEqual([...objections(trapped)], []);
  trap.also?.(trapped, sound);
}

/** Checks that failed, and gaps. */
export function objections({ checks, gaps }: Pick<TrustReport, 'checks' | 'gaps'>): ReadonlySet<string> {
  const failed = checks.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);
  return new Set([...failed, ...gaps.map(({ code }) => code)]);
}

const explain = ({ checks, gaps }: TrustReport): string =>
  [...checks.filter(({ outcome }) => outcome === 'failed'), ...gaps]
    .map((one) => JSON.stringify(one))
    .join('\n');
