import { OciError, type OciErrorCode } from '../errors.ts';
import { isLoopback, printableAddress } from './endpoint.ts';
import type { HttpRequest, HttpResponse, Transport } from './transport.ts';

const MOST_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** A response and whose it is. */
export interface Exchanged extends HttpResponse {
  /** Where it came from in the end. */
  readonly url: URL;
  /** True when a redirect led to another origin, which therefore got no credentials. */
  readonly elsewhere: boolean;
}

/**
 * Sends a request and follows redirects. Credentials go to the first origin only, and are not given back when a
 * redirect returns there; nothing is followed from HTTPS to plain HTTP, nor with a body, which may hold a secret.
 *
 * @throws {OciError} REGISTRY_PROTOCOL and the transport's
 */
export async function exchange(transport: Transport, request: HttpRequest): Promise<Exchanged> {
  let { url, headers } = request;
  let elsewhere = false;
  for (let redirects = 0; ; redirects += 1) {
    const response = await transport.request({ ...request, url, headers });
    const location = response.header('location');
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!REDIRECTS.has(response.status) || location === null || !isRead) {
      return { ...response, url, elsewhere };
    }
    await response.discard();
    const from = url;
    const refused = (reason: string): OciError =>
      new OciError(
        'REGISTRY_PROTOCOL',
        `a redirect of ${printableAddress(from)} was not followed: ${reason}`,
        {
          subject: from.host,
        },
      );
    if (redirects === MOST_REDIRECTS) throw refused(`more than ${MOST_REDIRECTS} in a row`);
    const target = URL.parse(location, from.href);
    if (target === null) throw refused('its target is not an address');
    if (!/^https?:$/.test(target.protocol)) throw refused(`its target is ${target.protocol}`);
    if (from.protocol === 'https:' && target.protocol === 'http:') throw refused('it leads to plain HTTP');
    // A public registry must not point this machine at its own services.
    if (isLoopback(target) && !isLoopback(from)) throw refused('it leads to this machine');
    if (target.origin !== from.origin) {
      elsewhere = true;
      const { authorization: _, ...rest } = headers;
      headers = rest;
    }
    url = target;
  }
}

/**
 * Reads a small body whole.
 *
 * @param code what a body longer than `limitBytes` is
 * @throws {OciError} the code, and the transport's
 */
export async function readBody(
  response: Exchanged,
  limitBytes: number,
  code: OciErrorCode = 'REGISTRY_PROTOCOL',
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > limitBytes) {
      const message = `${printableAddress(response.url)} answered with more than ${limitBytes} bytes`;
      throw new OciError(code, message, { subject: response.url.host });
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
