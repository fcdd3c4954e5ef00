/// <reference types="vitest/config" />
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { compiledMessages } from './scripts/compiledMessages.ts';
import { EARLY_PAGES } from './src/early/pages.ts';

// React Aria ships its screen-reader sentences in some thirty languages; ours are four.
const locales = (optimizeLocales as unknown as { vite(options: { locales: string[] }): Plugin }).vite({
  locales: ['fr-FR', 'nl-NL', 'de-DE', 'en-US'],
});

/**
 * What every page needs stays one file. Each part that is loaded later would
 * otherwise split it along what that part happens to use, and many small files
 * compress badly.
 */
const CORE = new RegExp(
  [
    'node_modules/(@tanstack|react|react-dom|scheduler|use-sync-external-store|use-intl|intl-messageformat|@formatjs|openapi-[a-z-]+)/',
    'src/(main\\.|router\\.|routes/|offline/)',
    'src/(api|i18n/(index|fr|useDates)|data/dates|ui/(Button|Later|toast|useWide))',
    'src/shell/(AppShell|pages|Attention|ConnectionBanner|PageError|Preferences|theme|useSignOut)\\.',
  ].join('|'),
);

/** Run before the rest, each in a piece of its own. */
const REACT = /node_modules\/(react|react-dom|scheduler)\//;
const ARIA =
  /node_modules\/(@react-aria|@react-stately|react-aria|react-aria-components|react-stately|@internationalized|clsx|lucide-react)\/|src\/ui\/Button/;

/** The chunks of what every page needs, in the order in which start.ts runs them. */
const PIECES = ['react', 'aria', 'core'];

/** What runs while the rest arrives must not wait for it. */
const START = /src\/(start\.|early\/)|vite\/preload-helper/;

/** What the composer shares with the pages that choose pictures or show texts: small, and wanted together. */
const WRITING = /src\/(uploads\/(use|imageTypes)|features\/composer\/(state|labels|picture)|data\/money)/;

/** What pages are made of. */
const KIT = /node_modules|src\/(ui|data|shell|i18n\/catalogue)/;

/**
 * Adds sw.js with the list of what was built. The screen readers' own words and
 * the pictures of icons are left to the network: a page works without them.
 */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const files = Object.keys(bundle).filter((f) => /\.(js|css|woff2)$/.test(f));
        const all = ['index.html', 'icon.svg', 'manifest.webmanifest', ...files].map((f) => `/${f}`).sort();
        const page = bundle['index.html']?.type === 'asset' ? bundle['index.html'].source : '';
        const version = createHash('sha256').update(all.join()).update(String(page)).digest('hex').slice(0, 12);
        const source = readFileSync(new URL('src/offline/worker.js', import.meta.url), 'utf8');
        this.emitFile({
          type: 'asset',
          fileName: 'sw.js',
          source: source.replace('__VERSION__', version).replace('__FILES__', JSON.stringify(all)),
        });
      },
    },
  };
}

/**
 * What a page needs is named before any script runs, so that it does not wait
 * for one: what every page needs in index.html, and what the page of an address
 * needs in ahead.json, from which the server writes its Link header.
 */
function filesAhead(): Plugin {
  return {
    name: 'files-ahead',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((c) => c.type === 'chunk');
      const named = (name: string) => chunks.find((c) => c.fileName === name);
      const needs = (fileName: string, seen = new Set<string>()): Set<string> => {
        if (!seen.has(fileName)) {
          seen.add(fileName);
          for (const name of named(fileName)?.imports ?? []) needs(name, seen);
        }
        return seen;
      };
      const everywhere = new Set(
        chunks.filter((c) => c.isEntry || PIECES.includes(c.name)).flatMap((c) => [...needs(c.fileName)]),
      );
      const ahead: Record<string, string[]> = {};
      for (const [address, { file }] of Object.entries(EARLY_PAGES)) {
        const page = chunks.find((c) => c.facadeModuleId?.endsWith(`/src/features/${file}.tsx`));
        if (!page) throw new Error(`the page ${file} has no chunk of its own`);
        ahead[address] = [...needs(page.fileName)].filter((name) => !everywhere.has(name)).map((name) => `/${name}`);
      }
      this.emitFile({ type: 'asset', fileName: 'ahead.json', source: JSON.stringify(ahead) });
    },
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((c) => c.type === 'chunk');
        return PIECES.map((name) => {
          const [chunk, ...others] = chunks.filter((c) => c.name === name);
          if (!chunk || others.length > 0)
            throw new Error(`${others.length + (chunk ? 1 : 0)} chunks are named ${name}`);
          return {
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/${chunk.fileName}` },
            injectTo: 'head' as const,
          };
        });
      },
    },
  };
}

const COMPRESSED = /\.(js|css|html|svg|webmanifest)$/;

/** Writes each file once more, as small as Brotli makes it; the server sends that to who understands it. */
function precompressed(): Plugin {
  let folder = '';
  return {
    name: 'precompressed',
    apply: 'build',
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    writeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!COMPRESSED.test(name)) continue;
        const file = path.join(folder, name);
        writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file)));
      }
    },
  };
}

const server = process.env.CRIEUR_DEV_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [
    compiledMessages(),
    { ...locales, enforce: 'pre' },
    react(),
    tailwindcss(),
    filesAhead(),
    serviceWorker(),
    precompressed(),
  ],
  // public/.keep is copied to dist, so that the Go package still compiles after `rm dist/assets`.
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // A file costs a journey to the server, and browsers fetch six at a time: what most pages need comes in few.
          groups: [
            { name: 'start', test: START },
            { name: 'react', test: REACT },
            { name: 'aria', test: ARIA, minShareCount: 12 },
            { name: 'core', test: CORE },
            { name: 'icons', test: /lucide-react/ },
            { name: 'kit', test: KIT, minShareCount: 8 },
            { name: 'writing', test: WRITING, minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': server } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], restoreMocks: true },
});
