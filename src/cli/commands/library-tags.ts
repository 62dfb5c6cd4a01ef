import type { Architecture } from '../../definitions/architectures.ts';
import { readTags } from '../../library/running/stock/read-tags.ts';
import { formatTags } from '../../library/tags/format-tags.ts';
import { toTagsDocument } from '../../library/tags/tags-schema.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { formatJson } from '../../report/json.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { programmeFolder, type ProgrammeFlags } from '../library/programme-option.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export interface TagsFlags extends ProgrammeFlags {
  readonly history?: true;
  readonly arch?: Architecture;
  readonly lean?: true;
  readonly format: readonly string[];
}

/** Exit status 1 for a tag that is not supported. */
export async function tellTags(reference: string, flags: TagsFlags, terminal: Terminal): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, ['terminal', 'json']);
  const history = flags.history === true;
  const answer = await readTags(programmeFolder(flags, terminal), {
    reference,
    architecture: flags.arch ?? null,
    lean: flags.lean === true,
    history: history || reference.includes(':') ? terminal : null,
    nowMs: terminal.now(),
  });
  const style = styleFor(terminal.stdout, terminal.environment);
  writeTargets(
    targets,
    (format) =>
      format === 'json' ? formatJson(toTagsDocument(answer)) : formatTags(answer, style, { history }),
    terminal.stdout,
  );
  return answer.tag === null || answer.tag.standing.state === 'supported' ? 0 : 1;
}
