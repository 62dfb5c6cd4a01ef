import { formatPurl } from '../../../model/purl.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, NOTHING } from '../../evidence.ts';

/**
 * Models that were downloaded from Hugging Face, as its library keeps them: `models--OWNER--NAME/refs/REVISION` holds the
 * commit of that revision, and `snapshots/COMMIT` links to the files. huggingface_hub, "Understand caching".
 */
export const huggingFaceCacheCataloger = defineCataloger<string>({
  name: 'huggingface-cache',
  version: 1,
  interests: [
    { parents: [{ name: 'refs' }], accepts: (path) => repositoryOf(path) !== null, maxBytes: 1024 },
  ],
  unit: (path) => path.slice(0, path.lastIndexOf('/')),
  read: readCommit,
  catalog: catalogRepositories,
});

function readCommit({ content }: EvidenceFile): ReadFile<string> {
  const commit = /^[0-9a-f]{40}$/.exec(decodeText(content).trim())?.[0];
  return commit === undefined ? NOTHING : { record: commit, coverage: [] };
}

const PREFIX = 'models--';

/** Models of the first years have no owner. Names do not hold two hyphens. */
function repositoryOf(path: string): readonly [owner: string, name: string] | null {
  const directory = path.split('/').at(-3) ?? '';
  if (!directory.startsWith(PREFIX)) return null;
  const repository = directory.slice(PREFIX.length);
  const end = repository.indexOf('--');
  const owner = repository.slice(0, Math.max(end, 0));
  const name = end < 0 ? repository : repository.slice(end + 2);
  return NAME.test(name) && (end < 0 || NAME.test(owner)) ? [owner, name] : null;
}

const NAME = /^[\w.-]{1,96}$/;

function catalogRepositories(files: ReadonlyMap<string, string>): Catalog {
  const commits = Map.groupBy(files, ([, commit]) => commit);
  const packages = [...commits].flatMap(([version, refs]) => {
    const evidence = refs.map(([path]) => path);
    const repository = repositoryOf(evidence[0] ?? '');
    if (repository === null) return [];
    const [namespace, name] = repository;
    const type = namespace === '' ? 'generic' : 'huggingface';
    return toCatalogedPackage({
      type,
      purl: formatPurl({ type, namespace, name, version }),
      name: namespace === '' ? name : `${namespace}/${name}`,
      version,
      evidence,
    });
  });
  return { packages, coverage: [] };
}
