/** The verifier by itself: examines what waits in quarantine, and says of each image what was found and whether that is proven. */
import type { Architecture } from '../../definitions/architectures.ts';
import { OciError } from '../../oci/errors.ts';
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import { openImageReader } from '../../oci/store/open-reader.ts';
import { inParallel } from '../../oci/toc/in-parallel.ts';
import { LibraryError } from '../errors.ts';
import { type BuiltAttempt, isBuilt } from '../admission/built-image.ts';
import type { Gates } from '../admission/gates.ts';
import { type ReadAdmission, readAdmission, type TrustedVerifier } from '../admission/read-admission.ts';
import type { VerifiedImage } from '../admission/verification-document.ts';
import type { SourceId } from '../sources/source.ts';
import { isAttemptAt } from '../state/attempt-name.ts';
import { openStateToRead } from '../state/open-state.ts';
import type { Attempt, ProgrammeState } from '../state/programme-state.ts';
import { connectionOfRole } from './roles/role-connection.ts';
import { openTrustedVerifier } from './roles/role-keys.ts';
import { readDefined } from './stock/read-stock.ts';
import type { DefinedProgramme } from './stock/take-stock.ts';
import { runProgramme, type RunProgrammeOptions } from './run-programme.ts';

export interface VerifyProgrammeOptions extends Omit<RunProgrammeOptions, 'roles' | 'waitForChange'> {
  /** Repositories, or `repository:tag`; none: everything. */
  readonly references: readonly string[];
  /** False: nothing is examined, only what was found before is read back. */
  readonly isExamining: boolean;
}

const READ_AT_ONCE = 8;

/**
 * The newest image in quarantine of each tag and architecture that is defined: of the source that the definitions name now, where its
 * commit is at hand. Of what quarantine does not tell of one, the others are told all the same.
 *
 * @throws {LibraryError} DEFINITION_NOT_FOUND for a reference by which nothing was built, and what `runProgramme` throws
 */
export async function verifyProgramme(options: VerifyProgrammeOptions): Promise<readonly VerifiedImage[]> {
  const { folder, environment, offline, signal, ask, now, references, isExamining } = options;
  if (isExamining) await runProgramme({ ...options, roles: new Set(['verify']) });
  const defined = await readDefined(folder, { environment, signal });
  const { settings } = defined.programme;
  const verifier = await openTrustedVerifier(settings, { environment, ask, signal });
  const connection = connectionOfRole(settings, settings.roles.verifier, { environment, offline, signal });
  const state = openStateToRead(settings.state);
  try {
    const chosen = chooseAttempts(state.newestBuilt(), references, defined);
    const images = new Map<BuiltAttempt, VerifiedImage>();
    await inParallel(chosen, READ_AT_ONCE, async (attempt) => {
      const reading = { connection, verifier, gates: defined.gates, now: new Date(now()) };
      images.set(attempt, await readBack(attempt, state, reading));
    });
    return chosen.flatMap((attempt) => images.get(attempt) ?? []);
  } finally {
    state.close();
  }
}

