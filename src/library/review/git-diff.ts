/** Differences between texts, made by git: with what was renamed or copied, as reviewers know them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestHex, digestOf } from '../../model/digest.ts';
import { type GitSurroundings, startGit } from '../../updates/upstream/git-process.ts';
import { gitFailed } from '../git/git-failure.ts';

export interface FileDifference {
  readonly kind: 'added' | 'removed' | 'changed' | 'renamed' | 'copied';
  /** As it is now; as it was, for one that is gone. */
  readonly path: string;
  /** What it was renamed or copied from; null for the others. */
  readonly from: string | null;
  readonly addedLines: number;
  readonly removedLines: number;
  /** Hunks as in a unified difference, each line with its sign; empty for a mere change of name, and for a file that is gone. */
  readonly patch: string;
}

export interface DiffPlace extends GitSurroundings {
  /** A folder for scratch files; what is put there is removed again. */
  readonly scratch: string;
  readonly bounds?: DiffBounds;
}

/** How much is compared at most. */
export interface DiffBounds {
  /** On both sides together. */
  readonly files: number;
  readonly textBytes: number;
  readonly seconds: number;
}

const BOUNDS: DiffBounds = { files: 50_000, textBytes: 512 * 1024 ** 2, seconds: 60 };

export type Side = 'base' | 'head';

/** Texts before and after, which lie on the disk until they are compared: memory does not follow their number. */
export interface Comparison {
  /** @param path begins with the name of the folder that it can be taken away again by */
  add(side: Side, path: string, text: string): void;
  /** Says that what is added to a folder before is what another one had: its files are told as copies. */
  standsFor(folder: string, other: string): void;
  /** Takes away what was added in a folder. */
  forget(folder: string): void;
  /** In one sentence, which bound was passed, so that what was added since is not there; null while there is room. */
  full(): string | null;
  /** @param mostBytes of the differences */
  compare(mostBytes: number): Promise<Differences>;
}

export interface Differences {
  /** In the order of their names. */
  readonly files: readonly FileDifference[];
  readonly sizeBytes: number;
  /** Why there may be more, in one sentence; null when these are all. */
  readonly cutBecause: string | null;
}

/**
 * Similarity of a fifth already makes a copy: versions of one Dockerfile have little more in common with each other than with
 * anything else. Blank lines and spaces do not count.
 */
const OPTIONS = [
  '--no-index',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--no-prefix',
  '--text',
  '--minimal',
  '--find-renames=20%',
  '--find-copies=20%',
  '--find-copies-harder',
  '--ignore-blank-lines',
  '--ignore-space-change',
  '--ignore-space-at-eol',
];

const FOLDERS: Readonly<Record<Side, string>> = { base: 'a', head: 'b' };

/** @throws {LibraryError} GIT_MISSING, SOURCE_REPOSITORY_FAILED */
export async function withComparison<T>(
  place: DiffPlace,
  use: (comparison: Comparison) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(place.scratch, 'hallmark-diff-'));
  try {
    return await use(createComparison(folder, place));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function createComparison(folder: string, place: DiffPlace): Comparison {
  const bounds = place.bounds ?? BOUNDS;
  for (const side of Object.values(FOLDERS)) mkdirSync(join(folder, side));
  // only names that are written under another one
  const names = new Map<string, string>();
  const models = new Map<string, string>();
  let files = 0;
  let bytes = 0;
  const full = () =>
    files > bounds.files
      ? `there are more than ${bounds.files} files`
      : bytes > bounds.textBytes
        ? `there are more than ${bounds.textBytes} bytes`
        : null;
  return {
    full,
    add(side, path, text) {
      files += 1;
      bytes += Buffer.byteLength(text);
      if (full() !== null) return;
      const safe = safePath(path);
      if (safe !== path) names.set(safe, path);
      const file = join(folder, FOLDERS[side], safe);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { flag: 'wx' });
    },
    standsFor: (name, other) => void models.set(name, other),
    forget(name) {
      for (const side of Object.values(FOLDERS))
        rmSync(join(folder, side, safeName(name)), { recursive: true, force: true });
    },
    async compare(mostBytes) {
      const { output, cutBecause } = await runDiff(folder, place, bounds.seconds, mostBytes);
      return {
        files: parseDifferences(output, (safe) => names.get(safe) ?? safe).flatMap((file) =>
          tellCopy(file, models),
        ),
        sizeBytes: Buffer.byteLength(output),
        cutBecause,
      };
    },
  };
}

/** What a model has and its copy has not is no difference that anybody made. */
function tellCopy(file: FileDifference, models: ReadonlyMap<string, string>): FileDifference[] {
  const modelOf = (path: string) => models.get(path.slice(0, path.indexOf('/')));
  const model = modelOf(file.path);
  if (model !== undefined && file.kind === 'removed') return [];
  const source = file.from ?? (model !== undefined && file.kind === 'changed' ? file.path : null);
  const sourceModel = source === null ? undefined : modelOf(source);
  if (source === null || sourceModel === undefined) return [file];
  return [{ ...file, kind: 'copied', from: `${sourceModel}${source.slice(source.indexOf('/'))}` }];
}

