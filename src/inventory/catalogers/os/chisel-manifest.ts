/**
 * The manifest that Chisel leaves where it installed slices of Debian's packages: lines of JSON, compressed with zstd, each
 * of a kind, after a header. Chisel, `public/jsonwall` and `public/manifest`.
 */
import { zstdDecompressSync } from 'node:zlib';
import { isObject, parseJson, textIn, textsIn } from '../../../formats/json.ts';
import { boundedText, decodeText, isPackageName } from '../../evidence.ts';
import { formatFileList } from './file-list.ts';

export const CHISEL_MANIFEST = 'var/lib/chisel/manifest.wall';

export interface ChiselManifest {
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly architecture: string | null;
  }[];
  /** Lists of files by the package that they are from. */
  readonly files: readonly (readonly [of: string, files: string])[];
}

/** The whole of Ubuntu's slices have some ten thousand paths, of 300 bytes each. */
const MAX_BYTES = 128 * 1024 * 1024;

/** Reads a manifest; one sentence where it is none. */
export function parseChiselManifest(content: Uint8Array): ChiselManifest | string {
  const text = inflate(content);
  if (text === null) {
    return `The file is not compressed with zstd, or has more than ${MAX_BYTES} bytes; the packages in it are missing.`;
  }
  const [first = '', ...lines] = text.split('\n');
  const header = parseJson(first);
  if (!isObject(header) || textIn(header, 'jsonwall') === '') {
    return "The file is no manifest of Chisel's; the packages that it should list are missing.";
  }
  const packages: ChiselManifest['packages'][number][] = [];
  const files = new Map<string, string[]>();
  for (const line of lines) {
    const entry = parseJson(line);
    if (!isObject(entry)) continue;
    const kind = textIn(entry, 'kind');
    if (kind === 'package') {
      const name = textIn(entry, 'name');
      if (!isPackageName(name)) continue;
      const version = boundedText(textIn(entry, 'version'), 256) ?? '';
      packages.push({ name, version, architecture: boundedText(textIn(entry, 'arch'), 64) });
    } else if (kind === 'path') {
      for (const slice of textsIn(entry['slices'])) {
        // the name of a slice is the package's, a low line, and its own, which has none
        const of = slice.slice(0, Math.max(slice.lastIndexOf('_'), 0));
        const known = files.get(of);
        if (known === undefined) files.set(of, [textIn(entry, 'path')]);
        else known.push(textIn(entry, 'path'));
      }
    }
  }
  return { packages, files: [...files].map(([of, paths]) => [of, formatFileList(paths.map(withoutSlash))]) };
}

/** Null also where it would grow beyond the bound, as a bomb does. */
function inflate(content: Uint8Array): string | null {
  try {
    return decodeText(zstdDecompressSync(content, { maxOutputLength: MAX_BYTES }));
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

/** Directories have a slash at their end. */
function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
