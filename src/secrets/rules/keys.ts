/** Private keys and credentials in the files and forms that programs keep them in. */
import { entropy, isPlausible, isRandom } from '../plausible.ts';
import type { SecretRule } from '../rule.ts';

/** Names under which configuration keeps what nobody else should know. */
const SECRET_NAME =
  '(?:[A-Za-z0-9]{1,24}[_.-]){0,4}(?:pass(?:word|wd|phrase)?|passw|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|auth[_-]?token|credentials?)(?:[_.-][A-Za-z0-9]{1,16}){0,2}';

/** What people write in configuration that is no password: types, switches, other names. */
const NO_PASSWORD =
  /^(?:true|false|null|none|nil|undefined|yes|no|on|off|string|password|passwd|secret|token|required|optional|prompt|default|enabled|disabled|test|testing|root|admin|user|[\w.]+\(.*|.*\.(?:pem|key|crt|json|ya?ml|txt|sock))$/i;

function isPassword(secret: string): boolean {
  return isPlausible(secret) && !NO_PASSWORD.test(secret) && entropy(secret) >= 2.5;
}

export const KEY_RULES: readonly SecretRule[] = [
  {
    id: 'private-key',
    title: 'Private key',
    severity: 'critical',
    // RFC 7468; OpenSSH PROTOCOL.key; without the bodies of keys whose armour says that they are encrypted
    anchors: ['PRIVATE KEY-----'],
    pattern:
      /-----BEGIN (?:RSA |EC |DSA |OPENSSH )?PRIVATE KEY-----(?:\\r)?(?:\\n|\s){1,4}(?!Proc-Type: 4,ENCRYPTED)(?<secret>[A-Za-z0-9+/=]{40,80})/,
    isReal: (secret) => entropy(secret) >= 3,
  },
  {
    id: 'encrypted-private-key',
    title: 'Private key, encrypted with a passphrase',
    severity: 'low',
    anchors: ['ENCRYPTED PRIVATE KEY-----', 'Proc-Type: 4,ENCRYPTED'],
    pattern:
      /(?:BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED\s{1,4}DEK-Info: [\w,-]{8,80})(?:\\n|\s){1,4}(?<secret>[A-Za-z0-9+/=]{40,80})/,
  },
  {
    id: 'pgp-private-key',
    title: 'PGP private key',
    severity: 'critical',
    anchors: ['BEGIN PGP PRIVATE KEY BLOCK-----'],
    pattern: /-----BEGIN PGP PRIVATE KEY BLOCK-----[\s\S]{1,200}?(?<secret>[A-Za-z0-9+/=]{60,80})/,
  },
  {
    id: 'putty-private-key',
    title: 'PuTTY private key',
    severity: 'critical',
    anchors: ['PuTTY-User-Key-File-'],
    pattern:
      /PuTTY-User-Key-File-[23]: [\w-]{4,40}\s{1,4}Encryption: none[\s\S]{1,200}?(?<secret>[A-Za-z0-9+/=]{60,70})/,
  },
  {
    id: 'kubeconfig-key',
    title: 'Client key in a kubeconfig',
    severity: 'critical',
    anchors: ['client-key-data:'],
    pattern: /client-key-data:\s{0,4}["']?(?<secret>LS0tLS1CRUdJTi[A-Za-z0-9+/]{40,300})/,
  },
  {
    id: 'json-web-token',
    title: 'JSON Web Token, signed',
    severity: 'medium',
    anchors: ['eyJhbGciOi', 'eyJ0eXAiOi'],
    pattern:
      /(?<![\w.-])(?<secret>eyJ(?:hbGciOi|0eXAiOi)[\w-]{10,200}\.eyJ[\w-]{10,400}\.[\w-]{20,400})(?![\w-])/,
    // the specimen of jwt.io is in thousands of manuals
    isReal: (secret) => !secret.includes('eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lI'),
  },
  {
    id: 'password-in-address',
    title: 'Password in an address',
    severity: 'high',
    anchors: ['://'],
    pattern:
      /\b(?:https?|ftps?|ssh|git|amqps?|mongodb(?:\+srv)?|postgres(?:ql)?|mysql|mariadb|rediss?|ldaps?|smtps?|mqtts?):\/\/[^\s:/?#@"'`<>{}[\]$()%]{1,64}:(?<secret>[^\s:/?#@"'`<>{}[\]$()]{4,128})@[\w.-]{1,253}/,
    isReal: (secret) =>
      isPlausible(secret) &&
      !/^(?:pass(?:word|wd)?|pwd|secret|token|test|user(?:name)?|pw)\d*$/i.test(secret),
  },
  {
    id: 'netrc-password',
    title: 'Password in .netrc',
    severity: 'high',
    anchors: ['password'],
    pattern: /\bpassword\s{1,8}(?<secret>\S{4,256})/,
    paths: /(?:^|\/)[._]netrc$/,
    isReal: isPlausible,
  },
  {
    id: 'postgres-password-file',
    title: 'Password in .pgpass',
    severity: 'high',
    anchors: [':54', ':*:', ':6543'],
    pattern: /^[^\s:#]{1,253}:(?:\d{1,5}|\*):[^\s:]{1,63}:[^\s:]{1,63}:(?<secret>\S{3,256})$/m,
    paths: /(?:^|\/)\.?pgpass(?:\.conf)?$/,
    isReal: isPlausible,
  },
  {
    id: 'wordpress-credentials',
    title: 'Database password or salt of WordPress',
    severity: 'high',
    anchors: ["'DB_PASSWORD'", '"DB_PASSWORD"', "'AUTH_KEY'", '"AUTH_KEY"'],
    pattern:
      /define\(\s{0,4}['"](?:DB_PASSWORD|AUTH_KEY)['"]\s{0,4},\s{0,4}['"](?<secret>[^'"\n]{4,128})['"]/,
    isReal: (secret) => isPlausible(secret) && !/unique phrase|password_here/.test(secret),
  },
  {
    id: 'password-in-command',
    title: 'Password given to a command',
    severity: 'high',
    anchors: ['--password', '--token', '--secret', 'curl -u', 'curl --user', ' --user ', '-u '],
    pattern:
      /(?:--(?:password|token|secret|api-key)[= ]|\b(?:curl|wget)\b[^\n;|&]{0,120}?\s(?:-u|--user)[= ]?\s?["']?[\w.@-]{1,64}:)["']?(?<secret>[^\s"'`$;|&]{6,128})/,
    paths: /(?!)/,
    inTexts: true,
    isReal: isPassword,
  },
  {
    id: 'assigned-secret',
    title: 'Secret in configuration',
    severity: 'medium',
    anchors: [
      'assword',
      'ASSWORD',
      'asswd',
      'ASSWD',
      'ecret',
      'ECRET',
      'oken',
      'OKEN',
      'api_key',
      'API_KEY',
      'apikey',
      'apiKey',
      'APIKEY',
      'access_key',
      'ACCESS_KEY',
      'private_key',
      'PRIVATE_KEY',
      'redential',
      'REDENTIAL',
      'passphrase',
      'PASSPHRASE',
    ],
    // a pattern made of constants of this file
    pattern: new RegExp(
      `(?<![A-Za-z0-9_.-])${SECRET_NAME}["']?[ \\t]{0,8}(?:=|:|=>)[ \\t]{0,8}["']?(?<secret>[^\\s"'\`,;#<>{}()\\[\\]$\\\\]{8,128})`,
      'i',
    ),
    paths:
      /(?:^|\/)(?:\.env(?:\.[\w-]+)?|[\w-]+\.env|environment|credentials|secrets?\.(?:ya?ml|json|toml|ini|properties)|application(?:-[\w]+)?\.(?:properties|ya?ml)|appsettings(?:\.[\w]+)?\.json|local_settings\.py|settings\.ini|database\.yml|\.my\.cnf|\.s3cfg|\.boto|terraform\.tfvars|[\w-]+\.auto\.tfvars|docker-compose[\w.-]*\.ya?ml|compose\.ya?ml)$/,
    inTexts: true,
    isReal: (secret) => isPassword(secret) && isRandom(secret),
  },
];
