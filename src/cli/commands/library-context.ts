import { open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Architecture } from '../../definitions/architectures.ts';
import { entryUses } from '../../library/contents/content-uses.ts';
import { contextChecksum, writeContextTar } from '../../library/contents/context-checksum.ts';
import { openContext } from '../../library/contents/context-tree.ts';
import type { ContentUse } from '../../library/contents/contents.ts';
import { type GitStore } from '../../library/git/git-store.ts';
import { chooseDefinitions } from '../../library/listing/choose-definitions.ts';
import { openSettings } from '../../library/programme/open-programme.ts';
import { openCommits } from '../../library/running/programme-folders.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { CliError } from '../errors.ts';
import { placesOf, tellBroken } from '../library/chosen-definitions.ts';
import { programmeFolder, type ProgrammeFlags } from '../library/programme-option.ts';
import type { Terminal } from '../terminal.ts';

export interface ContextFlags extends ProgrammeFlags {
  readonly arch: Architecture;
  readonly output?: string;
  readonly sha256?: boolean;
}

/** Fetches the commit where it is not here yet. */
export async function showContext(
  reference: string,
  flags: ContextFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const { chosen, broken } = chooseDefinitions([reference], placesOf(flags, terminal));
  if (broken.length > 0) return tellBroken(broken, terminal);
  const uses = chosen.flatMap(({ repository, entries }) => entryUses(repository.name, entries));
  const { inputs } = onlyUse(uses, reference, flags.arch);
  const settings = openSettings(programmeFolder(flags, terminal));
  const store = openCommits(settings, terminal);
  try {
    const [failure] = await store.fetch([inputs]);
    if (failure !== undefined) throw failure.error;
    const { tree } = await openContext(store, inputs);
    if (flags.output !== undefined) {
      await writeTar(store, tree, resolve(terminal.workingDirectory, flags.output));
    }
    if (flags.output === undefined || flags.sha256 === true) {
      terminal.stdout.write(`${await contextChecksum(store, tree)}\n`);
    }
    return 0;
  } finally {
    await store.close();
  }
}

/** @throws {CliError} USAGE */
function onlyUse(uses: readonly ContentUse[], reference: string, architecture: Architecture): ContentUse {
  const [use, ...others] = uses.filter((each) => each.architecture === architecture);
  if (use === undefined) throw new CliError('USAGE', `${reference} has no entry for ${architecture}`);
  if (others.length === 0) return use;
  const tags = [use, ...others].map(({ repository, entry }) => `${repository}:${entry}`);
  throw new CliError('USAGE', `${reference} has several entries for ${architecture}: ${tags.join(', ')}`, {
    remedy: 'Name one of them.',
  });
}

/** The file appears when it is whole. @throws {CliError} OUTPUT_FAILED */
async function writeTar(store: GitStore, tree: string, file: string): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  try {
    const handle = await open(partial, 'w');
    try {
      await writeContextTar(store, tree, (bytes) => handle.writeFile(bytes));
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (cause) {
    await rm(partial, { force: true });
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new CliError('OUTPUT_FAILED', `${file} cannot be written: ${cause.message}`, {
      subject: file,
      cause,
    });
  }
}
