/// <reference types="vitest/config" />
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

// React Aria ships its screen-reader sentences in some thirty languages; ours are two.
const locales = (optimizeLocales as unknown as { vite(options: { locales: string[] }): Plugin }).vite({
  locales: ['fr-FR', 'en-US'],
});

const server = process.env.CRIEUR_DEV_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [{ ...locales, enforce: 'pre' }, react(), tailwindcss()],
  // public/.keep is copied to dist, so that the Go package still compiles after `rm dist/assets`.
  build: { target: 'es2022', assetsInlineLimit: 0 },
  server: { proxy: { '/api': server } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], restoreMocks: true },
});
