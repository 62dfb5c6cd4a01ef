import { readFileSync } from 'node:fs';
import { HallmarkError } from '../../../model/errors.ts';
import type { Digest } from '../../../model/digest.ts';
import type { ConnectionOptions } from '../../../oci/registry/connection.ts';
import { openRegistryWriter } from '../../../oci/store/registry-writer.ts';
import { attachBuildLog } from '../../logs/build-log-artifact.ts';

/**
 * Puts the log of a build beside its image in quarantine. The image is there and has its name, which is not given twice: so what goes
 * wrong here does not undo the build.
 *
 * @param file of the log, to which nothing is written any more
 * @param reference of the image in quarantine
 * @returns why the log is not there; null where it is
 */
export async function attachLog(
  file: string,
  reference: string,
  image: Digest,
  connection: ConnectionOptions,
): Promise<string | null> {
  const { signal } = connection;
  const writer = openRegistryWriter(reference, connection);
  try {
    await attachBuildLog(writer, image, readFileSync(file), signal);
    return null;
  } catch (error) {
    if (signal?.aborted === true) return 'it was interrupted';
    if (!(error instanceof HallmarkError)) throw error;
    return `${error.code}: ${error.message}`;
  } finally {
    await writer.close();
  }
}
