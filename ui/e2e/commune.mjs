import { readFileSync } from 'node:fs';

const PICTURE = new URL('fixtures/marche-noel.jpg', import.meta.url);
const WORKS = new URL('fixtures/travaux.jpg', import.meta.url);
const DAY = 86_400_000;

/** A day of the commune, some days from now, as 2026-12-01. */
const dayFrom = (days) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Brussels', dateStyle: 'short' }).format(Date.now() + days * DAY);

const POSTS = [
  {
    days: 0,
    at: '23:40',
    title: 'Marché de Noël : le programme',
    text: 'Quarante chalets, la fanfare à 17 h et le vin chaud du comité, samedi place de l’Église.',
    picture: PICTURE,
    alt: 'Des chalets illuminés au pied de l’église, un soir de neige',
    category: 'event',
  },
  {
    days: 1,
    at: '08:00',
    title: 'Rue de la Meuse : circulation alternée',
    text: 'Dès lundi 8 h et jusqu’à vendredi, un feu règle le passage à hauteur du pont. Les commerces restent ouverts.',
    picture: WORKS,
    alt: 'Un feu de chantier à l’entrée du pont',
    category: 'works',
  },
  {
    days: 2,
    at: '12:15',
    title: 'Collecte des sapins',
    text: 'Déposez votre sapin sans décorations devant chez vous avant 7 h, le samedi 9 janvier.',
    category: 'waste',
  },
  {
    days: 3,
    at: '17:00',
    title: 'Conseil communal',
    text: 'La séance est publique : mercredi à 20 h à l’Hôtel de ville. Ordre du jour sur le site.',
    category: 'council',
  },
  {
    days: 5,
    at: '12:15',
    title: 'La bibliothèque ouvre le dimanche',
    text: 'De 10 h à 13 h, tous les dimanches de décembre. Heure du conte à 11 h.',
    category: 'culture',
  },
  {
    days: 8,
    at: '08:00',
    title: 'Plan hivernal',
    text: 'Les trottoirs se dégagent avant 9 h. Du sel est à votre disposition au service des travaux.',
    category: 'works',
  },
  {
    days: 12,
    at: '17:00',
    title: 'Don de sang',
    text: 'Salle communale, de 15 h à 18 h 30. Prenez votre carte d’identité.',
    category: 'health',
  },
];

async function upload(session, file) {
  const form = new FormData();
  form.append('file', new Blob([readFileSync(file)], { type: 'image/jpeg' }), file.pathname.split('/').pop());
  return session.call('POST', '/media', form);
}

/** Fills a new commune as one month of work does: posts, an event with its series, pictures, slots. */
export async function fillCommune(session) {
  const { channels } = await session.call('GET', '/channels');
  const ids = channels.map((c) => c.id);
  for (const { days, at, title, text, picture, alt, category } of POSTS) {
    const images = picture ? [{ media_id: (await upload(session, picture)).id, alt, focal: { x: 0.5, y: 0.4 } }] : [];
    const publish = { mode: 'at', at: `${dayFrom(days)}T${at}`, zone: 'Europe/Brussels' };
    await session.call('POST', '/posts', { title, text, category, images, channels: ids, publish });
  }
  const now = { mode: 'now' };
  const said = await session.call('POST', '/posts', {
    title: 'Merci aux bénévoles',
    text: 'Plus de deux cents sacs ont été ramassés samedi le long de la Meuse. Merci à toutes et à tous.',
    channels: ids,
    publish: now,
  });
  await session.call('POST', '/posts', {
    title: 'Journée de l’arbre',
    text: 'Un arbre offert par ménage, sur réservation au service environnement.',
    channels: ids,
    publish: { mode: 'draft' },
  });
  const event = await session.call('POST', '/events', {
    title: 'Brocante de printemps',
    description: 'Cent vingt exposants dans les rues du centre.',
    place: 'Place du Marché',
    starts_at: `${dayFrom(24)}T09:00`,
    ends_at: `${dayFrom(24)}T18:00`,
    zone: 'Europe/Brussels',
    category: 'event',
    channels: ids,
  });
  return { ids, said, event };
}
