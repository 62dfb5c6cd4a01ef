import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { NOTHING, unreadable } from '../../evidence.ts';
import { parseKernelImage } from './kernel-image.ts';
import { catalogKernels, type KernelRecord } from './kernel-packages.ts';
import { parseKernelModule } from './module-info.ts';

const MAX_MODULE_BYTES = 64 * 1024 * 1024;

/**
 * Linux kernels, and modules that were built outside of the kernel's tree. The modules that were built with a kernel,
 * thousands of them, are files of the one package that the kernel is. Its version is the release, `uname -r`.
 */
export const linuxKernelCataloger = defineCataloger<KernelRecord>({
  name: 'linux-kernel',
  yieldsToDistribution: true,
  version: 1,
  interests: [
    { names: ['vmlinuz', 'vmlinux', 'bzImage', 'Image', 'Image.gz'], maxBytes: 256 * 1024 * 1024 },
    {
      parents: [{ name: 'boot' }],
      accepts: (path) => /\/(?:vmlinu[xz]|bzImage|Image)[^/]*$/.test(path),
      maxBytes: 256 * 1024 * 1024,
    },
    { suffixes: ['.ko'], magic: ['elf'], maxBytes: MAX_MODULE_BYTES },
    {
      suffixes: ['.ko.gz', '.ko.zst', '.ko.xz'],
      accepts: (path) => MODULES.test(path),
      maxBytes: MAX_MODULE_BYTES,
    },
  ],
  read: readKernelFile,
  catalog: catalogKernels,
});

/** The directory of one kernel's modules. */
const MODULES = /(?:^|\/)lib\/modules\/[^/]+\//;

function readKernelFile({ path, content }: EvidenceFile): ReadFile<KernelRecord> {
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  const [, moduleName, compression] = /^(.+\.ko)(?:\.(gz|zst|xz))?$/.exec(fileName) ?? [];
  if (moduleName === undefined) {
    const image = parseKernelImage(content);
    return image === null ? NOTHING : { record: { kind: 'image', image }, coverage: [] };
  }
  if (compression === 'xz') return { record: { kind: 'compressed' }, coverage: [] };
  const inflated = inflate(content, compression);
  if (inflated === null) {
    const message = 'The kernel module cannot be decompressed; what it says of itself is missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const module = parseKernelModule(inflated, moduleName);
  if (module === null) return NOTHING;
  const { isInTree, release, architecture } = module;
  return {
    record: isInTree ? { kind: 'part', release, architecture } : { kind: 'module', module },
    coverage: [],
  };
}

function inflate(content: Uint8Array, compression: string | undefined): Uint8Array | null {
  try {
    if (compression === 'gz') return gunzipSync(content, { maxOutputLength: MAX_MODULE_BYTES });
    if (compression === 'zst') return zstdDecompressSync(content, { maxOutputLength: MAX_MODULE_BYTES });
    return content;
  } catch {
    // damaged, or larger than any module
    return null;
  }
}
