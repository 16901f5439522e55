// The things of a believable stall. Times are given as distances from now.
import type {
  CheckFinding,
  CheckUp,
  AccountView,
  ConnectionView,
  DataView,
  ExportView,
  ListingForm,
  ListingView,
  MessageView,
  OrderCard,
  OrderView,
  PictureView,
  RecorderEntry,
  SettingsForm,
  StallView,
  Who,
} from '../generated/contract';
import { shapeOf } from './pictures';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function at(fromNow: number): string {
  return new Date(Date.now() + fromNow).toISOString();
}

export function hashOf(name: string): string {
  let state = 0x811c9dc5;
  let hash = '';
  for (let round = 0; hash.length < 64; round += 1) {
    for (const letter of `${name}${String(round)}`) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193) >>> 0;
    hash += state.toString(16).padStart(8, '0');
  }
  return hash.slice(0, 64);
}

export function stall(change: Partial<StallView> = {}): StallView {
  return {
    mode: 'live',
    name: 'Lin’s Studio',
    open: true,
    closed_now: null,
    light: { colour: 'green', reason: 'serving', since: at(-6 * HOUR), proved_at: at(-40_000) },
    counts: { needs_you: 0, messages: 0, unread: 0, running: 0, waiting: 0 },
    automation: 'automatic',
    language: 'en',
    theme: 'light',
    text_size: 100,
    version: '0.1.0',
    first_order_done: true,
    practice_speed: null,
    ...change,
  };
}

export function card(id: string, change: Partial<OrderCard> = {}): OrderCard {
  return {
    id,
    market: 'agent_market',
    market_order_id: `ord_${hashOf(id).slice(0, 10)}`,
    title: 'Watercolour portrait of your pet',
    listing_id: 'l1',
    buyer_name: 'Marta',
    price: '120',
    stage: 'waiting',
    market_status: 'pending',
    next: 'accept',
    next_at: null,
    hold: null,
    deadline: null,
    progress: null,
    payment: null,
    picture: null,
    unread: false,
    paused: false,
    taken_over: false,
    created_at: at(-2 * HOUR),
    updated_at: at(-5 * MINUTE),
    ...change,
  };
}

export function picture(id: string, change: Partial<PictureView> = {}): PictureView {
  const sha256 = change.sha256 ?? hashOf(`picture-${id}`);
  return {
    id,
    order_id: null,
    order_title: 'Watercolour portrait of your pet',
    buyer_name: 'Marta',
    round: 1,
    n: 1,
    is_draft: false,
    sha256,
    media_type: 'image/png',
    ...shapeOf(sha256),
    bytes: 1_480_000 + (hashOf(id).charCodeAt(3) % 9) * 91_000,
    prompt: 'A ginger cat asleep on a windowsill above a rainy street, loose watercolour on cold-pressed paper, soft evening light',
    model: 'google/gemini-2.5-flash-image',
    cost_usd: '0.0387',
    state: 'delivered',
    rating: 0,
    created_at: at(-3 * HOUR),
    ...change,
  };
}

export function message(id: string, who: Who, text: string, fromNow: number, name: string | null = null): MessageView {
  return { id, who, name, text, at: at(fromNow), state: who === 'buyer' || who === 'market' ? 'received' : 'sent', signs: [] };
}

