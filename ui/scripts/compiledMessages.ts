import compile from 'icu-minify/compile';
import type { Plugin } from 'vite';

type Tree = { [key: string]: unknown };

const MESSAGES = /\/src\/i18n\/(?:\w+\/)?[a-z]{2}\.json$/;

const compiled = (tree: Tree): Tree =>
  Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [
      key,
      typeof value === 'string' ? compile(value) : compiled(value as Tree),
    ]),
  );

/**
 * Reads the messages' grammar while building, so that no page brings the parser
 * for it: some 13 KiB. The development server and the tests read them as they are.
 */
export function compiledMessages(): Plugin {
  return {
    name: 'compiled-messages',
    apply: 'build',
    enforce: 'pre',
    resolveId(source, importer) {
      if (source !== 'use-intl/format-message') return null;
      return this.resolve('use-intl/format-message/format-only', importer, { skipSelf: true });
    },
    transform(code, id) {
      if (!MESSAGES.test(id)) return null;
      return { code: JSON.stringify(compiled(JSON.parse(code) as Tree)), map: null };
    },
  };
}
