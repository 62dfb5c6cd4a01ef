import type { Assessment } from '../model/assessment.ts';
import { formatDay, plural } from './quantity.ts';
import type { Style } from './style.ts';

/** Which advisory data, and how old: shown in every report. */
export function formatDatabase({ advisories }: Pick<Assessment, 'advisories'>, style: Style): string {
  if (advisories === null) return `\n${style.paint('dim', 'Advisories: none were used.')}\n`;
  const newest = advisories.newest === null ? 'unknown' : formatDay(advisories.newest);
  const text = `Advisories as of ${newest}, built ${formatDay(advisories.built)} from ${plural(advisories.sources.length, 'source')}: hallmark db status`;
  return `\n${style.paint('dim', text)}\n`;
}
