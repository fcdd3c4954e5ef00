import type { Contact, CrisisTemplate } from '../../api/types';

/** The ready texts and the phone numbers as they last were, for when the server cannot be reached. */
export type LastKnown = { contacts: Contact[]; templates: CrisisTemplate[] };

const NAME = 'crieur.alert.known.1';

export function lastKnown(): LastKnown {
  try {
    const known = JSON.parse(localStorage.getItem(NAME) ?? 'null') as LastKnown | null;
    return known ?? { contacts: [], templates: [] };
  } catch {
    return { contacts: [], templates: [] };
  }
}

export function remember(known: LastKnown): void {
  try {
    localStorage.setItem(NAME, JSON.stringify(known));
  } catch {
    // Full or forbidden: only the comfort is gone.
  }
}
