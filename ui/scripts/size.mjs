// The scripts that a page needs before it can be used, as the server sends them: compressed with Brotli, in thousands of
// bytes. A page over its budget fails.
import { brotliCompressSync } from 'node:zlib';
import { build } from 'vite';

const BUDGET = { js: 220, css: 20 };
const PAGES = [
  'LoginPage',
  'SetupPage',
  'TodayPage',
  'PostsPage',
  'CalendarPage',
  'LibraryPage',
  'PostPage',
  'ComposerPage',
  'ChannelsPage',
  'NoticesPage',
  'ReviewPage',
  'SettingsPage',
  'PracticePage',
  'WelcomePage',
  'CrisisPage',
  'BoardPage',
  'LogPage',
  'HeldPage',
  'HistoryPage',
  'AlertSettingsPage',
  'EventsPage',
  'EventPage',
  'NewEventPage',
  'RecurrencesPage',
  'RecurrencePage',
  'NewRecurrencePage',
  'ImportDatesPage',
  'ImportsPage',
  'SourcesPage',
  'TemplatesPage',
  'BulkPage',
];
const KB = 1000;

const { output } = await build({ logLevel: 'silent', build: { write: false } });
const chunks = new Map(output.filter((o) => o.type === 'chunk').map((o) => [o.fileName, o]));
const size = new Map(
  output.map((o) => [o.fileName, brotliCompressSync(o.type === 'chunk' ? o.code : o.source).length / KB]),
);
const entry = [...chunks.values()].find((c) => c.isEntry);

/** A chunk and what it imports before it runs. */
function needs(fileName, seen = new Set()) {
  if (seen.has(fileName)) return seen;
  seen.add(fileName);
  for (const name of chunks.get(fileName)?.imports ?? []) needs(name, seen);
  return seen;
}

const css = output.filter((o) => o.fileName.endsWith('.css')).reduce((sum, o) => sum + size.get(o.fileName), 0);
let over = css > BUDGET.css;
for (const page of PAGES) {
  const chunk = [...chunks.values()].find((c) => c.facadeModuleId?.endsWith(`/${page}.tsx`));
  if (!chunk) throw new Error(`${page} is not a page of its own any more`);
  const files = new Set([...needs(entry.fileName), ...needs(chunk.fileName)]);
  const js = [...files].reduce((sum, file) => sum + size.get(file), 0);
  if (js > BUDGET.js) over = true;
  console.log(`${page.padEnd(14)} ${js.toFixed(1).padStart(6)} of ${BUDGET.js} kB${js > BUDGET.js ? '  OVER' : ''}`);
}
console.log(
  `${'styles'.padEnd(14)} ${css.toFixed(1).padStart(6)} of ${BUDGET.css} kB${css > BUDGET.css ? '  OVER' : ''}`,
);
process.exitCode = over ? 1 : 0;
