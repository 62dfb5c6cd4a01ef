/** The verifier by itself: examines what waits in quarantine, and says of each image what was found and whether that is proven. */
import { LibraryError } from '../errors.ts';
import { openImageReader } from '../../oci/store/open-reader.ts';
import { type BuiltAttempt, isBuilt } from '../admission/built-image.ts';
import { readAdmission, type TrustedVerifier } from '../admission/read-admission.ts';
import type { VerifiedImage } from '../admission/verification-document.ts';
import { openSettings } from '../programme/open-programme.ts';
import { isAttemptAt } from '../state/attempt-name.ts';
import { openState } from '../state/open-state.ts';
import type { ProgrammeState } from '../state/programme-state.ts';
import { connectionOfRole } from './role-connection.ts';
import { openTrustedVerifier } from './role-keys.ts';
import { runProgramme, type RunProgrammeOptions } from './run-programme.ts';

export interface VerifyProgrammeOptions extends Omit<RunProgrammeOptions, 'roles' | 'waitForChange'> {
  /** Repositories, or `repository:tag`; none: everything. */
  readonly references: readonly string[];
  /** False: nothing is examined, only what was found before is read back. */
  readonly isExamining: boolean;
}

/** As many as a programme has builds in years. */
const MAX_ATTEMPTS = 1_000_000;

/**
 * The newest image in quarantine of each name and architecture.
 *
 * @throws {LibraryError} DEFINITION_NOT_FOUND for a reference by which nothing was built, and what `runProgramme` throws
 */
export async function verifyProgramme(options: VerifyProgrammeOptions): Promise<readonly VerifiedImage[]> {
  const { folder, environment, offline, signal, ask, now, references, isExamining } = options;
  if (isExamining) await runProgramme({ ...options, roles: new Set(['verify']) });
  const settings = openSettings(folder);
  const verifier = await openTrustedVerifier(settings, { environment, ask, signal });
  const connection = connectionOfRole(settings, settings.roles.verifier, { environment, offline, signal });
  const state = openState(settings.state);
  try {
    const images: VerifiedImage[] = [];
    for (const attempt of chooseAttempts(state, references)) {
      const { reader } = await openImageReader(attempt.outcome.reference, connection);
      try {
        images.push(await readBack(attempt, state, { reader, verifier, now: new Date(now()) }));
      } finally {
        await reader.close();
      }
    }
    return images;
  } finally {
    state.close();
  }
}

function chooseAttempts(
  state: Pick<ProgrammeState, 'attempts'>,
  references: readonly string[],
): readonly BuiltAttempt[] {
  const newest = new Map<string, BuiltAttempt>();
  for (const attempt of state.attempts(undefined, MAX_ATTEMPTS)) {
    const key = `${attempt.tags[0]} ${attempt.architecture}`;
    if (isBuilt(attempt) && !newest.has(key)) newest.set(key, attempt);
  }
  const all = [...newest.values()];
  for (const reference of references) {
    if (all.some((attempt) => isAttemptAt(attempt, reference))) continue;
    throw new LibraryError('DEFINITION_NOT_FOUND', `nothing in quarantine was built as ${reference}`, {
      subject: reference,
      remedy: 'See what was built with "hallmark library status".',
    });
  }
  const chosen =
    references.length === 0 ? all : all.filter((one) => references.some((name) => isAttemptAt(one, name)));
  return chosen.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

const nameOf = ({ tags, architecture }: BuiltAttempt): string => `${tags[0] ?? ''} ${architecture}`;

interface Reading {
  readonly reader: Parameters<typeof readAdmission>[0];
  readonly verifier: TrustedVerifier;
  readonly now: Date;
}

/** What the state remembers is shown; whether an image may be published, only what was signed tells. */
async function readBack(
  attempt: BuiltAttempt,
  state: Pick<ProgrammeState, 'admission'>,
  { reader, verifier, now }: Reading,
): Promise<VerifiedImage> {
  const { tags, architecture, buildId, generation, outcome } = attempt;
  const { reference, digest } = outcome;
  const image = { name: tags[0] ?? '', architecture, buildId, generation, reference, digest };
  const known = state.admission(buildId, generation);
  if (known === null)
    return { ...image, verdict: 'unexamined', unproven: [], checks: [], findings: null, at: null };
  const { verdict, checks, findings, at } = known;
  const told = { ...image, checks, findings, at };
  if (verdict === 'rejected') return { ...told, verdict, unproven: [] };
  const expected = { buildId, generation, architecture, reference };
  const proof = await readAdmission(reader, digest, { verifier, expected, gate: null, now });
  return proof.kind === 'proven'
    ? { ...told, verdict, unproven: [], checks: proof.admission.checks, findings: proof.admission.findings }
    : { ...told, verdict: 'unproven', unproven: proof.because };
}
