import { hash } from 'node:crypto';
import type { ContextChecksum } from '../contents/contents.ts';
import type { SourceId } from './source.ts';

/** docker-library/meta-scripts, `sources.sh`: checksum, file and builder, each with a line feed. */
export function sourceIdOf(checksum: ContextChecksum, file: string, builder: string): SourceId {
  return hash('sha256', `${checksum}\n${file}\n${builder}\n`) as SourceId;
}
