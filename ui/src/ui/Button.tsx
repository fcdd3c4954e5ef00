import clsx from 'clsx';
import type { LucideIcon } from 'lucide-react';
import { Button as AriaButton, type ButtonProps, Tooltip, TooltipTrigger } from 'react-aria-components';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger' | 'brass';
export type ButtonSize = 'sm' | 'md' | 'lg';

const VARIANTS: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover pressed:bg-accent-hover',
  secondary: 'border border-line-strong bg-surface text-ink hover:bg-surface-2 pressed:bg-sunken',
  ghost: 'text-accent-ink hover:bg-sunken pressed:bg-line',
  danger: 'bg-danger text-on-danger hover:bg-danger-hover pressed:bg-danger-hover',
  brass: 'text-brass-ink hover:bg-brass/20 pressed:bg-brass/30',
};
const SIZES: Record<ButtonSize, string> = {
  sm: 'h-8 px-2.5 text-sm max-lg:h-10 max-lg:px-3',
  md: 'h-10 px-3.5 text-sm',
  lg: 'h-12 px-5 text-base',
};

/** The look of a button, also for links that act like one. */
export function buttonLook(variant: ButtonVariant = 'secondary', size: ButtonSize = 'md', className?: string) {
  return clsx(
    'inline-flex cursor-pointer items-center justify-center gap-2 rounded-md font-semibold whitespace-nowrap transition-colors',
    'disabled:cursor-not-allowed disabled:opacity-55',
    SIZES[size],
    VARIANTS[variant],
    className,
  );
}

export type ButtonLook = { variant?: ButtonVariant; size?: ButtonSize; className?: string };

export function Button({ variant, size, className, ...props }: Omit<ButtonProps, 'className'> & ButtonLook) {
  return <AriaButton {...props} className={buttonLook(variant, size, className)} />;
}

/** A button without a word has a tooltip with it. */
export function IconButton({
  label,
  icon: Icon,
  className = 'text-ink-2 hover:bg-sunken hover:text-ink pressed:bg-line',
  ...props
}: Omit<ButtonProps, 'children' | 'className'> & { label: string; icon: LucideIcon; className?: string }) {
  return (
    <TooltipTrigger delay={500}>
      <AriaButton
        {...props}
        aria-label={label}
        className={clsx(
          'inline-grid size-9 shrink-0 cursor-pointer place-items-center rounded-md disabled:cursor-not-allowed disabled:opacity-40 max-lg:size-11',
          className,
        )}
      >
        <Icon size={18} aria-hidden />
      </AriaButton>
      <Tooltip offset={6} className="rounded-md bg-ink px-2 py-1 text-xs font-medium text-surface shadow-2">
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
