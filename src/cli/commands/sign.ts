import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { dataDirectory } from '../../assess/directories.ts';
import type { ErrorDetails, ExitStatus, HallmarkError } from '../../model/errors.ts';
import type { Platform } from '../../model/platform.ts';
import type { EvidenceSubject } from '../../oci/evidence/evidence-manifest.ts';
import { DEFAULT_RETRY_POLICY } from '../../oci/registry/retry.ts';
import { createTransport } from '../../oci/registry/transport.ts';
import type { ImageWriter } from '../../oci/store/image-store.ts';
import { openImageWriter } from '../../oci/store/open-writer.ts';
import { formatJson } from '../../report/json.ts';
import { formatConfirmation, formatSigningReport } from '../../report/signing.ts';
import { mergeDisclosures } from '../../signing/disclosures.ts';
import { SigningError, type SigningErrorCode } from '../../signing/errors.ts';
import { readPredicate } from '../../signing/predicate-file.ts';
import { sayTag, tagStatement } from '../../signing/tag-statement.ts';
import { findIdentityToken } from '../../signing/services/identity-token.ts';
import type { ServiceOptions } from '../../signing/services/service-client.ts';
import { chooseServices, NO_SERVICES, type SigningServices } from '../../signing/services/signing-config.ts';
import { type ChosenSigner, previewSigning, signImage, type SignRequest } from '../../signing/sign-image.ts';
import type { Meaning } from '../../signing/signing-plan.ts';
import { builtInSigningConfig, PUBLIC_GOOD } from '../../trust/material/built-in.ts';
import { chooseTrustRoot } from '../../trust/material/choose-trust-root.ts';
import type { SigstoreRoot } from '../../trust/material/material.ts';
import { TrustError } from '../../trust/errors.ts';
import { TAG_TYPE } from '../../trust/statements/predicate-types.ts';
import type { TagPredicate } from '../../trust/tags/tag-statement.ts';
import { parseTrustedRoot } from '../../trust/material/trusted-root.ts';
import { readCachedTrustRoot, signingConfigOf } from '../../trust/tuf/cached-trust-root.ts';
import { connectionOf } from '../connection.ts';
import { CliError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { ConnectionFlags } from '../options.ts';
import { createStatusLine } from '../progress.ts';
import { issueDate, styleFor, type Terminal } from '../terminal.ts';
import { openNamedKey } from './key.ts';

/** Names of signing configs that come with Hallmark. */
const BUILT_IN: ReadonlyMap<string, 'default' | 'rekor-v2'> = new Map([
  [PUBLIC_GOOD, 'default'],
  [`${PUBLIC_GOOD}-rekor-v2`, 'rekor-v2'],
]);

/** Waits of a service: a log of version 2 answers when the entry is in the tree. */
const SERVICE_TIMEOUT_MS = 30_000;

export interface SigningFlags extends ConnectionFlags {
  readonly key?: string;
  readonly identityToken?: string;
  readonly signingConfig?: string;
  readonly trustedRoot?: string;
  readonly legacy?: 'tags' | 'referrers';
  readonly renew?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly format: readonly string[];
}

export interface SignFlags extends SigningFlags {
  readonly only?: ReadonlySet<EvidenceSubject['role']>;
  readonly message?: boolean;
  /** Seconds. */
  readonly tagValid?: number;
  readonly as?: string;
}

export interface SignTagFlags extends SigningFlags {
  /** Seconds. */
  readonly valid: number;
  /** Seconds. */
  readonly unlessValid?: number;
  readonly as?: string;
}

export interface AttestFlags extends SigningFlags {
  readonly type: string;
  readonly predicate: string;
  readonly platform?: Platform;
}

/** Signs everything that a reference leads to. */
export function sign(reference: string, flags: SignFlags, terminal: Terminal): Promise<ExitStatus> {
  const isMessage = flags.message === true;
  if (isMessage && flags.legacy !== undefined)
    throw new CliError('USAGE', '--message is a form of bundle, and --legacy writes none');
  if (flags.as !== undefined && flags.tagValid === undefined)
    throw new CliError('USAGE', '--as names the tag that --tag-valid signs');
  const meaning: Meaning = { kind: 'signature', isMessage };
  const images = { meaning, roles: flags.only ?? null, isSingle: false, platform: undefined };
  if (flags.tagValid === undefined) return run(reference, { says: [images], tag: null }, flags, terminal);
  const tag = tagStatement(flags.as ?? reference, { seconds: flags.tagValid, now: terminal.now() });
  // the tag last: whoever finds it said what the tag means finds the signatures too
  return run(reference, { says: [images, aboutTag(sayTag(tag, null))], tag }, flags, terminal);
}

/** Says what a tag means, and until when. */
export function signTag(reference: string, flags: SignTagFlags, terminal: Terminal): Promise<ExitStatus> {
  const tag = tagStatement(flags.as ?? reference, { seconds: flags.valid, now: terminal.now() });
  return run(reference, { says: [aboutTag(sayTag(tag, flags.unlessValid ?? null))], tag }, flags, terminal);
}

const aboutTag = (meaning: Meaning): Saying => ({
  meaning,
  roles: null,
  isSingle: true,
  platform: undefined,
});

/** Says something about one manifest. */
export function attest(reference: string, flags: AttestFlags, terminal: Terminal): Promise<ExitStatus> {
  const bytes = readInput(flags.predicate, terminal, failingWith('PREDICATE_INVALID'));
  const predicate = readPredicate(bytes, flags.type, flags.predicate);
  const meaning: Meaning = { kind: 'attestation', predicate };
  const saying = { meaning, roles: null, isSingle: true, platform: flags.platform };
  return run(reference, { says: [saying], tag: null }, flags, terminal);
}

type Saying = Pick<SignRequest, 'meaning' | 'roles' | 'isSingle' | 'platform'>;

interface What {
  /** One after another, all of the digest that the reference leads to at first. */
  readonly says: readonly [Saying, ...Saying[]];
  /** What is signed of the tag; null: nothing. */
  readonly tag: TagPredicate | null;
}

async function run(
  reference: string,
  { says: [first, ...others], tag }: What,
  flags: SigningFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, ['terminal', 'json']);
  const { environment, signal, stderr, stdout, now } = terminal;
  const services = servicesOf(flags, terminal);
  const line = createStatusLine(stderr, { quiet: flags.quiet === true, now });
  const connection = connectionOf(flags, terminal, line);
  const transport = createTransport({
    timeoutMs: SERVICE_TIMEOUT_MS,
    offline: flags.offline === true,
    environment,
  });
  const serviceOptions: ServiceOptions = { transport, policy: DEFAULT_RETRY_POLICY, signal };
  let writer: ImageWriter | null = null;
  try {
    const signer = await signerOf(flags, terminal, serviceOptions);
    line.draw(`Looking at ${reference}`, true);
    const { name, ...opened } = await openImageWriter(reference, connection);
    writer = opened.writer;
    const request: SignRequest = {
      ...first,
      writer,
      name,
      form: formOf(flags),
      isRenewed: flags.renew === true,
      signer,
      services,
      serviceOptions,
      roots: services === NO_SERVICES ? [] : rootsOf(flags, terminal),
      async confirm(disclosures, subjects) {
        line.clear();
        if (flags.yes === true || terminal.ask === undefined) return flags.yes === true;
        const question = formatConfirmation(disclosures, subjects.length, styleFor(stderr, environment));
        return /^y(?:es)?$/i.test((await terminal.ask(question, { isSecret: false })).trim());
      },
      created: issueDate(terminal),
      now: () => new Date(now()),
      random: randomBytes,
    };
    const work = flags.dryRun === true ? previewSigning : signImage;
    let report = await work(request);
    for (const each of others) {
      const { targets: more, disclosures } = await work({ ...request, ...each, name: report.digest });
      report = {
        ...report,
        targets: [...report.targets, ...more],
        disclosures: mergeDisclosures([...report.disclosures, ...disclosures]),
      };
    }
    const said = report.targets.some(
      ({ predicateType, outcome }) => predicateType === TAG_TYPE && outcome !== 'present',
    )
      ? tag
      : null;
    line.clear();
    const style = styleFor(stdout, environment);
    writeTargets(
      targets,
      (format) =>
        format === 'json'
          ? formatJson({ schema: 'hallmark.signing/1', reference, ...report, tag: said })
          : formatSigningReport(reference, report, said, style),
      stdout,
    );
    return 0;
  } finally {
    line.clear();
    await Promise.all([writer?.close(), transport.close()]);
  }
}

