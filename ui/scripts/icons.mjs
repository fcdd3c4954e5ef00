// The application's icons as pictures, drawn from public/icon.svg: phones do not take the drawing itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { openBrowser } from '../e2e/browser.mjs';

const svg = readFileSync(new URL('../public/icon.svg', import.meta.url), 'utf8');
/** A phone cuts a maskable icon to its own form: the background reaches the edge, the drawing stays in the middle. */
const maskable = svg
  .replace(/<rect[^>]*\/>/, '<rect x="-16" y="-16" width="96" height="96" fill="#0b2c36"/>')
  .replace('viewBox="0 0 64 64"', 'viewBox="-11 -11 86 86"');

const browser = await openBrowser();
const page = await browser.context.newPage();
async function draw(name, source, size) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${source}`);
  writeFileSync(new URL(`../public/${name}`, import.meta.url), await page.screenshot({ omitBackground: true }));
}
await draw('icon-192.png', svg, 192);
await draw('icon-512.png', svg, 512);
await draw('icon-maskable-512.png', maskable, 512);
await browser.close();
