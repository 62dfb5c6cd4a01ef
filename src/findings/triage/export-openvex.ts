/** Exceptions as an OpenVEX document, for other scanners and for whoever gets the image. */
import { createHash } from 'node:crypto';
import { formatPurl } from '../../model/purl.ts';
import { OciError } from '../../oci/errors.ts';
import { parseReference } from '../../oci/reference.ts';
import { hasExpired } from './apply-exceptions.ts';
import type { Configuration, Exception } from './configuration.ts';

interface Component {
  readonly '@id': string;
}

interface Product extends Component {
  readonly subcomponents?: readonly Component[];
}

export interface ExportedVex {
  readonly document: object;
  /** Exceptions that VEX cannot express, each with the reason. */
  readonly left: readonly { readonly exception: Exception; readonly reason: string }[];
}

export interface ExportOptions {
  readonly author: string;
  /** RFC 3339: when the document is issued. */
  readonly timestamp: string;
  /** Milliseconds since 1970: the day by which exceptions expire. */
  readonly now: number;
}

/**
 * The same configuration and time give the same document. What would say more in VEX than the exception does (one that is
 * limited to paths, ranges or wildcards, or that has run out) is left, never widened.
 */
export function exportOpenVex(configuration: Configuration, options: ExportOptions): ExportedVex {
  const { author, timestamp, now } = options;
  const left: { exception: Exception; reason: string }[] = [];
  const statements = configuration.exceptions.flatMap((exception) => {
    const products = hasExpired(exception, now)
      ? `it expired on ${exception.expires ?? ''}`
      : productsOf(exception);
    if (typeof products === 'string') {
      left.push({ exception, reason: products });
      return [];
    }
    return exception.vulnerabilities.map((name) => ({
      vulnerability: { name },
      products,
      ...statusOf(exception),
    }));
  });
  const digest = createHash('sha256').update(JSON.stringify({ author, timestamp, statements })).digest('hex');
  const document = {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': configuration.vex.id ?? `https://openvex.dev/docs/public/vex-${digest}`,
    author,
    timestamp,
    version: 1,
    tooling: 'hallmark',
    statements,
  };
  return { document, left };
}

function statusOf({ status, justification, reason, expires }: Exception): object {
  const until = expires === null ? '' : ` (until ${expires})`;
  if (status === 'accepted-risk') {
    return { status: 'affected', action_statement: `Risk accepted${until}: ${reason}` };
  }
  if (justification !== null) return { status: 'not_affected', justification, status_notes: reason };
  return { status: 'not_affected', impact_statement: `False positive: ${reason}` };
}

/** The products, or why VEX cannot name them. */
function productsOf({ packages, paths, images }: Exception): readonly Product[] | string {
  if (paths.length > 0) return 'it is limited to paths';
  if (packages.some(({ versions }) => versions !== null)) return 'it is limited to ranges of versions';
  const names = packages.map(({ purl }) => purl);
  if ([...names, ...images].some((name) => /[*?]/.test(name.replace(/\?.*$/, '')))) return 'it has wildcards';
  if (names.length + images.length === 0) return 'it names neither a package nor an image';
  const components = names.map((name): Component => ({ '@id': name }));
  if (images.length === 0) return components;
  const products = images.map(imagePurl);
  if (products.includes(null)) return 'it names an image by something else than a reference';
  return products.flatMap((purl): Product[] => {
    if (purl === null) return [];
    return [components.length === 0 ? { '@id': purl } : { '@id': purl, subcomponents: components }];
  });
}

/** purl-spec, `types/oci-definition.json`; null for what is no reference. */
function imagePurl(image: string): string | null {
  try {
    const { registry, repository, tag, digest } = parseReference(image);
    const isTagged = image.endsWith(`:${tag ?? ''}`);
    return formatPurl({
      type: 'oci',
      name: repository.slice(repository.lastIndexOf('/') + 1),
      version: digest,
      qualifiers: { repository_url: `${registry}/${repository}`, tag: isTagged ? tag : null },
    });
  } catch (error) {
    if (error instanceof OciError) return null;
    throw error;
  }
}