export function busyOrders(): OrderCard[] {
  return [
    card('o-approve', {
      title: 'Book cover, painted by hand look',
      buyer_name: 'Jonas Weber',
      price: '340',
      stage: 'approving',
      market_status: 'in_progress',
      next: 'approve',
      picture: hashOf('cover'),
      hold: { code: 'approve', detail: {}, since: at(-12 * MINUTE), settle: 'approve' },
      unread: true,
      updated_at: at(-12 * MINUTE),
    }),
    card('o-failed', {
      title: 'Logo idea in three colours',
      buyer_name: 'Amara',
      price: '80',
      stage: 'making',
      market_status: 'in_progress',
      next: 'draw',
      hold: { code: 'draw_failed', detail: { attempts: '3', reason: 'the drawing service was too busy' }, since: at(-34 * MINUTE), settle: 'retry' },
      updated_at: at(-34 * MINUTE),
    }),
    card('o-drawing', {
      title: 'Watercolour portrait of your pet',
      buyer_name: 'Marta',
      stage: 'making',
      market_status: 'in_progress',
      next: 'draw',
      progress: { step: 'draw', n: 1, of: 2, started_at: at(-9_000), expected_ms: 24_000 },
      updated_at: at(-9_000),
    }),
    card('o-asking', {
      title: 'Four seasons, a set of four',
      buyer_name: '小禾',
      price: '260',
      stage: 'asking',
      market_status: 'accepted',
      next: 'wait_brief',
      updated_at: at(-26 * MINUTE),
      created_at: at(-40 * MINUTE),
    }),
    card('o-waiting', {
      title: 'Watercolour portrait of your pet',
      buyer_name: 'Pilar',
      next_at: at(30_000),
      deadline: { kind: 'accept', at: at(21 * MINUTE), estimated: false },
      created_at: at(-90_000),
      updated_at: at(-90_000),
    }),
    card('o-hand', {
      title: 'Logo idea in three colours',
      buyer_name: 'Tomás',
      price: '80',
      stage: 'making',
      market_status: 'in_progress',
      next: 'none',
      taken_over: true,
      hold: { code: 'by_hand', detail: {}, since: at(-2 * HOUR), settle: 'hand_back' },
      picture: hashOf('hand'),
      updated_at: at(-2 * HOUR),
    }),
    card('o-delivered', {
      title: 'Wallpaper of a place you love',
      buyer_name: 'Ines & Paul',
      price: '150',
      stage: 'delivered',
      market_status: 'delivered',
      next: 'wait_confirm',
      deadline: { kind: 'confirm', at: at(46 * HOUR), estimated: true },
      picture: hashOf('wall'),
      updated_at: at(-2 * HOUR),
    }),
    card('o-disputed', {
      title: 'Wallpaper of a place you love',
      buyer_name: 'K. Osei',
      price: '150',
      stage: 'delivered',
      market_status: 'in_dispute',
      next: 'none',
      hold: { code: 'disputed', detail: { reason: 'The colours are not what I asked for' }, since: at(-5 * HOUR), settle: 'none' },
      picture: hashOf('dispute'),
      unread: true,
      updated_at: at(-5 * HOUR),
    }),
    ...['moon', 'harbour', 'fern'].map((name, nth) =>
      card(`o-paid-${name}`, {
        title: nth === 1 ? 'Book cover, painted by hand look' : 'Watercolour portrait of your pet',
        buyer_name: ['Sofia', 'Wei', 'Anders'][nth] ?? null,
        price: ['120', '340', '120'][nth] ?? null,
        stage: 'paid',
        market_status: 'completed',
        next: 'none',
        picture: hashOf(name),
        created_at: at(-(nth + 1) * 9 * HOUR),
        updated_at: at(-(nth + 1) * 7 * HOUR),
      }),
    ),
    card('o-cancelled', {
      title: 'Four seasons, a set of four',
      buyer_name: 'Rui',
      price: '260',
      stage: 'closed',
      market_status: 'cancelled',
      next: 'none',
      updated_at: at(-2 * DAY),
    }),
  ];
}

function entry(id: string, fromNow: number, actor: Who, kind: string, step: string | null, detail: Record<string, string>, duration_ms: number | null = null): RecorderEntry {
  return { id, at: at(fromNow), actor, kind, step, detail, duration_ms };
}

const PROMPT = 'A lighthouse keeper reading by lamplight while a storm breaks over the rocks, gouache, deep teal and amber, room for a title at the top';

