import { feedFiles } from '../../advisories/files/feed-files.ts';
import { HallmarkError } from '../../model/errors.ts';
import { UpdateError } from '../errors.ts';
import { fetchChanged, isOurOwn } from './conditional-files.ts';
import { filesOfUnit, type Fetcher, type FetchEvent, type FetchOrder } from './fetch-event.ts';

const MAX_REPOMD_BYTES = 16 << 20;
const MAX_MIRRORS_BYTES = 100_000;

/** Repositories of rpm packages, each a unit; its version is the checksum of `updateinfo` in `repomd.xml`. */
export const fetchRpmRepositories: Fetcher = async function* (order) {
  const known = await order.known();
  for (const address of order.upstream.addresses) {
    try {
      yield* fetchRepository(address, known.get(address) ?? null, order);
    } catch (error) {
      if (!(error instanceof HallmarkError) || isOurOwn(error)) throw error;
      yield { kind: 'failed', unit: address, reason: error.message };
    }
  }
  const wanted = new Set(order.upstream.addresses);
  for (const unit of known.keys()) if (!wanted.has(unit)) yield { kind: 'gone', unit };
  return null;
};

async function* fetchRepository(
  unit: string,
  version: string | null,
  order: FetchOrder,
): AsyncIterable<FetchEvent> {
  const base = await baseOf(unit, order);
  const index = `${base}repodata/repomd.xml`;
  order.report(index);
  const answer = await order.web.read({ address: index, limitBytes: MAX_REPOMD_BYTES });
  if (answer.kind !== 'fetched') throw broken(index, 'is not there');
  const { href, checksum } = parseRepomd(answer.content, index);
  if (checksum === version) return;
  const url = URL.parse(href, base);
  if (url === null || !url.href.startsWith(base)) throw broken(index, 'leads out of the repository');
  const file = await fetchChanged(url.href, null, order);
  if (file === null || file === 'missing') throw broken(url.href, 'is not there');
  if (file.digest !== checksum) throw broken(url.href, `is not the file that ${index} names`);
  yield* filesOfUnit(unit, checksum, feedFiles([file.file]));
}

/** The repository itself, or the first one of a list of mirrors: Amazon's newest lies at another address each time. */
async function baseOf(address: string, { web }: FetchOrder): Promise<string> {
  if (!address.endsWith('/mirror.list')) return address.endsWith('/') ? address : `${address}/`;
  const answer = await web.read({ address, limitBytes: MAX_MIRRORS_BYTES });
  const [first = ''] = answer.kind === 'fetched' ? answer.content.toString('utf8').split('\n') : [];
  const url = URL.parse(first.trim());
  if (url === null || !/^https?:$/.test(url.protocol)) throw broken(address, 'names no mirror');
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

/**
 * Where `updateinfo` lies, with its SHA-256. The index is written by createrepo_c, whose elements have no prefix; what is
 * written in another way is refused, not guessed at.
 */
function parseRepomd(bytes: Buffer, address: string): { readonly href: string; readonly checksum: string } {
  const text = bytes.toString('utf8');
  const start = text.indexOf('<data type="updateinfo"');
  const entry = start === -1 ? '' : text.slice(start, text.indexOf('</data>', start));
  const href = /<location [^>]*?href="([^"&<>]{1,500})"/.exec(entry)?.[1];
  const checksum = /<checksum type="sha256">([0-9a-f]{64})<\/checksum>/.exec(entry)?.[1];
  if (href !== undefined && checksum !== undefined) return { href, checksum };
  throw broken(address, 'names no updateinfo with its SHA-256');
}

function broken(address: string, what: string): UpdateError {
  return new UpdateError('FEED_BROKEN', `${address} ${what}`, { subject: address });
}
