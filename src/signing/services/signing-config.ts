/** Which services to sign with: `SigningConfig` of sigstore_trustroot.proto, version 0.2. Addresses come from nowhere else. */
import {
  type Service,
  type ServiceConfiguration,
  ServiceSelector,
  SigningConfig,
} from '@sigstore/protobuf-specs';
import { readStrictJson } from '../../formats/strict-json.ts';
import { readMessage } from '../../trust/material/protobuf-json.ts';
import { SigningError } from '../errors.ts';
import type { Witnesses } from '../sign-content.ts';

const MEDIA_TYPE = 'application/vnd.dev.sigstore.signingconfig.v0.2+json';
const MAX_CONFIG_BYTES = 1024 * 1024;
const MAX_SERVICES = 100;

/** The versions of the interfaces that are spoken here, the best first. */
const VERSIONS = { authority: [1], log: [2, 1], timestampAuthority: [1] } as const;

/** The services that sign now. */
export interface SigningServices {
  /** Null where the config names none: only keys can sign. */
  readonly authority: URL | null;
  readonly witnesses: Witnesses;
}

export const NO_SERVICES: SigningServices = {
  authority: null,
  witnesses: { logs: [], timestampAuthorities: [] },
};

/**
 * Reads a signing config and chooses among its services those that are to be used now.
 *
 * @param name what to call it in an error
 * @param now milliseconds since the epoch
 * @throws {SigningError} SIGNING_CONFIG_INVALID
 */
export function chooseServices(bytes: Uint8Array, name: string, now: number): SigningServices {
  const invalid = (reason: string) =>
    new SigningError('SIGNING_CONFIG_INVALID', `the signing config ${name} ${reason}`, { subject: name });
  const json = readStrictJson(bytes, { maxBytes: MAX_CONFIG_BYTES, numbers: 'exact' });
  if ('problem' in json) throw invalid(json.problem);
  const config = readMessage(SigningConfig, json.value);
  if (typeof config === 'string') throw invalid(config);
  if (config.mediaType !== MEDIA_TYPE)
    throw invalid(`has the media type ${JSON.stringify(config.mediaType)}`);
  const { caUrls, rekorTlogUrls, rekorTlogConfig, tsaUrls, tsaConfig } = config;
  if (caUrls.length + rekorTlogUrls.length + tsaUrls.length > MAX_SERVICES)
    throw invalid('names too many services');

  const [authority] = usable(caUrls, VERSIONS.authority, now, invalid);
  const logs = select(usable(rekorTlogUrls, VERSIONS.log, now, invalid), rekorTlogConfig, 'logs', invalid);
  const timestamps = usable(tsaUrls, VERSIONS.timestampAuthority, now, invalid);
  return {
    authority: authority?.url ?? null,
    witnesses: {
      logs: logs.map(({ url, version }) => ({ url, version: version === 1 ? 1 : 2 })),
      timestampAuthorities: select(timestamps, tsaConfig, 'timestamp authorities', invalid).map(
        ({ url }) => url,
      ),
    },
  };
}

type Invalid = (reason: string) => SigningError;

interface UsableService {
  readonly url: URL;
  readonly version: number;
  readonly startMs: number;
}

/** One of each operator that is valid now: its best version, and of that the one that began last. */
function usable(
  services: readonly Service[],
  versions: readonly number[],
  now: number,
  invalid: Invalid,
): readonly UsableService[] {
  const valid = services.filter(
    (service) => versions.includes(service.majorApiVersion) && isValid(service, now),
  );
  return [...Map.groupBy(valid, ({ operator }) => operator).values()].flatMap((own) => {
    const [best] = own
      .map(({ url, majorApiVersion, validFor }) => ({
        url: addressOf(url, invalid),
        version: majorApiVersion,
        startMs: validFor?.start?.getTime() ?? 0,
      }))
      .sort((a, b) => versions.indexOf(a.version) - versions.indexOf(b.version) || b.startMs - a.startMs);
    return best ?? [];
  });
}

/** A service without a start is not to be used; one that has ended neither. */
function isValid({ validFor }: Service, now: number): boolean {
  const { start, end } = validFor ?? {};
  return start !== undefined && start.getTime() <= now && (end === undefined || now <= end.getTime());
}

function addressOf(text: string, invalid: Invalid): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '')
    return url;
  throw invalid(`has the address ${JSON.stringify(text.slice(0, 200))}, which is not one of a service`);
}

function select(
  services: readonly UsableService[],
  configuration: ServiceConfiguration | undefined,
  what: string,
  invalid: Invalid,
): readonly UsableService[] {
  if (services.length === 0) return [];
  const { selector = ServiceSelector.SERVICE_SELECTOR_UNDEFINED, count = 0 } = configuration ?? {};
  switch (selector) {
    case ServiceSelector.ALL:
      return services;
    case ServiceSelector.ANY:
      return services.slice(0, 1);
    case ServiceSelector.EXACT:
      if (count > 0 && count <= services.length) return services.slice(0, count);
      throw invalid(`asks for ${count} ${what} of different operators, and ${services.length} can be used`);
    default:
      throw invalid(`does not say how many ${what} are to be used`);
  }
}
