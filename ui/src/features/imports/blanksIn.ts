import type { TemplateBlank } from '../../api/imports';

const BLANKS = /\{(\p{L}[\p{L}\p{N}_-]{0,39})\}/gu;

/** The blanks of a title and a text in their order, with what is known of each. */
export function blanksIn(known: TemplateBlank[], ...texts: string[]): TemplateBlank[] {
  const names = new Set(texts.flatMap((text) => [...text.matchAll(BLANKS)].map(([, name = '']) => name)));
  return [...names].map(
    (name) => known.find((blank) => blank.name === name) ?? { name, label: labelOf(name), optional: false },
  );
}

const labelOf = (name: string) => name.charAt(0).toLocaleUpperCase('fr') + name.slice(1).replaceAll('_', ' ');
