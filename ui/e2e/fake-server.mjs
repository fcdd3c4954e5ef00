// FOR DEVELOPMENT ONLY: a stand-in for the server, with state, so that pages can be worked on without
// it. It proves nothing about Crieur: the browser tests count only against the real binary.
//
//   node e2e/fake-server.mjs            serves ../dist on http://127.0.0.1:8090
//   CRIEUR_FAKE_SETUP=1                 starts without an account; the token is `demo`
//
// Words in the text choose what the "networks" do: [panne] fails, [doute] leaves an unknown outcome,
// [attente] retries once, [retenu] is held as after an outage. CRIEUR_FAKE_TROUBLE=1: the clock jumped, data
// was restored, something is overdue, and mail is configured.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { crisisRoutes } from './fake-crisis.mjs';

const DIST = process.env.CRIEUR_FAKE_DIST ?? fileURLToPath(new URL('../dist', import.meta.url));
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
export const CSP =
  "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' blob: data:; connect-src 'self'";
export const ACCOUNT = { email: 'sophie@valmeuse.example', password: 'marché de noël 2026' };

const source = { url: 'https://example.org', date: '2026-11-01' };
const text = (max, rule = 'code_points') => ({ max, rule, source });
const images = (max, altMax, spec = {}) => ({
  max,
  alt_max: altMax,
  spec: { formats: ['image/jpeg'], ...spec },
  source,
});
const abilities = { find: true, delete: true, update: true, renew: false, article: false };
const field = (name, label, secret = false, help = '') => ({ name, label, help, required: true, secret });
const kind = (k, title, limits, settings, credentials) => ({
  kind: k,
  title,
  docs_url: credentials.length ? 'https://example.org/docs' : '',
  settings,
  credentials,
  idempotency: 'none',
  read_back: 'strong',
  limits,
  abilities,
});
const KINDS = [
  kind(
    'facebook',
    'Facebook',
    {
      title_used: false,
      title_required: false,
      title: text(0),
      text: text(63206),
      images: images(10, 1000, { min_ratio: 0.8, max_ratio: 1.91 }),
      link_length: 0,
      cost: { source },
    },
    [field('page_id', 'Identifiant de la page', false, 'Un nombre, dans les réglages de la page.')],
    [field('page_access_token', 'Jeton d’accès de la page', true)],
  ),
  kind(
    'x',
    'X',
    {
      title_used: false,
      title_required: false,
      title: text(0),
      text: text(280, 'x_weighted'),
      images: images(4, 1000, { min_ratio: 16 / 9, max_ratio: 16 / 9 }),
      link_length: 23,
      cost: { currency: 'USD', post: 0.015, with_link: 0.2, source },
    },
    [],
    [field('consumer_key', 'Consumer key', true), field('consumer_secret', 'Consumer secret', true)],
  ),
  kind(
    'wordpress',
    'WordPress',
    {
      title_used: true,
      title_required: true,
      title: text(200),
      text: text(0),
      images: images(20, 1000),
      link_length: 0,
      cost: { source },
    },
    [field('site_url', 'Adresse du site', false, 'Par exemple https://www.valmeuse.be')],
    [field('username', 'Nom d’utilisateur'), field('application_password', 'Mot de passe d’application', true)],
  ),
  kind(
    'site',
    'Site de la commune',
    {
      title_used: true,
      title_required: false,
      title: text(200),
      text: text(0),
      images: images(20, 1000, { min_ratio: 1.5, max_ratio: 1.5 }),
      link_length: 0,
      cost: { source },
    },
    [],
    [],
  ),
];

