import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** A new browser profile, as a commune's clerk has it. Chromium is the system's. */
export async function openBrowser(options = {}) {
  const profile = mkdtempSync(path.join(os.tmpdir(), 'crieur-e2e-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CRIEUR_E2E_CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: ARGS,
    locale: 'fr-BE',
    timezoneId: 'Europe/Brussels',
    viewport: DESKTOP,
    ...options,
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
