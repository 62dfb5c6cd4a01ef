import { type Command, InvalidArgumentError, Option } from 'commander';
import type { EvidenceSubject } from '../oci/evidence/evidence-manifest.ts';
import { examples } from './examples.ts';
import { addConnectionOptions, formatOption, platformOption } from './options.ts';
import type { Finish, Terminal } from './terminal.ts';
import { parseAge } from './trust-options.ts';

const ROLES: readonly EvidenceSubject['role'][] = ['index', 'image', 'attestation'];

/** As `signing/predicate-file.ts` has them, which is not loaded for help; a test compares. */
export const PREDICATE_NAMES =
  'spdx, cyclonedx, slsaprovenance1, slsaprovenance02, vuln, openvex, vsa, tag, tag-state';

const KEYS = `
Keys:
  FILE               as "hallmark key generate" or cosign writes it, or PEM; HALLMARK_KEY_PASSWORD has the password
  env://VARIABLE     the same in a variable
  pkcs11:…           a token, by pkcs11-tool: pkcs11:token=NAME;object=KEY?module-path=/path/to/module.so
  NAME://…           a key management service, by the program sigstore-kms-NAME
`;

const PUBLIC = `
With a key nothing is sent to anybody but the registry, unless --signing-config names a log. Without a key, an identity token
(--identity-token, SIGSTORE_ID_TOKEN, or GitHub Actions) gets a certificate, and that and the signature become public: what
exactly is shown first, and needs --yes or an answer on the terminal. --dry-run only shows it.
`;

const TAGS = `
The statement names repository, tag, digest, a version that grows, and a time. "hallmark verify" fails once that time has passed,
and where an older version comes back. With a tag and a digest the statement can be there before the tag is moved.
`;

function parseRoles(text: string): ReadonlySet<EvidenceSubject['role']> {
  return new Set(
    text.split(',').map((name) => {
      const role = ROLES.find((candidate) => candidate === name.trim());
      if (role === undefined) throw new InvalidArgumentError(`Use any of ${ROLES.join(', ')}.`);
      return role;
    }),
  );
}

function parseValidity(text: string): number {
  const seconds = parseAge(text);
  if (seconds === 0) throw new InvalidArgumentError('Use at least 1h.');
  return seconds;
}

const AS = 'name with the tag that is meant: of a layout, or of what a mirror serves';

function addSigningOptions(command: Command): Command {
  command
    .option('--key <key>', 'what to sign with: a file, env://VARIABLE, pkcs11:…, or NAME://… of a KMS plugin')
    .addOption(
      new Option('--identity-token <file>', 'OIDC token that says who signs, in place of a key').conflicts(
        'key',
      ),
    )
    .option('--signing-config <file>', 'services to sign with, or public-good, or public-good-rekor-v2')
    .option('--trusted-root <file>', 'trusted_root.json of these services, to verify what they answer')
    .addOption(
      new Option('--legacy <how>', "cosign's older format, behind its tags or as referrers").choices([
        'tags',
        'referrers',
      ]),
    )
    .option('--renew', 'sign also what the same signer has signed before')
    .option('--yes', 'agree to what becomes public')
    .option('--dry-run', 'show what would be signed and become public; sign and send nothing')
    .addOption(formatOption());
  return addConnectionOptions(command);
}

