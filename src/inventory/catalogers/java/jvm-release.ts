import { formatPurl } from '../../../model/purl.ts';
import { type CatalogedPackage, toCatalogedPackage } from '../../cataloger.ts';
import { cpesOf, productOf } from './jvm-products.ts';

/** What a Java runtime says about itself in its `release` file, whose keys are named here. */
export type JvmRelease = {
  /** `JAVA_VERSION`: `17.0.15`, `1.8.0_402`. */
  readonly version: string;
  /** `JAVA_RUNTIME_VERSION`, or what other vendors write: with the build number, `17.0.15+6`; null when there is none. */
  readonly fullVersion: string | null;
  readonly implementor: string | null;
  /** `Temurin-21.0.4+7`, `Zulu17.34+19-CA`: the vendor's own numbering. */
  readonly implementorVersion: string | null;
  readonly graalVersion: string | null;
  /** `openj9-0.41.0` where the virtual machine is not HotSpot. */
  readonly vmVersion: string | null;
  /** Oracle marks what needs its licence. */
  readonly isCommercial: boolean;
  /** It can compile, so it is a JDK. */
  readonly hasCompiler: boolean;
  readonly architecture: string | null;
};

/** The runtime as a package; `path` shows it. */
export function toRuntimePackage(release: JvmRelease, path: string): CatalogedPackage {
  const name = productOf(release);
  const version = packageVersion(release);
  return toCatalogedPackage({
    type: 'generic',
    purl: formatPurl({ type: 'generic', name, version }),
    name,
    version,
    architecture: release.architecture,
    supplier: release.implementor,
    cpes: cpesOf(release),
    evidence: [path],
  });
}

/** Number and build, `17.0.15+6`, without what a builder adds for itself (`-Debian-1deb12u1`, `-LTS`). JEP 322. */
function packageVersion({ version, fullVersion }: JvmRelease): string {
  const build = /^[0-9._]+(?:\+\d+|-b\d+)/.exec(fullVersion ?? '')?.[0];
  return build?.startsWith(version) ? build : version;
}
