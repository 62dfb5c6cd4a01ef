import { dataDirectory } from '../assess/directories.ts';
import { chooseTrust, NOTHING_ASKED } from '../assess/trust-choice.ts';
import { verifyImage } from '../assess/verify-image.ts';
import type { TrustReport } from '../model/trust-report.ts';
import { OciError } from '../oci/errors.ts';
import { hostPlatform } from '../oci/platform-choice.ts';
import { memoryDirectory } from '../trust/memory/memory-file.ts';
import { connectionOf } from './connection.ts';
import type { AdvisoryFlags, ImageFlags } from './options.ts';
import type { Terminal } from './terminal.ts';

/**
 * Verifies images by the trust policy of `--trust-policy`, the working directory or the user, for commands that do something
 * else besides. What holds no manifests, such as a daemon or a root file system, is not verified.
 */
export async function createVerifier(
  flags: ImageFlags & AdvisoryFlags,
  { environment, workingDirectory, signal, now }: Terminal,
): Promise<(reference: string) => Promise<TrustReport | null>> {
  const { material, policyFor } = await chooseTrust({
    ...NOTHING_ASKED,
    policy: flags.trustPolicy,
    environment,
    workingDirectory,
  });
  return async (reference) => {
    try {
      return await verifyImage(reference, {
        connection: connectionOf(flags, { environment, signal }),
        policyFor,
        material,
        memory: memoryDirectory(dataDirectory(environment)),
        // what is verified is what is read
        platform: flags.allPlatforms === true ? undefined : (flags.platform ?? hostPlatform()),
        now,
      });
    } catch (error) {
      if (error instanceof OciError && error.code === 'SOURCE_UNKNOWN') return null;
      throw error;
    }
  };
}
