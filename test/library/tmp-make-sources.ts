import { createHash } from 'node:crypto';
import { ARCHITECTURES, type Architecture } from '../../src/definitions/architectures.ts';
import { inputsFor } from '../../src/definitions/definition.ts';
import type { Contents } from '../../src/library/contents/contents.ts';
import type { ExternalPins, Repository } from '../../src/library/programme/programme.ts';
import type {
  Source,
  SourceArchitecture,
  SourceId,
  SourceParent,
  Sources,
} from '../../src/library/sources/source.ts';
export function makeSources(
  repositories: ReadonlyMap<string, Repository>,
  contents: Contents,
  pins: ExternalPins,
): { sources: Sources; problems: readonly string[] } {
  const owner = new Map<string, SourceId>();
  const list: {
    id: SourceId;
    arch: Architecture;
    tags: string[];
    archTags: string[];
    facts: any;
    inputs: any;
  }[] = [];
  for (const { name, definition } of repositories.values())
    for (const entry of definition.entries)
      for (const arch of entry.architectures) {
        const inputs = inputsFor(entry, arch);
        const facts = contents.factsOf(inputs);
        if (facts === null) continue;
        const id = createHash('sha256')
          .update(`${facts.checksum}\n${inputs.file}\n${inputs.builder}\n`)
          .digest('hex') as SourceId;
        const tags = [...entry.tags, ...entry.sharedTags].map((t) => `${name}:${t}`);
        const archTags = tags.map((t) => `${ARCHITECTURES[arch].namespace}/${t}`);
        for (const t of [...tags, ...archTags]) owner.set(`${t} ${arch}`, id);
        list.push({ id, arch, tags, archTags, facts, inputs });
      }
  const out = new Map<
    SourceId,
    { sourceId: SourceId; checksum: any; entries: any; architectures: Map<Architecture, SourceArchitecture> }
  >();
  for (const { id, arch, tags, archTags, facts, inputs } of list) {
    let s = out.get(id);
    if (!s)
      out.set(
        id,
        (s = {
          sourceId: id,
          checksum: facts.checksum,
          entries: [{ ...inputs, epoch: facts.epoch }],
          architectures: new Map(),
        }),
      );
    const parents = new Map<string, SourceParent>(
      facts.froms.map((f: string) => [
        f,
        { sourceId: owner.get(`${f} ${arch}`) ?? null, pin: pins.get(f) ?? null },
      ]),
    );
    s.architectures.set(arch, {
      tags,
      archTags,
      froms: facts.froms,
      lastStageFrom: facts.lastStageFrom,
      parents,
    });
  }
  return { sources: out as ReadonlyMap<SourceId, Source>, problems: [] };
}
