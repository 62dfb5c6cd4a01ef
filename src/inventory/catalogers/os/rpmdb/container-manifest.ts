import { boundedText, decodeText, isPackageName } from '../../../evidence.ts';
import type { RpmPackage } from './package.ts';

export interface ContainerManifest {
  readonly packages: readonly RpmPackage[];
  /** Lines that describe no package. */
  readonly lostLines: number;
}

const COLUMNS = 10;

/**
 * The list that distroless images of CBL-Mariner and Azure Linux have instead of an rpm database. Each line is what
 * `rpm -qa` printed for the columns NAME, VERSION-RELEASE, INSTALLTIME, BUILDTIME, VENDOR, EPOCH, SIZE, ARCH, EPOCHNUM
 * and SOURCERPM, parted by tabs. CBL-Mariner, toolkit/docs/how_it_works/5_misc.md, "Distroless manifests".
 */
export function parseContainerManifest(content: Uint8Array): ContainerManifest {
  const lines = decodeText(content)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const packages = lines.map(parseLine).filter((pkg) => pkg !== null);
  return { packages, lostLines: lines.length - packages.length };
}

function parseLine(line: string): RpmPackage | null {
  const columns = line.split('\t', COLUMNS).map((value) => (value === '(none)' ? null : boundedText(value)));
  const [name, versionRelease, , , vendor, epoch, , architecture, epochNumber, sourceRpm] = columns;
  const hyphen = versionRelease?.lastIndexOf('-') ?? -1;
  if (columns.length < COLUMNS || !name || !isPackageName(name) || !versionRelease || hyphen < 1) return null;
  return {
    name,
    epoch: readEpoch(epoch ?? null, epochNumber ?? null),
    version: versionRelease.slice(0, hyphen),
    release: versionRelease.slice(hyphen + 1),
    architecture: architecture ?? null,
    sourceRpm: sourceRpm ?? null,
    vendor: vendor ?? null,
    licence: null,
    summary: null,
    url: null,
    modularityLabel: null,
    files: '',
    dependencies: [],
  };
}

/** EPOCHNUM is 0 for a package without epoch, and some builders write `(none)` for every EPOCH. */
function readEpoch(epoch: string | null, epochNumber: string | null): number | null {
  const value = Number(epochNumber);
  if (epochNumber === null || !Number.isSafeInteger(value)) return null;
  return value === 0 && epoch === null ? null : value;
}
