/// <reference types="vitest/config" />
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

// React Aria ships its screen-reader sentences in some thirty languages; ours are two.
const locales = (optimizeLocales as unknown as { vite(options: { locales: string[] }): Plugin }).vite({
  locales: ['fr-FR', 'en-US'],
});

/**
 * What every page needs stays one file. Each part that is loaded later would
 * otherwise split it along what that part happens to use, and many small files
 * compress badly.
 */
const CORE = new RegExp(
  [
    'node_modules/(@tanstack|react|react-dom|scheduler|use-sync-external-store|use-intl|intl-messageformat|@formatjs|openapi-[a-z-]+)/',
    'src/(main|router)\\.',
    'src/(api|i18n/(index|fr|useDates)|data/dates|ui/(Button|toast))',
    'src/shell/(AppShell|Attention|ConnectionBanner|PageError|Preferences|theme|useSignOut)\\.',
  ].join('|'),
);

const server = process.env.CRIEUR_DEV_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [{ ...locales, enforce: 'pre' }, react(), tailwindcss()],
  // public/.keep is copied to dist, so that the Go package still compiles after `rm dist/assets`.
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'core', test: CORE }] } } },
  },
  server: { proxy: { '/api': server } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], restoreMocks: true },
});