export function orderView(order: OrderCard, actions: string[]): OrderView {
  const drawn = order.picture !== null;
  const asked = order.stage !== 'waiting';
  const begun = -55 * MINUTE;
  const briefRead = asked && order.next !== 'wait_brief' && order.next !== 'guide';
  const recorder: RecorderEntry[] = [
    entry('r1', begun, 'market', 'news', null, { event: 'order.received', via: 'push' }),
    entry('r2', begun + 400, 'robot', 'order_seen', null, { status: 'pending' }, 310),
    entry('r3', begun + 2_000, 'robot', 'not_done', 'accept', { reason: 'too_many_running', until: at(begun + 60_000) }),
  ];
  if (asked) {
    recorder.push(
      entry('r4', begun + 61_000, 'robot', 'step_begun', 'accept', { attempt: '1' }),
      entry('r5', begun + 62_000, 'robot', 'step_done', 'accept', {}, 840),
      entry('r6', begun + 62_100, 'robot', 'stage', null, { from: 'waiting', to: 'asking' }),
      entry('r7', begun + 64_000, 'robot', 'step_done', 'guide', { language: 'en' }, 620),
    );
  }
  if (briefRead) {
    recorder.push(
      entry('r8', begun + 9 * MINUTE, 'market', 'news', null, { event: 'message.received', via: 'feed' }),
      entry('r9', begun + 9 * MINUTE + 4_000, 'robot', 'step_done', 'read_brief', { model: 'google/gemini-2.5-flash', cost_usd: '0.0004' }, 2_300),
      entry('r10', begun + 9 * MINUTE + 5_000, 'robot', 'step_failed', 'draw', { attempt: '1', reason: 'the drawing service was too busy' }, 6_100),
      entry('r11', begun + 9 * MINUTE + 5_100, 'robot', 'retry_set', 'draw', { until: at(begun + 9 * MINUTE + 20_000), attempt: '2' }),
    );
  }
  if (drawn) {
    recorder.push(
      entry('r12', begun + 10 * MINUTE, 'robot', 'step_done', 'draw', { model: 'google/gemini-2.5-flash-image', cost_usd: '0.0387', prompt: PROMPT, n: '1', of: '1' }, 18_400),
      entry('r13', begun + 10 * MINUTE + 900, 'robot', 'step_done', 'keep', { sha256: order.picture ?? '', bytes: '1622000' }, 45),
      entry('r14', begun + 10 * MINUTE + 1_000, 'robot', 'step_done', 'check', { width: '1024', height: '1024' }, 120),
    );
  }
  if (order.hold !== null) recorder.push(entry('r15', begun + 11 * MINUTE, 'robot', 'held', null, { code: order.hold.code, ...order.hold.detail }));
  if (order.stage === 'delivered' || order.stage === 'paid') {
    recorder.push(
      entry('r16', begun + 12 * MINUTE, 'seller', 'approved', null, {}),
      entry('r17', begun + 13 * MINUTE, 'robot', 'step_done', 'upload', { bytes: '1622000' }, 2_100),
      entry('r18', begun + 13 * MINUTE + 3_000, 'robot', 'step_done', 'tell', {}, 510),
      entry('r19', begun + 13 * MINUTE + 4_000, 'robot', 'step_done', 'complete', {}, 700),
    );
  }
  if (order.stage === 'paid') recorder.push(entry('r20', begun + 50 * MINUTE, 'market', 'paid', null, { amount: '114' }));

  const thread: MessageView[] = [];
  if (asked) {
    thread.push(
      message('m1', 'robot', 'Hello! Thank you for your order. Tell me what you would like to see, in what style, and what it is for. A photo helps too.', begun + 64_000),
    );
  }
  if (briefRead) {
    thread.push(
      message('m2', 'buyer', 'Hi! A lighthouse keeper reading while a storm breaks outside. Gouache, teal and amber. It is for the cover of a novel, so please leave room at the top for the title.', begun + 9 * MINUTE, order.buyer_name),
      message('m3', 'robot', 'Lovely, I have everything I need. I am starting to draw now.', begun + 9 * MINUTE + 5_000),
    );
  }
  if (order.hold?.code === 'approve') thread.push(message('m4', 'seller', 'It is nearly done, I am just having a last look.', -10 * MINUTE));
  if (order.stage === 'delivered' || order.stage === 'paid') thread.push(message('m5', 'robot', 'Your picture is here. I hope you like it! One round of changes is included.', begun + 13 * MINUTE + 3_000));
  if (order.hold?.code === 'disputed') thread.push(message('m6', 'buyer', 'The colours are not what I asked for, I want my money back!!', -5 * HOUR, order.buyer_name));

  return {
    card: order,
    fee: order.price === null ? null : String(Number(order.price) * 0.05),
    payout: order.price === null ? null : String(Number(order.price) * 0.95),
    payout_estimated: order.stage !== 'paid',
    cost_usd: drawn ? '0.0391' : briefRead ? '0.0004' : '0',
    requirement: 'A cover for my novel, portrait format please.',
    requirement_signs: [],
    cancel_reason: order.market_status === 'cancelled' ? 'Ordered twice by mistake' : null,
    brief: briefRead ? { subject: 'A lighthouse keeper reading during a storm', style: 'gouache, teal and amber', prompt: PROMPT, aspect_ratio: '2:3', count: 1, language: 'en' } : null,
    thread,
    pictures: drawn
      ? [
          picture(`${order.id}-p1`, { order_id: order.id, order_title: order.title, buyer_name: order.buyer_name, sha256: order.picture ?? '', prompt: PROMPT, state: order.stage === 'delivered' || order.stage === 'paid' ? 'delivered' : 'checked' }),
        ]
      : [],
    files: [{ id: 'f1', name: 'mood-board.jpg', size: 412_000, from: 'buyer', high_risk: false }],
    links: null,
    takes_files: ['in_progress', 'delivered', 'pending_confirmation'].includes(order.market_status) ? { most_bytes: 104_857_600, most_files: 10, refused_extensions: ['exe', 'bat', 'sh', 'dll', 'ps1', 'cmd', 'vbs', 'js'] } : null,
    recorder,
    actions,
    revisions_used: 0,
    revisions_allowed: 1,
    look_alikes: [],
    not_as_asked: [],
    refund: null,
  };
}

