import { parsedScheme } from './parsed-scheme.ts';
import { compareSemanticVersions, readSemanticVersion } from './semver.ts';

/** Versions of Swift's packages: tags `1.2.3`, `v1.2.3` or `1.2` in the order of Semantic Versioning 2.0.0. */
export const swift = parsedScheme('swift', readSemanticVersion, compareSemanticVersions);
