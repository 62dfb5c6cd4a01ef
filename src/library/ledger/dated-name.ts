/** Names that never move: `redis:8.2.1-20261121` means for good what `redis:8.2.1` came to mean on that day. */

export interface DatedName {
  readonly tag: string;
  /** In UTC: `20261121`. */
  readonly day: string;
  /** From 1, which is not written: `8.2.1-20261121`, `8.2.1-20261121.2`. */
  readonly number: number;
}

/** More publications of one tag on one day are a fault. */
export const MOST_A_DAY = 999;

/** OCI Distribution Specification, "Pulling manifests". */
const LONGEST_TAG = 128;

const PATTERN = /^(.+)-(\d{8})(?:\.([2-9]|[1-9]\d{1,2}))?$/;

export function formatDatedName({ tag, day, number }: DatedName): string {
  return `${tag}-${day}${number === 1 ? '' : `.${number}`}`;
}

/** Null for what has another form. Whether the day is one, or the tag, nobody has looked. */
export function parseDatedName(name: string): DatedName | null {
  const [, tag, day, number = '1'] = PATTERN.exec(name) ?? [];
  return tag === undefined || day === undefined ? null : { tag, day, number: Number(number) };
}

/** The day of a time, as it stands in names. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 'YYYY-MM-DD'.length).replaceAll('-', '');
}

/** Whether registries take every dated name of a tag. */
export function isDatable(tag: string): boolean {
  return formatDatedName({ tag, day: '00000000', number: MOST_A_DAY }).length <= LONGEST_TAG;
}

/**
 * The first name of a day after all that a tag has had.
 *
 * @param last its last one; null for none
 */
export function nextDatedName(tag: string, last: string | null, day: string): DatedName {
  const known = last === null ? null : parseDatedName(last);
  return { tag, day, number: known?.day === day ? known.number + 1 : 1 };
}