export function listingForm(change: Partial<ListingForm> = {}): ListingForm {
  return {
    name: 'Watercolour portrait of your pet',
    description: 'Send me a few words about your pet, or a photo. You get one watercolour picture, drawn for you, delivered here in the order within a few minutes.',
    price: '120',
    category: 'Art & Design',
    tags: ['watercolour', 'pet', 'portrait'],
    inventory: null,
    style: 'loose watercolour on cold-pressed paper, soft light',
    aspect_ratio: '1:1',
    count: 1,
    revisions: 1,
    automation: null,
    example: hashOf('moon'),
    recipe: { text_models: [], picture_models: [], order_cap_usd: '', language: null, accept_by_hand: false, draft_first: false, draft_model: '', resolution: '1K', least_price: '', hide_when_full: false },
    ...change,
  };
}

/** Neither paused nor hidden, as the marketplace knows. */
export function shown(): Pick<ListingView, 'paused' | 'hidden_by_seller' | 'hidden_why' | 'untold'> {
  return { paused: false, hidden_by_seller: false, hidden_why: null, untold: null };
}

export function busyListings(): ListingView[] {
  const listing = (id: string, status: string, form: Partial<ListingForm>, change: Partial<ListingView> = {}): ListingView => ({
    id,
    market_listing_id: status === 'draft' ? null : `sku_${hashOf(id).slice(0, 8)}`,
    form: listingForm(form),
    status,
    market_status: status === 'draft' ? null : status,
    ...shown(),
    hidden_by_seller: status === 'hidden',
    hidden_why: status === 'hidden' ? 'seller' : null,
    sold: 0,
    views: 0,
    problem: null,
    updated_at: at(-3 * DAY),
    ...change,
  });
  return [
    listing('l1', 'active', {}, { sold: 41, views: 1_203 }),
    listing('l2', 'active', { name: 'Book cover, painted by hand look', price: '340', tags: ['cover', 'book'], aspect_ratio: '2:3', example: hashOf('cover'), automation: 'ask_before_delivering' }, { sold: 7, views: 388 }),
    listing('l3', 'hidden', { name: 'Four seasons, a set of four', price: '260', count: 4, example: hashOf('fern') }, { sold: 3, views: 154 }),
    listing('l4', 'pending_review', { name: 'Wallpaper of a place you love', price: '150', aspect_ratio: '16:9', example: hashOf('wall') }),
    listing('l5', 'refused', { name: 'Logo idea in three colours', price: '80', example: null }, {
      problem: { code: 'content_policy_violation', message: 'The description asks for contact outside the marketplace.', fields: ['description'], categories: ['fraud'], reasons: ['asks for an e-mail address'] },
    }),
    listing('l6', 'draft', { name: 'Birthday card, just for them', price: '60', tags: [], example: hashOf('harbour') }, { sold: null, views: null }),
    listing('l7', 'hidden', { name: 'Your garden as a map', price: '180', example: hashOf('fern') }, { ...shown(), paused: true, hidden_why: 'pause', sold: 12, views: 470 }),
    listing('l8', 'hidden', { name: 'Ink portrait for a profile', price: '90', example: hashOf('moon') }, { ...shown(), hidden_why: 'full', sold: 28, views: 912 }),
    listing('l9', 'active', { name: 'Poster of your home town', price: '150', aspect_ratio: '2:3', example: hashOf('wall') }, { ...shown(), paused: true, hidden_why: 'pause', untold: 'market_network', sold: 5, views: 131 }),
  ];
}

