import { SECRET_RULES } from './rules.ts';

const KEY_FILE = /\.(?:key|pem|p8|ppk|tfvars|kubeconfig)$|(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)$/;
const SETTINGS_OF_A_CLIENT =
  /(?:^|\/)(?:\.npmrc|\.yarnrc\.yml|\.pypirc|\.git-credentials|\.aws\/credentials|\.kube\/config|\.gem\/credentials|\.m2\/settings\.xml|\.config\/gh\/hosts\.yml|\.bash_history|\.condarc)$/;

/** True for files that are made to hold a secret, or often do, by their paths: keys, and settings of clients. */
export function isSecretPlace(path: string): boolean {
  return (
    KEY_FILE.test(path) ||
    SETTINGS_OF_A_CLIENT.test(path) ||
    SECRET_RULES.some(({ paths }) => paths?.test(path) === true)
  );
}
