import type { ImportAction, ImportRule } from '../../api/imports';

const fold = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .trim()
    .replace(/\s+/g, ' ');

/** What the first rule that matches does with an item, as the server does: whatever accents and capitals. */
export function actionFor(rules: ImportRule[], categories: string[]): ImportAction {
  const folded = categories.map(fold);
  return rules.find((rule) => !rule.category || folded.includes(fold(rule.category)))?.action ?? 'proposal';
}
