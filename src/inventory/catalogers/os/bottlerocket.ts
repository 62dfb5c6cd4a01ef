/**
 * Packages of Bottlerocket, which is built of rpm packages and keeps an inventory in place of their database: also below
 * the directory of an architecture, in the images of its SDK and variants. Bottlerocket, "application inventory".
 */
import { objectsIn, parseJsonObject, textIn } from '../../../formats/json.ts';
import {
  type Catalog,
  type CatalogContext,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, isPackageName, textOf, unreadable } from '../../evidence.ts';
import { systemPurl } from './system-purl.ts';

const INVENTORY = /(?:^|\/)usr\/share\/bottlerocket\/application-inventory\.json$/;

type Application = {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly epoch: string | null;
  readonly architecture: string | null;
  readonly publisher: string | null;
  readonly homepage: string | null;
  readonly summary: string | null;
};

export type BottlerocketRecord = readonly Application[];

export const bottlerocketCataloger = defineCataloger<BottlerocketRecord>({
  name: 'bottlerocket',
  version: 1,
  interests: [
    {
      names: ['application-inventory.json'],
      accepts: (path) => INVENTORY.test(path),
      maxBytes: 16 * 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readInventory,
  catalog: catalogBottlerocket,
});

const MAX_APPLICATIONS = 50_000;

function readInventory({ path, content }: EvidenceFile): ReadFile<BottlerocketRecord> {
  const inventory = parseJsonObject(decodeText(content));
  if (inventory === null || !Array.isArray(inventory['Content'])) {
    const message = 'The file is no inventory of Bottlerocket; the packages of the system are missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const record = objectsIn(inventory['Content'])
    .slice(0, MAX_APPLICATIONS)
    .map((application): Application => ({
      name: textIn(application, 'Name'),
      version: boundedText(textIn(application, 'Version'), 256) ?? '',
      release: boundedText(textIn(application, 'Release'), 256) ?? '',
      epoch: /^\d{1,9}$/.exec(textIn(application, 'Epoch'))?.[0] ?? null,
      architecture: textOf(application['Architecture'], 64),
      publisher: textOf(application['Publisher']),
      homepage: textOf(application['Url']),
      summary: textOf(application['Summary']),
    }))
    .filter(({ name }) => isPackageName(name));
  return { record, coverage: [] };
}

function catalogBottlerocket(
  files: ReadonlyMap<string, BottlerocketRecord>,
  { distribution }: CatalogContext,
): Catalog {
  const packages = [...files].flatMap(([path, applications]) =>
    applications.map((application) => {
      const { name, epoch, architecture } = application;
      const version = [application.version, application.release].filter(Boolean).join('-');
      return toCatalogedPackage({
        type: 'rpm',
        purl: systemPurl({ type: 'rpm', name, version, architecture, epoch }, distribution),
        name,
        version: epoch === null ? version : `${epoch}:${version}`,
        architecture,
        supplier: application.publisher,
        homepage: application.homepage,
        description: application.summary,
        evidence: [path],
      });
    }),
  );
  return { packages, coverage: [] };
}
