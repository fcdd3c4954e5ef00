import type { Choice } from '../../ui/Select';

const BELGIUM = 'Europe/Brussels';

/** The zones that the browser knows; Belgium’s first, as almost every commune lives by it. */
export function zoneChoices(current: string): Choice[] {
  const zones = new Set([BELGIUM, current, ...Intl.supportedValuesOf('timeZone')]);
  return [...zones].filter((zone) => zone !== '').map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }));
}

export const DEFAULT_ZONE = BELGIUM;
