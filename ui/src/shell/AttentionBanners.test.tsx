import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { show } from '../test/render';
import { installation } from '../test/samples';
import { Banners } from './AttentionBanners';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const spaced = (text: string | null) => (text ?? '').replaceAll(/\s/gu, ' ');
const words = () => spaced(document.body.textContent);
const recovery = { started_at: '2026-11-24T08:00:00Z', ended_at: null, settled: 128, held: 3, absent: 1 };

describe('the banners', () => {
  it('say how many publications wait for a decision, and lead to it', () => {
    show(<Banners held={2} system={undefined} />);
    expect(words()).toContain('2 publications attendent votre décision');
    expect(screen.getByRole('link', { name: 'Décider' }).getAttribute('href')).toBe('/review');
  });
  it('say nothing when all is well', () => {
    show(<Banners held={0} system={installation()} />);
    expect(words()).toBe('');
  });
  it.each([
    [7_500, 'a avancé de 2 heures 5 minutes'],
    [-3_600, 'a reculé de 1 heure'],
    [0, 'est à vérifier'],
  ])('say what the clock did (%d s), and let an administrator confirm it', (jump_seconds, what) => {
    show(
      <Banners
        held={0}
        system={installation({ clock: { paused: true, since: '2026-11-24T08:00:00Z', jump_seconds } })}
      />,
    );
    expect(words()).toContain(what);
    expect(screen.getByRole('button', { name: 'L’heure est juste' })).toBeDefined();
  });
  it('show what is overdue', () => {
    show(<Banners held={0} system={installation({ overdue: 1 })} />);
    expect(words()).toContain('1 publication aurait dû partir et n’est pas partie.');
  });
  it('show a recovery with its counts while it runs, without a way to hide it', () => {
    show(<Banners held={0} system={installation({ recovery })} />);
    expect(words()).toContain('128 envois retrouvés, 3 à décider, 1 envoyé qui manque');
    expect(screen.queryByRole('button')).toBeNull();
  });
  it('show an ended recovery until a person has taken note of it, and the next one again', async () => {
    const ended = { ...recovery, ended_at: '2026-11-24T08:05:00Z' };
    show(<Banners held={0} system={installation({ recovery: ended })} />);
    await userEvent.click(screen.getByRole('button', { name: 'J’ai compris' }));
    expect(words()).toBe('');
    cleanup();
    show(<Banners held={0} system={installation({ recovery: ended })} />);
    expect(words()).toBe('');
    cleanup();
    show(<Banners held={0} system={installation({ recovery: { ...ended, started_at: '2026-12-01T08:00:00Z' } })} />);
    expect(words()).toContain('128 envois retrouvés');
  });
});
