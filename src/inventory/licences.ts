import { toLicenceExpression } from '../licences/licence-expression.ts';
import type { Package } from '../model/package.ts';

/** What packages declare as expressions. Thousands of packages declare the same, which is read once. */
export function createExpressionReader(): (
  pkg: Pick<Package, 'type' | 'licences'>,
) => Package['licenceExpression'] {
  const read = new Map<string, string | null>();
  return ({ type, licences }) => {
    if (licences.length === 0) return null;
    const key = [type, ...licences].join('\n');
    const known = read.get(key);
    if (known !== undefined) return known;
    const expression = toLicenceExpression(type, licences);
    read.set(key, expression);
    return expression;
  };
}
