import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, type Language } from '.';

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value] as const] : [...flat(value, `${prefix}${key}.`)],
    ),
  );
}

/** The names of the arguments of an ICU message, those inside the branches of a choice included. */
function args(message: string): string[] {
  const names = new Set<string>();
  let at = 0;
  const text = () => {
    while (at < message.length && message[at] !== '}') {
      if (message[at] !== '{') {
        at++;
        continue;
      }
      const [, name = '', choice] = /^\{\s*(\w+)\s*(?:(,[^{}]*?,)|[^{}]*)/.exec(message.slice(at)) ?? [];
      names.add(name);
      at += 1;
      if (choice) {
        while (message[at] !== '}') {
          if (message[at] !== '{') at++;
          else {
            at++;
            text();
            at++;
          }
        }
      } else while (message[at] !== '}') at++;
      at++;
    }
  };
  text();
  return [...names].sort();
}

/** The folder of the shared words, and those of the catalogues. */
const FOLDERS = [
  '.',
  ...readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((e) => e.isDirectory())
    .map((e) => e.name),
];
const read = (folder: string, language: Language): Tree =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, folder, `${language}.json`), 'utf8'));
const all = (language: Language) => flat(Object.assign({}, ...FOLDERS.map((f) => read(f, language))));

const french = all('fr');
const others = LANGUAGES.filter((l) => l !== 'fr').map((language) => ({ language, messages: all(language) }));

describe('the languages', () => {
  it('say each area in one catalogue only', () => {
    const areas = FOLDERS.flatMap((f) => Object.keys(read(f, 'fr')));
    expect(areas.filter((area, i) => areas.indexOf(area) !== i)).toEqual([]);
  });
  it.each(others)('have the same keys: $language', ({ messages }) => {
    expect([...messages.keys()].sort()).toEqual([...french.keys()].sort());
  });
  it.each([...french.keys()])('%s has the same arguments in each', (key) => {
    for (const { messages } of others) expect(args(messages.get(key) ?? '')).toEqual(args(french.get(key) ?? ''));
  });
  it('leave nothing empty', () => {
    const said = [french, ...others.map((o) => o.messages)].flatMap((messages) => [...messages]);
    expect(said.filter(([, message]) => message.trim() === '')).toEqual([]);
  });
});

describe('French', () => {
  it('binds its punctuation, so that no line starts with it', () => {
    expect([...french].filter(([, message]) => / [:;!?»%]|« /.test(message))).toEqual([]);
  });
  it('uses the typographic apostrophe', () => {
    expect([...french].filter(([, message]) => message.includes("'"))).toEqual([]);
  });
  it('does not shout', () => {
    expect([...french].filter(([, message]) => message.includes('!'))).toEqual([]);
  });
});

/** Attributes that people read. */
const READ = new Set([
  'alt',
  'aria-label',
  'aria-valuetext',
  'description',
  'help',
  'label',
  'placeholder',
  'title',
  'verb',
]);
/** The product's own name is the same in every language. */
const NAMES = new Set(['Crieur']);

function wordsIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    const text = ts.isJsxText(node)
      ? node.text.trim()
      : ts.isJsxAttribute(node) &&
          READ.has(node.name.getText()) &&
          node.initializer &&
          ts.isStringLiteral(node.initializer)
        ? node.initializer.text
        : '';
    if (/\p{L}{2}/u.test(text) && !NAMES.has(text)) found.push(`${path.basename(file)}: ${text}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

it('every word on the pages comes from the messages', () => {
  const src = path.resolve(import.meta.dirname, '..');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (f) => f.endsWith('.tsx') && !f.includes('.test.'),
  );
  expect(files.length).toBeGreaterThan(30);
  expect(files.flatMap((f) => wordsIn(path.join(src, f)))).toEqual([]);
});

it('every message is used', () => {
  const src = path.resolve(import.meta.dirname, '..');
  const code = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((f) => /\.tsx?$/.test(f) && !f.includes('.test.') && !f.endsWith('.gen.ts'))
    .map((f) => readFileSync(path.join(src, f), 'utf8'))
    .join('\n');
  // Looked up by a status or a code of the API, or by a variable.
  const dynamic = [
    'postStatus',
    'deliveryStatus',
    'channelStatus',
    'outcome',
    'role',
    'finding',
    'emoji',
    'emojiGroup',
    'holdReason',
    'heldBecause',
    'alertKind',
    'severity',
    'importState',
    'importAction',
    'sourceKind',
    'sourceStanding',
    'circumstance',
    'packFate',
    'lineFate',
    'eventState',
    'announcementKind',
    'eventLanguage',
    'eventGap',
    'cascadeAction',
    'topic',
    'weekday',
    'monthPlace',
    'recurrenceState',
    'occurrenceState',
    'dateState',
  ];
  const unused = [...french.keys()].filter((key) => {
    const [area = '', name = ''] = key.split('.');
    return !dynamic.includes(area) && !code.includes(`'${name}'`);
  });
  expect(unused).toEqual([]);
});
