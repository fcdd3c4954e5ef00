import { cleanup, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { show } from '../../test/render';
import { kind } from '../../test/samples';
import { KindFields, readKindValues } from './KindFields';

afterEach(cleanup);

const WORDPRESS = kind({
  kind: 'wordpress',
  title: 'WordPress',
  settings: [
    {
      name: 'site_url',
      label: 'Adresse du site',
      help: 'Par exemple https://www.valmeuse.be',
      required: true,
      secret: false,
    },
    { name: 'category', label: 'Rubrique', required: false, secret: false },
  ],
  credentials: [{ name: 'application_password', label: 'Mot de passe d’application', required: true, secret: true }],
});

it('asks for what the network asks for, and hides what is secret', async () => {
  const { container } = show(
    <form>
      <KindFields kind={WORDPRESS} />
    </form>,
  );
  const site = screen.getByLabelText<HTMLInputElement>('Adresse du site');
  const secret = screen.getByLabelText<HTMLInputElement>('Mot de passe d’application');
  expect([site.type, site.required]).toEqual(['text', true]);
  expect([secret.type, secret.autocomplete]).toEqual(['password', 'off']);
  expect(screen.getByLabelText<HTMLInputElement>('Rubrique').required).toBe(false);

  await userEvent.type(site, ' https://valmeuse.be ');
  await userEvent.type(secret, 'abcd efgh');
  const form = container.querySelector('form');
  if (!form) throw new Error('no form');
  expect(readKindValues(WORDPRESS, new FormData(form))).toEqual({
    settings: { site_url: 'https://valmeuse.be' },
    credentials: { application_password: 'abcd efgh' },
  });
});
