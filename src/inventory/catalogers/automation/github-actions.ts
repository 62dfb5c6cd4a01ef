import { isObject, type JsonObject, objectsIn } from '../../../formats/json.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import { formatPurl } from '../../../model/purl.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { isOwnSource } from '../../own-source.ts';

/** A repository with the action or workflow that is used. */
export type ActionReference = {
  readonly owner: string;
  readonly repository: string;
  /** A tag, branch or commit, as written. */
  readonly ref: string;
};

/**
 * Actions and reusable workflows that the workflows of a repository run on GitHub, and actions that are made of others.
 * They are declared: an image that holds a source tree does not hold them. Actions of the same repository (`./…`) are
 * its own code, and container images (`docker://…`) are no packages. GitHub documentation, "Workflow syntax", "Metadata
 * syntax for GitHub Actions". The package is the repository at that tag or commit,
 * as advisories have it, whichever of its directories is used.
 */
export const githubActionsCataloger = defineCataloger<readonly ActionReference[]>({
  name: 'github-actions',
  version: 1,
  interests: [
    { parents: [{ name: 'workflows' }], accepts: isWorkflow, maxBytes: 2 * 1024 * 1024 },
    { names: ['action.yml', 'action.yaml'], accepts: isOwnSource, maxBytes: 2 * 1024 * 1024 },
  ],
  unit: (path) => path,
  read: readWorkflow,
  catalog: catalogActions,
});

function isWorkflow(path: string): boolean {
  return /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/.test(path) && isOwnSource(path);
}

function readWorkflow({ path, content }: EvidenceFile): ReadFile<readonly ActionReference[]> {
  const document = parseYaml(decodeText(content));
  if (!isObject(document)) {
    // what else may be called action.yml says nothing
    if (!isWorkflow(path)) return NOTHING;
    const message = 'The workflow is not a YAML mapping; the actions that it uses are missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const references = usesIn(document).flatMap((uses) => parseReference(uses) ?? []);
  return references.length === 0 ? NOTHING : { record: references, coverage: [] };
}

/** What jobs, their steps, and the steps of an action made of others use. */
function usesIn(document: JsonObject): readonly unknown[] {
  const jobs = isObject(document['jobs']) ? Object.values(document['jobs']).filter(isObject) : [];
  const runs = isObject(document['runs']) ? [document['runs']] : [];
  return [...jobs, ...runs].flatMap((part) => [part, ...objectsIn(part['steps'])]).map(({ uses }) => uses);
}

/** `owner/repository@ref`, `owner/repository/path@ref`; null for anything else. */
export function parseReference(uses: unknown): ActionReference | null {
  if (typeof uses !== 'string' || uses.length > 500) return null;
  const [, owner, repository, ref] =
    /^([A-Za-z\d][A-Za-z\d-]*)\/([A-Za-z\d._-]+)(?:\/[^@\s]+)?@([^@\s]+)$/.exec(uses.trim()) ?? [];
  if (owner === undefined || repository === undefined || ref === undefined) return null;
  return { owner, repository, ref };
}

function catalogActions(files: ReadonlyMap<string, readonly ActionReference[]>): Catalog {
  const packages = [...files].flatMap(([path, references]) =>
    references.map(({ owner, repository, ref }) =>
      toCatalogedPackage({
        type: 'github',
        presence: 'declared',
        purl: formatPurl({ type: 'github', namespace: owner, name: repository, version: ref }),
        name: `${owner}/${repository}`,
        version: ref,
        homepage: `https://github.com/${owner}/${repository}`,
        evidence: [path],
      }),
    ),
  );
  return { packages, coverage: [] };
}
