// Browser tests against a running Crieur:
//
//   CRIEUR_E2E_URL=http://127.0.0.1:8080 CRIEUR_E2E_EMAIL=… CRIEUR_E2E_PASSWORD=… npm run e2e
//
// The commune needs three practice channels: Facebook, X and its own site. With CRIEUR_E2E_SETUP_TOKEN the
// commune is made first, through the page. With CRIEUR_E2E_SIMULATOR_URL, `crieur simulator` stands in for
// Facebook (CRIEUR_FACEBOOK_GRAPH_URL, CRIEUR_EGRESS_ALLOW; with CRIEUR_FACEBOOK_APP_ID, _APP_SECRET and
// _DIALOG_URL also its own page for connecting) and is told to misbehave. With --fake they run
// against the development fake, which proves the pages and nothing of the server. Arguments choose flows
// by a part of their name; --part=1 and so on choose a part.
import { mkdirSync } from 'node:fs';
import { openBrowser } from './browser.mjs';
import { ACCOUNT, startFake } from './fake-server.mjs';
import { flows, parts } from './flows.mjs';
import { PATIENCE } from './until.mjs';

const SHOTS = new URL('../playwright-report/', import.meta.url).pathname;
const args = process.argv.slice(2);
const wanted = args.filter((a) => !a.startsWith('--'));

const target = args.includes('--fake')
  ? { ...(await startFake()), ...ACCOUNT, fake: true }
  : {
      url: process.env.CRIEUR_E2E_URL,
      email: process.env.CRIEUR_E2E_EMAIL,
      password: process.env.CRIEUR_E2E_PASSWORD,
      setupToken: process.env.CRIEUR_E2E_SETUP_TOKEN,
      simulator: process.env.CRIEUR_E2E_SIMULATOR_URL,
      fake: false,
    };
if (!target.url || !target.email || !target.password) {
  console.error('e2e: set CRIEUR_E2E_URL, CRIEUR_E2E_EMAIL and CRIEUR_E2E_PASSWORD, or pass --fake');
  process.exit(2);
}
if (target.fake) console.log('e2e: against the DEVELOPMENT FAKE; this proves the pages, not Crieur');

mkdirSync(SHOTS, { recursive: true });
let failed = 0;
const part = args.find((a) => a.startsWith('--part='));
for (const [name, flow] of Object.entries(part ? parts[Number(part.slice(7)) - 1] : flows)) {
  if (wanted.length > 0 && !wanted.some((w) => name.includes(w))) continue;
  if (flow.on === 'simulator' && !target.simulator) {
    const required = process.env.CRIEUR_TEST_REQUIRE_ALL === '1';
    if (required) failed++;
    console.log(`${required ? 'FAIL' : '!!! SKIPPED'}  ${name}: needs CRIEUR_E2E_SIMULATOR_URL`);
    continue;
  }
  const fake =
    flow.on === 'fake' && (!target.fake || flow.options)
      ? { ...(await startFake(flow.options)), ...ACCOUNT, fake: true }
      : null;
  const browser = await openBrowser();
  browser.context.setDefaultTimeout(PATIENCE);
  const page = await browser.context.newPage();
  const complaints = listen(page);
  const started = Date.now();
  try {
    const run = flow.run ?? flow;
    const note = await run({ page, context: browser.context, target: fake ?? target, shots: SHOTS });
    if (complaints.length > 0) throw new Error(`the browser complains: ${complaints.join(' | ')}`);
    const where = fake ? '  (on the development fake)' : '';
    console.log(`ok    ${name}  ${Date.now() - started} ms${where}${note ? `  ${note}` : ''}`);
  } catch (error) {
    failed++;
    // The picture helps to understand; the error counts, with or without it.
    await page.screenshot({ path: `${SHOTS}FAIL-${name.replace(/\W+/g, '-')}.png` }).catch(() => {});
    console.log(`FAIL  ${name}\n      ${String(error.message).split('\n').slice(0, 12).join('\n      ')}`);
  } finally {
    // A page may still ask something that its flow answers; nobody waits for that answer any more.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await browser.context.unrouteAll({ behavior: 'ignoreErrors' });
    await browser.close();
    fake?.close();
  }
}
target.close?.();
console.log(failed === 0 ? 'e2e: all passed' : `e2e: ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** Everything the browser complains of, except answers that a flow provokes: refusals and cut lines. */
function listen(page) {
  const found = [];
  page.on('pageerror', (error) => found.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (/Failed to load resource/.test(message.text())) return;
    found.push(message.text().slice(0, 300));
  });
  return found;
}
