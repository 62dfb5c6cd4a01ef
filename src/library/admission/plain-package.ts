import type { Package } from '../../model/package.ts';

/** A package of which nothing is known but what is said beside this. */
export const PLAIN_PACKAGE: Omit<Package, 'id' | 'purl' | 'type' | 'name' | 'version'> = {
  presence: 'installed',
  cataloger: 'record',
  architecture: null,
  source: null,
  licences: [],
  licenceExpression: null,
  licenceTexts: [],
  supplier: null,
  description: null,
  homepage: null,
  cpes: [],
  checksums: [],
  modularityLabel: null,
  layer: null,
  evidence: [],
  files: [],
  ownedBy: null,
  dependencies: [],
  dependsOn: [],
};
