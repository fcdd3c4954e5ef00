import type { Media } from '../../api/types';

/** What stands in the way of using a picture, the worst first. */
export type Flag = 'refused' | 'expired' | 'consent' | 'alt';

export function flagsOf(media: Pick<Media, 'alt' | 'consent' | 'expires_on'>, today: string): Flag[] {
  const flags: Flag[] = [];
  if (media.consent === 'refused') flags.push('refused');
  if (media.expires_on !== null && media.expires_on < today) flags.push('expired');
  if (media.consent === 'unknown') flags.push('consent');
  if (media.alt.trim() === '') flags.push('alt');
  return flags;
}

/** Those that most towns use. */
export const LICENCES = ['CC0 1.0', 'CC BY 4.0', 'CC BY-SA 4.0', 'CC BY-NC 4.0', 'CC BY-ND 4.0'];
