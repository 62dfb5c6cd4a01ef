/** The part of CycloneDX that Hallmark writes, in its JSON form. ECMA-424, https://cyclonedx.org/docs/1.7/json/. */
import type { CycloneDxVersion } from './specification.ts';

export interface NameValue {
  readonly name: string;
  readonly value: string;
}

export interface Contact {
  readonly name?: string;
  readonly email?: string;
}

type Acknowledgement = 'concluded' | 'declared';

export type LicenceChoice =
  | {
      readonly license: {
        readonly acknowledgement?: Acknowledgement;
        readonly id?: string;
        readonly name?: string;
      };
    }
  | { readonly expression: string; readonly acknowledgement?: Acknowledgement };

export interface Occurrence {
  readonly location: string;
  readonly additionalContext?: string;
}

export interface Identity {
  readonly field: 'cpe' | 'purl';
  readonly concludedValue: string;
}

export type ComponentType =
  | 'application'
  | 'container'
  | 'file'
  | 'library'
  | 'machine-learning-model'
  | 'operating-system';

export interface CycloneDxComponent {
  readonly type: ComponentType;
  readonly 'bom-ref'?: string;
  readonly supplier?: { readonly name: string; readonly contact?: readonly Contact[] };
  readonly authors?: readonly Contact[];
  readonly author?: string;
  readonly group?: string;
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly LicenceChoice[];
  readonly cpe?: string;
  readonly purl?: string;
  readonly externalReferences?: readonly { readonly type: 'website'; readonly url: string }[];
  readonly properties?: readonly NameValue[];
  readonly components?: readonly CycloneDxComponent[];
  readonly evidence?: {
    readonly identity?: readonly Identity[];
    readonly occurrences?: readonly Occurrence[];
    readonly licenses?: readonly LicenceChoice[];
  };
}

/** A component that others refer to. */
export type ReferableComponent = CycloneDxComponent & { readonly 'bom-ref': string };

type Tools =
  | { readonly components: readonly CycloneDxComponent[] }
  | readonly { readonly name: string; readonly version: string }[];

export interface CycloneDxDocument {
  readonly $schema: string;
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: CycloneDxVersion;
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: {
    readonly timestamp: string;
    readonly lifecycles?: readonly { readonly phase: 'post-build' }[];
    readonly tools: Tools;
    readonly component: ReferableComponent;
    readonly properties?: readonly NameValue[];
  };
  readonly components: readonly ReferableComponent[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly compositions: readonly {
    readonly aggregate: 'incomplete' | 'unknown';
    readonly assemblies: readonly string[];
  }[];
}
