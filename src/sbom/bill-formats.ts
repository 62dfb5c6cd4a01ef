/** Every format that a bill of materials is written in. */
import type { BillInput, BillOptions } from './bill.ts';
import { CYCLONEDX_VERSIONS, type CycloneDxVersion, DEFAULT_CYCLONEDX } from './cyclonedx/specification.ts';
import { toCycloneDx } from './cyclonedx/write-document.ts';
import { toXml } from './cyclonedx/xml.ts';
import { toSnapshot } from './github/write-snapshot.ts';
import { SPDX2_VERSIONS, type Spdx2Version } from './spdx/spdx2-document.ts';
import { formatTagValue } from './spdx/write-tag-value.ts';
import { toSpdx2 } from './spdx/write-spdx2.ts';
import { toSpdx3 } from './spdx/write-spdx3.ts';
import { SYFT_SCHEMA, toSyft } from './syft/write-syft.ts';

type WriteBill = (input: BillInput, options: BillOptions) => string;

export interface BillFormat {
  /** `cyclonedx-json`. */
  readonly name: string;
  /** By version of the specification, the oldest first; a format without versions has one of its own. */
  readonly versions: ReadonlyMap<string, WriteBill>;
  /** The version that is written when none is asked for. */
  readonly standard: string;
}

/** A format in each of its versions. */
function versioned<V extends string>(
  name: string,
  versions: readonly V[],
  standard: V,
  write: (input: BillInput, options: BillOptions, version: V) => string,
): BillFormat {
  const writers = versions.map((version): [string, WriteBill] => [
    version,
    (input, options) => write(input, options, version),
  ]);
  return { name, versions: new Map(writers), standard };
}

const toJson = (document: object) => `${JSON.stringify(document, null, 2)}\n`;

/** The first is the default. */
export const BILL_FORMATS: readonly [BillFormat, ...BillFormat[]] = [
  versioned<CycloneDxVersion>('cyclonedx-json', CYCLONEDX_VERSIONS, DEFAULT_CYCLONEDX, (...bill) =>
    toJson(toCycloneDx(...bill)),
  ),
  versioned<CycloneDxVersion>('cyclonedx-xml', CYCLONEDX_VERSIONS, DEFAULT_CYCLONEDX, (...bill) =>
    toXml(toCycloneDx(...bill)),
  ),
  versioned<Spdx2Version | '3.0'>('spdx-json', [...SPDX2_VERSIONS, '3.0'], '2.3', (input, options, version) =>
    toJson(version === '3.0' ? toSpdx3(input, options) : toSpdx2(input, options, version)),
  ),
  versioned<Spdx2Version>('spdx-tag-value', SPDX2_VERSIONS, '2.3', (...bill) =>
    formatTagValue(toSpdx2(...bill)),
  ),
  versioned('syft-json', [SYFT_SCHEMA], SYFT_SCHEMA, (input, options) => toJson(toSyft(input, options))),
  versioned('github', ['0'], '0', (input, options) => toJson(toSnapshot(input, options))),
];

/** Short names, by what they stand for. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['cyclonedx', 'cyclonedx-json'],
  ['spdx', 'spdx-json'],
]);

/** Every name under which `writeBill` knows a format: `cyclonedx-json`, `cyclonedx`, `cyclonedx-json@1.5`. */
export function billFormatNames(): readonly [string, ...string[]] {
  const [standard, ...others] = BILL_FORMATS;
  const inVersions = BILL_FORMATS.flatMap(({ name, versions }) =>
    [...versions.keys()].map((version) => `${name}@${version}`),
  );
  return [standard.name, ...others.map(({ name }) => name), ...SHORT_NAMES.keys(), ...inVersions];
}

/** The text of a bill in a format that `billFormatNames` lists; it ends with a line feed. */
export function writeBill(format: string, input: BillInput, options: BillOptions): string {
  const [name = '', version] = format.split('@');
  const whole = SHORT_NAMES.get(name) ?? name;
  const found = BILL_FORMATS.find((candidate) => candidate.name === whole);
  const write = found?.versions.get(version ?? found.standard);
  if (write === undefined) throw new Error(`${format} is no format of a bill of materials`);
  return write(input, options);
}
