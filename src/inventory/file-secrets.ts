/**
 * Secrets in files, of every layer: what a later layer removes is still in the image. Files that a package of the
 * distribution installed are everybody's, and so is what is in them.
 */
import type { Package } from '../model/package.ts';
import { SYSTEM_TYPES } from '../model/package.ts';
import type { Secret } from '../model/secret.ts';
import { findSecretsInFile } from '../secrets/search.ts';
import { SECRET_RULES } from '../secrets/rules.ts';
import { defineCataloger } from './cataloger.ts';
import type { LayerRecord, LayerRecords } from './layer-scan.ts';
import { findFileOwners } from './ownership.ts';
import type { FileSystemStep } from './timeline.ts';

/** Of one file. The secret itself is never kept: records are cached. */
export type FileSecretsRecord = readonly {
  readonly rule: string;
  readonly line: number;
  readonly redacted: string;
}[];

/** Configuration and code; larger text is data. */
const MAX_BYTES = 1024 * 1024;

/**
 * Where texts are that were published with a package, with keys made for its tests and manuals: headers, documentation,
 * data, tests and examples of installed packages.
 */
const PUBLISHED: readonly RegExp[] = [
  /(?:^|\/)usr\/(?:include|share\/(?:doc|man|info|licenses|locale|i18n|zoneinfo|texlive|texmf|texmf-dist|perl|perl5|icons|fonts|X11|unicode|mime|javadoc|vim))\//,
  /(?:^|\/)usr\/(?:local\/)?(?:lib\/go(?:-\d[\d.]*)?|go|share\/go(?:-\d[\d.]*)?)\/(?:src|test)\//,
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|gems|vendor|pkg\/mod|registry\/src)\/(?:.*\/)?(?:tests?|testdata|test[-_]data|testing|fixtures?|specs?|__tests__|examples?|samples?|docs?|benchmarks?)\//,
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|gems|vendor|pkg\/mod|registry\/src)\/.*\.(?:md|rst|markdown|d\.ts|map)$/,
];

/** Finds no packages: `secretsInFiles` uses its records. */
export const fileSecretsCataloger = defineCataloger<FileSecretsRecord>({
  name: 'file-secrets',
  version: 1,
  interests: [
    {
      magic: ['text'],
      accepts: (path) => !PUBLISHED.some((published) => published.test(path)),
      maxBytes: MAX_BYTES,
      larger: 'ignore',
    },
  ],
  unit: (path) => path,
  read({ path, content }) {
    const found = findSecretsInFile(path, content);
    if (found.length === 0) return { record: null, coverage: [] };
    return {
      record: found.map(({ rule, line, redacted }) => ({ rule: rule.id, line, redacted })),
      coverage: [],
    };
  },
  catalog: () => ({ packages: [], coverage: [] }),
});

interface SecretLayer {
  readonly diffId: Package['layer'];
  readonly step: number | null;
  readonly records: LayerRecords;
}

/**
 * The secrets in the files of all layers, sorted by path, line and layer.
 *
 * @param resolve follows the symbolic links of the final file system
 */
export function secretsInFiles(
  layers: readonly SecretLayer[],
  final: FileSystemStep | undefined,
  packages: readonly Package[],
  resolve: (path: string) => string,
): readonly Secret[] {
  if (!layers.some(({ records }) => records.some(isSecretsRecord))) return [];
  const visible = new Map<string, string>();
  for (const [path, origin] of final?.visible ?? []) visible.set(`${origin.layer}\0${origin.path}`, path);
  const found = layers.flatMap(({ diffId, step, records }, layer) =>
    records.filter(isSecretsRecord).flatMap(({ path, record }) =>
      ((record ?? []) as FileSecretsRecord).flatMap(({ rule, line, redacted }): Secret[] => {
        const { title, severity } = SECRET_RULES.find(({ id }) => id === rule) ?? {};
        if (title === undefined || severity === undefined) return [];
        const seen = visible.get(`${layer}\0${path}`);
        const place = { kind: 'file', path: seen ?? path, line, layer: diffId, step } as const;
        return [{ rule, title, severity, place: { ...place, visible: seen !== undefined }, redacted }];
      }),
    ),
  );
  const system = packages.filter(({ type }) => SYSTEM_TYPES.has(type));
  const paths = found.flatMap(({ place }) => (place.kind === 'file' ? [place.path] : []));
  const owned = findFileOwners(paths, system, resolve);
  return found.filter(({ place }) => place.kind !== 'file' || !owned.has(place.path)).sort(byPlace);
}

const isSecretsRecord = ({ cataloger }: LayerRecord) => cataloger === fileSecretsCataloger.name;

function byPlace(a: Secret, b: Secret): number {
  const [left, right] = [a, b].map(({ place, rule }) =>
    place.kind === 'file'
      ? `${place.path}\0${String(place.line).padStart(9, '0')}\0${place.layer}\0${rule}`
      : '',
  );
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
