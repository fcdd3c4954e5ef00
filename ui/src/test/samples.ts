// Small samples of what the server answers, for tests.
import type { Channel, Delivery, Installation, Kind, Media, Notice, Post, Preview } from '../api/types';

const source = { url: 'https://example.org', date: '2026-11-01' };

export const channel = (over: Partial<Channel> = {}): Channel => ({
  id: 'fb',
  kind: 'facebook',
  name: 'Commune de Valmeuse',
  status: 'connected',
  practice: false,
  settings: {},
  account: { id: '1', name: 'Commune de Valmeuse', url: 'https://facebook.example/valmeuse' },
  error: null,
  credentials_expire_at: null,
  health: { breaker: null, budgets: [] },
  checked_at: null,
  created_at: '2026-11-01T08:00:00Z',
  ...over,
});

export const kind = (over: Partial<Omit<Kind, 'limits'>> & { limits?: Partial<Kind['limits']> } = {}): Kind => {
  const { limits, ...rest } = over;
  return {
    kind: 'facebook',
    title: 'Facebook',
    docs_url: '',
    settings: [],
    credentials: [],
    idempotency: 'none',
    read_back: 'strong',
    abilities: { find: true, delete: true, update: true, renew: false, article: false },
    ...rest,
    limits: {
      title_used: false,
      title_required: false,
      title: { max: 0, rule: '', source },
      text: { max: 63206, rule: 'code_points', source },
      images: { max: 10, alt_max: 1000, spec: { formats: ['image/jpeg'] }, source },
      link_length: 0,
      cost: { source },
      ...limits,
    },
  };
};

export const X = kind({
  kind: 'x',
  title: 'X',
  limits: { text: { max: 280, rule: 'x_weighted', source } },
});
export const SITE = kind({ kind: 'site', title: 'Site communal', limits: { title_used: true } });

export const preview = (over: Partial<Preview> = {}): Preview => ({
  channel_id: 'fb',
  kind: 'facebook',
  title: null,
  text: '',
  html: null,
  link: null,
  shortened: false,
  length: 0,
  limit: 0,
  cost: null,
  images: [],
  issues: [],
  ...over,
});

export const delivery = (over: Partial<Delivery> = {}): Delivery => ({
  id: 'd1',
  post_id: 'p1',
  channel_id: 'fb',
  channel_name: 'Commune de Valmeuse',
  kind: 'facebook',
  status: 'scheduled',
  hold_reason: null,
  needs_person: false,
  due_at: '2026-11-24T11:15:00Z',
  next_at: null,
  sent_at: null,
  remote_id: null,
  remote_url: null,
  attempts: 0,
  error: null,
  updated_at: '2026-11-21T19:00:00Z',
  ...over,
});

export const post = (over: Partial<Post> = {}): Post => ({
  id: 'p1',
  version: 1,
  status: 'scheduled',
  author_id: 'u1',
  title: '',
  text: 'Marché de Noël',
  link: '',
  category: '',
  images: [],
  channels: ['fb'],
  overrides: {},
  publish: { mode: 'at', at: '2026-11-24T12:15', zone: 'Europe/Brussels', due_at: '2026-11-24T11:15:00Z' },
  deliveries: [delivery()],
  created_at: '2026-11-21T19:00:00Z',
  updated_at: '2026-11-21T19:00:00Z',
  ...over,
});

export const notice = (over: Partial<Notice> = {}): Notice => ({
  id: 'n1',
  kind: 'failed',
  severity: 'error',
  post_id: 'p1',
  delivery_id: 'd1',
  channel_id: 'fb',
  title: 'Échec sur Facebook : Marché de Noël',
  message: 'Facebook ne reconnaît plus l’autorisation de la commune.',
  next_step: 'Reconnectez le canal, puis réessayez.',
  created_at: '2026-11-24T11:15:04Z',
  settled_at: null,
  read_at: null,
  ...over,
});

export const installation = (over: Partial<Installation> = {}): Installation => ({
  clock: { paused: false, since: null, jump_seconds: 0 },
  recovery: null,
  overdue: 0,
  mail_configured: false,
  ...over,
});

export const media = (over: Partial<Media> = {}): Media => ({
  id: 'm1',
  width: 1600,
  height: 1200,
  bytes: 300_000,
  content_type: 'image/jpeg',
  sha256: 'e3b0',
  name: 'affiche.jpg',
  url: '/media/m1',
  created_at: '2026-11-20T10:00:00Z',
  alt: 'L’affiche de la brocante',
  credit: '',
  licence: '',
  consent: 'unknown',
  consent_note: '',
  expires_on: null,
  uses: 0,
  ...over,
});
