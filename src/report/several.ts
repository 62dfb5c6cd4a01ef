import type { Assessment } from '../model/assessment.ts';
import { escapeTerminal } from './escape.ts';
import type { Style } from './style.ts';

/** The reports of several platforms one after the other, each under its platform's name; one alone as it is. */
export function formatSeveral<T extends Pick<Assessment, 'image'>>(
  assessments: readonly T[],
  format: (assessment: T) => string,
  style: Style,
): string {
  if (assessments.length === 1) return assessments.map(format).join('');
  return assessments
    .map((assessment) => {
      const platform = assessment.image.platform ?? 'unknown platform';
      return `${style.paint('bold', `== ${escapeTerminal(platform)} ==`)}\n\n${format(assessment)}`;
    })
    .join('\n');
}
