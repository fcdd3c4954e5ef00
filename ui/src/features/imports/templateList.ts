import type { Circumstance, Template } from '../../api/imports';

export type ShownTemplate = {
  template: Template;
  /** It stands for the one of this name that comes with the program. */
  replaces: boolean;
};

const keyOf = (t: Template) => `${t.circumstance}\u0000${t.name}`;

/** The commune's own templates, and those of the program that none of them stands for. */
export function shownTemplates(all: Template[]): ShownTemplate[] {
  const own = new Set(all.filter((t) => !t.builtin).map(keyOf));
  const provided = new Set(all.filter((t) => t.builtin).map(keyOf));
  return all
    .filter((t) => !t.builtin || !own.has(keyOf(t)))
    .map((template) => ({ template, replaces: !template.builtin && provided.has(keyOf(template)) }));
}

const fold = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();

/** Those that hold every word of a search, whatever accents and capitals. */
export function matching(list: ShownTemplate[], search: string, circumstance?: Circumstance): ShownTemplate[] {
  const words = fold(search).split(/\s+/).filter(Boolean);
  return list.filter(({ template: t }) => {
    if (circumstance && t.circumstance !== circumstance) return false;
    const text = fold(`${t.name} ${t.title} ${t.text} ${t.category}`);
    return words.every((word) => text.includes(word));
  });
}