async function runDiff(
  folder: string,
  place: DiffPlace,
  seconds: number,
  mostBytes: number,
): Promise<{ readonly output: string; readonly cutBecause: string | null }> {
  const limit = AbortSignal.timeout(seconds * 1000);
  const git = startGit(
    [
      // whatever repository the scratch folder lies in has no say
      '--git-dir=/dev/null',
      '-C',
      folder,
      '-c',
      'core.quotePath=true',
      '-c',
      'core.attributesFile=/dev/null',
      'diff',
      ...OPTIONS,
      '--',
      ...Object.values(FOLDERS),
    ],
    { ...place, signal: AbortSignal.any([place.signal, limit]) },
  );
  git.input.end();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of git.output) {
      chunks.push(chunk.subarray(0, mostBytes - size));
      size += chunk.length;
      if (size > mostBytes)
        return { output: wholeSections(chunks), cutBecause: `they have more than ${mostBytes} bytes` };
    }
    const { complaint, isMissing } = await git.ended;
    place.signal.throwIfAborted();
    if (limit.aborted)
      return { output: wholeSections(chunks), cutBecause: `git took longer than ${seconds} seconds` };
    // by its status alone git says that there are differences
    if (complaint !== '' && complaint !== 'status 1') throw gitFailed('the difference', complaint, isMissing);
  } finally {
    git.kill();
  }
  return { output: Buffer.concat(chunks).toString('utf8'), cutBecause: null };
}

/** Without the last one, which may be cut off. */
function wholeSections(chunks: readonly Uint8Array[]): string {
  const output = Buffer.concat(chunks).toString('utf8');
  return output.slice(0, Math.max(0, output.lastIndexOf('\ndiff --git ') + 1));
}

const LONGEST_PART = 200;
const LONGEST_NAME = 1000;

/**
 * A name that leads nowhere else, that git neither quotes nor heeds (`.gitattributes`), and that a disk can have. Escapes are of
 * characters that nothing else becomes; what is long ends in its digest, so that no two names become one.
 */
function safeName(name: string): string {
  const safe = name
    .split('/')
    .map((part) => {
      const plain = Array.from(part, (character) =>
        /^[\w.+@,=-]$/.test(character) ? character : `%${(character.codePointAt(0) ?? 0).toString(16)}.`,
      ).join('');
      const shown = plain.length > LONGEST_PART ? `${plain.slice(0, 100)}${digestPart(part)}` : plain;
      return shown === '' || /^\.(?:\.?$|git)/.test(shown) ? `%.${shown}` : shown;
    })
    .join('/');
  return safe.length > LONGEST_NAME ? digestPart(name) : safe;
}

/** The folder by which files are taken away again stays one, however long the rest of the name is. */
function safePath(path: string): string {
  const at = path.indexOf('/');
  return at === -1 ? safeName(path) : `${safeName(path.slice(0, at))}/${safeName(path.slice(at + 1))}`;
}

const digestPart = (text: string): string => `%${digestHex(digestOf(text)).slice(0, 32)}.`;

/**
 * Only a line feed ends a line: a carriage return in a file, which "^" of a pattern takes for one, could else begin a file that is not there.
 *
 * @param nameOf gives the real name of a file that was written under a safe one
 */
function parseDifferences(output: string, nameOf: (safe: string) => string): readonly FileDifference[] {
  return `\n${output}`
    .split('\ndiff --git ')
    .slice(1)
    .map((section) => parseSection(section, nameOf));
}

function parseSection(section: string, nameOf: (safe: string) => string): FileDifference {
  const start = section.indexOf('\n@@ ');
  const headers = (start === -1 ? section : section.slice(0, start)).split('\n');
  const patch = start === -1 ? '' : section.slice(start + 1).replace(/\n$/, '');
  const header = (prefix: string) => headers.find((line) => line.startsWith(prefix))?.slice(prefix.length);
  const [, before = '', after = ''] = /^[ab]\/(\S+) [ab]\/(\S+)$/.exec(headers[0] ?? '') ?? [];
  const isNew = header('new file mode') !== undefined;
  const isGone = header('deleted file mode') !== undefined;
  const isRenamed = header('rename from ') !== undefined;
  const isCopied = header('copy from ') !== undefined;
  const lines = patch.split('\n');
  return {
    kind: isNew ? 'added' : isGone ? 'removed' : isRenamed ? 'renamed' : isCopied ? 'copied' : 'changed',
    path: nameOf(isGone ? before : after),
    from: isRenamed || isCopied ? nameOf(before) : null,
    addedLines: lines.filter((line) => line.startsWith('+')).length,
    removedLines: lines.filter((line) => line.startsWith('-')).length,
    patch: isGone ? '' : patch,
  };
}
