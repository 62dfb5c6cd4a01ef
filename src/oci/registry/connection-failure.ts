import { OciError } from '../errors.ts';
import { printableAddress } from './endpoint.ts';
import { TransientOciError } from './retry.ts';

/** Failures that a second try does not mend: the address is wrong, or nobody is there. */
const LASTING_CODES: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** OpenSSL's verdict on a certificate, and Node's on its host name. */
const CERTIFICATE_CODE = /CERT|SIGNATURE|^ERR_TLS_/;

/** What a server that does not speak TLS, or not ours, makes of a TLS greeting. */
const TLS_CODE = /^EPROTO$|^ERR_SSL_/;

/** The proxy's own failures; it refused a tunnel when a request ends without our ending it. */
const PROXY_CODE = /^UND_ERR_PRX_|^UND_ERR_ABORTED$/;

const TIMEOUT_CODE = /^UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/;

/** The error for a connection that failed, from undici's, Node's or OpenSSL's code. */
export function connectionFailure(error: unknown, url: URL, timeoutMs: number): OciError {
  if (error instanceof OciError) return error;
  const code = codeOf(error);
  if (TIMEOUT_CODE.test(code)) return timedOut(url, timeoutMs, code === 'UND_ERR_BODY_TIMEOUT', error);
  if ((error instanceof Error && error.name === 'HTTPParserError') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    // Without the cause, which holds the bytes received: they could repeat what was sent.
    return new OciError('REGISTRY_PROTOCOL', `${url.host} did not answer in HTTP`, { subject: url.host });
  }
  const isLasting = LASTING_CODES.has(code) || CERTIFICATE_CODE.test(code) || TLS_CODE.test(code);
  const Failure = isLasting ? OciError : TransientOciError;
  const message = `${url.host} could not be reached: ${reasonOf(code)}`;
  return new Failure('REGISTRY_UNAVAILABLE', message, { subject: url.host, cause: error });
}

/**
 * The error for a silent server. Who is silent from the start is not asked again; a body that stops in the middle may
 * be resumed.
 */
export function timedOut(url: URL, timeoutMs: number, inBody: boolean, cause?: unknown): OciError {
  const Failure = inBody ? TransientOciError : OciError;
  const message = `${url.host} was silent for ${timeoutMs / 1000} seconds: ${printableAddress(url)}`;
  return new Failure('REGISTRY_TIMEOUT', message, { subject: url.host, cause });
}

/** True when a connection failed because the server at an https address does not speak TLS. */
export function isNotTls(error: unknown): boolean {
  return error instanceof OciError && TLS_CODE.test(codeOf(error.cause));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function reasonOf(code: string): string {
  const known = code === '' ? '' : ` (${code})`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host name could not be resolved${known}`;
  if (code === 'ECONNREFUSED') return `the connection was refused${known}`;
  if (CERTIFICATE_CODE.test(code)) return `its certificate is not trusted${known}`;
  if (TLS_CODE.test(code)) return `no TLS connection could be agreed on${known}`;
  if (PROXY_CODE.test(code)) return `the proxy refused or failed${known}`;
  return `the connection was lost${known}`;
}
