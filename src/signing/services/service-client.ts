import { parseJsonObject, textIn } from '../../formats/json.ts';
import { readStrictJson } from '../../formats/strict-json.ts';
import { OciError } from '../../oci/errors.ts';
import { isLoopback, printableAddress } from '../../oci/registry/endpoint.ts';
import { exchange, readBody } from '../../oci/registry/exchange.ts';
import {
  parseRetryAfter,
  type RetryPolicy,
  TransientOciError,
  withRetries,
} from '../../oci/registry/retry.ts';
import type { HttpRequest, Transport } from '../../oci/registry/transport.ts';
import { applyShape, type Shape, ShapeMismatch } from '../../oci/shape.ts';
import { SigningError } from '../errors.ts';

/** The most that a service's answer may have; certificates, log entries and timestamps have a few KiB. */
const MAX_ANSWER_BYTES = 1024 * 1024;
const SHOWN_REFUSAL = 300;

/** What is asked of a service. Of answers that fail a bounded part is shown, but never what was secret in the request. */
export interface ServiceRequest extends Pick<HttpRequest, 'method' | 'url' | 'headers'> {
  /** For messages: `the certificate authority`. */
  readonly service: string;
  readonly body?: string | Uint8Array;
  /** Given out by somebody else, and to be read by this service only: it is sent encrypted, or stays on this machine. */
  readonly secret?: string;
  /** The statuses that mean it was done. */
  readonly done: readonly number[];
}

export interface ServiceAnswer {
  readonly status: number;
  readonly body: Buffer;
  header(name: string): string | null;
}

export interface ServiceOptions {
  readonly transport: Transport;
  readonly policy: RetryPolicy;
  readonly signal: AbortSignal;
}

/**
 * Sends a request, again where the failure may pass by itself.
 *
 * @throws {SigningError} SIGNING_SERVICE_UNAVAILABLE
 * @throws {OciError} OFFLINE
 */
export async function askService(request: ServiceRequest, options: ServiceOptions): Promise<ServiceAnswer> {
  const { service, url, secret } = request;
  const { policy, signal } = options;
  if (secret !== undefined && url.protocol !== 'https:' && !isLoopback(url)) {
    const message = `${service} at ${url.host} would get a secret over plain HTTP`;
    throw new SigningError('SIGNING_SERVICE_UNAVAILABLE', message, { subject: url.host });
  }
  try {
    return await withRetries(
      () => askOnce(request, options),
      policy,
      signal,
      () => undefined,
    );
  } catch (cause) {
    if (!(cause instanceof OciError) || cause.code === 'OFFLINE') throw cause;
    throw new SigningError('SIGNING_SERVICE_UNAVAILABLE', `${service}: ${cause.message}`, {
      subject: printableAddress(url),
      cause,
    });
  }
}

async function askOnce(
  request: ServiceRequest,
  { transport, policy, signal }: ServiceOptions,
): Promise<ServiceAnswer> {
  const { service, method, url, headers, body, done } = request;
  const response = await exchange(transport, {
    method,
    url,
    headers,
    signal,
    ...(body === undefined ? {} : { body }),
  });
  const { status } = response;
  const answer = {
    status,
    body: await readBody(response, MAX_ANSWER_BYTES),
    header: (name: string) => response.header(name),
  };
  if (done.includes(status)) return answer;
  const message = `${printableAddress(url)} answered ${status}${refusalIn(answer.body, request)}`;
  if (status === 429 || (status >= 502 && status <= 504)) {
    const retryAfterMs = parseRetryAfter(answer.header('retry-after'), policy.now());
    throw new TransientOciError('REGISTRY_UNAVAILABLE', message, { retryAfterMs });
  }
  throw new SigningError('SIGNING_SERVICE_UNAVAILABLE', `${service}: ${message}`, {
    subject: printableAddress(url),
  });
}

/** What a service says about why it refuses: the message of Go's services, else nothing. */
function refusalIn(body: Buffer, { secret }: ServiceRequest): string {
  const said = textIn(parseJsonObject(body.toString('utf8')) ?? {}, 'message').slice(0, SHOWN_REFUSAL);
  const isSecret = secret !== undefined && said.includes(secret.slice(0, SHOWN_REFUSAL / 10));
  return said === '' || isSecret ? '' : `: ${said}`;
}

/**
 * An answer in JSON, read strictly by its shape.
 *
 * @throws {SigningError} SIGNING_SERVICE_ANSWER
 */
export function readAnswer<T>(shape: Shape<T>, { body }: ServiceAnswer, { service, url }: ServiceRequest): T {
  const json = readStrictJson(body, { maxBytes: MAX_ANSWER_BYTES, numbers: 'exact' });
  if ('problem' in json) throw wrongAnswer(service, url, `its answer ${json.problem}`);
  const read = applyShape(shape, json.value);
  if (!(read instanceof ShapeMismatch)) return read;
  throw wrongAnswer(service, url, `"${read.place}" ${read.message}`);
}

/** The error for an answer that is not what was asked for. */
export function wrongAnswer(service: string, url: URL, reason: string): SigningError {
  return new SigningError('SIGNING_SERVICE_ANSWER', `${service} at ${url.host} is wrong: ${reason}`, {
    subject: printableAddress(url),
  });
}

/** Something below the address of a service, which may have a path of its own. */
export function below(base: URL, path: string): URL {
  return new URL(path, base.pathname.endsWith('/') ? base : new URL(`${base.href}/`));
}
