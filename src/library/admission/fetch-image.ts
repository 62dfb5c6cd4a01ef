/** An image out of quarantine, checked to its last byte: the only time that quarantine is asked for it. */
import { join } from 'node:path';
import { ARCHITECTURES } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import { formatPlatform } from '../../model/platform.ts';
import { copyContent } from '../../oci/copy/copy-content.ts';
import { parseManifest } from '../../oci/manifest.ts';
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import type { StoredManifest } from '../../oci/store/image-store.ts';
import { openLayoutWriter } from '../../oci/store/layout-writer.ts';
import { openImageReader } from '../../oci/store/open-reader.ts';
import {
  type ExaminedImage,
  examineImage,
  IMAGE_LIMITS,
  orProblem,
} from '../engines/layouts/examine-image.ts';
import type { LayoutProblem } from '../engines/layouts/layout-rules.ts';
import type { AdmissionCheck } from './admission.ts';
import type { BuiltAttempt } from './built-image.ts';
import { held } from './checks.ts';

export interface FetchedImage {
  /** Null where it is not sound. */
  readonly image: SoundImage | null;
  readonly checks: readonly AdmissionCheck[];
}

export interface SoundImage extends ExaminedImage {
  /** Folder of the OCI layout on this machine that has it and nothing else. */
  readonly layout: string;
}

/**
 * @param scratch an empty folder
 * @throws {OciError} what keeps quarantine from being asked; whatever is wrong with the image itself is a check that failed
 */
export async function fetchImage(
  { outcome: { reference, digest }, architecture }: BuiltAttempt,
  scratch: string,
  connection: ConnectionOptions,
): Promise<FetchedImage> {
  const { reader, name } = await openImageReader(reference, connection);
  const { signal } = connection;
  const { platform } = ARCHITECTURES[architecture];
  const layout = join(scratch, 'image');
  try {
    const named = (await reader.readManifest(name, signal))?.digest ?? 'nothing';
    const isMoved = named === digest ? null : `${reference} means ${named} now, expected ${digest}`;
    const quarantine = held('quarantine', isMoved, 'the name in quarantine means this image');

    const problems: LayoutProblem[] = [];
    await orProblem('image.form', problems, async () => {
      const manifest = await reader.readManifest(digest, signal);
      const problem = manifest === null ? missingProblem(digest) : sizeProblem(manifest);
      if (problem !== null) problems.push(problem);
      else await copyTo(layout, (writer) => copyContent(reader, writer, digest, { signal }));
    });
    const examined =
      problems.length > 0 ? null : await examineLayout(layout, digest, { platform, signal }, connection);
    problems.push(...(examined?.problems ?? []));
    return {
      image: examined?.image ? { ...examined.image, layout } : null,
      checks: [quarantine, ...layoutChecks(problems, formatPlatform(platform))],
    };
  } finally {
    await reader.close();
  }
}

/** A registry that has forgotten an image will not find it again: it is refused, so that it is built once more. */
function missingProblem(digest: Digest): LayoutProblem {
  return { rule: 'blob', because: `the manifest ${digest} is missing` };
}

/** Before anything of it is fetched: a hostile builder may say that it has any size. */
function sizeProblem({ bytes, mediaType, digest }: StoredManifest): LayoutProblem | null {
  const manifest = parseManifest(bytes, mediaType, `the manifest ${digest}`);
  if (manifest.kind === 'index') return { rule: 'image.form', because: `the manifest ${digest} is an index` };
  const size = manifest.layers.reduce((sum, layer) => sum + layer.sizeBytes, manifest.config.sizeBytes);
  if (size <= IMAGE_LIMITS.imageBytes) return null;
  return { rule: 'blob', because: `it has ${size} bytes; at most ${IMAGE_LIMITS.imageBytes} are taken` };
}

async function copyTo(
  layout: string,
  copy: (writer: Awaited<ReturnType<typeof openLayoutWriter>>) => Promise<void>,
): Promise<void> {
  const writer = await openLayoutWriter(layout, { isStaged: true });
  try {
    await copy(writer);
  } finally {
    await writer.close();
  }
}

async function examineLayout(
  layout: string,
  digest: ExaminedImage['digest'],
  options: Parameters<typeof examineImage>[2],
  connection: ConnectionOptions,
): ReturnType<typeof examineImage> {
  const { reader } = await openImageReader(`oci-dir:${layout}`, connection);
  try {
    return await examineImage(reader, { digest }, options);
  } finally {
    await reader.close();
  }
}

function layoutChecks(problems: readonly LayoutProblem[], platform: string): readonly AdmissionCheck[] {
  const layout = held(
    'layout',
    sentence(problems.filter((one) => !isOfPlatform(one))),
    'every digest, size and diff ID is that of its bytes',
  );
  // nothing is known of the platform of what cannot be read
  if (layout.result === 'failed') return [layout];
  return [layout, held('platform', sentence(problems.filter(isOfPlatform)), `it is for ${platform}`)];
}

const isOfPlatform = ({ rule }: LayoutProblem): boolean => rule === 'configuration.platform';

/** Null for no problems. */
function sentence(problems: readonly LayoutProblem[]): string | null {
  if (problems.length === 0) return null;
  return problems.map(({ because, rule }) => `${because} (${rule})`).join('; ');
}