export function gallery(count: number): PictureView[] {
  const prompts = [
    'A ginger cat asleep on a windowsill above a rainy street, loose watercolour',
    'A lighthouse keeper reading by lamplight while a storm breaks, gouache, teal and amber',
    '雨后的江南小镇，水墨，留白',
    'A fox in a birch wood at first snow, linocut in two colours',
    'Harbour at dusk with small boats, oil, thick strokes',
  ];
  return Array.from({ length: count }, (_, nth) =>
    picture(`p${String(nth)}`, {
      sha256: hashOf(`gallery-${String(nth)}`),
      order_id: nth % 3 === 0 ? 'o-approve' : 'o-delivered',
      prompt: prompts[nth % prompts.length] ?? '',
      rating: nth % 7 === 0 ? 5 : nth % 4,
      created_at: at(-nth * 3 * HOUR),
    }),
  );
}

export function accounts(practice: boolean): AccountView[] {
  return [
    {
      kind: 'agent_market',
      name: 'Lin’s Studio',
      base_url: practice ? 'http://127.0.0.1:41234' : 'https://agent-market.example',
      practice,
      has_key: true,
      key_kept_in: practice ? 'memory' : 'keychain',
      proof: { ok: true, code: 'key_works', name: 'Lin’s Studio', balance: '1240.00 UAT', detail: null },
      checked_at: at(-20 * MINUTE),
    },
    {
      kind: 'openrouter',
      name: 'stall key',
      base_url: practice ? 'http://127.0.0.1:41235' : 'https://openrouter.example/api/v1',
      practice,
      has_key: true,
      key_kept_in: practice ? 'memory' : 'keychain',
      proof: { ok: true, code: 'key_works', name: 'stall key', balance: '12.40 USD', detail: null },
      checked_at: at(-20 * MINUTE),
    },
  ];
}

export function connection(practice: boolean): ConnectionView {
  const [market = null, model = null] = accounts(practice);
  return {
    market,
    model,
    push: { kind: 'own_address', our_url: 'https://stall.example/api/v1/webhook/orders', market_has: 'https://stall.example/api/v1/webhook/orders', matches: true, last_at: at(-4 * MINUTE), received: 212, refused: 1 },
    feed: { last_at: at(-22_000), ok: true, every_seconds: 60, problem: null },
    heartbeat: { last_at: at(-31_000), ok: true, every_seconds: 60, problem: null },
    reconcile: { last_at: at(-8 * MINUTE), ok: true, every_seconds: 600, problem: null },
    events: ['order.received', 'message.received', 'order.accepted', 'order.completed', 'order.confirmed'].map((kind, nth) => ({
      id: `e${String(nth)}`,
      event_id: `evt_${hashOf(kind).slice(0, 10)}`,
      kind,
      via: nth % 2 === 0 ? 'push' : 'feed',
      order_id: 'o-drawing',
      received_at: at(-(nth + 1) * 4 * MINUTE),
      handled_at: nth === 0 ? null : at(-(nth + 1) * 4 * MINUTE + 300),
      outcome: nth === 0 ? null : 'done',
    })),
    local_address: 'http://127.0.0.1:8000',
    push_path: '/api/v1/webhook/orders',
    tunnel: {
      kind: 'own',
      state: 'open',
      address: 'https://stall.example',
      since: at(-3 * HOUR),
      next_try: null,
      problem: null,
      problem_detail: {},
      probed_at: at(-20_000),
      probe_right: true,
      registration: 'told',
      registration_problem: null,
      carries_news: true,
      host_key: null,
      confirmed_host_key: null,
      cloudflared_found: null,
      is_fixed: false,
      has_ngrok_token: false,
      has_cloudflared_token: false,
      has_ssh_passphrase: false,
      fields: {
        own_address: 'https://stall.example',
        ngrok_domain: '',
        ngrok_server: '',
        ngrok_authority: '',
        cloudflared_program: '',
        cloudflared_address: '',
        cloudflared_local_port: 8787,
        ssh_host: '',
        ssh_port: 22,
        ssh_user: '',
        ssh_key_file: '',
        ssh_listen_address: '127.0.0.1',
        ssh_listen_port: 8787,
        ssh_address: '',
      },
    },
    links: { choice: 'auto', way: 'own_address', has_own_address: true, has_keys: false, is_ready: false, bucket: null },
    orders_missed: 0,
    missed_since: at(-9 * DAY),
    audit: { compared_at: at(-2 * MINUTE), is_fresh: true, comparisons: 37, found: 1, orders: [{ order_id: 'o-drawing', title: 'Picture to order', found_at: at(-2 * HOUR) }] },
    changes: [
      { at: at(-3 * HOUR), subject: 'tunnel', state: 'open', reason: 'told' },
      { at: at(-3 * HOUR - 20_000), subject: 'tunnel', state: 'trouble', reason: 'not_reachable' },
      { at: at(-4 * HOUR), subject: 'light', state: 'green', reason: 'serving' },
    ],
    warnings: [],
  };
}

