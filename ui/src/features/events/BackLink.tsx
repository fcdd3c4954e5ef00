import { Link, type LinkProps } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';

export const BackLink = ({ to, label }: { to: LinkProps['to']; label: string }) => (
  <Link
    to={to}
    aria-label={label}
    className="-ml-1 grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunken max-lg:size-11"
  >
    <ArrowLeft size={20} aria-hidden />
  </Link>
);
