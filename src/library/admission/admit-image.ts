/** One image from quarantine to a verdict: examined, its evidence kept and attached, and signed for where it is admitted. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AdvisoryDatabase } from '../../advisories/advisory.ts';
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import { openRegistryWriter } from '../../oci/store/registry-writer.ts';
import type { SigningKey } from '../../signing/keys/signing-key.ts';
import { LibraryError } from '../errors.ts';
import type { ProgrammeSettings } from '../programme/programme.ts';
import type { ReadSource } from '../sources/read-source.ts';
import type { Admission } from './admission.ts';
import type { BuiltImageFacts } from './built-image.ts';
import { type Examination, examineAttempt } from './examine.ts';
import { createTestRunner } from './image-tests/create-test-runner.ts';
import type { Gates } from './gates.ts';
import { keepEvidence } from './kept-evidence.ts';
import { quarantineTag } from './quarantine-reference.ts';
import { readAdmission, type TrustedVerifier } from './read-admission.ts';
import { signAdmission, verifierId } from './sign-admission.ts';

export interface AdmitOptions {
  readonly settings: ProgrammeSettings;
  /** With the verifier's credential: reads images in quarantine, and attaches to them. */
  readonly connection: ConnectionOptions;
  /** Null: flaws are not looked for. */
  readonly database: AdvisoryDatabase | null;
  readonly key: SigningKey;
  readonly readSource: ReadSource;
  /** Of the settings, and of the tests that they name. */
  readonly gates: Gates;
  /** Hallmark's own version. */
  readonly version: string;
  readonly now: () => Date;
}

/** Where images lie while they are examined. A verifier removes what one that was killed has left. */
export function examiningFolder({ state }: Pick<ProgrammeSettings, 'state'>): string {
  return join(state, 'verifying');
}

/**
 * Decides about an image. Whatever interrupts it, doing it again comes to the same.
 *
 * @returns the admission; where the image is admitted as it was read back and verified
 * @throws {LibraryError} ADMISSION_UNPROVEN when quarantine does not give back what was signed
 * @throws {SigningError}
 * @throws {OciError} what keeps quarantine or the image below from being read: nothing is decided then
 * @throws {LibraryError} what keeps the commit from being read: as above
 */
export async function admitImage(facts: BuiltImageFacts, options: AdmitOptions): Promise<Admission> {
  const { settings } = options;
  const { attempt } = facts;
  const scratch = join(examiningFolder(settings), `${attempt.architecture}-${quarantineTag(attempt)}`);
  mkdirSync(scratch, { recursive: true });
  try {
    const examination = await examineAttempt(facts, {
      ...options,
      programme: settings.name,
      verifier: trustedVerifier(options),
      quarantine: settings.registry.quarantine,
      gate: settings.gate,
      publicPath: settings.registry.public,
      scratch,
      runTests: createTestRunner(settings, options.connection.environment, scratch),
    });
    for (const document of examination.documents) keepEvidence(settings.state, document);
    const { admission } = examination;
    return admission.verdict === 'admitted' ? await signAndReadBack(examination, options) : admission;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** This verifier, as others believe it. */
function trustedVerifier({ settings, key }: Pick<AdmitOptions, 'settings' | 'key'>): TrustedVerifier {
  return { verifierId: verifierId(settings.name), key: { key: key.publicKey, id: key.id } };
}

async function signAndReadBack(
  { admission, documents }: Examination,
  { settings, gates, connection, key, version, now }: AdmitOptions,
): Promise<Admission> {
  const { signal } = connection;
  const verifier = verifierId(settings.name);
  const writer = openRegistryWriter(admission.reference, connection);
  try {
    await signAdmission(writer, admission, documents, {
      key,
      verifierId: verifier,
      version,
      gate: gates(admission.source.repository),
      now,
      signal,
    });
    const found = await readAdmission(writer, admission.digest, {
      verifier: trustedVerifier({ settings, key }),
      expected: admission,
      gate: gates,
      now: now(),
      signal,
    });
    if (found.kind === 'proven') return found.admission;
    throw new LibraryError(
      'ADMISSION_UNPROVEN',
      `${writer.name} does not give back what was signed of ${admission.digest}: ${found.because.join('; ')}`,
      { subject: admission.reference },
    );
  } finally {
    await writer.close();
  }
}