/** @param attempts the newest first */
function chooseAttempts(
  attempts: Iterable<Attempt>,
  references: readonly string[],
  defined: DefinedProgramme,
): readonly BuiltAttempt[] {
  const isDefined = definedNames(defined);
  const sources = presentSources(defined);
  const seen = new Set<string>();
  const chosen: BuiltAttempt[] = [];
  for (const attempt of attempts) {
    const { architecture, sourceId } = attempt;
    const names = attempt.tags.filter((tag) => {
      const name = `${tag} ${architecture}`;
      return !seen.has(name) && (sources.get(name) ?? sourceId) === sourceId;
    });
    for (const name of names) seen.add(`${name} ${architecture}`);
    const isAsked = names.some((name) =>
      references.length === 0
        ? isDefined(name, architecture)
        : references.some(
            (one) => one === name || (name.startsWith(`${one}:`) && isDefined(name, architecture)),
          ),
    );
    if (isAsked && isBuilt(attempt)) chosen.push(attempt);
  }
  for (const reference of references) {
    if (chosen.some((attempt) => isAttemptAt(attempt, reference))) continue;
    throw new LibraryError(
      'DEFINITION_NOT_FOUND',
      `nothing in quarantine was built as ${reference} from what is defined now`,
      {
        subject: reference,
        remedy: 'See what was built with "hallmark library status".',
      },
    );
  }
  return chosen.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** Tags of earlier definitions have images too, which nobody looks at any more. What cannot be read may define anything. */
function definedNames({
  programme: { repositories, broken },
}: DefinedProgramme): (name: string, architecture: Architecture) => boolean {
  const unknown = new Set(broken.map((repository) => repository.name));
  const defined = new Set<string>();
  for (const { name, definition } of repositories.values()) {
    for (const { tags, sharedTags, architectures } of definition.entries) {
      for (const tag of [...tags, ...sharedTags])
        for (const architecture of architectures) defined.add(`${name}:${tag} ${architecture}`);
    }
  }
  return (name, architecture) =>
    defined.has(`${name} ${architecture}`) || unknown.has(name.slice(0, name.indexOf(':')));
}

/** By name and architecture: what was built from others, newer ones too, counts no more. What cannot be read now may have any source. */
function presentSources({ graph }: DefinedProgramme): ReadonlyMap<string, SourceId> {
  return new Map(
    graph.targets.flatMap(({ sourceId, architecture, place }) =>
      place.tags.map((tag) => [`${tag} ${architecture}`, sourceId] as const),
    ),
  );
}

const nameOf = ({ tags, architecture }: BuiltAttempt): string => `${tags[0] ?? ''} ${architecture}`;

interface Reading {
  readonly connection: ConnectionOptions;
  readonly verifier: TrustedVerifier;
  readonly gates: Gates;
  readonly now: Date;
}

const BY_ANOTHER_GATE =
  'gate-changed: this was found by another gate or other tests; it is examined again, or built anew where it is to be built anyway';

/** What the state remembers is shown; whether an image may be published, only what was signed tells. */
async function readBack(
  attempt: BuiltAttempt,
  state: Pick<ProgrammeState, 'admission'>,
  reading: Reading,
): Promise<VerifiedImage> {
  const { tags, architecture, buildId, generation, outcome } = attempt;
  const { reference, digest } = outcome;
  const image = { name: tags[0] ?? '', architecture, buildId, generation, reference, digest };
  const known = state.admission(buildId, generation);
  if (known === null)
    return { ...image, verdict: 'unexamined', unproven: [], checks: [], findings: null, at: null };
  const { verdict, checks, findings, at } = known;
  const told = { ...image, checks, findings, at };
  if (known.gate === undefined || known.gate !== reading.gates(known.source.repository))
    return { ...told, verdict: 'unexamined', unproven: [BY_ANOTHER_GATE] };
  if (verdict === 'rejected') return { ...told, verdict, unproven: [] };
  const proof = await readProof(attempt, reading);
  return proof.kind === 'proven'
    ? { ...told, verdict, unproven: [], checks: proof.admission.checks, findings: proof.admission.findings }
    : { ...told, verdict: proof.kind, unproven: proof.because };
}

/** Quarantine was not there to be asked, which says nothing of the image. */
interface UndecidedAdmission {
  readonly kind: 'undecided';
  readonly because: readonly string[];
}

async function readProof(
  { architecture, buildId, generation, outcome: { reference, digest } }: BuiltAttempt,
  { connection, verifier, gates, now }: Reading,
): Promise<ReadAdmission | UndecidedAdmission> {
  const expected = { buildId, generation, architecture, reference };
  try {
    const { reader } = await openImageReader(reference, connection);
    try {
      return await readAdmission(reader, digest, { verifier, expected, gate: gates, now });
    } finally {
      await reader.close();
    }
  } catch (error) {
    connection.signal?.throwIfAborted();
    if (!(error instanceof OciError)) throw error;
    return {
      kind: 'undecided',
      because: [`quarantine could not be asked: ${error.code}: ${error.message}`],
    };
  }
}
