import clsx from 'clsx';
import { brandOf } from '../data/brand';

export function NetworkGlyph({ kind, size = 14, className }: { kind: string; size?: number; className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden
      fill="currentColor"
      className={clsx('shrink-0', className)}
    >
      <path d={brandOf(kind).glyph} />
    </svg>
  );
}

export function NetworkBadge({ kind, size = 27, className }: { kind: string; size?: number; className?: string }) {
  return (
    <span
      className={clsx('inline-grid shrink-0 place-items-center rounded-[28%] text-white', className)}
      style={{ width: size, height: size, background: brandOf(kind).colour }}
    >
      <NetworkGlyph kind={kind} size={Math.round(size * 0.6)} />
    </span>
  );
}
