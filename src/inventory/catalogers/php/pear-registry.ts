/**
 * What PEAR keeps of an installed package: its `package.xml` as a serialized array, with the list of files as they were
 * installed. Version 2 of the format has a channel and lists under `version` and `license`; version 1 has plain texts
 * and only one channel. PEAR manual, "package.xml"; `PEAR_Registry`.
 */
import type { Interest } from '../../cataloger.ts';
import { boundedText, isPackageName } from '../../evidence.ts';
import { isPhpArray, parseSerialized, type PhpArray, type PhpValue } from './php-serialized.ts';

export type PearPackage = {
  /** `pear.php.net`, `pecl.php.net`. */
  readonly channel: string;
  readonly name: string;
  readonly version: string;
  readonly licence: string | null;
  readonly leads: string | null;
  readonly description: string | null;
  /** Packages that it needs, as `channel/name`; sorted. */
  readonly dependencies: readonly string[];
  /** Paths without leading slash; sorted. */
  readonly files: readonly string[];
};

/** `.registry/mail.reg`, `.registry/.channel.pecl.php.net/redis.reg`. */
export const PEAR_REGISTRY: Interest = {
  suffixes: ['.reg'],
  accepts: (path) => /(?:^|\/)\.registry\/(?:\.channel\.[^/]+\/)?[^/]+\.reg$/.test(path),
  maxBytes: 16 * 1024 * 1024,
};

const PEAR_CHANNEL = 'pear.php.net';
export const PECL_CHANNEL = 'pecl.php.net';

/** The largest known packages have some thousand. */
const MAX_FILES = 50_000;

/** Undefined for what is not serialized at all, null for an array that names no package. */
export function parsePearPackage(content: Uint8Array): PearPackage | null | undefined {
  const fields = parseSerialized(content);
  if (fields === undefined) return undefined;
  if (!isPhpArray(fields)) return null;
  const channel = textOf(fields.get('channel')) ?? PEAR_CHANNEL;
  const name = textOf(fields.get('name')) ?? textOf(fields.get('package'));
  if (name === null || !isPackageName(name) || !isPackageName(channel)) return null;
  const version = fields.get('version');
  return {
    channel,
    name,
    version: boundedText(textOf(isPhpArray(version) ? version.get('release') : version), 256) ?? '',
    licence: boundedText(licenceOf(fields)),
    leads: boundedText(listOf(fields.get('lead')).map(personOf).filter(Boolean).join(', ')),
    description: boundedText(textOf(fields.get('summary')), 500),
    dependencies: dependenciesOf(fields),
    files: filesOf(fields.get('filelist')),
  };
}

function textOf(value: PhpValue | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** A text, or one with attributes around it. */
function licenceOf(fields: PhpArray): string | null {
  const licence = fields.get('license') ?? fields.get('release_license');
  return textOf(isPhpArray(licence) ? licence.get('_content') : licence);
}

/** Of XML elements one stands for itself, several are a list with numbers for keys. */
function listOf(value: PhpValue | undefined): readonly PhpArray[] {
  if (!isPhpArray(value)) return [];
  return value.has('0') ? [...value.values()].filter(isPhpArray) : [value];
}

function personOf(person: PhpArray): string {
  const name = textOf(person.get('name')) ?? '';
  const email = textOf(person.get('email')) ?? '';
  return name && email ? `${name} <${email}>` : name || email;
}

function dependenciesOf(fields: PhpArray): readonly string[] {
  const dependencies = fields.get('dependencies');
  const required = isPhpArray(dependencies) ? dependencies.get('required') : null;
  const names = listOf(isPhpArray(required) ? required.get('package') : null).flatMap((needed) => {
    const name = textOf(needed.get('name'));
    // a package that must not be there is written among those that must
    return name === null || needed.has('conflicts')
      ? []
      : [`${textOf(needed.get('channel')) ?? PEAR_CHANNEL}/${name}`];
  });
  return [...new Set(names)].sort();
}

function filesOf(fileList: PhpValue | undefined): readonly string[] {
  if (!isPhpArray(fileList)) return [];
  const paths: string[] = [];
  for (const file of fileList.values()) {
    const path = isPhpArray(file) ? textOf(file.get('installed_as')) : null;
    if (path !== null && paths.length < MAX_FILES) paths.push(path.replace(/^\/+/, ''));
  }
  return paths.sort();
}
