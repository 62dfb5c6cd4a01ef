import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { firstText, parseOpam, runtimeNeeds } from './opam-file.ts';
import { isOpamName, isOpamVersion, opamPurl } from './opam-package.ts';

/** What a description by opam or findlib says of a package. */
export type OpamFacts = {
  /** Null where it is not written down. */
  readonly version: string | null;
  readonly licences: readonly string[];
  readonly supplier: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
  readonly needs: readonly string[];
};

const IN_SWITCH = /(?:^|\/)\.opam-switch\/packages\/([^/.]+)\.([^/]+)\/opam$/;
const LIBRARY = /(?:^|\/)lib(?:64)?\/ocaml\/([^/]+)\/(?:opam|META)$/;

/**
 * Packages in switches of opam (`.opam-switch/packages/NAME.VERSION/opam`), and libraries that distributions install with
 * opam's description and findlib's `META` beside it (`lib/ocaml/NAME`). Libraries with `META` alone are
 * left out, for it does not name their package: OCaml's own among them. opam manual, "Switch layout"; findlib, META(5).
 */
export const opamInstalledCataloger = defineCataloger<OpamFacts>({
  name: 'opam-installed',
  version: 1,
  interests: [
    {
      names: ['opam', 'META'],
      accepts: (path) => IN_SWITCH.test(path) || LIBRARY.test(path),
      maxBytes: 1024 * 1024,
    },
  ],
  unit: (path) => path.slice(0, path.lastIndexOf('/') + 1),
  read: (file) => (file.path.endsWith('META') ? readMeta(file) : readDescription(file)),
  catalog: catalogDirectory,
});

function readDescription({ path, content }: EvidenceFile): ReadFile<OpamFacts> {
  const fields = parseOpam(decodeText(content));
  if (fields === null) {
    const message = 'The description of a package of opam could not be read; what only it says is missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  return {
    record: {
      version: firstText(fields, 'version'),
      licences: (fields.get('license') ?? []).flatMap(({ text }) => boundedText(text) ?? []),
      supplier: boundedText((fields.get('maintainer') ?? []).map(({ text }) => text).join(', ')),
      description: boundedText(firstText(fields, 'synopsis')),
      homepage: boundedText(firstText(fields, 'homepage')),
      needs: [...new Set(runtimeNeeds(fields).map(({ text }) => text))].filter(isOpamName).sort(),
    },
    coverage: [],
  };
}

/** Fields before the first part of the library; a need is a library, whose package has the name before the dot. */
function readMeta({ content }: EvidenceFile): ReadFile<OpamFacts> {
  const [head = ''] = decodeText(content).split(/^[ \t]*package[ \t]+"/m, 1);
  const field = (name: 'version' | 'description') =>
    boundedText(
      (name === 'version' ? /^version[ \t]*=[ \t]*"([^"]*)"/m : /^description[ \t]*=[ \t]*"([^"]*)"/m).exec(
        head,
      )?.[1],
    );
  const version = field('version');
  if (version?.startsWith('[')) return NOTHING;
  const needs = (/^requires[ \t]*=[ \t]*"([^"]*)"/m.exec(head)?.[1] ?? '')
    .split(/[\s,]+/)
    .map((need) => need.split('.', 1)[0]);
  return {
    record: {
      version,
      licences: [],
      supplier: null,
      description: field('description'),
      homepage: null,
      needs: [...new Set(needs.filter((need) => need !== undefined))].filter(isOpamName).sort(),
    },
    coverage: [],
  };
}

function catalogDirectory(files: ReadonlyMap<string, OpamFacts>): Catalog {
  const parts = [...files].sort(([a], [b]) => (a < b ? 1 : -1));
  const [main] = parts;
  const pkg = main === undefined ? null : toPackage(main[0], parts);
  return { packages: pkg === null ? [] : [pkg], coverage: [] };
}

/** opam's description comes first; of what it does not say findlib's tells. */
function toPackage(main: string, parts: readonly (readonly [string, OpamFacts])[]): CatalogedPackage | null {
  const [, inPath, versionInPath] = IN_SWITCH.exec(main) ?? [];
  const name = inPath ?? LIBRARY.exec(main)?.[1] ?? '';
  const facts = parts.map(([, found]) => found);
  const written = versionInPath ?? facts.find(({ version }) => version !== null)?.version ?? '';
  // findlib alone names libraries, whose package may have another name: that of `findlib` is `ocamlfind`
  if (!isOpamName(name) || main.endsWith('META')) return null;
  const version = isOpamVersion(written) ? written : '';
  const described = facts.find(({ description }) => description !== null);
  return toCatalogedPackage({
    type: 'opam',
    purl: opamPurl(name, version),
    name,
    version,
    licences: facts.flatMap(({ licences }) => licences),
    supplier: facts[0]?.supplier ?? null,
    description: described?.description ?? null,
    homepage: facts[0]?.homepage ?? null,
    evidence: parts.map(([path]) => path),
    dependencies: facts[0]?.needs ?? [],
  });
}
