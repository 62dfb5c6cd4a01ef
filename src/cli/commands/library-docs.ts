import { resolve } from 'node:path';
import type { Architecture } from '../../definitions/architectures.ts';
import { createQuarantineReaders } from '../../library/admission/quarantine-readers.ts';
import { wantedImages } from '../../library/catalogue/image-files.ts';
import type { WantedImage } from '../../library/catalogue/read-image-record.ts';
import { lookUpSizes } from '../../library/documents/image-sizes.ts';
import { writeDocuments } from '../../library/documents/write-documents.ts';
import { followTagEvents } from '../../library/ledger/tag-events.ts';
import { chosenRepositories } from '../../library/listing/chosen-repositories.ts';
import { openProgramme } from '../../library/programme/open-programme.ts';
import type { ProgrammeSettings } from '../../library/programme/programme.ts';
import { compareImagePages, writeImagePages, type WrittenImages } from '../../library/running/image-pages.ts';
import { programmePages } from '../../library/running/programme-pages.ts';
import { connectionOfRole } from '../../library/running/roles/role-connection.ts';
import { openTrustedVerifier } from '../../library/running/roles/role-keys.ts';
import { openStateToRead } from '../../library/state/open-state.ts';
import type { ProgrammeState } from '../../library/state/programme-state.ts';
import type { ExitStatus } from '../../model/errors.ts';
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { plural } from '../../report/quantity.ts';
import { CliError } from '../errors.ts';
import { programmeFolder, type ProgrammeFlags } from '../library/programme-option.ts';
import type { Terminal } from '../terminal.ts';
import { askSecretly } from './key.ts';

export interface DocsFlags extends ProgrammeFlags {
  readonly output?: string;
  readonly check?: true;
  readonly arch?: Architecture;
  readonly limit?: number;
  readonly images?: true;
  readonly sizes?: true;
  readonly offline?: true;
}

/** Exit status 1 when a repository has no page, 2 with --check when a page differs. */
export async function writeProgrammeDocuments(
  repositories: readonly string[],
  flags: DocsFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const programme = openProgramme(programmeFolder(flags, terminal));
  const { settings } = programme;
  const output =
    flags.output === undefined ? settings.pages?.folder : resolve(terminal.workingDirectory, flags.output);
  if (output === undefined)
    throw new CliError('USAGE', 'name a folder with --output: programme.yaml names none in pages.folder');
  const only = chosenRepositories(repositories, programme);
  const write = flags.check !== true;
  const state = openStateToRead(settings.state);
  try {
    const tags = state.tagStates();
    const { environment, signal } = terminal;
    const surroundings = { environment, signal, offline: flags.offline === true };
    const connection = connectionOfRole(settings, settings.roles.publisher, surroundings);
    if (flags.sizes === true) await lookUpSizes(tags, state, settings, connection);
    // an image has one page, whatever the page of its repository is about
    const withImages = (flags.images ?? settings.pages?.images) === true && flags.arch === undefined;
    const images = withImages ? wantedImages(tags, only) : [];
    const told = write
      ? await bringImagePages(images, output, { settings, state, connection, terminal })
      : compareImagePages({ images, folder: output, settings });
    const events = followTagEvents((from) => state.ledger(from));
    const { files, problems } = programmePages(programme, tags, state, {
      only,
      architecture: flags.arch ?? null,
      limitBytes: flags.limit ?? null,
      images: withImages ? { folder: output, events: events() } : null,
    });
    const pages = writeDocuments(files, output, { write });
    const changed = [...told.changed, ...pages.changed];
    for (const path of changed) terminal.stdout.write(`${escapeTerminal(path)}\n`);
    const sentences = [
      ...told.untold.map(({ because }) => because),
      ...problems.map(({ repository, because }) => `${repository}: ${because}`),
    ];
    for (const sentence of sentences) terminal.stderr.write(`${escapeTerminal(sentence)}\n`);
    const what = write ? 'written' : 'would change';
    const unchanged = told.unchanged + pages.unchanged;
    terminal.stderr.write(`${plural(changed.length, 'file')} ${what}, ${unchanged} as they should be\n`);
    if (sentences.length > 0) return 1;
    return !write && changed.length > 0 ? 2 : 0;
  } finally {
    state.close();
  }
}

interface WritingImages {
  readonly settings: ProgrammeSettings;
  readonly state: ProgrammeState;
  readonly connection: ConnectionOptions;
  readonly terminal: Terminal;
}

/** Whom the publisher believes is only asked where something is to be read. */
async function bringImagePages(
  images: readonly WantedImage[],
  folder: string,
  { settings, state, connection, terminal }: WritingImages,
): Promise<WrittenImages> {
  const { environment, signal } = terminal;
  const { quarantine } = settings.registry;
  const readers = createQuarantineReaders(quarantine, connection);
  const source = async () => ({
    quarantine: readers.of,
    path: quarantine,
    verifier: await openTrustedVerifier(settings, { environment, ask: askSecretly(terminal), signal }),
    now: () => new Date(terminal.now()),
    signal,
  });
  try {
    return await writeImagePages({ images, folder, settings, state, source });
  } finally {
    await readers.close();
  }
}
