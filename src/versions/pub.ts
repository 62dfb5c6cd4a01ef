import { parsedScheme } from './parsed-scheme.ts';
import { compareWithBuilds, readSemanticVersion } from './semver.ts';

/** Versions of Dart's packages: semantic versions of which builds count. Package pub_semver, lib/src/version.dart. */
export const pub = parsedScheme('pub', readSemanticVersion, compareWithBuilds);