export function stored(): DataView {
  return {
    folder: '/home/lin/.local/share/stallkeeper',
    backups: [
      { id: 'stall-20261122T084500Z-hand.db', kind: 'hand', made_at: at(-HOUR), bytes: '1240000' },
      { id: 'stall-20261121T200000Z-daily.db', kind: 'daily', made_at: at(-DAY), bytes: '1200000' },
    ],
    warnings: [],
    export: null,
  };
}

export function archive(): ExportView {
  return {
    path: '/home/lin/.local/share/stallkeeper/exports/stallkeeper-20261122T084500Z.zip',
    state: 'made',
    done: 1934,
    total: 1934,
    bytes: '88400000',
    pictures: 61,
    missing: 0,
  };
}

export function settings(): SettingsForm {
  return {
    stall_name: 'Lin’s Studio',
    language: 'en',
    theme: 'light',
    text_size: 100,
    automation: 'automatic',
    max_running: 3,
    hours: { kept: false, days: [true, true, true, true, true, true, true], from: '09:00', until: '22:00', back_on: '' },
    text_models: ['google/gemini-2.5-flash'],
    picture_models: ['google/gemini-2.5-flash-image', 'openai/gpt-image-1-mini'],
    picture_route: 'chat',
    cap_per_order_usd: '0.50',
    cap_per_day_usd: '5',
    credit_usd: '0.10',
    revisions: 1,
    moltmarket_minutes: 10,
    notices: { buyer_message: true, order_received: true, needs_you: true, paid: true, only_needs_you: false, quiet: false, quiet_from: '22:00', quiet_until: '08:00' },
    templates: (['started', 'guide', 'guide_again', 'draft', 'delivered', 'apology', 'changed', 'job_apology', 'job_delivered', 'job_changed'] as const).flatMap((key) => [
      { key, language: 'en' as const, text: `Hello {buyer}! About “{listing}”: {question} (${key})` },
      { key, language: 'zh-CN' as const, text: `{buyer} 你好！关于“{listing}”：{question}（${key}）` },
    ]),
  };
}

/** A stall that works, with a clock that is off, little credit and an order that waits. */
export function checkUp(practice: boolean): CheckUp {
  const finding = (need: string, standing: string, why: string, detail: Record<string, string> = {}, fix: string | null = null): CheckFinding => ({ need, standing, why, detail, fix });
  return {
    findings: [
      finding('disk', 'fine', 'disk_room', { megabytes: '48200' }),
      ...(practice ? [] : [finding('keys', 'fine', 'keys_in_keychain'), finding('clock', 'wrong', 'clock_fast', { minutes: '7' }, 'again')]),
      finding('open', 'fine', 'is_open'),
      finding('market', 'fine', 'market_answers'),
      finding('news', 'fine', 'news_comes', { seconds: '12' }),
      finding('sign_of_life', 'fine', 'life_told', { seconds: '31' }),
      finding('street', 'heed', 'street_trouble', { code: 'not_reachable' }, 'try_street'),
      finding('model', 'heed', 'model_credit_low', { left: '0.62' }, 'top_up'),
      finding('caps', 'fine', 'cap_room', { spent: '0.62', cap: '5' }),
      finding('listings', 'fine', 'listed', { count: '5' }),
      finding('seller', 'heed', 'orders_wait', { count: '4' }, 'orders'),
    ],
  };
}
