/**
 * The page of one image. What images, packages and labels say of themselves is hostile: in lists it stands as code, in tables escaped, and
 * what is too long is cut. The record beside the page has all of it.
 */
import { imageFile } from '../documents/image-path.ts';
import { link, listOf, MOST_ITEMS, shownCode, shownText, table } from '../documents/markdown.ts';
import { verifyCommands } from '../documents/verify-commands.ts';
import { formatBytes, formatCount, formatDay, plural } from '../../report/quantity.ts';
import type { StoodOn } from './base-images.ts';
import { formatAdmission, formatContents } from './image-contents.ts';
import type { ImageRecord } from './image-schema.ts';

/** Where images of the programme are published. */
export interface ImagePlace {
  /** `registry/path` */
  readonly public: string;
  readonly plainHttp: boolean;
}

/** @param bases what it stands on, the nearest first. Ends in a line feed. */
export function formatImagePage(record: ImageRecord, bases: readonly StoodOn[], place: ImagePlace): string {
  const { repository, digest, platform } = record;
  const sections = [
    `# ${shownCode(repository)} for ${shownCode(platform)}`,
    summary(record),
    '## Verify',
    verifyCommands(`${place.public}/${repository}@${digest}`, place.plainHttp),
    '## Source',
    formatSource(record),
    ...(bases.length === 0 ? [] : ['## Built on', formatBases(bases, repository)]),
    '## Configuration',
    formatConfiguration(record),
    ...namedValues('Labels', record.labels),
    ...namedValues('Annotations', record.annotations),
    '## Layers',
    formatLayers(record),
    ...formatSteps(record),
    ...formatContents(record),
    ...formatAdmission(record),
  ];
  return `${sections.join('\n\n')}\n`;
}

function summary({
  digest,
  sizeBytes,
  layers,
  created,
  distribution,
  repository,
  build,
}: ImageRecord): string {
  return listOf([
    ['Digest', shownCode(digest)],
    ['Size', `${formatBytes(sizeBytes)} compressed, in ${plural(layers.length, 'layer')}`],
    ['Created', created === null ? null : shownText(created)],
    ['Distribution', distribution === null ? null : shownText(distribution)],
    ['Built for', codes(build.tags)],
    ['Because', build.reasons.map(shownText).join(', ')],
    ['Tags of the repository', link(shownCode(repository), '../tags.md')],
    ['The same for programs', link(shownCode(`${imageFile(digest)}.json`), `./${imageFile(digest)}.json`)],
  ]);
}

function formatSource({ source, build }: ImageRecord): string {
  const { links } = source;
  return listOf([
    ['Repository', shownCode(source.repository)],
    ['Reference', source.ref === null ? null : shownCode(source.ref)],
    ['Commit', linked(source.commit, links?.commit)],
    ['Directory', linked(source.directory, links?.directory)],
    ['File', linked(source.file, links?.file)],
    ['Builder', source.builder === '' ? null : shownCode(source.builder)],
    ['Source', shownCode(source.sourceId)],
    ['Build', `${shownCode(build.buildId)}, generation ${formatCount(build.generation)}`],
    ['Built', build.endedAt === null ? null : shownText(formatDay(build.endedAt))],
    [
      'With',
      Object.entries(build.tools)
        .map(([name, version]) => shownCode(`${name} ${version}`))
        .join(', '),
    ],
    ['Images in its Dockerfile', codes(build.parents.map(({ name, digest }) => `${name}@${digest}`))],
  ]);
}

function linked(text: string, address: string | undefined): string {
  return address === undefined ? shownCode(text) : link(shownCode(text), address);
}

function formatBases(bases: readonly StoodOn[], from: string): string {
  return bases
    .map(({ name, digest, repository }, level) => {
      const folder = repository === from ? '.' : `../../${repository}/images`;
      const page = digest === null || repository === null ? undefined : `${folder}/${imageFile(digest)}.md`;
      const at = digest === null ? '' : ` ${shownCode(digest)}`;
      return `${level + 1}.\t${linked(name, page)}${at}`;
    })
    .join('\n');
}

function formatConfiguration({ run }: ImageRecord): string {
  return (
    listOf([
      ['Entrypoint', words(run.entrypoint)],
      ['Command', words(run.command)],
      ['User', run.user === null ? null : shownCode(run.user)],
      ['Working directory', run.workingDirectory === null ? null : shownCode(run.workingDirectory)],
      ['Exposed ports', codes(run.exposedPorts)],
      ['Volumes', codes(run.volumes)],
      ['Stop signal', run.stopSignal === null ? null : shownCode(run.stopSignal)],
      ['Health check', words(run.healthcheck ?? [])],
      ['Shell', words(run.shell)],
      ['Environment', codes(run.environment)],
    ]) || 'It sets nothing.'
  );
}

/** As a Dockerfile would write them: one argument cannot pass for two. */
function words(list: readonly string[]): string {
  return list.length === 0 ? '' : shownCode(JSON.stringify(list));
}

function codes(list: readonly string[]): string {
  const more = list.length > MOST_ITEMS ? ` and ${formatCount(list.length - MOST_ITEMS)} more` : '';
  return `${list.slice(0, MOST_ITEMS).map(shownCode).join(', ')}${more}`;
}

function namedValues(title: string, values: Readonly<Record<string, string>>): readonly string[] {
  const rows = Object.entries(values).map(([name, value]) => [shownText(name), shownText(value)]);
  return rows.length === 0 ? [] : [`## ${title}`, table(['Name', 'Value'], rows)];
}

function formatLayers({ layers, history }: ImageRecord): string {
  const rows = layers.map(({ digest, sizeBytes, step }, index) => [
    String(index + 1),
    shownText(digest),
    formatBytes(sizeBytes),
    shownText(history[step ?? -1]?.createdBy ?? ''),
  ]);
  return table(['', 'Digest', 'Size', 'Made by'], rows);
}

/** Steps that made no layer, or of which nobody knows which they made. */
function formatSteps({ history }: ImageRecord): readonly string[] {
  const rows = history.flatMap(({ layer, createdBy, comment }, index) =>
    layer === null ? [[String(index + 1), shownText(createdBy ?? comment ?? '')]] : [],
  );
  return rows.length === 0 ? [] : ['### Steps without a layer', table(['', 'Step'], rows)];
}
