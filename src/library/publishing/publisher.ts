import type { Architecture } from '../../definitions/architectures.ts';
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import type { ImageReader, ImageWriter } from '../../oci/store/image-store.ts';
import { openRegistryWriter } from '../../oci/store/registry-writer.ts';
import type { SigningKey } from '../../signing/keys/signing-key.ts';
import { createQuarantineReaders } from '../admission/quarantine-readers.ts';
import type { TrustedVerifier } from '../admission/read-admission.ts';
import type { ProgrammeSettings } from '../programme/programme.ts';
import type { ReadSource } from '../sources/read-source.ts';

/** The only one who writes to public repositories. Believes nobody but the verifier, and its own reading of definitions and commits. */
export interface Publisher {
  readonly key: SigningKey;
  readonly verifier: TrustedVerifier;
  readonly readSource: ReadSource;
  /** Where the builders of an architecture put its images. */
  quarantine(architecture: Architecture): Promise<ImageReader>;
  /** A public repository by its name in the programme. */
  repository(name: string): ImageWriter;
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
  close(): Promise<void>;
}

export interface PublisherOptions extends Pick<
  Publisher,
  'key' | 'verifier' | 'readSource' | 'now' | 'signal'
> {
  /** With the publisher's credentials. */
  readonly connection: ConnectionOptions;
}

/** Repositories are opened when they are first asked for, each once. */
export function createPublisher(
  { registry }: Pick<ProgrammeSettings, 'registry'>,
  { connection, ...options }: PublisherOptions,
): Publisher {
  const quarantine = createQuarantineReaders(registry.quarantine, connection);
  const writers = new Map<string, ImageWriter>();
  return {
    ...options,
    quarantine: quarantine.of,
    repository(name) {
      const found = writers.get(name) ?? openRegistryWriter(`${registry.public}/${name}`, connection);
      writers.set(name, found);
      return found;
    },
    async close() {
      await Promise.all([quarantine, ...writers.values()].map((store) => store.close()));
    },
  };
}
