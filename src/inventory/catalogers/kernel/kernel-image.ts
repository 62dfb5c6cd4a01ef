/**
 * The release of a Linux kernel, from its image. For x86 the boot header leads to it; in others it is in the text that
 * the kernel prints first, `Linux version 6.1.0-13-arm64 (…) #1 SMP …`, which may have to be inflated.
 * Linux, Documentation/arch/x86/boot.rst, Documentation/arch/arm64/booting.rst, drivers/firmware/efi/libstub/zboot-header.S.
 */
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { latin1Text, viewOf, withinBounds } from '../../../formats/bytes.ts';
import { elfArchitecture, parseElf } from '../../../formats/elf.ts';

export type KernelImage = {
  /** As `uname -r` says it. */
  readonly release: string;
  /** All that the kernel says of its version: who built it, when, as which package. */
  readonly banner: string;
  readonly architecture: string | null;
};

/** The largest, with all drivers built in, come near 100 MB. */
const MAX_INFLATED_BYTES = 256 * 1024 * 1024;
const MAX_BANNER_BYTES = 500;

/** Null for what is no kernel. */
export function parseKernelImage(content: Uint8Array): KernelImage | null {
  return withinBounds(() => {
    const view = viewOf(content);
    if (view.getUint32(0x202) === HDRS) return ofX86(content, view);
    const kernel = view.getUint16(0) === GZIP ? inflate(content, 'gzip') : (zbootPayload(content) ?? content);
    return kernel && ofBanner(kernel);
  });
}

/** `HdrS`, in the boot sector of every x86 kernel since 1.3.73. */
const HDRS = 0x48647253;
const GZIP = 0x1f8b;

function ofX86(content: Uint8Array, view: DataView): KernelImage | null {
  const start = 0x200 + view.getUint16(0x20e, true);
  // boot protocol 2.12: xloadflags tell a 64-bit kernel
  const is64Bit = view.getUint16(0x206, true) >= 0x20c && (view.getUint16(0x236, true) & 1) !== 0;
  return toImage(content.subarray(start), is64Bit ? 'x86_64' : 'i686');
}

/** What a kernel that EFI starts holds compressed: `MZ`, then `zimg`, place, size and method. */
function zbootPayload(content: Uint8Array): Uint8Array | null {
  const view = viewOf(content);
  if (view.getUint32(4) !== 0x7a696d67) return null;
  const start = view.getUint32(8, true);
  const payload = content.subarray(start, start + view.getUint32(12, true));
  return inflate(payload, latin1Text(content.subarray(24, 32)));
}

function inflate(bytes: Uint8Array, method: string): Uint8Array | null {
  try {
    if (method === 'gzip') return gunzipSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES });
    if (method.startsWith('zstd')) return zstdDecompressSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES });
    return null;
  } catch {
    // damaged, or larger than any kernel
    return null;
  }
}

const BANNER = 'Linux version ';

function ofBanner(kernel: Uint8Array): KernelImage | null {
  const bytes = Buffer.from(kernel.buffer, kernel.byteOffset, kernel.length);
  const elf = parseElf(kernel);
  const isArm64 = kernel.length > 64 && viewOf(kernel).getUint32(56) === 0x41524d64;
  const architecture = elf === null ? (isArm64 ? 'aarch64' : null) : elfArchitecture(elf);
  let found = bytes.indexOf(BANNER, 0, 'latin1');
  while (found >= 0) {
    const image = toImage(kernel.subarray(found + BANNER.length), architecture);
    if (image !== null) return image;
    found = bytes.indexOf(BANNER, found + BANNER.length, 'latin1');
  }
  return null;
}

function toImage(text: Uint8Array, architecture: string | null): KernelImage | null {
  const banner = latin1Text(text.subarray(0, MAX_BANNER_BYTES)).split('\n', 1)[0] ?? '';
  // the same text with `%s` instead of a release is there too
  const release = /^\d+\.\d+[\w.+~-]*(?= \()/.exec(banner)?.[0];
  return release === undefined ? null : { release, banner, architecture };
}