function dimensions(data) {
  if (data.readUInt32BE(0) === 0x89504e47) return { width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
  for (let i = 2; i < data.length - 9; ) {
    const marker = data.readUInt16BE(i);
    const frame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (frame) return { height: data.readUInt16BE(i + 5), width: data.readUInt16BE(i + 7) };
    i += 2 + data.readUInt16BE(i + 2);
  }
  return null;
}

export function startFake({ port = 0, setup = false, speed = 1, trouble = false, crisis = {} } = {}) {
  const instant = () => new Date().toISOString();
  const s = {
    commune: {
      id: 'c1',
      name: 'Valmeuse',
      slug: 'valmeuse',
      zone: 'Europe/Brussels',
      language: 'fr-BE',
      ask_before_resend: false,
    },
    user: setup
      ? null
      : { id: 'u1', email: ACCOUNT.email, name: 'Sophie Lambert', role: 'administrator', crisis: true },
    sessions: new Map(),
    channels: [],
    media: new Map(),
    posts: [],
    keys: new Map(),
    listeners: new Set(),
    events: [],
    attempts: new Map(),
    notices: [],
    released: new Map(),
    preferences: { mail_notices: false },
    publishing: { version: 0, slots: [], signature: '', hashtag_groups: [] },
    system: {
      clock: { paused: trouble, since: trouble ? instant() : null, jump_seconds: trouble ? 7500 : 0 },
      recovery: trouble ? { started_at: instant(), ended_at: instant(), settled: 128, held: 3, absent: 1 } : null,
      overdue: trouble ? 2 : 0,
      mail_configured: trouble,
    },
  };
  const channel = (k, name, practice, more = {}) => ({
    id: randomUUID(),
    kind: k,
    name,
    status: 'connected',
    practice,
    settings: {},
    account: { id: '1', name: 'Commune de Valmeuse', url: 'https://example.org/valmeuse' },
    error: null,
    credentials_expire_at: null,
    health: { breaker: null, budgets: [] },
    checked_at: instant(),
    created_at: instant(),
    ...more,
  });
  if (!setup) {
    s.channels.push(
      channel('site', 'Site de la commune', false),
      channel('facebook', 'Commune de Valmeuse', true),
      channel('x', 'Valmeuse', true),
      channel('wordpress', 'valmeuse.example', true),
    );
  }

  const emit = (type, id, postId, status) => {
    const event = { n: s.events.length + 1, type, data: { type, id, post_id: postId, status } };
    s.events.push(event);
    for (const answer of s.listeners) write(answer, event);
  };
  const write = (answer, e) => answer.write(`id: ${e.n}\nevent: ${e.type}\ndata: ${JSON.stringify(e.data)}\n\n`);

  class Refusal extends Error {
    constructor(status, code, detail, fields = []) {
      super(detail);
      this.problem = { type: 'about:blank', title: code, status, code, detail, fields, request_id: randomUUID() };
    }
  }

  const count = (t, rule) => {
    if (rule !== 'x_weighted') return Array.from(t).length;
    return Array.from(t.replace(/https?:\/\/\S+/g, 'x'.repeat(23))).reduce(
      (n, c) => n + (c.codePointAt(0) > 4351 && !/[\u2000-\u200d\u2010-\u201f]/u.test(c) ? 2 : 1),
      0,
    );
  };
  function render(body, c) {
    const k = KINDS.find((x) => x.kind === c.kind);
    const own = body.overrides?.[c.id] ?? {};
    const issues = [];
    let t = own.text ?? body.text ?? '';
    const article = `https://valmeuse.example/c/valmeuse/${(body.title || 'article').slice(0, 12).toLowerCase().replace(/\W+/g, '-')}`;
    const { max, rule } = k.limits.text;
    let shortened = false;
    if (max && count(t, rule) > max) {
      if (own.text === undefined) {
        shortened = true;
        const room = max - 26;
        while (count(t, rule) > room) t = t.slice(0, t.lastIndexOf(' '));
        t = `${t}… ${article}`;
      } else
        issues.push({
          severity: 'error',
          code: 'text_too_long',
          field: 'text',
          message: `Le texte dépasse la limite de ${k.title} : ${count(t, rule) - max} caractères de trop.`,
        });
    }
    const list = (body.images ?? []).map((image, i) => {
      const m = s.media.get(image.media_id);
      if (!image.decorative && !image.alt)
        issues.push({
          severity: 'error',
          code: 'alt_missing',
          field: `images[${i}].alt`,
          message: 'Décrivez l’image, ou marquez-la comme décorative.',
        });
      const { min_ratio: lo = 0, max_ratio: hi = Number.POSITIVE_INFINITY } = k.limits.images.spec;
      const ratio = Math.min(hi, Math.max(lo, m.width / m.height));
      const w = Math.round(Math.min(m.width, m.height * ratio));
      const h = Math.round(Math.min(m.height, m.width / ratio));
      const f = image.focal ?? { x: 0.5, y: 0.5 };
      const at = (v, size, full) => Math.round(Math.min(Math.max(v * full - size / 2, 0), full - size));
      return {
        media_id: m.id,
        url: m.url,
        alt: image.alt ?? '',
        width: w,
        height: h,
        crop: { x: at(f.x, w, m.width), y: at(f.y, h, m.height), width: w, height: h },
      };
    });
    if (list.length > k.limits.images.max)
      issues.push({
        severity: 'warning',
        code: 'too_many_images',
        field: 'images',
        message: `Seules les ${k.limits.images.max} premières images partiront.`,
      });
    const linked = /https?:/.test(t);
    const cost = k.limits.cost.post
      ? { amount: linked ? k.limits.cost.with_link : k.limits.cost.post, currency: 'USD' }
      : null;
    return {
      channel_id: c.id,
      kind: c.kind,
      title: k.limits.title_used ? (own.title ?? (body.title || t.split('\n')[0].slice(0, 80))) : null,
      text: t,
      html: null,
      link: body.link || null,
      shortened,
      length: count(t, rule),
      limit: max,
      cost,
      images: list.slice(0, k.limits.images.max),
      issues,
    };
  }

  function tell(kind, severity, d, title, message, next_step) {
    const n = {
      id: randomUUID(),
      kind,
      severity,
      post_id: d?.post_id ?? null,
      delivery_id: d?.id ?? null,
      channel_id: d?.channel_id ?? null,
      title,
      message,
      next_step,
      created_at: instant(),
      settled_at: null,
      read_at: null,
    };
    s.notices.unshift(n);
    emit('notice', n.id, null, null);
  }
  function settle(d) {
    for (const n of s.notices) if (n.delivery_id === d.id && !n.settled_at) n.settled_at = instant();
    emit('notice', d.id, null, null);
  }
  const unread = (n) => !n.read_at && !n.settled_at;
  const held = () =>
    s.posts.flatMap((p) =>
      p.deliveries
        .filter((d) => d.status === 'held' && d.hold_reason !== 'crisis')
        .map((d) => ({ title: p.title || p.text.slice(0, 80), reason: d.hold_reason, delivery: d })),
    );

  const later = (ms, run) => setTimeout(run, Math.min(ms / speed, 2 ** 31 - 1)).unref?.();
  const failure = (k, code, message, next) => ({ kind: k, code, message, next_step: next });
  function set(d, change) {
    Object.assign(d, change, { updated_at: instant() });
    emit('delivery', d.id, d.post_id, d.status);
    emit('post', d.post_id, null, statusOf(s.posts.find((p) => p.id === d.post_id)));
  }
  function statusOf(p) {
    const n = (...xs) => p.deliveries.filter((d) => xs.includes(d.status)).length;
    const all = p.deliveries.length;
    if (!all || n('draft')) return 'draft';
    if (n('sending', 'retrying', 'unknown')) return 'publishing';
    if (n('cancelled') === all) return 'cancelled';
    if (n('scheduled') && n('sent', 'failed', 'missed')) return 'publishing';
    if (n('scheduled')) return 'scheduled';
    if (n('sent', 'cancelled') === all) return 'published';
    return n('sent') ? 'partly_published' : 'failed';
  }
  function send(d, p, again = false) {
    if (!again && p.text.includes('[retenu]')) {
      const reason = d.kind === 'x' ? 'recovery' : 'review';
      if (!s.notices.some((n) => n.kind === 'review' && !n.settled_at))
        tell(
          'review',
          'warning',
          null,
          'Des publications attendent votre décision',
          'Leur heure est passée pendant une panne.',
          'Ouvrez la page « À revoir » et décidez.',
        );
      return set(d, { status: 'held', hold_reason: reason, next_at: null });
    }
    set(d, { status: 'sending', error: null, next_at: null, attempts: d.attempts + 1 });
    const try_ = {
      number: d.attempts,
      started_at: instant(),
      creating_at: instant(),
      ended_at: null,
      outcome: 'running',
      http_status: null,
      error: null,
    };
    s.attempts.set(d.id, [...(s.attempts.get(d.id) ?? []), try_]);
    later(600 + Math.random() * 900, () => {
      const end = (outcome, change) => {
        Object.assign(try_, { outcome, ended_at: instant(), error: change.error ?? null });
        set(d, change);
        if (change.status === 'failed')
          tell('failed', 'error', d, `Échec sur ${d.channel_name}`, change.error.message, change.error.next_step);
        if (change.status === 'sent') settle(d);
      };
      if (!again && p.text.includes('[panne]') && d.kind === 'facebook')
        return end('refused', {
          status: 'failed',
          error: failure(
            'auth',
            'facebook.190.460',
            'Facebook ne reconnaît plus l’autorisation de la commune.',
            'Reconnectez le canal, puis réessayez.',
          ),
        });
      if (!again && p.text.includes('[doute]') && d.kind === 'x') {
        end('unknown', {
          status: 'unknown',
          next_at: new Date(Date.now() + 2000).toISOString(),
          error: failure(
            'unknown',
            'x.timeout',
            'X n’a pas répondu clairement : la publication est peut-être en ligne.',
            'Crieur vérifie sur la page. S’il ne trouve pas, ouvrez la page et dites ce que vous y voyez.',
          ),
        });
        later(1500, () => {
          set(d, { needs_person: true, next_at: null });
          tell('unknown', 'error', d, `À vérifier sur ${d.channel_name}`, d.error.message, d.error.next_step);
        });
        return undefined;
      }
      if (!again && p.text.includes('[attente]') && d.kind === 'x') {
        end('not_sent', {
          status: 'retrying',
          next_at: new Date(Date.now() + 2000).toISOString(),
          error: failure(
            'rate_limited',
            'x.429',
            'X demande d’attendre : trop d’envois récents. Rien n’a été publié.',
            'Crieur réessaie dès que possible. Rien à faire.',
          ),
        });
        later(2000, () => send(d, p, true));
        return undefined;
      }
      return end('accepted', {
        status: 'sent',
        sent_at: instant(),
        remote_id: '42',
        remote_url: `/fake/${d.kind}/${d.id}`,
        error: null,
      });
    });
  }

  function arrange(p, body) {
    const at = body.publish.at;
    let due = null;
    if (body.publish.mode === 'now') due = instant();
    if (body.publish.mode === 'at') {
      if (at.startsWith('2027-03-28T02'))
        throw new Refusal(422, 'invalid', 'L’heure choisie ne convient pas.', [
          {
            field: 'publish.at',
            code: 'time_gap',
            message: 'Cette heure n’existe pas : les horloges passent de 2 h à 3 h.',
          },
        ]);
      due = new Date(at.length > 16 ? at : `${at}:00+01:00`).toISOString();
    }
    p.publish = { mode: body.publish.mode, at: at ?? null, zone: body.publish.zone ?? null, due_at: due };
    p.deliveries = body.channels.map((id) => {
      const c = s.channels.find((x) => x.id === id);
      return {
        id: randomUUID(),
        post_id: p.id,
        channel_id: id,
        channel_name: c.name,
        kind: c.kind,
        status: body.publish.mode === 'draft' ? 'draft' : 'scheduled',
        hold_reason: null,
        needs_person: false,
        due_at: due,
        next_at: due,
        sent_at: null,
        remote_id: null,
        remote_url: null,
        attempts: 0,
        error: null,
        updated_at: instant(),
      };
    });
    if (due && alerts.holding())
      for (const d of p.deliveries) set(d, { status: 'held', hold_reason: 'crisis', next_at: null });
    else if (due)
      for (const d of p.deliveries)
        later(Math.max(150, Date.parse(due) - Date.now()), () => d.status === 'scheduled' && send(d, p));
  }
  function write_(p, body) {
    if (body.publish.mode !== 'draft') {
      const wrong = s.channels
        .filter((c) => body.channels.includes(c.id))
        .flatMap((c) => render(body, c).issues)
        .filter((i) => i.severity === 'error');
      if (wrong.length)
        throw new Refusal(
          422,
          'invalid',
          'La publication n’est pas prête.',
          wrong.map(({ field: f, code, message }) => ({ field: f, code, message })),
        );
    }
    Object.assign(p, {
      version: p.version + 1,
      title: body.title ?? '',
      text: body.text ?? '',
      link: body.link ?? '',
      category: body.category ?? '',
      images: (body.images ?? []).map((i) => ({
        media_id: i.media_id,
        url: s.media.get(i.media_id).url,
        alt: i.alt ?? '',
        decorative: i.decorative ?? false,
        focal: i.focal ?? null,
      })),
      channels: body.channels,
      overrides: body.overrides ?? {},
      updated_at: instant(),
    });
    arrange(p, body);
  }
  const shown = (p) => ({ ...p, status: statusOf(p) });
  const find = (list, id) =>
    list.find((x) => x.id === id) ??
    (() => {
      throw new Refusal(404, 'not_found', 'Introuvable.');
    })();
  const delivery = (id) =>
    find(
      s.posts.flatMap((p) => p.deliveries),
      id,
    );

  const routes = [
    ['GET', /^\/setup$/, () => [200, { needed: !s.user }]],
    [
      'POST',
      /^\/setup$/,
      ({ json }) => {
        if (json.token !== 'demo')
          throw new Refusal(
            422,
            'token_invalid',
            'Ce code n’est plus valable. Redémarrez le serveur pour en obtenir un autre.',
          );
        s.user = { id: 'u1', email: json.email, name: json.name, role: 'administrator', crisis: true };
        s.commune.name = json.commune;
        ACCOUNT.password = json.password;
        return signIn(201);
      },
    ],
    [
      'POST',
      /^\/session$/,
      ({ json }) => {
        if (json.email !== s.user?.email || json.password !== ACCOUNT.password)
          throw new Refusal(401, 'bad_credentials', 'Adresse ou mot de passe incorrect.');
        return signIn(200);
      },
    ],
    ['GET', /^\/session$/, ({ session }) => [200, session]],
    ['DELETE', /^\/session$/, ({ id }) => [s.sessions.delete(id) ? 204 : 404]],
    ['GET', /^\/kinds$/, () => [200, { kinds: KINDS }]],
    ['GET', /^\/channels$/, () => [200, { channels: s.channels }]],
    [
      'POST',
      /^\/channels$/,
      ({ json }) => {
        if (json.kind === 'site' && s.channels.some((c) => c.kind === 'site'))
          throw new Refusal(409, 'channel_exists', 'Ce compte est déjà connecté.');
        const bad = Object.values(json.credentials ?? {}).some((v) => v === 'faux');
        if (bad)
          throw new Refusal(422, 'auth', 'Facebook ne reconnaît pas ce jeton.', [
            {
              field: 'credentials.page_access_token',
              code: 'auth',
              message: 'Copiez le jeton de la page, pas celui de l’utilisateur.',
            },
          ]);
        const c = channel(json.kind, json.name || 'Commune de Valmeuse', json.practice ?? false, {
          settings: json.settings ?? {},
        });
        s.channels.push(c);
        return [201, c];
      },
    ],
    [
      'PATCH',
      /^\/channels\/([^/]+)$/,
      ({ json, m }) => {
        const c = find(s.channels, m[1]);
        Object.assign(c, { status: 'connected', error: null, name: json.name ?? c.name });
        emit('channel', c.id, null, c.status);
        return [200, c];
      },
    ],
    [
      'DELETE',
      /^\/channels\/([^/]+)$/,
      ({ m }) => {
        s.channels = s.channels.filter((c) => c.id !== m[1]);
        return [204];
      },
    ],
    [
      'POST',
      /^\/channels\/([^/]+)\/check$/,
      ({ m }) => {
        const c = find(s.channels, m[1]);
        c.checked_at = instant();
        return [200, c];
      },
    ],
    [
      'GET',
      /^\/media\/([^/]+)\/file$/,
      ({ m }) => [200, find([...s.media.values()], m[1]).data, find([...s.media.values()], m[1]).content_type],
    ],
    [
      'POST',
      /^\/preview$/,
      ({ json }) => [
        200,
        { previews: s.channels.filter((c) => json.channels.includes(c.id)).map((c) => render(json, c)) },
      ],
    ],
    [
      'GET',
      /^\/posts$/,
      ({ url }) => {
        const q = url.searchParams.get('q')?.toLowerCase() ?? '';
        const status = url.searchParams.get('status');
        const all = s.posts
          .filter((p) => !p.alert)
          .map(shown)
          .filter((p) => `${p.title} ${p.text}`.toLowerCase().includes(q) && (!status || p.status === status))
          .reverse();
        const from = Number(url.searchParams.get('cursor') ?? 0);
        const size = Number(url.searchParams.get('limit') ?? 50);
        return [
          200,
          { posts: all.slice(from, from + size), next_cursor: all.length > from + size ? String(from + size) : null },
        ];
      },
    ],
    [
      'POST',
      /^\/posts$/,
      ({ json, key, raw }) => {
        const hash = createHash('sha256').update(raw).digest('hex');
        const known = s.keys.get(key);
        if (known) {
          if (known.hash !== hash)
            throw new Refusal(409, 'idempotency_key_reused', 'Cette demande a déjà été reçue avec un autre contenu.');
          return [201, shown(known.post)];
        }
        const p = { id: randomUUID(), version: 0, author_id: 'u1', created_at: instant() };
        write_(p, json);
        s.posts.push(p);
        s.keys.set(key, { hash, post: p });
        return [201, shown(p)];
      },
    ],
    ['GET', /^\/posts\/([^/]+)$/, ({ m }) => [200, shown(find(s.posts, m[1]))]],
    [
      'PATCH',
      /^\/posts\/([^/]+)$/,
      ({ m, json, version }) => {
        const p = find(s.posts, m[1]);
        if (version !== `"${p.version}"`)
          throw new Refusal(412, 'stale', 'Quelqu’un d’autre vient de modifier cette publication.');
        write_(p, json);
        return [200, shown(p)];
      },
    ],
    [
      'POST',
      /^\/posts\/([^/]+)\/cancel$/,
      ({ m }) => {
        const p = find(s.posts, m[1]);
        for (const d of p.deliveries)
          if (['draft', 'scheduled', 'retrying', 'failed', 'missed'].includes(d.status))
            set(d, { status: 'cancelled' });
        return [200, shown(p)];
      },
    ],
    [
      'GET',
      /^\/deliveries\/([^/]+)$/,
      ({ m }) => {
        const d = delivery(m[1]);
        const p = find(s.posts, d.post_id);
        return [
          200,
          { delivery: d, rendered: render(p, find(s.channels, d.channel_id)), attempts: s.attempts.get(d.id) ?? [] },
        ];
      },
    ],
    [
      'POST',
      /^\/deliveries\/([^/]+)\/retry$/,
      ({ m }) => {
        const d = delivery(m[1]);
        send(d, find(s.posts, d.post_id), true);
        return [200, d];
      },
    ],
    [
      'POST',
      /^\/deliveries\/([^/]+)\/resolve$/,
      ({ m, json }) => {
        const d = delivery(m[1]);
        if (json.outcome === 'sent')
          set(d, {
            status: 'sent',
            needs_person: false,
            sent_at: instant(),
            remote_url: json.remote_url ?? null,
            error: null,
          });
        else
          set(d, {
            status: 'failed',
            needs_person: false,
            error: failure('unknown', 'x.absent', 'La publication n’est pas en ligne sur X.', 'Réessayez.'),
          });
        settle(d);
        return [200, d];
      },
    ],
    [
      'GET',
      /^\/notices$/,
      ({ url }) => {
        const only = url.searchParams.get('unread') === 'true';
        const all = s.notices.filter((n) => !only || unread(n));
        const from = Number(url.searchParams.get('cursor') ?? 0);
        return [
          200,
          {
            notices: all.slice(from, from + 50),
            unread: s.notices.filter(unread).length,
            next_cursor: all.length > from + 50 ? String(from + 50) : null,
          },
        ];
      },
    ],
    [
      'POST',
      /^\/notices\/read$/,
      ({ json }) => {
        for (const n of s.notices)
          if (!n.read_at && (json.ids.length === 0 || json.ids.includes(n.id))) n.read_at = instant();
        return [204];
      },
    ],
    ['GET', /^\/oauth$/, () => [200, { kinds: [] }]],
    ['GET', /^\/publishing-settings$/, () => [200, s.publishing]],
    [
      'PUT',
      /^\/publishing-settings$/,
      ({ json }) => {
        s.publishing = { ...json, version: s.publishing.version + 1 };
        return [200, s.publishing];
      },
    ],
    ['GET', /^\/calendar\/feed$/, () => [200, { url: null }]],
    ['GET', /^\/preferences$/, () => [200, s.preferences]],
    ['PATCH', /^\/preferences$/, ({ json }) => [200, Object.assign(s.preferences, json)]],
    ['GET', /^\/review$/, () => [200, { items: held() }]],
    [
      'POST',
      /^\/review$/,
      ({ json }) => {
        for (const { delivery: d } of held()) {
          if (json.cancel.includes(d.id)) set(d, { status: 'cancelled', hold_reason: null });
          else if (json.release.includes(d.id)) {
            const minutes = s.released.get(d.channel_id) ?? 0;
            s.released.set(d.channel_id, minutes + 1);
            const at = Date.now() + minutes * 60_000;
            set(d, { status: 'scheduled', hold_reason: null, next_at: new Date(at).toISOString() });
            const p = find(s.posts, d.post_id);
            later(1500 + minutes * 60_000, () => send(d, p, true));
          }
        }
        if (held().length === 0) for (const n of s.notices) if (n.kind === 'review') n.settled_at ??= instant();
        emit('notice', 'review', null, null);
        return [200, { items: held() }];
      },
    ],
    ['GET', /^\/system$/, () => [200, s.system]],
    [
      'POST',
      /^\/system\/clock\/confirm$/,
      () => {
        s.system.clock = { paused: false, since: null, jump_seconds: 0 };
        emit('system', 'clock', null, null);
        return [200, s.system];
      },
    ],
    ['PATCH', /^\/commune$/, ({ json }) => [200, Object.assign(s.commune, json)]],
  ];
  const alerts = crisisRoutes({
    s,
    emit,
    later,
    send,
    Refusal,
    render,
    find,
    crisis: { password: ACCOUNT.password, ...crisis },
  });
  routes.push(...alerts.routes);
  const signIn = (status) => {
    const id = randomUUID();
    const session = { user: s.user, commune: s.commune, csrf_token: randomUUID() };
    s.sessions.set(id, session);
    return [status, session, 'application/json', { 'set-cookie': `crieur=${id}; HttpOnly; SameSite=Strict; Path=/` }];
  };

  async function handle(request, answer) {
    const url = new URL(request.url, 'http://fake');
    if (url.pathname.startsWith('/fake/'))
      return answer.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('Réseau simulé.');
    if (!url.pathname.startsWith('/api/v1')) return file(url, answer);
    const at = url.pathname.slice('/api/v1'.length);
    const id = /crieur=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
    const session = s.sessions.get(id);
    const open = at === '/setup' || (at === '/session' && request.method === 'POST');
    const json = (status, body, type = 'application/json', headers = {}) =>
      answer
        .writeHead(status, { 'content-type': type, ...headers })
        .end(body instanceof Buffer ? body : body === undefined ? '' : JSON.stringify(body));
    try {
      if (!open && !session) throw new Refusal(401, 'unauthenticated', 'Connectez-vous.');
      if (!open && request.method !== 'GET' && request.headers['x-csrf-token'] !== session.csrf_token)
        throw new Refusal(403, 'csrf', 'Cette demande ne vient pas de cette page.');
      if (at === '/stream') {
        answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        answer.write(': bonjour\n\n');
        const last = Number(request.headers['last-event-id'] ?? s.events.length);
        for (const e of s.events.slice(last)) write(answer, e);
        s.listeners.add(answer);
        request.on('close', () => s.listeners.delete(answer));
        return undefined;
      }
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const raw = Buffer.concat(chunks);
      if (at === '/media' && request.method === 'POST') {
        const form = await new Response(raw, {
          headers: { 'content-type': request.headers['content-type'] },
        }).formData();
        const upload = form.get('file');
        const data = Buffer.from(await upload.arrayBuffer());
        const size = dimensions(data);
        if (!size)
          throw new Refusal(
            422,
            'media_unreadable',
            'Cette image n’est pas lisible. Envoyez un JPEG, un PNG ou un HEIC.',
          );
        const sha256 = createHash('sha256').update(data).digest('hex');
        const m = {
          id: sha256.slice(0, 16),
          ...size,
          bytes: data.length,
          content_type: upload.type,
          sha256,
          name: upload.name,
          url: `/api/v1/media/${sha256.slice(0, 16)}/file`,
          created_at: instant(),
        };
        s.media.set(m.id, { ...m, data });
        return json(201, m);
      }
      for (const [method, pattern, run] of routes) {
        const m = pattern.exec(at);
        if (!m || method !== request.method) continue;
        const body = raw.length ? JSON.parse(raw.toString()) : null;
        return json(
          ...run({
            m,
            json: body,
            raw,
            url,
            session,
            id,
            key: request.headers['idempotency-key'],
            version: request.headers['if-match'],
          }),
        );
      }
      throw new Refusal(404, 'not_found', 'Introuvable.');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return json(error.problem.status, error.problem, 'application/problem+json');
    }
  }
  function file(url, answer) {
    let name = path.join(DIST, decodeURIComponent(url.pathname));
    if (!name.startsWith(DIST) || !existsSync(name) || statSync(name).isDirectory())
      name = path.join(DIST, 'index.html');
    answer.writeHead(200, {
      'content-type': TYPES[path.extname(name)] ?? 'application/octet-stream',
      'content-security-policy': CSP,
    });
    createReadStream(name).pipe(answer);
  }

  const server = http.createServer((request, answer) => void handle(request, answer));
  return new Promise((resolve) =>
    server.listen(port, '127.0.0.1', () =>
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        /** Cuts every open stream, as a restart does. */
        cut: () => {
          for (const line of s.listeners) line.destroy();
        },
        /** Raises an alert in somebody else's name. */
        raiseAs: alerts.raiseAs,
        /** Forgets who is signed in. */
        expire: () => s.sessions.clear(),
        close: () => {
          server.closeAllConnections();
          server.close();
        },
      }),
    ),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startFake({
    port: 8090,
    setup: process.env.CRIEUR_FAKE_SETUP === '1',
    trouble: process.env.CRIEUR_FAKE_TROUBLE === '1',
  });
  console.log(`development fake, not Crieur: ${url}   ${ACCOUNT.email} / ${ACCOUNT.password}`);
}
