/**
 * Secrets of real forms that open nothing: drawn for the tests, and put together at run time from parts, so that nobody
 * who looks for secrets in this repository is alarmed.
 */
import { crc32 } from 'node:zlib';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const HEX = '0123456789abcdef';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A part of a secret, apart from the rest. */
const part = (text: string) => text;

/** A text of characters that look drawn by chance and are always the same. */
function drawn(length: number, alphabet = BASE62): string {
  let state = 7;
  let text = '';
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    text += alphabet[(state >>> 16) % alphabet.length] ?? '';
  }
  return text;
}

/** GitHub, "Behind GitHub's new authentication token formats": CRC-32 of the body, six digits in base 62. */
function withChecksum(prefix: string): string {
  const body = drawn(30);
  let checksum = '';
  for (let value = crc32(body), digit = 0; digit < 6; digit += 1, value = Math.floor(value / 62)) {
    checksum = (BASE62[value % 62] ?? '') + checksum;
  }
  return `${prefix}${body}${checksum}`;
}

const armour = (kind: string) => `-----${part('BEGIN')} ${kind}-----\n`;

/** By rule: texts in which that rule, and no other, finds one secret. */
export const SPECIMENS: Readonly<Record<string, string>> = {
  'aws-access-key-id': `id: ${part('AKIA')}${drawn(16, BASE32)}`,
  'aws-secret-access-key': `aws_secret_access_key = ${drawn(40)}`,
  'gcp-api-key': `"${part('AIza')}${drawn(35)}"`,
  'gcp-oauth-client-secret': `${part('GOCSPX')}-${drawn(28)}`,
  'gcp-service-account': `"private_key_id": "${drawn(40, HEX)}"`,
  'azure-storage-key': `AccountKey=${drawn(86)}==`,
  'azure-client-secret': `${drawn(3)}${part('8Q')}~${drawn(34)}`,
  'azure-sas-signature': `https://a.blob.core.windows.net/c?sv=1&sig=${drawn(43)}%3D`,
  'digitalocean-token': `${part('dop')}_v1_${drawn(64, HEX)}`,
  'alibaba-access-key-id': `${part('LTAI')}${drawn(20)}`,
  'heroku-api-key': `${part('HRKU')}-${drawn(60)}`,
  'cloudflare-origin-ca-key': `${part('v1.0')}-${drawn(24, HEX)}-${drawn(146, HEX)}`,
  'databricks-token': `${part('dapi')}${drawn(32, HEX)}`,
  'vault-token': `${part('hvs')}.${drawn(95)}`,
  'terraform-cloud-token': `${drawn(14)}.${part('atlasv1')}.${drawn(67)}`,
  'pulumi-token': `${part('pul')}-${drawn(40, HEX)}`,
  'age-secret-key': `${part('AGE-SECRET')}-KEY-1${drawn(58, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L')}`,
  'github-token': withChecksum('ghp_'),
  'github-fine-grained-token': `${part('github')}_pat_${drawn(22)}_${drawn(59)}`,
  'gitlab-token': `${part('glpat')}-${drawn(20)}`,
  'atlassian-token': `${part('ATBB')}${drawn(32)}`,
  'npm-token': withChecksum('npm_'),
  'npm-legacy-token': `//registry.example/:_authToken=${drawn(36)}`,
  'pypi-token': `${part('pypi')}-AgEIcHlwaS5vcmc${drawn(150)}`,
  'rubygems-token': `${part('rubygems')}_${drawn(48, HEX)}`,
  'nuget-token': `${part('oy2')}${drawn(43, 'abcdefghijklmnopqrstuvwxyz234567')}`,
  'docker-hub-token': `${part('dckr')}_pat_${drawn(27)}`,
  'jfrog-token': `${part('AKCp')}${drawn(69)}`,
  'grafana-token': `${part('glsa')}_${drawn(32)}_${drawn(8, HEX)}`,
  'sentry-token': `${part('sntrys')}_${drawn(80)}`,
  'new-relic-key': `${part('NRAK')}-${drawn(27, BASE32)}`,
  'postman-key': `${part('PMAK')}-${drawn(24, HEX)}-${drawn(34, HEX)}`,
  'figma-token': `${part('figd')}_${drawn(40)}`,
  'linear-key': `${part('lin')}_api_${drawn(40)}`,
  'slack-token': `${part('xoxb')}-${drawn(12, '0123456789')}-${drawn(12, '0123456789')}-${drawn(24)}`,
  'slack-webhook': `https://hooks.slack.com/services/T${drawn(9, BASE32)}/B${drawn(9, BASE32)}/${drawn(24)}`,
  'discord-token': `DISCORD_TOKEN=${part('M')}${drawn(23)}.${drawn(6)}.${drawn(27)}`,
  'telegram-token': `${drawn(9, '0123456789')}:${part('AA')}${drawn(33)}`,
  'stripe-key': `${part('sk')}_live_${drawn(24)}`,
  'square-token': `${part('sq0atp')}-${drawn(22)}`,
  'shopify-token': `${part('shpat')}_${drawn(32, HEX)}`,
  'twilio-key': `TWILIO_API_KEY=${part('SK')}${drawn(32, HEX)}`,
  'sendgrid-key': `${part('SG')}.${drawn(22)}.${drawn(43)}`,
  'mailgun-key': `MAILGUN_API=${part('key')}-${drawn(32, HEX)}`,
  'mailchimp-key': `${drawn(32, HEX)}-us12`,
  'brevo-key': `${part('xkeysib')}-${drawn(64, HEX)}-${drawn(16)}`,
  'openai-key': `${part('sk')}-proj-${drawn(40)}T3Blbk${part('FJ')}${drawn(40)}`,
  'anthropic-key': `${part('sk')}-ant-api03-${drawn(93)}`,
  'hugging-face-token': `${part('hf')}_${drawn(34, BASE62.slice(10))}`,
  'datadog-key': `DD_API_KEY=${drawn(32, HEX)}`,
  'notion-token': `${part('ntn')}_${drawn(46)}`,
  'asana-token': `ASANA_PAT=1/${drawn(16, '0123456789')}:${drawn(32, HEX)}`,
  'dropbox-token': `${part('sl')}.u.${drawn(140)}`,
  'facebook-token': `${part('EAAG')}${drawn(150)}`,
  'private-key': `${armour('RSA PRIVATE KEY')}${drawn(64)}\n`,
  'encrypted-private-key': `${armour('ENCRYPTED PRIVATE KEY')}${drawn(64)}\n`,
  'pgp-private-key': `${armour('PGP PRIVATE KEY BLOCK')}\n${drawn(64)}\n`,
  'putty-private-key': `PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nComment: c\nPrivate-Lines: 1\n${drawn(64)}\n`,
  'kubeconfig-key': `client-key-data: ${part('LS0tLS1')}CRUdJTi${drawn(80)}`,
  'json-web-token': `${part('eyJ')}hbGciOi${drawn(20)}.eyJ${drawn(40)}.${drawn(43)}`,
  'password-in-address': `postgres://app:${drawn(16)}@db.corp:5432/app`,
  'wordpress-credentials': `define('DB_PASSWORD', '${drawn(16)}');`,
};

/** Those that are looked for in certain files only: the file, and the text. */
export const PLACED_SPECIMENS: Readonly<Record<string, readonly [path: string, text: string]>> = {
  'crates-io-token': ['root/.cargo/credentials.toml', `token = "${part('cio')}${drawn(32)}"`],
  'docker-registry-credentials': [
    'root/.docker/config.json',
    `{"auths": {"r": {"auth": "${Buffer.from(`user:${drawn(12)}`).toString('base64')}"}}}`,
  ],
  'netrc-password': ['root/.netrc', `machine host login me password ${drawn(12)}`],
  'postgres-password-file': ['root/.pgpass', `db:5432:app:me:${drawn(12)}`],
  'assigned-secret': ['app/.env', `SESSION_SECRET=${drawn(24)}`],
};

/** In commands of the history only. */
export const COMMAND_SPECIMEN = `RUN tool login --password ${drawn(16)} registry`;
