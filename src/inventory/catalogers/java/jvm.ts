import { type Catalog, defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { boundedText, decodeText, NOTHING } from '../../evidence.ts';
import { parseProperties } from './java-properties.ts';
import { type JvmRelease, toRuntimePackage } from './jvm-release.ts';

/**
 * Java runtimes and development kits, by the `release` file at their root, which OpenJDK's build writes
 * (`make/ReleaseFile.gmk`). Many things have a file of that name: one that does not say for which Java, and which
 * modules or machine, is another.
 */
export const jvmCataloger = defineCataloger<JvmRelease>({
  name: 'jvm',
  yieldsToDistribution: true,
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
  return { packages: [...files].map(([path, release]) => toRuntimePackage(release, path)), coverage: [] };
}
