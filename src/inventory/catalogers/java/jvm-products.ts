/**
 * Which product a Java runtime is, and how NVD names it. All of them are built from the sources of OpenJDK, whose flaws
 * are published under Oracle's names; a vendor's own CPE is added where NVD has records under it.
 */
import type { JvmRelease } from './jvm-release.ts';

/** By `IMPLEMENTOR`, as the vendors' builds write it; the first that fits. */
const PRODUCTS: readonly (readonly [implementor: RegExp, product: string])[] = [
  [/^(?:Eclipse (?:Adoptium|Foundation)|Adoptium|Temurin)/, 'temurin'],
  [/^AdoptOpenJDK/, 'adoptopenjdk'],
  [/^Azul/, 'zulu'],
  [/^Amazon/, 'corretto'],
  [/^Microsoft/, 'microsoft-openjdk'],
  [/^(?:IBM|International Business Machines)/, 'semeru'],
  [/^BellSoft/, 'liberica'],
  [/^SAP/, 'sapmachine'],
  [/^GraalVM (?:Community|CE)/, 'graalvm-community'],
];

/** `openjdk` where no vendor has put a name to it: the builds of distributions, and those of the project itself. */
export function productOf({
  implementor,
  implementorVersion,
  graalVersion,
  isCommercial,
}: JvmRelease): string {
  const named = [implementor, implementorVersion].flatMap(
    (text) => PRODUCTS.find(([pattern]) => pattern.test(text ?? ''))?.[1] ?? [],
  )[0];
  if (graalVersion !== null) return named ?? 'graalvm';
  return named ?? (isCommercial ? 'oracle-jdk' : 'openjdk');
}

/** CPE 2.3 names, the vendor's own first. */
export function cpesOf(release: JvmRelease): readonly string[] {
  const { vmVersion, graalVersion, implementorVersion, hasCompiler } = release;
  const { feature, update, number } = numbersOf(release.version);
  const legacy = update === null ? number : `1.${feature}.0:update${update}`;
  const openjdk = cpe('oracle', 'openjdk', update === null ? number : `${feature}:update${update}`);
  const zulu = /^Zulu(\d+\.\d+)/.exec(implementorVersion ?? '')?.[1];
  const openj9 = /^openj9-(\d+(?:\.\d+)*)/.exec(vmVersion ?? '')?.[1];
  switch (productOf(release)) {
    case 'oracle-jdk':
      return [...(hasCompiler ? [cpe('oracle', 'jdk', legacy)] : []), cpe('oracle', 'jre', legacy)];
    case 'graalvm':
      // before "GraalVM for JDK" it had versions of its own
      return [
        graalVersion !== null && /^2[0-2]\./.test(graalVersion)
          ? cpe('oracle', 'graalvm', graalVersion)
          : cpe('oracle', 'graalvm_for_jdk', number),
      ];
    case 'zulu':
      return [...(zulu === undefined ? [] : [cpe('azul', 'zulu', zulu)]), openjdk];
    default:
      return [...(openj9 === undefined ? [] : [cpe('eclipse', 'openj9', openj9)]), openjdk];
  }
}

/** `1.8.0_402` is update 402 of Java 8; later versions are numbers alone (JEP 223). */
function numbersOf(version: string) {
  const old = /^1\.(\d+)\.0(?:_(\d+))?/.exec(version);
  const number = /^[0-9.]+/.exec(version)?.[0] ?? version;
  return { feature: old?.[1] ?? '', update: old?.[2] ?? null, number };
}

/** @param version may hold the update as a second component */
function cpe(vendor: string, product: string, version: string): string {
  const update = version.includes(':') ? '' : ':*';
  return `cpe:2.3:a:${vendor}:${product}:${version}${update}:*:*:*:*:*:*`;
}
