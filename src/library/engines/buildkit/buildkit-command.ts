/** The command by which BuildKit builds, as a list of arguments. BuildKit, docs/reference/buildctl.md and frontend/dockerfile/docs. */
import { formatPlatform } from '../../../model/platform.ts';
import { formatFamiliarReference, formatReference, parseReference } from '../../../oci/reference.ts';
import type { EngineSettings } from '../../programme/programme.ts';
import type { BuildRequest } from '../engine.ts';

export type BuildkitSettings = Extract<EngineSettings, { kind: 'buildkit' }>;

/** Relative to scratch, in which buildctl is started. */
export const BUILDKIT_FILES = { layout: 'layout', policy: 'source-policy.json' } as const;

/** Images come as parents, in layouts; of a registry nothing is taken but the frontend. BuildKit, `sourcepolicy/pb/policy.proto`. */
export function sourcePolicy({ frontend }: BuildkitSettings): string {
  const rules = [rule('DENY', 'docker-image://*')];
  if (frontend !== null)
    rules.push(rule('ALLOW', `docker-image://${formatReference(parseReference(frontend))}`));
  return JSON.stringify({ version: 1, rules });
}

const rule = (action: string, identifier: string): object => ({ action, selector: { identifier } });

/** Which daemon is asked; nothing where buildctl knows it by itself. */
export function daemonOptions({ address }: BuildkitSettings): string[] {
  return address === null ? [] : [`--addr=${address}`];
}

export interface BuildkitInputs {
  readonly context: string;
  /** Folder of the Dockerfile, and its name in it. */
  readonly folder: string;
  readonly file: string;
}

/**
 * Every parent is a named context with a digest, so that no registry is asked. Attestations are left to the verifier; what
 * is cached counts for nothing, since a rebuild is wanted for what has changed around it.
 */
export function buildkitCommand(
  settings: BuildkitSettings,
  request: BuildRequest,
  { context, folder, file }: BuildkitInputs,
): string[] {
  const { platform, epoch, parents } = request;
  const build = { SOURCE_DATE_EPOCH: String(epoch), ...request.arguments };
  const options = {
    filename: file,
    platform: formatPlatform(platform),
    // a command line takes the place of the Dockerfile's "# syntax=", which would fetch and run an image of anybody's
    cmdline: settings.frontend ?? 'dockerfile.v0',
    ...(settings.frontend === null ? {} : { source: settings.frontend }),
    ...Object.fromEntries(Object.entries(build).map(([name, value]) => [`build-arg:${name}`, value])),
    ...Object.fromEntries(
      parents.map(({ from, digest }, at) => [
        `context:${contextName(from)}`,
        `oci-layout://${storeName(at)}@${digest}`,
      ]),
    ),
  };
  return [
    ...daemonOptions(settings),
    'build',
    '--progress=plain',
    '--no-cache',
    `--source-policy-file=${BUILDKIT_FILES.policy}`,
    `--frontend=${settings.frontend === null ? 'dockerfile.v0' : 'gateway.v0'}`,
    `--local=context=${context}`,
    `--local=dockerfile=${folder}`,
    ...parents.map(({ layout }, at) => `--oci-layout=${storeName(at)}=${layout}`),
    ...Object.entries(options).map(([name, value]) => `--opt=${name}=${value}`),
    `--output=type=oci,dest=${BUILDKIT_FILES.layout},tar=false,oci-mediatypes=true,compression=gzip,rewrite-timestamp=true`,
  ];
}

const storeName = (at: number): string => `parent${at}`;

/** As BuildKit looks a context up: `docker.io/library/debian:latest` is `debian`. */
function contextName(from: string): string {
  return formatFamiliarReference(parseReference(from)).replace(/:latest$/, '');
}
