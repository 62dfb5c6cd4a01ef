/**
 * The build of Windows that an image holds. Windows has no packages: updates raise the last number of its version, which
 * advisories compare. The registry tells it, and the image's configuration in `os.version`.
 */
import { readRegistryKey, type RegistryValues } from '../../../formats/regf.ts';
import { operatingSystemCpe, type CpeProduct } from '../../../model/cpe.ts';
import type { Distribution, Package } from '../../../model/package.ts';
import { formatPurl } from '../../../model/purl.ts';
import {
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, unreadable } from '../../evidence.ts';

/** In a layer of an image, where files lie below `Files`; and in a root file system. */
const HIVES = ['Files/Windows/System32/config/SOFTWARE', 'Windows/System32/config/SOFTWARE'] as const;
const KEY = ['Microsoft', 'Windows NT', 'CurrentVersion'] as const;

/** What the registry says of the system. */
export type WindowsRecord = {
  /** `10.0.17763.6532`. */
  readonly version: string;
  /** `Windows Server 2019 Datacenter`. */
  readonly productName: string | null;
  /** `21H2`, or `1809` before 2020. */
  readonly release: string | null;
};

export const windowsCataloger = defineCataloger<WindowsRecord>({
  name: 'windows',
  version: 1,
  interests: [{ paths: HIVES, maxBytes: 512 * 1024 * 1024 }],
  read: readHive,
  catalog: (files) => ({
    packages: [...files].map(([path, { version, productName }]) => ({
      ...windowsPackage(version),
      description: productName,
      evidence: [path],
    })),
    coverage: [],
  }),
});

function readHive({ path, content }: EvidenceFile): ReadFile<WindowsRecord> {
  const values = readRegistryKey(content, KEY);
  const version = values === null ? null : versionIn(values);
  if (values === null || version === null) {
    const message = 'The registry does not tell the build of Windows; advisories for it cannot be matched.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const text = (name: string) => {
    const value = values.get(name);
    return typeof value === 'string' ? boundedText(value, 200) : null;
  };
  const release = text('DisplayVersion') ?? text('ReleaseId');
  return { record: { version, productName: text('ProductName'), release }, coverage: [] };
}

/** The first two numbers are not in Windows before 10, whose `CurrentVersion` is both: `6.3`. */
function versionIn(values: RegistryValues): string | null {
  const build = values.get('CurrentBuildNumber') ?? values.get('CurrentBuild');
  const [major, minor] = [values.get('CurrentMajorVersionNumber'), values.get('CurrentMinorVersionNumber')];
  const first = major === undefined ? values.get('CurrentVersion') : `${major}.${minor ?? 0}`;
  const version = [first, build, values.get('UBR')].filter((part) => part !== undefined).join('.');
  return build !== undefined && /^\d+\.\d+\.\d+(?:\.\d+)?$/.test(version) ? version : null;
}

/** As the National Vulnerability Database names the releases that base images are made of, by their builds. */
const PRODUCTS: ReadonlyMap<string, CpeProduct> = new Map([
  ['14393', 'microsoft:windows_server_2016'],
  ['17763', 'microsoft:windows_server_2019'],
  ['20348', 'microsoft:windows_server_2022'],
  ['25398', 'microsoft:windows_server_2022_23h2'],
  ['26100', 'microsoft:windows_server_2025'],
]);

/**
 * Windows as a package.
 *
 * @param osVersion `10.0.17763.6532`: from the registry, or an image configuration's `os.version`. OCI image spec, config.md
 * @returns without evidence, which the caller has
 */
export function windowsPackage(osVersion: string): CatalogedPackage {
  const product = PRODUCTS.get(osVersion.split('.')[2] ?? '');
  return toCatalogedPackage({
    type: 'generic',
    purl: formatPurl({ type: 'generic', namespace: 'microsoft', name: 'windows', version: osVersion }),
    name: 'windows',
    version: osVersion,
    supplier: 'Microsoft',
    cpes: product === undefined ? [] : [operatingSystemCpe(product, osVersion)],
    evidence: [],
  });
}

/** Windows in the place of a distribution. */
export function windowsDistribution(
  { version, productName, release }: WindowsRecord,
  path: string,
): Distribution {
  return {
    id: 'windows',
    versionId: version,
    codename: null,
    idLike: [],
    prettyName: [productName ?? 'Windows', release, `(${version})`].filter(Boolean).join(' '),
    rolling: false,
    cpe: windowsPackage(version).cpes[0] ?? null,
    repositories: [],
    path,
  };
}

/** What an image's configuration alone says, for images whose layers hold no registry (Nano Server keeps deltas). */
export function windowsOfConfiguration(osVersion: string): {
  readonly distribution: Distribution;
  readonly package: Package;
} {
  const { requires: _requires, ...known } = windowsPackage(osVersion);
  return {
    distribution: windowsDistribution({ version: osVersion, productName: null, release: null }, ''),
    package: {
      ...known,
      id: known.purl,
      cataloger: windowsCataloger.name,
      licenceExpression: null,
      licenceTexts: [],
      layer: null,
      evidence: [],
      ownedBy: null,
      dependsOn: [],
    },
  };
}
