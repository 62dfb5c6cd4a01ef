/**
 * Packages of Homebrew, which on Linux lies in `/home/linuxbrew/.linuxbrew`. Each version of a formula is a directory of
 * the Cellar with a receipt of its installation and a copy of the formula; a cask has a receipt alone. Homebrew,
 * `Library/Homebrew/tab.rb`.
 */
import { objectsIn, parseJsonObject, isObject } from '../../../formats/json.ts';
import { formatPurl } from '../../../model/purl.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, isPackageName, textOf, unreadable } from '../../evidence.ts';
import { type Formula, parseFormula } from './formula.ts';

/** `Cellar/NAME/VERSION/INSTALL_RECEIPT.json`, and the formula in `.brew/NAME.rb` beside it. */
const KEG = /(?:^|\/)Cellar\/([^/]+)\/([^/]+)\/(?:INSTALL_RECEIPT\.json|\.brew\/[^/]+\.rb)$/;
const CASK = /(?:^|\/)Caskroom\/([^/]+)\/\.metadata\/INSTALL_RECEIPT\.json$/;

/** Formulae of this tap go by their names alone. */
const CORE_TAPS: ReadonlySet<string> = new Set(['homebrew/core', 'homebrew/cask']);

type Receipt = {
  readonly tap: string | null;
  readonly architecture: string | null;
  /** Casks; a formula's version is its directory's name. */
  readonly version: string | null;
  /** As receipts name them: with their tap where it is not Homebrew's own. */
  readonly dependencies: readonly string[];
};

export type HomebrewRecord =
  | { readonly kind: 'receipt'; readonly receipt: Receipt }
  | { readonly kind: 'formula'; readonly formula: Formula };

export const homebrewCataloger = defineCataloger<HomebrewRecord>({
  name: 'homebrew',
  version: 1,
  interests: [
    {
      names: ['INSTALL_RECEIPT.json'],
      accepts: (path) => KEG.test(path) || CASK.test(path),
      maxBytes: 4 * 1024 * 1024,
    },
    { parents: [{ name: '.brew', suffix: '.rb' }], accepts: (path) => KEG.test(path), maxBytes: 1024 * 1024 },
  ],
  unit: (path) => path.replace(/\/(?:INSTALL_RECEIPT\.json|\.brew\/[^/]+)$/, ''),
  read: readHomebrewFile,
  catalog: catalogHomebrew,
});

function readHomebrewFile({ path, content }: EvidenceFile): ReadFile<HomebrewRecord> {
  const text = decodeText(content);
  if (path.endsWith('.rb')) return { record: { kind: 'formula', formula: parseFormula(text) }, coverage: [] };
  const receipt = parseJsonObject(text);
  if (receipt === null) {
    const message = 'The receipt is not JSON; the package that Homebrew installed here is missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const source = isObject(receipt['source']) ? receipt['source'] : {};
  return {
    record: {
      kind: 'receipt',
      receipt: {
        tap: textOf(source['tap'], 200),
        architecture: textOf(receipt['arch'], 64),
        version: textOf(source['version'], 256),
        dependencies: dependenciesIn(receipt['runtime_dependencies']),
      },
    },
    coverage: [],
  };
}

const MAX_DEPENDENCIES = 10_000;

/** All that it needs, with what these need; receipts since 4.1 tell which its formula names itself. */
function dependenciesIn(value: unknown): readonly string[] {
  const all = objectsIn(value).slice(0, MAX_DEPENDENCIES);
  const direct = all.filter((one) => one['declared_directly'] !== false);
  return [...new Set(direct.flatMap((one) => textOf(one['full_name'], 255) ?? []))].sort();
}

function catalogHomebrew(files: ReadonlyMap<string, HomebrewRecord>): Catalog {
  const formula = [...files.values()].find((record) => record.kind === 'formula')?.formula;
  const packages = [...files].flatMap(([path, record]) => {
    if (record.kind !== 'receipt') return [];
    const { tap, architecture, dependencies } = record.receipt;
    const [, name = CASK.exec(path)?.[1] ?? '', version = record.receipt.version ?? ''] =
      KEG.exec(path) ?? [];
    if (!isPackageName(name)) return [];
    const namespace = tap !== null && /^[\w.-]+\/[\w.-]+$/.test(tap) && !CORE_TAPS.has(tap) ? tap : null;
    return [
      toCatalogedPackage({
        type: 'brew',
        purl: formatPurl({ type: 'brew', namespace, name, version }),
        name: namespace === null ? name : `${namespace}/${name}`,
        version: boundedText(version, 256) ?? '',
        architecture,
        licences: formula?.licence ? [formula.licence] : [],
        description: formula?.description ?? null,
        homepage: formula?.homepage ?? null,
        evidence: [path, ...[...files.keys()].filter((other) => other !== path)],
        dependencies,
      }),
    ];
  });
  return { packages, coverage: [] };
}
