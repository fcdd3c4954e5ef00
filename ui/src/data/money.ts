import type { Amount } from '../api/types';

/** As `0,015 $US`: networks charge in thousandths. */
export function formatMoney({ amount, currency }: Amount, locale: string): string {
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: 2,
    maximumFractionDigits: 3,
  }).format(amount);
}

/** Adds up by currency; nothing is converted. */
export function addUp(amounts: Amount[]): Amount[] {
  const sums = new Map<string, number>();
  for (const { amount, currency } of amounts) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  return Array.from(sums, ([currency, amount]) => ({ currency, amount })).filter(({ amount }) => amount > 0);
}