/** `hallmark sign`, `hallmark sign-tag` and `hallmark attest`. */
export function addSign(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('sign')
    .description('sign an image: its index, every image in it and their attestations, all or nothing')
    .argument('<image>', 'image in a registry, or oci-dir:FOLDER')
    .option('--only <list>', `only these of what is there: ${ROLES.join(', ')}`, parseRoles)
    .option('--message', 'sign the bytes of the manifests instead of statements about them')
    .option('--tag-valid <time>', 'sign too that the tag means this image, for so long: 30d', parseValidity)
    .option('--as <reference>', AS);
  addSigningOptions(command)
    .addHelpText(
      'after',
      examples(
        'hallmark sign --key release.key registry.example/app:1.4',
        "hallmark sign --key 'pkcs11:token=release;object=one' registry.example/app:1.4",
        'hallmark sign --signing-config public-good --identity-token token.jwt --dry-run ghcr.io/acme/app:1.4',
        'hallmark sign --signing-config public-good --yes ghcr.io/acme/app:1.4',
        'hallmark sign --key release.key --legacy tags registry.example/app:1.4',
        'hallmark sign --key release.key --tag-valid 30d registry.example/app:1.4',
      ) +
        KEYS +
        PUBLIC,
    )
    .action(async (reference, flags) => {
      const { sign } = await import('./commands/sign.ts');
      finish(await sign(reference, flags, terminal));
    });
  const tagging = program
    .command('sign-tag')
    .description('sign that a tag means an image, until when: again and again, before it expires')
    .argument('<image>', 'image in a registry, by its tag, or oci-dir:FOLDER with --as')
    .addOption(
      new Option('--valid <time>', 'for how long this is to be believed')
        .argParser(parseValidity)
        .default(30 * 86_400, '30d'),
    )
    .option(
      '--unless-valid <time>',
      'sign nothing while what is signed of the tag lasts so long',
      parseValidity,
    )
    .option('--as <reference>', AS);
  addSigningOptions(tagging)
    .addHelpText(
      'after',
      examples(
        'hallmark sign-tag --key release.key registry.example/app:1.4',
        'hallmark sign-tag --key release.key --valid 7d --unless-valid 4d registry.example/app:latest',
        'hallmark sign-tag --key release.key registry.example/app:1.4@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
      ) +
        TAGS +
        KEYS +
        PUBLIC,
    )
    .action(async (reference, flags) => {
      const { signTag } = await import('./commands/sign.ts');
      finish(await signTag(reference, flags, terminal));
    });
  const attesting = program
    .command('attest')
    .description('sign a statement about an image: a bill of materials, provenance, VEX, …')
    .argument('<image>', 'image in a registry, or oci-dir:FOLDER')
    .requiredOption('--type <type>', `type of the predicate: ${PREDICATE_NAMES}, or an address`)
    .requiredOption('--predicate <file>', 'the predicate as JSON')
    .addOption(platformOption());
  addSigningOptions(attesting)
    .addHelpText(
      'after',
      examples(
        'hallmark attest --type spdx --predicate app.spdx.json --platform linux/amd64 --key release.key registry.example/app:1.4',
        'hallmark attest --type openvex --predicate app.openvex.json --key release.key registry.example/app:1.4',
        'hallmark attest --type https://example.com/review/v1 --predicate review.json --key release.key registry.example/app:1.4',
      ) +
        KEYS +
        PUBLIC,
    )
    .action(async (reference, flags) => {
      const { attest } = await import('./commands/sign.ts');
      finish(await attest(reference, flags, terminal));
    });
}

/** `hallmark key`. */
export function addKey(program: Command, terminal: Terminal, finish: Finish): void {
  const key = program
    .command('key')
    .description('keys to sign with: make them, and get their public half')
    .addHelpText(
      'after',
      examples('hallmark key generate --output release', 'hallmark key public release.key'),
    );
  key
    .command('generate')
    .description('make an ECDSA P-256 pair, encrypted as cosign does; nothing is overwritten')
    .option('--output <name>', 'NAME.key and NAME.pub are written', 'hallmark')
    .option('--format <name>', 'terminal or json', 'terminal')
    .addHelpText('after', examples('hallmark key generate --output release'))
    .action(async (flags) => {
      const { generateKeyCommand } = await import('./commands/key.ts');
      finish(await generateKeyCommand(flags, terminal));
    });
  key
    .command('public')
    .description('print the public key of a private one')
    .argument('<key>', 'file, env://VARIABLE, pkcs11:…, or NAME://… of a KMS plugin')
    .option('--format <name>', 'terminal or json', 'terminal')
    .addHelpText('after', examples('hallmark key public release.key') + KEYS)
    .action(async (reference, flags) => {
      const { publicKeyCommand } = await import('./commands/key.ts');
      finish(await publicKeyCommand(reference, flags, terminal));
    });
}
