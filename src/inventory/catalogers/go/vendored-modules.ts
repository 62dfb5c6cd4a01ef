/**
 * `vendor/modules.txt`: the modules whose packages lie in `vendor`, and are built in instead of what would be
 * downloaded. After the line of a module, `# path version` or `# path version => path version`, come its packages; a
 * module without any was only looked at. Go Modules Reference, "Vendoring".
 */
import { MAX_MODULES, type RequiredModule } from './go-mod-file.ts';
import { isModulePath } from './go-module.ts';

/** Null for what is no such file. */
export function parseVendoredModules(
  text: string,
): { readonly modules: readonly RequiredModule[]; readonly cut: boolean } | null {
  const modules: RequiredModule[] = [];
  let named: RequiredModule | null = null;
  let isList = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('# ')) {
      named = moduleOf(line.slice(2).trim().split(/\s+/));
      isList ||= named !== null;
    } else if (named !== null && line !== '' && !line.startsWith('#')) {
      if (modules.length >= MAX_MODULES) return { modules, cut: true };
      modules.push(named);
      named = null;
    }
  }
  return isList ? { modules, cut: false } : null;
}

/** Null for a module that was copied from a directory: it is a part of the application. */
function moduleOf(words: readonly string[]): RequiredModule | null {
  const [path, version] = words.slice(words.indexOf('=>') + 1);
  return path !== undefined && version !== undefined && isModulePath(path) ? { path, version } : null;
}
