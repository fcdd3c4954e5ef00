import clsx from 'clsx';
import { Repeat } from 'lucide-react';
import { createContext, type ReactNode, use } from 'react';
import { NetworkGlyph } from '../../ui/Network';
import { PAUSED_LOOK, postLook } from '../../ui/Tags';
import { type Item, isHeld, stepOf } from './plan';
import { NetworkNames, useNetworkNames, useStepWords } from './words';

/** What the colours of posts say. Handed down: no day is laid out anew for it. */
export type Colours = 'status' | 'channel';
const ColoursOf = createContext<Colours>('status');
export const useByChannel = () => use(ColoursOf) === 'channel';

/** What every post on the page is shown with. */
export const Sight = ({
  names,
  colours,
  children,
}: {
  names: ReadonlyMap<string, string>;
  colours: Colours;
  children: ReactNode;
}) => (
  <NetworkNames value={names}>
    <ColoursOf value={colours}>{children}</ColoursOf>
  </NetworkNames>
);

const NETWORKS: Record<string, { ink: string; both: string }> = {
  facebook: { ink: 'text-net-facebook', both: 'bg-net-facebook-soft text-net-facebook' },
  x: { ink: 'text-net-x', both: 'bg-net-x-soft text-net-x' },
  wordpress: { ink: 'text-net-wordpress', both: 'bg-net-wordpress-soft text-net-wordpress' },
  site: { ink: 'text-net-site', both: 'bg-net-site-soft text-net-site' },
};
const OTHER = { ink: 'text-net-other', both: 'bg-net-other-soft text-net-other' };
const SEVERAL = 'bg-surface-2 text-ink-2 outline-1 -outline-offset-1 outline-line';

export const networkInk = (kind: string): string => (NETWORKS[kind] ?? OTHER).ink;
export const kindsOf = ({ entry }: Item): string[] => [...new Set(entry.channels.map((c) => c.kind))];

/** The icon is always the status's. By channel, a post of one network has its colour, and one of several a bar of each. */
export function lookOf(item: Item, byChannel = false) {
  const status = isHeld(item) ? PAUSED_LOOK : postLook(item.entry.status);
  if (!byChannel) return { ...status, bars: [''] };
  const kinds = kindsOf(item);
  const [only] = kinds;
  return {
    icon: status.icon,
    className: kinds.length === 1 && only ? (NETWORKS[only] ?? OTHER).both : SEVERAL,
    bars: kinds.length > 0 ? [...new Set(kinds.map(networkInk))] : [''],
  };
}

/** The coloured edge of a post. */
export const Bars = ({ bars, className }: { bars: string[]; className: string }) => (
  <span aria-hidden className={clsx('absolute inset-y-0 left-0 flex flex-col', className)}>
    {bars.map((ink) => (
      <span key={ink} className={clsx('flex-1 bg-current', ink)} />
    ))}
  </span>
);

/** Which colour is which network, with its mark and its name. */
export function NetworkLegend({ kinds }: { kinds: string[] }) {
  const names = useNetworkNames();
  return (
    <ul className="flex shrink-0 items-center gap-1.5">
      {kinds.map((kind) => (
        <li
          key={kind}
          className={clsx(
            'inline-flex h-6 items-center gap-1.5 rounded-sm px-2 text-xs font-semibold whitespace-nowrap',
            (NETWORKS[kind] ?? OTHER).both,
          )}
        >
          <NetworkGlyph kind={kind} size={12} />
          {names.get(kind) ?? kind}
        </li>
      ))}
    </ul>
  );
}

/** The brass tag of a post of a series. */
export function StepTag({ series, className }: { series: Item['entry']['series']; className?: string }) {
  const words = useStepWords();
  if (!series) return null;
  return (
    <span
      className={clsx(
        'inline-flex shrink-0 items-center rounded-[3px] bg-brass-soft px-1 text-[.65rem] leading-3.5 font-bold whitespace-nowrap text-brass-ink ring-1 ring-brass/40',
        className,
      )}
    >
      {stepOf(series) ? words(series) : <Repeat size={10} aria-hidden className="my-0.5" />}
    </span>
  );
}
