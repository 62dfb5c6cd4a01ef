/** Options about whom to trust, of every command that verifies. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { TrustRequest } from '../assess/trust-choice.ts';
import { predicateTypesOf } from '../trust/statements/predicate-types.ts';
import { CliError } from './errors.ts';
import { collect } from './options.ts';
import type { Terminal } from './terminal.ts';

export interface TrustFlags {
  readonly policy?: string | false;
  readonly key: readonly string[];
  readonly certificateIssuer?: string;
  readonly certificateIdentity?: string;
  readonly certificateRepository?: string;
  readonly certificateRef?: string;
  readonly attestation: readonly (readonly string[])[];
  readonly source?: string;
  readonly builder?: string;
  readonly level?: 1 | 2 | 3;
  readonly maxAge?: number;
  readonly requireLog?: boolean;
  readonly trustedRoot: readonly string[];
  readonly trustStore?: string;
}

function collectTypes(value: string, before: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const types = predicateTypesOf(value);
  if (types === null)
    throw new InvalidArgumentError('Use a short name such as spdx, or the address of a type.');
  return [...before, types];
}

function parseLevel(text: string): 1 | 2 | 3 {
  if (text === '1') return 1;
  if (text === '2') return 2;
  if (text === '3') return 3;
  throw new InvalidArgumentError('Use 1, 2 or 3.');
}

/** `30d`, `12h`: seconds. */
export function parseAge(text: string): number {
  const match = /^(\d{1,6})([dh])$/.exec(text);
  if (match === null) throw new InvalidArgumentError('Write it as 30d or 12h.');
  return Number(match[1]) * (match[2] === 'd' ? 86_400 : 3_600);
}

export function addTrustOptions(command: Command): Command {
  return command
    .option('--policy <file>', 'trust policy; default: hallmark-trust.yaml here or of the user')
    .option('--no-policy', 'no trust policy')
    .addOption(
      new Option('--key <file>', 'repeatable; public key that may have signed')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--certificate-issuer <url>', 'who vouched for the signer, as https://accounts.google.com')
    .option('--certificate-identity <text>', 'the signer, as the certificate names it; compared as a whole')
    .option('--certificate-repository <url>', 'source repository that the certificate names')
    .option('--certificate-ref <ref>', 'git ref that the certificate names')
    .addOption(
      new Option(
        '--attestation <type>',
        'repeatable; attestation that must be there: spdx, openvex, an address',
      )
        .argParser(collectTypes)
        .default([], 'none'),
    )
    .option('--source <url>', 'source repository that signed provenance must name')
    .option('--builder <id>', 'builder that signed provenance must name')
    .option('--level <number>', 'lowest SLSA build level, by the table of builders', parseLevel)
    .option('--max-age <time>', 'oldest signature that counts, as 30d', parseAge)
    .option('--require-log', 'only signatures with an entry in a transparency log count')
    .addOption(
      new Option('--trusted-root <file>', 'repeatable; trusted_root.json to use in place of the public one')
        .argParser(collect)
        .default([], 'the public one'),
    )
    .option('--trust-store <folder>', "certificates that Notation's signatures may end in");
}

/**
 * What the flags ask for.
 *
 * @throws {CliError} USAGE where they do not say who is to be trusted
 */
export function trustRequest(flags: TrustFlags, { environment, workingDirectory }: Terminal): TrustRequest {
  const { certificateIssuer: issuer, source, builder, level } = flags;
  const subject = flags.certificateIdentity ?? null;
  const repository = flags.certificateRepository ?? null;
  const ref = flags.certificateRef ?? null;
  const namesHolder = subject !== null || repository !== null;
  if ((issuer === undefined) !== !namesHolder || (ref !== null && !namesHolder)) {
    throw new CliError('USAGE', 'a certificate needs its issuer and its holder', {
      remedy: 'Give --certificate-issuer together with --certificate-identity or --certificate-repository.',
    });
  }
  const asksProvenance = source !== undefined || builder !== undefined || level !== undefined;
  const isAsked = flags.key.length > 0 || issuer !== undefined;
  const asksMore =
    asksProvenance || flags.attestation.length > 0 || flags.maxAge !== undefined || flags.requireLog === true;
  if (asksMore && !isAsked) {
    throw new CliError('USAGE', 'nothing says whose word counts', {
      remedy: 'Add --key, or --certificate-issuer with --certificate-identity; or write it into a policy.',
    });
  }
  return {
    policy: flags.policy,
    keys: flags.key,
    identity: issuer === undefined ? null : { issuer, subject, repository, ref },
    attestations: flags.attestation,
    provenance: asksProvenance
      ? {
          source: source === undefined ? null : { kind: 'exact', text: source },
          builder: builder === undefined ? null : { kind: 'exact', text: builder },
          ref: null,
          workflow: null,
          level: level ?? null,
          parameters: null,
        }
      : null,
    maxAgeSeconds: flags.maxAge ?? null,
    needsLog: flags.requireLog === true,
    trustedRoots: flags.trustedRoot,
    ...(flags.trustStore === undefined ? {} : { trustStore: flags.trustStore }),
    environment,
    workingDirectory,
  };
}
