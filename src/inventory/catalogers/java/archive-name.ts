/** What the name of an archive tells: `artifact-version[-classifier].jar`, the file name of Maven's repository layout. */

export interface ArchiveName {
  readonly artifact: string;
  /** Empty when the name has none. */
  readonly version: string;
  readonly classifier: string | null;
}

/** Words that stand in a version before another: `2.0-beta-9.1`, `33.1.0-jre`. */
const QUALIFIERS = new Set(
  'alpha android b beta build cr ea ga jre m milestone pre r rc redhat rev sp'.split(' '),
);

/** Classifiers that are told from a part of a version without knowing either. */
const CLASSIFIER =
  /-(all|exec|fat|jar-with-dependencies|javadoc|natives?-[\w-]+|(?:linux|osx|windows)-[\w-]+|shaded|shadow|sources|test-sources|tests|uber)$/;

/** Source code and documentation, of which nothing runs. */
export function isAttachment(stem: string): boolean {
  return /-(?:javadoc|sources|test-sources|groovydoc|kdoc|scaladoc)$/.test(stem);
}

/**
 * @param stem the file name without its extension
 * @param versions that the archive itself states, which decide where several readings are possible
 */
export function parseArchiveName(stem: string, versions: readonly string[] = []): ArchiveName {
  const splits = splitsOf(stem);
  for (const [artifact, rest] of splits) {
    const version = versions.find((stated) => rest === stated || rest.startsWith(`${stated}-`));
    if (version === undefined) continue;
    const classifier = rest.slice(version.length + 1);
    // what is counted is a version of its own, as of somebody's patched build: `1.6.1-hudson-3`
    if (!isQualified(classifier) && !/-\d+$/.test(classifier)) {
      return { artifact, version, classifier: classifier || null };
    }
  }
  const [artifact, rest] = splits.find(([, rest]) => isVersionWhole(rest)) ?? splits.at(-1) ?? [stem, ''];
  const classifier = CLASSIFIER.exec(rest);
  return {
    artifact,
    version: classifier === null ? rest : rest.slice(0, classifier.index),
    classifier: classifier?.[1] ?? null,
  };
}

/** Readings of the name, the shortest artifact first: a version begins with a digit behind `-` or, in OSGi, `_`. */
function splitsOf(stem: string): readonly (readonly [artifact: string, rest: string])[] {
  // a bundle is named like a package and its version has three numbers; Scala's `kafka_2.13-3.7.0` is none
  const bundle = /^([\w-]*\.[\w.-]*)_(\d+\.\d+\.\d.*)$/.exec(stem);
  if (bundle !== null) return [[bundle[1] ?? '', bundle[2] ?? '']];
  const dashes = stem.matchAll(/(?<=[A-Za-z0-9_.])-(?=v?\d)/g);
  return [...dashes].map(({ index }) => [stem.slice(0, index), stem.slice(index + 1)]);
}

/** False for `1.2-api-2.17.1`: a word that is no qualifier, with a version of its own, belongs to the artifact's name. */
function isVersionWhole(rest: string): boolean {
  const words = rest.split('-');
  return words.every((word, index) => {
    const before = words[index - 1] ?? '0';
    return !/^\d+\./.test(word) || /^\d/.test(before) || isQualified(before);
  });
}

function isQualified(text: string): boolean {
  const word = /^[A-Za-z]+/.exec(text)?.[0] ?? '';
  return QUALIFIERS.has(word.toLowerCase());
}
