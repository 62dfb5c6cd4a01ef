/**
 * The names in an archive of files, as a text that can be compared: in order, without what differs in every build anyway.
 * docker-library/official-images, `diff-pr.sh`, whose list of such paths this is.
 */
import { OciError } from '../../../oci/errors.ts';
import { createTarReader } from '../../../oci/tar/tar-reader.ts';
import { unpackedChunks } from '../../../advisories/files/decompress.ts';

const LIMITS = { packedBytes: 256 * 1024 ** 2, unpackedBytes: 4 * 1024 ** 3, entries: 500_000 };

/** Logs, databases of package managers and caches whose names hold times and random words. */
const UNINTERESTING =
  /^(?:var\/log\/(?:YaST2|anaconda)|var\/lib\/(?:yum|dnf)\/(?:history|yumdb)|etc\/pki\/tls\/rootcerts|usr\/lib\/\.build-id)\//;
/** `python3.14/`, `libpython3.so`, `py3-pip`: the number is no difference by itself. */
const PYTHON = /([/.-]|^)((?:lib)?(?:c?python|py)-?)\d+(?:\.\d+)?(?=[/.-]|$)/g;

export function isArchiveName(path: string): boolean {
  return /\.(?:tar(?:\.[a-z0-9]+)?|t[gx]z|tbz2?)$/i.test(path);
}

/** What could not be read is said in the text: an archive that is damaged is a difference too. */
export async function listArchive(path: string, bytes: Uint8Array): Promise<string> {
  if (bytes.length > LIMITS.packedBytes) return `(not listed: more than ${LIMITS.packedBytes} bytes)\n`;
  const names: string[] = [];
  const reader = createTarReader(
    {
      entry({ path: name, type, linkTarget }) {
        if (!UNINTERESTING.test(name)) {
          const plain = name.replaceAll(PYTHON, '$1$2XXX');
          names.push(
            `${plain}${type === 'directory' ? '/' : ''}${linkTarget === null ? '' : ` -> ${linkTarget}`}`,
          );
        }
        return false;
      },
      content() {},
      refused(name) {
        names.push(`(refused) ${name}`);
      },
    },
    { subject: path, entriesMax: LIMITS.entries },
  );
  let unpacked = 0;
  try {
    for await (const chunk of unpackedChunks(bytes, LIMITS.packedBytes) ?? [bytes]) {
      unpacked += chunk.length;
      if (unpacked > LIMITS.unpackedBytes) throw new RangeError(`more than ${LIMITS.unpackedBytes} bytes`);
      reader.push(chunk);
    }
    reader.end();
  } catch (error) {
    // decompressors throw errors of their own; anything else about these bytes is an OciError
    if (!(error instanceof OciError || error instanceof Error)) throw error;
    names.push(`(cut off: ${error.message})`);
  }
  return names
    .sort()
    .map((name) => `${name.replaceAll('\n', '\\n')}\n`)
    .join('');
}
