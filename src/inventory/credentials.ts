/**
 * An address without what may be a password or a token in front of its host, for lock files and metadata keep addresses
 * as they were used. The user `git` of an address for SSH says nothing and stays.
 */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z+]*:\/\/)(?!git@)[^/?#]*@/i, '$1');
}
