/** Versions of CycloneDX as data: what each that Hallmark writes has a place for. */
export interface Specification {
  readonly version: CycloneDxVersion;
  /** `metadata.lifecycles`. */
  readonly lifecycles: boolean;
  /** `metadata.tools` holds components; before, it is a list of vendor, name and version. */
  readonly toolComponents: boolean;
  /** `component.authors`, with addresses; before, `component.author` is one text. */
  readonly authors: boolean;
  /** `evidence.occurrences`: where a component was found. */
  readonly occurrences: boolean;
  /** `additionalContext` of an occurrence. */
  readonly occurrenceContext: boolean;
  /** A list in `evidence.identity`, and the `concludedValue` of each. */
  readonly identities: boolean;
  /** Whether a licence is `declared` or `concluded`. */
  readonly acknowledgement: boolean;
  /** Expressions beside other licences; before, an expression stands alone. */
  readonly mixedLicences: boolean;
  /** The component type `machine-learning-model`. */
  readonly models: boolean;
}

export const CYCLONEDX_VERSIONS = ['1.4', '1.5', '1.6', '1.7'] as const;
export type CycloneDxVersion = (typeof CYCLONEDX_VERSIONS)[number];

/** CycloneDX 1.7 is young: consumers whose library knows 1.6 at most refuse it. */
export const DEFAULT_CYCLONEDX: CycloneDxVersion = '1.6';

const V1_4 = {
  version: '1.4',
  lifecycles: false,
  toolComponents: false,
  authors: false,
  occurrences: false,
  occurrenceContext: false,
  identities: false,
  acknowledgement: false,
  mixedLicences: false,
  models: false,
} as const satisfies Specification;

const V1_5 = {
  ...V1_4,
  version: '1.5',
  lifecycles: true,
  toolComponents: true,
  occurrences: true,
  models: true,
} as const satisfies Specification;

const V1_6 = {
  ...V1_5,
  version: '1.6',
  authors: true,
  occurrenceContext: true,
  identities: true,
  acknowledgement: true,
} as const satisfies Specification;

const V1_7 = { ...V1_6, version: '1.7', mixedLicences: true } as const satisfies Specification;

export const SPECIFICATIONS: Readonly<Record<CycloneDxVersion, Specification>> = {
  '1.4': V1_4,
  '1.5': V1_5,
  '1.6': V1_6,
  '1.7': V1_7,
};
