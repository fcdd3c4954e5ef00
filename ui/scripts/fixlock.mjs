// Run after every `npm install`. Some packages list binaries for other platforms
// as optional dependencies; where the registry does not serve them, `npm install`
// leaves them out of the lock and `npm ci` then refuses the lock. This drops
// their names from it.
import { readFileSync, writeFileSync } from 'node:fs';

const LOCK = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(LOCK, 'utf8'));

/** Resolves a name from a package's folder upwards, as Node does. */
function isLocked(from, name) {
  for (let folder = from; ; ) {
    if (lock.packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true;
    if (!folder) return false;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')));
  }
}

let dropped = 0;
for (const [folder, entry] of Object.entries(lock.packages)) {
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (isLocked(folder, name)) continue;
    delete entry.optionalDependencies[name];
    dropped++;
  }
}
writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`fixlock: ${dropped} optional packages dropped`);