function formOf({ legacy }: SigningFlags): SignRequest['form'] {
  if (legacy === undefined) return 'bundle';
  return legacy === 'referrers' ? 'cosign-referrer' : 'cosign-tag';
}

function servicesOf(flags: SigningFlags, terminal: Terminal): SigningServices {
  const { signingConfig: given, key } = flags;
  if (given === undefined) {
    if (key !== undefined) return NO_SERVICES;
    throw new SigningError(
      'SIGNING_SERVICES_MISSING',
      'there is neither --key nor --signing-config to sign with',
      {
        remedy: `Sign with --key, or without one by --signing-config FILE or --signing-config ${PUBLIC_GOOD}.`,
      },
    );
  }
  const builtIn = BUILT_IN.get(given);
  const bytes =
    builtIn === undefined
      ? readInput(given, terminal, failingWith('SIGNING_CONFIG_INVALID'))
      : (fetchedConfig(builtIn, terminal) ?? builtInSigningConfig(builtIn));
  return chooseServices(bytes, given, terminal.now());
}

/** What "hallmark trust root update" brought of the services to sign with, which is never older than what came along. */
function fetchedConfig(which: 'default' | 'rekor-v2', { environment }: Terminal): Uint8Array | null {
  const repository =
    which === 'default' ? readCachedTrustRoot(dataDirectory(environment), PUBLIC_GOOD) : null;
  return repository === null ? null : signingConfigOf(repository);
}

function rootsOf({ trustedRoot: file }: SigningFlags, terminal: Terminal): readonly SigstoreRoot[] {
  if (file === undefined) return chooseTrustRoot({ dataDirectory: dataDirectory(terminal.environment) });
  const bytes = readInput(
    file,
    terminal,
    (message, details) => new TrustError('TRUSTED_ROOT_INVALID', message, details),
  );
  return [parseTrustedRoot(bytes, { name: basename(file), origin: 'file' })];
}

async function signerOf(
  flags: SigningFlags,
  terminal: Terminal,
  serviceOptions: ServiceOptions,
): Promise<ChosenSigner> {
  const { environment, now } = terminal;
  if (flags.key !== undefined) return { kind: 'key', key: await openNamedKey(flags.key, terminal) };
  const file =
    flags.identityToken === undefined ? null : resolve(terminal.workingDirectory, flags.identityToken);
  return { kind: 'token', token: await findIdentityToken({ file, environment, now: now() }, serviceOptions) };
}

type ToError = (message: string, details: ErrorDetails) => HallmarkError;

const failingWith =
  (code: SigningErrorCode): ToError =>
  (message, details) =>
    new SigningError(code, message, details);

function readInput(file: string, { workingDirectory }: Terminal, toError: ToError): Buffer {
  try {
    return readFileSync(resolve(workingDirectory, file));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw toError(`cannot read ${file}: ${reason}`, { subject: file, cause });
  }
}
