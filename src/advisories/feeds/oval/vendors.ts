import type { AffectedPackage } from '../../advisory.ts';
import { suseProduct } from '../../vocabulary/suse-products.ts';
import type { OvalDefinition } from './definition.ts';
import type { Condition } from './statements.ts';

/** A release that a statement is limited to. */
export interface OvalRelease {
  readonly ecosystem: string;
  readonly channel: string | null;
}

/** What differs between those who publish OVAL. */
export interface OvalVendor {
  /** Identifier of the source. */
  readonly source: string;
  /** What the identifiers of its definitions begin with, behind `oval:`. */
  readonly namespaces: readonly string[];
  /** The name of an erratum, in the title or the references of its definition. */
  readonly erratum: RegExp | null;
  /** What it calls a definition elsewhere, which is then the record's name; null: the flaw's or the erratum's name is. */
  readonly recordName: ((definitionId: string) => string) | null;
  /** Errata of that name fix bugs or bring new features; without a flaw they are left out. */
  readonly maintenance: RegExp | null;
  /** The release that a condition asks for; null when it is about something else. */
  release(condition: Condition): OvalRelease | null;
  /** The release that a definition is about whose criteria do not say it, told from a version in them. */
  releaseOfVersion(version: string): OvalRelease | null;
  /** Streams of builds that only some installations follow, told by the version of the fix. */
  channelOfVersion(version: string): string | null;
  /** What the packages' names are. */
  readonly naming: AffectedPackage['naming'];
  /** The same definition stands in files of several products, with other content. */
  readonly recordPerFile: boolean;
}

const USUAL = {
  erratum: null,
  recordName: null,
  maintenance: null,
  releaseOfVersion: () => null,
  channelOfVersion: () => null,
  naming: 'binary',
  recordPerFile: false,
} as const satisfies Partial<OvalVendor>;

const VENDORS: readonly OvalVendor[] = [
  {
    ...USUAL,
    source: 'azure-linux',
    namespaces: ['com.microsoft.azurelinux:', 'com.microsoft.cbl-mariner:'],
    // the names of its OSV records. A flaw may have several for a package: where the first fix was not enough
    recordName: (definitionId) => `AZL-${definitionId.slice(definitionId.lastIndexOf(':') + 1)}`,
    release: () => null,
    // CBL-Mariner 1 and 2 are Azure Linux 1 and 2 in the OSV records of the same makers
    releaseOfVersion: (version) => named('Azure Linux', /\.(?:azl|cm)(\d+)$/.exec(version)),
    naming: 'source',
  },
  {
    ...USUAL,
    source: 'debian-oval',
    namespaces: ['org.debian:'],
    release: ({ comment }) => named('Debian', /^Debian (?:GNU\/Linux )?(\d+) is installed$/.exec(comment)),
    naming: 'source',
  },
  {
    ...USUAL,
    source: 'oracle',
    namespaces: ['com.oracle.elsa:'],
    erratum: /\bEL[SBE]A-\d{4}-\d+/,
    maintenance: /^EL[BE]A-/,
    release: ({ comment }) => named('Oracle Linux', /^Oracle Linux (\d+) is installed$/.exec(comment)),
    // user-space packages for Ksplice's live patching, and those certified for FIPS 140, are numbered beside the others
    channelOfVersion: (version) => /[._](ksplice|fips)\d*(?:\.|$)/.exec(version)?.[1] ?? null,
  },
  {
    ...USUAL,
    source: 'photon',
    namespaces: ['com.vmware.phsa:'],
    erratum: /\bPHSA-\d{4}[:-][\d.-]+/,
    release: ({ comment }) => named('Photon OS', /^Photon OS (\d+) is installed$/.exec(comment), '.0'),
  },
  {
    ...USUAL,
    source: 'redhat',
    namespaces: ['com.redhat.'],
    erratum: /\bRH[SBE]A-\d{4}:\d+/,
    maintenance: /^RH[BE]A-/,
    release: ({ comment }) => named('Red Hat', /^Red Hat Enterprise Linux (\d+) is installed$/.exec(comment)),
    recordPerFile: true,
  },
  {
    ...USUAL,
    source: 'suse',
    namespaces: ['org.opensuse.security:'],
    erratum: /^(?:open)?SUSE-[A-Z]{2}-\d{4}:\d+-\d+/,
    maintenance: /^(?:open)?SUSE-[RFO]U-/,
    release: ({ comment, package: pkg }) => {
      if (pkg?.name === 'openSUSE-release' && !/^(?:open)?SUSE /.test(comment))
        return named('openSUSE', /^\^?(\d+\.\d+)\$?$/.exec(pkg.version ?? ''));
      return suseProduct(comment.replace(/ is installed$/, ''));
    },
  },
];

function named(distribution: string, match: RegExpExecArray | null, rest = ''): OvalRelease | null {
  const release = match?.[1];
  return release === undefined ? null : { ecosystem: `${distribution}:${release}${rest}`, channel: null };
}

/** Who publishes a definition; undefined for others. */
export function vendorOf({ id }: Pick<OvalDefinition, 'id'>): OvalVendor | undefined {
  return VENDORS.find(({ namespaces }) => namespaces.some((name) => id.startsWith(`oval:${name}`)));
}
