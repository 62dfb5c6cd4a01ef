import { formatPurl } from '../../../model/purl.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, NOTHING } from '../../evidence.ts';
import { parseProperties } from './java-properties.ts';
import { cpesOf, productOf } from './jvm-products.ts';

/** What the `release` file of a Java runtime says. */
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

/**
 * Java runtimes and development kits, by the `release` file at their root, which OpenJDK's build writes
 * (`make/ReleaseFile.gmk`). Many things have a file of that name: one that does not say for which Java, and which
 * modules or machine, is another.
 */
export const jvmCataloger = defineCataloger<JvmRelease>({
  name: 'jvm',
  version: 1,
  interests: [{ names: ['release'], maxBytes: 64 * 1024 }],
  unit: (path) => path,
  read: readRelease,
  catalog: catalogJvms,
});

function readRelease({ content }: EvidenceFile): ReadFile<JvmRelease> {
  const values = parseProperties(decodeText(content));
  const value = (key: string) => boundedText(values.get(key)?.replaceAll(/^"|"$/g, ''), 200);
  const version = value('JAVA_VERSION');
  const isRuntime = ['IMPLEMENTOR', 'MODULES', 'OS_ARCH', 'JAVA_RUNTIME_VERSION'].some((key) =>
    values.has(key),
  );
  if (version === null || !/^\d+(?:\.\d+)*(?:_\d+)?(?:-[A-Za-z0-9.]+)?$/.test(version) || !isRuntime)
    return NOTHING;
  return {
    record: {
      version,
      fullVersion: value('JAVA_RUNTIME_VERSION') ?? value('FULL_VERSION'),
      implementor: value('IMPLEMENTOR'),
      implementorVersion: value('IMPLEMENTOR_VERSION'),
      graalVersion: value('GRAALVM_VERSION'),
      vmVersion: value('JVM_VERSION'),
      isCommercial: value('BUILD_TYPE') === 'commercial',
      hasCompiler:
        value('IMAGE_TYPE') === 'JDK' || /\bjdk\.compiler(?![.\w])/.test(values.get('MODULES') ?? ''),
      architecture: value('OS_ARCH'),
    },
    coverage: [],
  };
}

function catalogJvms(files: ReadonlyMap<string, JvmRelease>): Catalog {
  return { packages: [...files].map(([path, release]) => toPackage(release, path)), coverage: [] };
}

function toPackage(release: JvmRelease, path: string): CatalogedPackage {
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
