/**
 * What a module of the Linux kernel says about itself: texts `key=value`, each ended by a NUL, in the section
 * `.modinfo`. Linux, `include/linux/moduleinfo.h`; modinfo(8).
 */
import { elfArchitecture, parseElf } from '../../../formats/elf.ts';
import { boundedText } from '../../evidence.ts';

export type KernelModule = {
  readonly name: string;
  /** The module's own; empty for most, which have that of the kernel. */
  readonly version: string;
  /** Release of the kernel that it was built for, as `uname -r` says it. */
  readonly release: string;
  /** It was built together with the kernel. */
  readonly isInTree: boolean;
  readonly licences: readonly string[];
  readonly author: string | null;
  readonly description: string | null;
  /** Names of other modules. */
  readonly depends: readonly string[];
  readonly architecture: string | null;
};

/** Tables of devices are the most of it: 100 kB. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Null for what is no kernel module.
 *
 * @param fileName is the module's name where it does not state it, as before Linux 4.13
 */
export function parseKernelModule(content: Uint8Array, fileName: string): KernelModule | null {
  const elf = parseElf(content);
  const section = elf?.section('.modinfo')?.content;
  if (!elf || section === undefined || section.length > MAX_BYTES) return null;
  const fields = readFields(section);
  const field = (key: string) => boundedText(fields.get(key)?.[0]);
  const release = field('vermagic')?.split(' ', 1)[0];
  const name = field('name') ?? fileName.replace(/\.ko$/, '').replaceAll('-', '_');
  if (!release || !/^[A-Za-z0-9_-]{1,128}$/.test(name)) return null;
  return {
    name,
    version: boundedText(field('version'), 256) ?? '',
    release,
    isInTree: field('intree') === 'Y',
    licences: [...new Set((fields.get('license') ?? []).flatMap((text) => boundedText(text, 200) ?? []))],
    author: field('author'),
    description: field('description'),
    depends: (field('depends') ?? '').split(',').filter(Boolean),
    architecture: elfArchitecture(elf),
  };
}

/** Most fields are tables of devices (`alias`) and parameters; of those that are wanted none comes often. */
const MAX_VALUES = 20;

function readFields(section: Uint8Array): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  for (const text of new TextDecoder().decode(section).split('\0')) {
    const equals = text.indexOf('=');
    const key = text.slice(0, Math.max(equals, 0));
    const values = fields.get(key) ?? [];
    if (WANTED.has(key) && values.length < MAX_VALUES) fields.set(key, [...values, text.slice(equals + 1)]);
  }
  return fields;
}

const WANTED: ReadonlySet<string> = new Set([
  'name',
  'version',
  'vermagic',
  'intree',
  'license',
  'author',
  'description',
  'depends',
]);
