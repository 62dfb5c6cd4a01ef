import type { Coverage } from '../../../model/coverage.ts';
import { isObject, parseJson } from '../../../formats/json.ts';
import { type Catalog, defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { isOwnSource } from '../../own-source.ts';
import { type ComposerReading, readComposerPackages, toCatalogedPackages } from './composer-package.ts';

const LOCK = 'composer.lock';
const INSTALLED = 'composer/installed.json';

/**
 * PHP packages of Composer, which writes the same description of a package into two files.
 *
 * `vendor/composer/installed.json` lists what is installed; version 1 of that file is a list, version 2 an object around
 * it. Packages for development are among them (`dev-package-names`): their files are there, so that they are packages
 * of the image like all others.
 *
 * `composer.lock` counts where nothing that it names is installed. There packages for development are a list of their
 * own, which is left out, as `composer install --no-dev` does; so are packages from directories of the project.
 */
export const composerCataloger = defineCataloger<ComposerReading>({
  name: 'composer',
  version: 1,
  interests: [{ names: [LOCK, 'installed.json'], accepts: isEvidence, maxBytes: 64 * 1024 * 1024 }],
  unit: (path) => path,
  read: readList,
  catalog: catalogLists,
});

/** Of a package in `vendor/twig/twig`. */
const INSIDE_TESTS = /(?:^|\/)vendor\/[^/]+\/[^/]+\/(?:.*\/)?(?:tests?|fixtures?)\//i;

/**
 * A whole `vendor` inside of an installed package was shipped with it, as tools do that must not meet another version of
 * what they need; but for what its own tests install.
 */
function isEvidence(path: string): boolean {
  if (path === LOCK || path.endsWith(`/${LOCK}`)) return isOwnSource(path);
  return path.endsWith(`/${INSTALLED}`) && !INSIDE_TESTS.test(path);
}

function readList({ path, content }: EvidenceFile): ReadFile<ComposerReading> {
  const value = parseJson(decodeText(content));
  if (value === undefined) {
    const message = 'The file is not JSON; the PHP packages that Composer listed in it are missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const list = isObject(value) ? value['packages'] : value;
  if (!Array.isArray(list)) return NOTHING;
  const wanted = path.endsWith(LOCK) ? list.filter((entry) => !isDirectory(entry)) : list;
  return { record: readComposerPackages(wanted), coverage: [] };
}

/** A package in a directory of the project: its own code. Composer documentation, "Repositories", "Path". */
function isDirectory(entry: unknown): boolean {
  return isObject(entry) && isObject(entry['dist']) && entry['dist']['type'] === 'path';
}

function catalogLists(files: ReadonlyMap<string, ComposerReading>): Catalog {
  const lists = [...files];
  return {
    packages: lists.flatMap(([path, { packages }]) =>
      toCatalogedPackages(packages, path, path.endsWith(LOCK) ? 'declared' : 'installed'),
    ),
    coverage: lists.flatMap(([path, reading]) => lossesOf(path, reading)),
  };
}

function lossesOf(path: string, { packages, damaged, cut }: ComposerReading): readonly Coverage[] {
  const coverage: Coverage[] = [];
  if (damaged > 0) {
    const message = `${damaged} entries of Composer's list name no package; what they describe is missing.`;
    coverage.push(unreadable(path, message));
  }
  if (cut) {
    const message = `Composer's list has more than ${packages.length} packages; the rest was left out.`;
    coverage.push({ code: 'LIMIT_REACHED', message, subject: path });
  }
  return coverage;
}
