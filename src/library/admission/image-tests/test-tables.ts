/** Which tests images have: official-images' `test/config.sh`, read without running it, and a form of our own in YAML. */

/** Keys are `repository`, `repository:variant` or `:variant`. */
export interface TestTables {
  readonly globalTests: readonly string[];
  readonly aliases: ReadonlyMap<string, string>;
  readonly imageTests: ReadonlyMap<string, readonly string[]>;
  /** `repository_test`, `repository:variant_test`, `:variant_test`. */
  readonly excluded: ReadonlySet<string>;
  /** Images that have the tests of their very key and no others. */
  readonly explicit: ReadonlySet<string>;
}

/** The last part of a tag, but for those whose variant stands elsewhere. docker-library/official-images, `test/run.sh`. */
export function variantOf(tag: string): string {
  if (tag.includes('onbuild')) return 'onbuild';
  if (tag.includes('apache-')) return 'apache';
  if (tag.includes('fpm-')) return 'fpm';
  if (tag.includes('alpine')) return 'alpine';
  if (tag.startsWith('slim-') || tag.includes('-slim-')) return 'slim';
  if (tag.startsWith('psmdb-')) return 'psmdb';
  if (tag.includes('nanoserver')) return 'nanoserver';
  if (tag.includes('windowsservercore')) return 'windowsservercore';
  return tag.slice(tag.lastIndexOf('-') + 1);
}

/** The names of the tests of an image, each once, in the order in which upstream runs them. */
export function selectTests(tables: TestTables, repository: string, tag: string): readonly string[] {
  const { aliases, explicit, excluded, globalTests, imageTests } = tables;
  const variant = variantOf(tag);
  const short = repository.slice(repository.lastIndexOf('/') + 1);
  const alias =
    [`${repository}:${variant}`, repository, `${short}:${variant}`, short]
      .map((key) => aliases.get(key))
      .find((found) => found !== undefined && found !== '') ?? short;
  const keys = [`:${variant}`, `${repository}:${variant}`, repository, `${alias}:${variant}`, alias];
  const isExplicit = keys.some((key) => explicit.has(key));
  const of = (key: string): readonly string[] => imageTests.get(key) ?? [];
  const unlessExplicit = (tests: readonly string[]): readonly string[] => (isExplicit ? [] : tests);
  const candidates = [
    ...unlessExplicit(globalTests),
    ...of(`:${variant}`),
    ...unlessExplicit(of(alias)),
    ...of(`${alias}:${variant}`),
    ...(alias === repository ? [] : [...unlessExplicit(of(repository)), ...of(`${repository}:${variant}`)]),
  ];
  const owners = [alias, `${alias}:${variant}`, `:${variant}`, repository, `${repository}:${variant}`];
  return [...new Set(candidates)].filter((test) => !owners.some((owner) => excluded.has(`${owner}_${test}`)));
}
