import type { SecretRule } from './rule.ts';
import { CLOUD_RULES } from './rules/clouds.ts';
import { DEVELOPMENT_RULES } from './rules/development.ts';
import { KEY_RULES } from './rules/keys.ts';
import { SERVICE_RULES } from './rules/services.ts';

/** Every kind of secret that Hallmark knows; of two that find the same text the first counts. */
export const SECRET_RULES: readonly SecretRule[] = [
  ...CLOUD_RULES,
  ...DEVELOPMENT_RULES,
  ...SERVICE_RULES,
  ...KEY_RULES,
];
