import { boundedText } from '../../evidence.ts';
import { artifactName } from './coordinates.ts';
import type { Manifest } from './manifest.ts';
import type { Pom } from './pom.ts';

/** What is told about an artifact beside its coordinates. */
export type ArchiveFacts = {
  readonly licences: readonly string[];
  readonly supplier: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
  readonly dependencies: readonly string[];
};

/** The project file tells more than the manifest, which mostly repeats it. */
export function factsOf(pom: Pom | null, manifest: Manifest | null): ArchiveFacts {
  return {
    licences:
      pom !== null && pom.licences.length > 0 ? pom.licences : bundleLicences(manifest?.['bundle-license']),
    supplier: pom?.organisation ?? stated(manifest?.['implementation-vendor'], manifest?.['bundle-vendor']),
    description: pom?.description ?? stated(manifest?.['bundle-description']),
    homepage:
      pom?.homepage ?? stated(manifest?.['bundle-docurl'], manifest?.['implementation-url'], manifest?.url),
    dependencies: pom === null ? pluginDependencies(manifest?.['plugin-dependencies']) : requiredBy(pom),
  };
}

/** The first that is there; a bundle's texts may be keys into its translations. */
function stated(...texts: readonly (string | undefined)[]): string | null {
  return boundedText(
    texts.find((text) => text !== undefined && !text.startsWith('%')),
    500,
  );
}

/** What is needed to run: of what the class path of a library has, neither tests nor what its user must bring. */
function requiredBy({ dependencies }: Pom): readonly string[] {
  const names = dependencies
    .filter(({ scope, optional }) => !optional && (scope === 'compile' || scope === 'runtime'))
    .map((dependency) => artifactName(dependency));
  return [...new Set(names)].sort();
}

/** Licences between commas, each with directives behind a semicolon. OSGi Core 8, 3.2.1.15. */
function bundleLicences(header: string | undefined): readonly string[] {
  const clauses = header?.match(/(?:[^,"]|"[^"]*")+/g) ?? [];
  return clauses.flatMap((clause) => {
    const [name = ''] = clause.split(';');
    const text = name.trim().replaceAll('"', '');
    return text === '' || text === '<<EXTERNAL>>' ? [] : text;
  });
}

/** `credentials:2.6,matrix-project:1.18;resolution:=optional`; Jenkins names plug-ins without their groups. */
function pluginDependencies(header: string | undefined): readonly string[] {
  const needed = (header?.split(',') ?? []).filter((clause) => !clause.includes('resolution:=optional'));
  const names = needed.flatMap((clause) => clause.split(':', 1)[0]?.trim() || []);
  return [...new Set(names)].sort();
}
