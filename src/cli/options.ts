/** Options that several commands share, declared once. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { SOURCES, sourceNamed } from '../advisories/sources.ts';
import { HallmarkError } from '../model/errors.ts';
import type { Verdict } from '../model/finding.ts';
import { VERDICTS } from '../model/finding.ts';
import { parsePlatform, type Platform } from '../model/platform.ts';
import { SEVERITY_RANK, type SeverityLevel, VENDOR } from '../model/severity.ts';

/** What every command takes that may speak to a registry. */
export interface ConnectionFlags {
  readonly offline?: boolean;
  readonly plainHttp: readonly string[];
  readonly mirror: Readonly<Record<string, readonly string[]>>;
  readonly quiet?: boolean;
}

/** What every command that opens an image takes. */
export interface ImageFlags extends ConnectionFlags {
  readonly platform?: Platform;
  readonly allPlatforms?: boolean;
  readonly baseIndex?: string;
  readonly wholeLayers?: boolean;
  readonly cache: boolean;
  readonly cacheDir?: string;
  /** Of the commands that can list them. */
  readonly files?: boolean;
  readonly fileDigests?: boolean;
  readonly format: readonly string[];
}

/** What the user decided about findings. */
export interface TriageFlags {
  /** Files with exceptions and overrides; false: none, not even the one in the working directory. */
  readonly config?: readonly string[] | boolean;
  readonly vex?: readonly string[];
  readonly vexFrom?: 'signed' | 'image';
  /** Whose VEX is believed. */
  readonly trustPolicy?: string;
  readonly vexProduct?: readonly string[];
}

/** What every command that matches advisories takes besides. */
export interface AdvisoryFlags extends TriageFlags {
  readonly db?: string;
  readonly severitySource?: readonly string[];
  readonly requireCoverage?: boolean;
}

const asArgument =
  <T>(parse: (text: string) => T) =>
  (text: string): T => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof HallmarkError) throw new InvalidArgumentError(`${error.message}. ${error.remedy}`);
      throw error;
    }
  };

/** Gathers the values of a repeatable option. */
export const collect = (value: string, before: readonly string[]) => [...before, value];

function collectMirror(
  value: string,
  before: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  const match = /^([^=\s]+)=(https?:\/\/\S+)$/.exec(value);
  if (match === null) throw new InvalidArgumentError('Write it as docker.io=https://mirror.example.');
  const [, host = '', address = ''] = match;
  return { ...before, [host]: [...(before[host] ?? []), address] };
}

export function parseSeverity(text: string): SeverityLevel {
  if (Object.hasOwn(SEVERITY_RANK, text)) return text as SeverityLevel;
  throw new InvalidArgumentError(`Use one of ${Object.keys(SEVERITY_RANK).join(', ')}.`);
}

export function parseVerdicts(text: string): ReadonlySet<Verdict> {
  if (text === 'all') return new Set(VERDICTS);
  return new Set(
    text.split(',').map((name) => {
      const verdict = VERDICTS.find((candidate) => candidate === name.trim());
      if (verdict === undefined)
        throw new InvalidArgumentError(`Use "all" or any of ${VERDICTS.join(', ')}.`);
      return verdict;
    }),
  );
}

export function parseSeveritySources(text: string): readonly string[] {
  return text.split(',').map((part) => {
    const name = part.trim();
    if (name === VENDOR || sourceNamed(name) !== undefined) return name;
    const known = SOURCES.map(({ id }) => id).sort();
    throw new InvalidArgumentError(`Use ${VENDOR} or any of ${known.join(', ')}.`);
  });
}

/** What an image can be named by, for the end of a help text. */
export const REFERENCES = `
References:
  debian:12, ghcr.io/owner/app@sha256:…     an image in a registry (localhost:5000/app too)
  docker:NAME, podman:NAME, containerd:NAME an image of a daemon on this machine
  oci-dir:FOLDER[:TAG]                      an OCI image layout
  oci-archive:FILE[:TAG]                    the same as a tar file
  docker-archive:FILE[:NAME:TAG]            what docker save writes
  dir:FOLDER                                a root file system; dir:/ is this machine
  sbom:FILE                                 a bill of materials in place of an image; - is standard input
  sbom-of:IMAGE                             the bill attached to an image, in place of its layers`;

export function addImageOptions(command: Command, formats: readonly string[]): Command {
  command
    .argument('<reference>', 'image: registry reference, or one of the prefixes below')
    .addOption(platformOption())
    .addOption(new Option('--all-platforms', 'every image of an index').conflicts('platform'))
    .addOption(
      new Option('--format <name[=file]>', `repeatable; one of ${formats.join(', ')}`)
        .argParser(collect)
        .default([], formats[0]),
    )
    .option('--base-index <file>', 'index of base images to use (see: hallmark base-index)')
    .option('--whole-layers', 'read layers whole, also where a registry lets their files be read alone')
    .option('--no-cache', 'neither use nor write cached layer results')
    .option('--cache-dir <folder>', 'where layer results are cached')
    .addHelpText('after', REFERENCES);
  return addConnectionOptions(command);
}

export function platformOption(): Option {
  return new Option('--platform <os/arch>', 'image of an index to take').argParser(asArgument(parsePlatform));
}

/** `--format` of commands that print for people or for programs. */
export function formatOption(): Option {
  return new Option('--format <name[=file]>', 'repeatable; terminal or json')
    .argParser(collect)
    .default([], 'terminal');
}

/** What every command takes that may speak to a registry. */
export function addConnectionOptions(command: Command): Command {
  return command
    .option('--offline', 'no connection but to local sockets and loopback registries')
    .addOption(
      new Option('--plain-http <host>', 'repeatable; registry to speak to over plain HTTP')
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(
      new Option('--mirror <host=address>', 'repeatable; mirror to try before a registry')
        .argParser(collectMirror)
        .default({}, 'none'),
    )
    .option('-q, --quiet', 'no progress on stderr');
}

export function addAdvisoryOptions(command: Command): Command {
  return addTriageOptions(command)
    .option('--db <file>', 'advisory database to use (see: hallmark db)')
    .option(
      '--severity-source <list>',
      'sources whose severity is taken first, as vendor,nvd,ghsa',
      parseSeveritySources,
    )
    .option('--require-coverage', 'exit with 4 when something was not covered');
}

function addTriageOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--vex <path>', 'repeatable; VEX document, or folder with some, to apply')
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(
      new Option(
        '--vex-from <where>',
        'apply the VEX attached to the image: signed by those whom its trust policy believes, or all of it',
      ).choices(['signed', 'image']),
    )
    .option('--trust-policy <file>', 'trust policy; default: hallmark-trust.yaml here or of the user')
    .addOption(
      new Option('--vex-product <purl>', 'repeatable; what VEX documents call the image')
        .argParser(collect)
        .default([], 'by its reference and digests'),
    )
    .addOption(configurationOption())
    .option('--no-config', 'no exceptions or overrides');
}

export function configurationOption(): Option {
  return new Option(
    '--config <file>',
    'repeatable; exceptions and overrides; default: .hallmark.yaml',
  ).argParser((value: string, before: readonly string[] | boolean | undefined) =>
    collect(value, Array.isArray(before) ? (before as readonly string[]) : []),
  );
}

/** `--layers`, of the commands that list what layers hold. */
export function layersOption(): Option {
  return new Option('--layers <whose>', "only what the base image's layers hold, or one's own").choices([
    'base',
    'own',
  ]);
}
