/**
 * Whether the images below that the programme makes itself were admitted, and as what their names mean: what is built on them stands on
 * them, and which image a name means is told by the state, which may be forged.
 */
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import { openImageReader } from '../../oci/store/open-reader.ts';
import type { ReadSource } from '../sources/read-source.ts';
import type { AdmissionCheck } from './admission.ts';
import type { BuiltImageFacts } from './built-image.ts';
import { held } from './checks.ts';
import { isBuiltFrom, placeOf } from './examined-source.ts';
import type { Gates } from './gates.ts';
import { readAdmission, type TrustedVerifier } from './read-admission.ts';

export interface ParentSurroundings {
  /** The verifier itself. */
  readonly verifier: TrustedVerifier;
  /** `registry/path` */
  readonly quarantine: string;
  readonly readSource: ReadSource;
  /** Parents have to have passed the gates of now. */
  readonly gates: Gates;
  readonly connection: ConnectionOptions;
  readonly now: () => Date;
}

/**
 * @throws {OciError} what keeps quarantine from being asked
 * @throws {LibraryError} what keeps the commit of a parent from being read
 */
export async function checkOwnParents(
  { build, ownParents }: Pick<BuiltImageFacts, 'build' | 'ownParents'>,
  { verifier, quarantine, readSource, gates, connection, now }: ParentSurroundings,
): Promise<AdmissionCheck> {
  const { architecture } = build;
  const own = build.parents.flatMap((parent) => {
    const entry = ownParents.get(parent.from);
    return entry === undefined ? [] : [{ ...parent, entry }];
  });
  if (own.length === 0) return held('parents', null, 'none is of the programme');
  const { reader } = await openImageReader(`${quarantine}/${architecture}`, connection);
  try {
    for (const { from, digest, entry } of own) {
      const name = `${from} (${digest})`;
      const expected = { architecture, quarantine };
      const { signal } = connection;
      const found = await readAdmission(reader, digest, {
        verifier,
        expected,
        gate: gates,
        now: now(),
        signal,
      });
      if (found.kind === 'unproven')
        return held('parents', `${name} is not admitted: ${found.because.join('; ')}`, '');
      const { source } = found.admission;
      if (!(await isBuiltFrom(source, entry, readSource)))
        return held(
          'parents',
          `${name} was built from ${placeOf(source)}, and the definition names ${placeOf(entry)}`,
          '',
        );
    }
  } finally {
    await reader.close();
  }
  return held('parents', null, `${own.map(({ from }) => from).join(', ')}: admitted`);
}
