import type { Checksum } from '../../../model/package.ts';
import { formatPurl } from '../../../model/purl.ts';
import { type Catalog, type CatalogedPackage, toCatalogedPackage } from '../../cataloger.ts';
import { boundedText } from '../../evidence.ts';

/** What the header of a model's file says about it. */
export type ModelRecord = {
  readonly name: string;
  /** Empty when the header has none. */
  readonly version: string;
  /** `owner/name` on Hugging Face, where the header says so of this very model. */
  readonly repository: string | null;
  readonly licence: string | null;
  readonly author: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
  /** SHA-256 of the tensors' bytes. */
  readonly sha256: string | null;
};

/** A bounded text; null for what is no text or empty. */
export function modelText(value: unknown, maxLength = 255): string | null {
  return typeof value === 'string' ? boundedText(value, maxLength) : null;
}

/** The repository that an address on Hugging Face names: `https://huggingface.co/owner/name`. */
export function huggingFaceRepository(address: string | null): string | null {
  return /^https:\/\/huggingface\.co\/([\w.-]{1,96}\/[\w.-]{1,96})\/?$/.exec(address ?? '')?.[1] ?? null;
}

export function catalogModels(files: ReadonlyMap<string, ModelRecord>): Catalog {
  return { packages: [...files].map(([path, model]) => toPackage(path, model)), coverage: [] };
}

function toPackage(path: string, model: ModelRecord): CatalogedPackage {
  const { name, version, repository, licence, author, description, homepage, sha256 } = model;
  const [owner, repositoryName] = repository?.split('/') ?? [];
  const checksums: readonly Checksum[] = sha256 === null ? [] : [{ algorithm: 'sha256', hex: sha256 }];
  return toCatalogedPackage({
    type: repository === null ? 'generic' : 'huggingface',
    // the version of a Hugging Face purl is a commit, which no header states
    purl:
      repository === null
        ? formatPurl({ type: 'generic', name, version })
        : formatPurl({ type: 'huggingface', namespace: owner, name: repositoryName ?? '' }),
    name: repository ?? name,
    version,
    licences: licence === null ? [] : [licence],
    supplier: author,
    description,
    homepage,
    checksums,
    evidence: [path],
  });
}
