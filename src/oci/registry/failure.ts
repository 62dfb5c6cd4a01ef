import { OciError, type OciErrorCode } from '../errors.ts';
import { list, object, string } from '../shape.ts';
import { printableAddress } from './endpoint.ts';
import { readBody, type Exchanged } from './exchange.ts';
import { parseRetryAfter, TransientOciError } from './retry.ts';

const FAILURE_BYTES = 16 * 1024;

/** What was asked for, to say what is missing. */
export interface Wanted {
  readonly notFound: Extract<OciErrorCode, 'MANIFEST_UNKNOWN' | 'BLOB_UNKNOWN' | 'REGISTRY_PROTOCOL'>;
  /** `the manifest 12 of docker.io/library/debian`. */
  readonly subject: string;
  /** `docker.io/library/debian`. */
  readonly repository: string;
  /** Further statuses that mean the same as 404: what a registry answers that has no such interface. */
  readonly absentStatuses?: readonly number[];
}

/** OCI distribution spec, "Error Codes", and one of Docker's that it left out. */
const SPECIFIED_CODES: ReadonlySet<string> = new Set([
  'BLOB_UNKNOWN',
  'BLOB_UPLOAD_INVALID',
  'BLOB_UPLOAD_UNKNOWN',
  'DENIED',
  'DIGEST_INVALID',
  'MANIFEST_BLOB_UNKNOWN',
  'MANIFEST_INVALID',
  'MANIFEST_UNKNOWN',
  'NAME_INVALID',
  'NAME_UNKNOWN',
  'SIZE_INVALID',
  'TAG_INVALID',
  'UNAUTHORIZED',
  'UNSUPPORTED',
]);

const errorsShape = object({ errors: list(object({ code: string() })) });

/**
 * The error for a response that is neither a success nor one about credentials. Of the body only the code is used, and
 * only when the specification knows it: free text from a registry could repeat a credential or hold escape sequences.
 * OCI distribution spec, "Error Codes".
 */
export async function responseFailure(response: Exchanged, wanted: Wanted, now: number): Promise<OciError> {
  const { status, url } = response;
  const details = { subject: wanted.subject };
  if (status === 404 || wanted.absentStatuses?.includes(status) === true) {
    const nameless = (await readErrorCode(response)) === 'NAME_UNKNOWN';
    const missing = nameless ? `the repository ${wanted.repository}` : wanted.subject;
    return new OciError(wanted.notFound, `${url.host} does not have ${missing}`, details);
  }
  const retryAfterMs = parseRetryAfter(response.header('retry-after'), now);
  await response.discard();
  if (status === 429) {
    const wait = retryAfterMs === null ? '' : `; it asks to wait ${Math.ceil(retryAfterMs / 1000)} seconds`;
    const message = `${url.host} limits the rate of requests (HTTP 429)${wait}`;
    return new TransientOciError('REGISTRY_RATE_LIMITED', message, { ...details, retryAfterMs });
  }
  // A signed address of a storage host may just have expired: the registry gives out a new one.
  if (status === 408 || status >= 500 || (response.elsewhere && status >= 400)) {
    const message = `${url.host} failed to deliver ${wanted.subject} (HTTP ${status})`;
    return new TransientOciError('REGISTRY_UNAVAILABLE', message, { ...details, retryAfterMs });
  }
  const message = `${printableAddress(url)} answered ${wanted.subject} with the unexpected status ${status}`;
  return new OciError('REGISTRY_PROTOCOL', message, details);
}

/**
 * As {@link responseFailure}, for something that was sent and that the registry does not want: its manifest or name is
 * not accepted, a tag may not be changed, it is too large.
 */
export async function writeFailure(response: Exchanged, wanted: Wanted, now: number): Promise<OciError> {
  const { status, url } = response;
  const isRefused = status >= 400 && status < 500 && ![404, 408, 429].includes(status);
  if (!isRefused || response.elsewhere) return responseFailure(response, wanted, now);
  const code = await readErrorCode(response);
  const reason = code !== null && SPECIFIED_CODES.has(code) ? `, ${code}` : '';
  const message = `${url.host} did not accept ${wanted.subject} (HTTP ${status}${reason})`;
  return new OciError('REGISTRY_REFUSED', message, { subject: wanted.subject });
}

async function readErrorCode(response: Exchanged): Promise<string | null> {
  try {
    const body = await readBody(response, FAILURE_BYTES);
    return errorsShape(JSON.parse(body.toString('utf8')), '').errors[0]?.code ?? null;
  } catch {
    // Not every registry sends the specified body with a 404, and nothing depends on it but the wording.
    return null;
  }
}
