// A stall in memory, for looking at screens and testing them without an engine. It answers every command in a
// believable way and walks a simulated order, but holds no rules worth relying on. Not part of a release.
import type {
  Advice,
  DeskEvent,
  FileView,
  Language,
  ListingView,
  MessageView,
  OrderCard,
  OrderView,
  PictureView,
  SettingsForm,
  StallView,
  Theme,
  TodayView,
  LookAlike,
  NotAsAsked,
  RefundView,
} from '../generated/contract';
import { DeskFailure, type Backend, type Command, type Request, type Response, type StartsWithComputer } from '../backend';
import * as data from './data';
import { calmWeather, changedWeather } from './weather';
import { MOLT_STATES, type MoltState } from './account';
import { messagesHandlers, type MessagesHandlers } from './messages';
import { moltHandlers, type MoltHandlers } from './molt';
import { moneyHandlers, type MoneyHandlers } from './money';
import { paint } from './pictures';
import { searchHandlers, type SearchHandlers } from './search';

export type ScenarioName = 'welcome' | 'practice' | 'busy' | 'empty' | 'long' | 'error' | 'loading';
export type Scenario = { name: ScenarioName; language: Language; theme: Theme; textSize: number; /** Milliseconds of one step of a simulated order. */ stepMs: number; /** Milliseconds a file of the seller's is on its way; none by default. */ sendMs: number; /** How the MoltMarket account stands, where it matters. */ molt?: MoltState };

const NAMES: ScenarioName[] = ['welcome', 'practice', 'busy', 'empty', 'long', 'error', 'loading'];

export function scenario(name: ScenarioName, change: Partial<Scenario> = {}): Scenario {
  return { name, language: 'en', theme: 'light', textSize: 100, stepMs: 2_500, sendMs: 0, ...change };
}

/** `?scenario=busy&lang=zh-CN&theme=dark&text=200` */
export function scenarioFrom(search: string): Scenario {
  const asked = new URLSearchParams(search);
  return scenario(NAMES.find((name) => name === asked.get('scenario')) ?? 'busy', {
    language: asked.get('lang') === 'zh-CN' ? 'zh-CN' : 'en',
    theme: asked.get('theme') === 'dark' ? 'dark' : asked.get('theme') === 'system' ? 'system' : 'light',
    textSize: Number(asked.get('text') ?? '100'),
    stepMs: Number(asked.get('step') ?? '2500'),
    sendMs: Number(asked.get('step') ?? '2500'),
    molt: MOLT_STATES.find((state) => state === asked.get('molt')),
  });
}

type Handlers = { [C in Command as C extends keyof MoltHandlers | keyof MessagesHandlers | keyof MoneyHandlers | keyof SearchHandlers ? never : C]: (request: Request<C>) => Response<C> };

const LONG =
  'Ein außerordentlich ausführlich benanntes Aquarellporträt Ihres geliebten Haustieres mit Hintergrundlandschaft und handgeschriebener Widmung 以及一段非常非常长的中文标题用来检查换行是否正常 https://example.example/averyveryverylongaddresswithoutanybreakwhatsoever';

export class SampleBackend implements Backend {
  readonly platform = 'browser';
  /** Every call made, in order. */
  readonly calls: { command: Command; request: unknown }[] = [];
  stall: StallView;
  orders: OrderCard[] = [];
  listings: ListingView[] = [];
  pictures: PictureView[] = [];
  /** Tags of pictures, by their ids. */
  readonly tags = new Map<string, string[]>();
  readonly #deleted: [number, PictureView | undefined][] = [];
  endedLinks = new Set<string>();
  readonly refunds = new Map<string, RefundView>();
  /** Other buyers' pictures that look like those of an order. */
  readonly alikes = new Map<string, LookAlike[]>();
  weather = calmWeather();
  settings: SettingsForm;
  readonly said = new Map<string, MessageView[]>();
  readonly sentFiles = new Map<string, FileView[]>();
  /** What pictures are that was not asked for, by order. */
  readonly offs = new Map<string, NotAsAsked[]>([['o-approve', [{ round: 1, n: 1, what: ['size'], ratio: '1:1', size: '2K' }]]]);
  /** Names the marketplace has already. */
  readonly refusedFiles = new Set<string>();
  /** Stops the file that is on its way. */
  #stopFile: (() => void) | undefined;
  readonly #listeners = new Set<(event: DeskEvent) => void>();
  readonly #scenario: Scenario;
  readonly #molt: MoltHandlers;
  readonly #messages: ReturnType<typeof messagesHandlers>;
  readonly #money: MoneyHandlers;
  readonly #search: SearchHandlers;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const full = scenario.name === 'busy' || scenario.name === 'long';
    this.#molt = moltHandlers(full, scenario.name === 'long', scenario.language, (event) => this.emit(event), scenario.molt ?? (scenario.name === 'long' ? 'long' : full ? 'open' : scenario.name === 'practice' ? 'practice' : 'none'));
    this.#messages = messagesHandlers(full, scenario.language, scenario.name === 'long' ? LONG : undefined, () => this.orders, (event) => this.emit(event));
    this.#money = moneyHandlers(full, scenario.name === 'practice', scenario.language, scenario.name === 'long' ? LONG : undefined);
    this.#search = searchHandlers(() => this);
    const dress = { language: scenario.language, theme: scenario.theme, text_size: scenario.textSize };
    this.settings = { ...data.settings(), ...dress };
    this.stall = data.stall(dress);
    if (scenario.name === 'welcome') this.stall = { ...this.stall, mode: 'welcome', name: 'My stall', open: false, first_order_done: false };
    if (scenario.name === 'practice') this.#practise();
    if (scenario.name === 'empty') this.stall = { ...this.stall, first_order_done: false };
    if (full) {
      this.orders = data.busyOrders();
      this.listings = data.busyListings();
      this.pictures = data.gallery(60);
      this.tags.set('p3', ['winter', '狐狸']);
      this.tags.set('p1', ['winter']);
      this.tags.set('p6', ['portfolio', 'winter']);
    }
    if (scenario.name === 'long') {
      this.stall = { ...this.stall, name: LONG.slice(0, 110) };
      this.orders = this.orders.map((order) => ({ ...order, title: LONG, buyer_name: 'Maximiliana-Alexandra von Hohenberg-Schwarzenfels 欧阳', price: '1234567' }));
      this.pictures = this.pictures.map((picture) => ({ ...picture, order_title: LONG, prompt: LONG.repeat(5), buyer_name: 'Maximiliana-Alexandra von Hohenberg-Schwarzenfels 欧阳' }));
      this.tags.set('p3', [LONG.slice(0, 40), 'averyveryverylongtagwithoutanybreakatall', '狐狸']);
      this.listings = this.listings.map((listing) => ({ ...listing, form: { ...listing.form, name: LONG, description: LONG.repeat(4), tags: [LONG.slice(0, 40), ...listing.form.tags] } }));
    }
  }

  call<C extends Command>(command: C, request: Request<C>): Promise<Response<C>> {
    this.calls.push({ command, request });
    if (command !== 'stall.get') {
      if (this.#scenario.name === 'loading') return new Promise(() => undefined);
      if (this.#scenario.name === 'error') return Promise.reject(new DeskFailure({ code: 'storage', message: 'disk', detail: {} }));
    }
    try {
      const handler = { ...this.#handlers, ...this.#molt, ...this.#messages, ...this.#money, ...this.#search }[command] as (request: Request<C>) => Response<C>;
      return Promise.resolve(structuredClone(handler(request)));
    } catch (thrown) {
      return Promise.reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  }

  events(listener: (event: DeskEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: DeskEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  pictureUrl = (sha256: string): string => paint(sha256);

  sendFile = async (orderId: string, file: File): Promise<FileView> => {
    if (this.refusedFiles.has(file.name)) throw new DeskFailure({ code: 'file_name_taken', message: '', detail: {} });
    for (const quarters of [0, 1, 2, 3, 4]) {
      this.emit({ kind: 'file_progress', order_id: orderId, name: file.name, sent: Math.round((file.size * quarters) / 4), total: file.size });
      if (quarters > 0 && this.#scenario.sendMs > 0) await this.#fileGoesOn();
    }
    const known = this.sentFiles.get(orderId) ?? [];
    const sent: FileView = { id: `sent-${String(known.length)}`, name: file.name, size: file.size, from: 'seller', high_risk: false };
    this.sentFiles.set(orderId, [...known, sent]);
    this.emit({ kind: 'order_changed', id: orderId });
    return sent;
  };

  #fileGoesOn(): Promise<void> {
    return new Promise((resolve, reject) => {
      setTimeout(resolve, this.#scenario.sendMs / 4);
      this.#stopFile = () => reject(new DeskFailure({ code: 'file_stopped', message: '', detail: {} }));
    });
  }

  savePicture = (): Promise<boolean> => Promise.resolve(true);

  /** What the system would say; null stands for a browser. */
  startsWithComputer: boolean | null = true;

  get start(): StartsWithComputer | null {
    if (this.startsWithComputer === null) return null;
    return {
      get: () => Promise.resolve(this.startsWithComputer === true),
      set: (on) => {
        this.startsWithComputer = on;
        return Promise.resolve(on);
      },
    };
  }

  #refund(id: string, percent: number, sent_at: string | null): RefundView {
    const price = Number(this.#order(id).price ?? '0');
    return { percent, back: ((price * percent) / 100).toFixed(2), left: ((price * 0.95 * (100 - percent)) / 100).toFixed(2), sent_at };
  }

  saveEvidence = (): Promise<boolean> => Promise.resolve(true);

  saveMoney = async (span: string): Promise<number | null> => (await this.call('money.save_csv', { span, path: null })).lines;

  /** Somebody writes in a conversation. */
  hear(conversation: string, text: string): void {
    this.#messages.hear(conversation, text);
  }

  #practise(): void {
    this.stall = {
      ...this.stall,
      mode: 'practice',
      name: this.#scenario.language === 'en' ? 'My practice stall' : '我的练习摊位',
      open: true,
      first_order_done: false,
      practice_speed: 10,
      light: { colour: 'green', reason: 'serving', since: data.at(-2_000), proved_at: data.at(-1_000) },
    };
  }

  #counted(): StallView {
    const running = this.orders.filter((order) => order.progress !== null).length;
    return {
      ...this.stall,
      counts: {
        needs_you: this.orders.filter((order) => order.hold !== null).length,
        messages: this.#messages.unread(),
        unread: this.orders.filter((order) => order.unread).length,
        running,
        waiting: this.orders.filter((order) => order.stage === 'waiting').length,
      },
    };
  }

  #order(id: string): OrderCard {
    const order = this.orders.find((order) => order.id === id || order.market_order_id === id);
    if (order === undefined) throw new DeskFailure({ code: 'not_found', message: `no order ${id}`, detail: {} });
    return order;
  }

  change(id: string, change: Partial<OrderCard>): void {
    this.orders = this.orders.map((order) => (order.id === id ? { ...order, ...change, updated_at: data.at(0) } : order));
    this.emit({ kind: 'order_changed', id });
  }

  #actions(order: OrderCard): string[] {
    if (order.stage === 'paid' || order.stage === 'closed') return ['message'];
    const actions = ['message', order.taken_over ? 'hand_back' : 'take_over', order.paused ? 'resume' : 'pause'];
    if (order.hold?.settle === 'retry') actions.push('retry');
    if (order.stage === 'approving' || order.next === 'wait_draft') actions.push('approve');
    if (order.picture !== null && order.stage !== 'delivered') actions.push('redraw');
    actions.push(order.stage === 'waiting' ? 'decline' : 'cancel');
    if (order.taken_over) actions.push('complete');
    if (order.market_status === 'in_dispute') actions.push('propose_refund');
    return actions;
  }

  #view(order: OrderCard): OrderView {
    const view = data.orderView(order, this.#actions(order));
    view.thread.push(...(this.said.get(order.id) ?? []));
    view.files.push(...(this.sentFiles.get(order.id) ?? []));
    view.refund = this.refunds.get(order.id) ?? null;
    view.not_as_asked = this.offs.get(order.id) ?? [];
    view.look_alikes = order.hold?.code === 'approve' ? (this.alikes.get(order.id) ?? []) : [];
    if (this.#scenario.name === 'long') {
      view.requirement = LONG.repeat(3);
      view.thread.push(data.message('long', 'buyer', `${LONG}\n\n${LONG}`, -1_000, order.buyer_name));
    }
    return view;
  }

  #today(): TodayView {
    const open = this.orders.filter((order) => order.stage !== 'closed');
    return {
      needs_you: open.filter((order) => order.hold !== null),
      running: open.filter((order) => order.progress !== null || (order.hold === null && (order.stage === 'asking' || order.stage === 'waiting'))),
      latest: [...open].sort((one, other) => other.updated_at.localeCompare(one.updated_at)).slice(0, 5),
      deadlines: open.filter((order) => order.deadline !== null),
      pictures: this.pictures.slice(0, 8),
      earned_today: this.orders.some((order) => order.stage === 'paid') ? '551' : '0',
      in_escrow: this.orders.length === 0 ? '0' : '620',
      spent_today_usd: this.orders.length === 0 ? '0' : '0.62',
      spend_cap_usd: '5',
      orders_missed: 0,
      missed_since: data.at(-9 * data.DAY),
      has_listing: this.listings.some((listing) => listing.status === 'active'),
      lists: true,
    };
  }

  /** A buyer comes and their order walks to its end. */
  walk(listing: ListingView): void {
    const id = `o-walk-${String(this.orders.length)}`;
    const steps = this.#scenario.stepMs;
    const drawn = data.hashOf(id);
    this.orders = [
      data.card(id, { title: listing.form.name, price: listing.form.price, listing_id: listing.id, buyer_name: 'Polly Practice', created_at: data.at(0), updated_at: data.at(0), deadline: { kind: 'accept', at: data.at(30 * data.MINUTE), estimated: false } }),
      ...this.orders,
    ];
    this.emit({ kind: 'order_changed', id });
    const running = (step: string, expected_ms = steps): OrderCard['progress'] => ({ step, n: 1, of: 1, started_at: data.at(0), expected_ms });
    const walk: (() => Partial<OrderCard>)[] = [
      () => ({ progress: running('accept') }),
      () => ({ stage: 'asking', market_status: 'accepted', next: 'guide', deadline: null, progress: running('guide') }),
      () => ({ next: 'wait_brief', progress: null }),
      () => ({ stage: 'making', market_status: 'in_progress', next: 'read_brief', progress: running('read_brief') }),
      () => ({ next: 'draw', progress: running('draw', steps * 2) }),
      () => ({}),
      () => {
        this.pictures = [data.picture(`${id}-p1`, { order_id: id, sha256: drawn, order_title: listing.form.name, buyer_name: 'Polly Practice', created_at: data.at(0) }), ...this.pictures];
        this.emit({ kind: 'picture_made', order_id: id, sha256: drawn });
        return { picture: drawn, next: 'upload', progress: running('upload') };
      },
      () => {
        this.stall = { ...this.stall, first_order_done: true };
        this.emit({ kind: 'stall_changed' });
        return { stage: 'delivered', market_status: 'delivered', next: 'wait_confirm', progress: null, deadline: { kind: 'confirm', at: data.at(48 * data.HOUR), estimated: false } };
      },
      () => ({ stage: 'paid', market_status: 'completed', next: 'none', deadline: null }),
    ];
    walk.forEach((step, nth) => setTimeout(() => this.change(id, step()), (nth + 1) * steps));
  }

  #saveListing(id: string | null, change: Partial<ListingView>): ListingView {
    const known = this.listings.find((listing) => listing.id === id);
    const saved: ListingView = {
      ...(known ?? { id: `l${String(this.listings.length + 1)}`, market_listing_id: null, form: data.listingForm(), status: 'draft', market_status: null, ...data.shown(), sold: null, views: null, problem: null, updated_at: data.at(0) }),
      ...change,
      updated_at: data.at(0),
    };
    this.listings = known === undefined ? [saved, ...this.listings] : this.listings.map((listing) => (listing.id === id ? saved : listing));
    this.emit({ kind: 'listing_changed', id: saved.id });
    return saved;
  }

  #showOrHide(id: string, change: Partial<ListingView>): ListingView {
    const { hidden_by_seller, paused } = { ...this.#listing(id), ...change };
    const why = hidden_by_seller ? 'seller' : paused ? 'pause' : null;
    return this.#saveListing(id, { ...change, hidden_why: why, status: why === null ? 'active' : 'hidden', untold: null });
  }

  #listing(id: string): ListingView {
    const listing = this.listings.find((listing) => listing.id === id);
    if (listing === undefined) throw new DeskFailure({ code: 'not_found', message: `no listing ${id}`, detail: {} });
    return listing;
  }

  #handlers: Handlers = {
    'stall.get': () => this.#counted(),
    'stall.set_open': ({ open }) => {
      this.stall = {
        ...this.stall,
        open,
        light: open ? { colour: 'green', reason: 'serving', since: data.at(0), proved_at: data.at(0) } : { colour: 'grey', reason: 'closed', since: data.at(0), proved_at: null },
      };
      return this.#counted();
    },
    'welcome.practise': () => {
      this.#practise();
      return this.#counted();
    },
    'welcome.leave_practice': () => {
      this.stall = { ...this.stall, mode: 'welcome', open: false, practice_speed: null };
      return this.#counted();
    },
    'welcome.check_market': ({ key }) => proofOf(key, 'Lin’s Studio', '100.00 UAT'),
    'welcome.check_model': ({ key }) => proofOf(key, 'stall key', '12.40 USD'),
    'welcome.connect_market': ({ key }) => {
      const proof = proofOf(key, 'Lin’s Studio', '100.00 UAT');
      if (proof.ok) this.stall = { ...this.stall, mode: 'live', name: 'Lin’s Studio', first_order_done: false };
      return proof;
    },
    'welcome.connect_model': ({ key }) => proofOf(key, 'stall key', '12.40 USD'),
    'welcome.register_market': ({ name }) => {
      this.stall = { ...this.stall, mode: 'live', name, first_order_done: false };
      return { ok: true, code: 'key_works', name, balance: '100.00 UAT', detail: null };
    },
    'welcome.import': ({ text }) => ({
      market: text.includes('api_key') ? proofOf('am_good', 'Lin’s Studio', '100.00 UAT') : null,
      model: text.includes('OPENROUTER') ? proofOf('sk_good', 'stall key', '12.40 USD') : null,
      settings: text.includes('WEBHOOK_PATH') ? ['WEBHOOK_PATH'] : [],
      unknown: text.includes('FOO') ? ['FOO'] : [],
    }),
    'today.get': () => this.#today(),
    'orders.list': (filter) => {
      const words = (filter.search ?? '').toLowerCase();
      return {
        orders: this.orders.filter(
          (order) =>
            (filter.stage === null || order.stage === filter.stage) &&
            (!filter.held_only || order.hold !== null) &&
            (filter.archived || order.stage !== 'closed') &&
            `${order.title} ${order.buyer_name ?? ''} ${order.market_order_id}`.toLowerCase().includes(words),
        ),
        next: null,
      };
    },
    'orders.get': ({ id }) => {
      const view = this.#view(this.#order(id));
      return view.card.stage === 'delivered' && !this.endedLinks.has(id) ? { ...view, links: { pictures: view.pictures.length, until: data.at(30 * data.DAY) } } : view;
    },
    'orders.seen': ({ id }) => {
      if (this.#order(id).unread) this.change(id, { unread: false });
      return {};
    },
    'orders.take_over': ({ id }) => {
      this.change(id, { taken_over: true, progress: null, hold: { code: 'by_hand', detail: {}, since: data.at(0), settle: 'hand_back' } });
      return {};
    },
    'orders.hand_back': ({ id }) => {
      this.change(id, { taken_over: false, hold: null });
      return {};
    },
    'orders.pause': ({ id }) => {
      this.change(id, { paused: true, progress: null });
      return {};
    },
    'orders.resume': ({ id }) => {
      this.change(id, { paused: false });
      return {};
    },
    'orders.retry': ({ id }) => {
      this.change(id, { hold: null, progress: { step: 'draw', n: 1, of: 1, started_at: data.at(0), expected_ms: 24_000 } });
      return {};
    },
    'orders.send_words': () => ({}),
    'orders.approve': ({ id }) => {
      if (this.#order(id).next === 'wait_draft') {
        this.change(id, { stage: 'making', next: 'draw', progress: { step: 'draw', n: 1, of: 1, started_at: data.at(0), expected_ms: 24_000 } });
        return {};
      }
      this.change(id, { hold: null, stage: 'delivered', next: 'wait_confirm', market_status: 'delivered', deadline: { kind: 'confirm', at: data.at(48 * data.HOUR), estimated: false } });
      return {};
    },
    'orders.redraw': ({ order_id }) => {
      this.change(order_id, { hold: null, stage: 'making', next: 'draw', progress: { step: 'draw', n: 1, of: 1, started_at: data.at(0), expected_ms: 24_000 } });
      return {};
    },
    'orders.message': ({ order_id, text }) => {
      const said = this.said.get(order_id) ?? [];
      const sent = data.message(`said-${String(said.length)}`, 'seller', text, 0);
      this.said.set(order_id, [...said, sent]);
      this.emit({ kind: 'order_changed', id: order_id });
      return sent;
    },
    'orders.decline': ({ order_id }) => {
      this.change(order_id, { stage: 'closed', hold: null, progress: null, next: 'none', market_status: 'rejected' });
      return {};
    },
    'orders.cancel': ({ order_id }) => {
      this.change(order_id, { stage: 'closed', hold: null, progress: null, next: 'none', market_status: 'cancelled' });
      return {};
    },
    'orders.complete': ({ order_id }) => {
      this.change(order_id, { stage: 'delivered', hold: null, progress: null, next: 'wait_confirm', market_status: 'delivered' });
      return {};
    },
    'orders.refund': ({ order_id, percent }) => this.#refund(order_id, percent, null),
    'orders.propose_refund': ({ order_id, percent }) => {
      this.refunds.set(order_id, this.#refund(order_id, percent, data.at(0)));
      this.emit({ kind: 'order_changed', id: order_id });
      return {};
    },
    'orders.save_evidence': () => ({ pictures: 1, missing: 0 }),
    'gallery.list': (filter) => {
      const words = (filter.search ?? '').toLowerCase();
      const tagged = (id: string) => filter.tag === null || this.tags.get(id)?.includes(filter.tag) === true;
      const found = this.pictures.filter((picture) => tagged(picture.id) && picture.rating >= (filter.min_rating ?? 0) && `${picture.prompt} ${picture.buyer_name ?? ''}`.toLowerCase().includes(words));
      const from = filter.after === null ? 0 : found.findIndex(({ id }) => id === filter.after) + 1;
      const end = from + (filter.limit ?? 60);
      const pictures = found.slice(from, end).map(({ id, sha256, width, height, rating, order_title, n, created_at }) => ({ id, sha256, width, height, rating, order_title, n, created_at }));
      return { pictures, next: end < found.length ? (pictures.at(-1)?.id ?? null) : null, total: filter.after === null ? found.length : null, total_is_least: false };
    },
    'gallery.get': ({ id }) => {
      const at = this.pictures.findIndex((picture) => picture.id === id);
      const picture = this.pictures[at];
      if (picture === undefined) throw new DeskFailure({ code: 'not_found', message: '', detail: { what: 'picture' } });
      const near = id === 'p3' ? this.pictures[8] : undefined;
      return {
        picture,
        tags: this.tags.get(id) ?? [],
        look_alikes: near === undefined ? [] : [{ id: near.id, sha256: near.sha256, order_id: near.order_id, order_title: near.order_title, buyer_name: 'Jonas', created_at: near.created_at, same: false, deleted: false }],
        compared: true,
        sends_as: picture.order_id === 'o-approve' ? 'picture-1-2.png' : null,
        newer: this.pictures[at - 1]?.id ?? null,
        older: this.pictures[at + 1]?.id ?? null,
      };
    },
    'gallery.tags': () => {
      const counts = new Map<string, number>();
      for (const tags of this.tags.values()) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
      return { tags: [...counts].map(([tag, pictures]) => ({ tag, pictures })) };
    },
    'gallery.tag': ({ id, tag, on }) => {
      const others = (this.tags.get(id) ?? []).filter((known) => known !== tag);
      this.tags.set(id, on ? [...others, tag].sort() : others);
      return { tags: this.tags.get(id) ?? [] };
    },
    'gallery.delete': ({ id }) => {
      const picture = this.pictures.find((known) => known.id === id);
      if (picture?.order_id === 'o-approve') throw new DeskFailure({ code: 'picture_needed', message: '', detail: { reason: 'open_order' } });
      this.#deleted.push([this.pictures.findIndex((known) => known.id === id), picture]);
      this.pictures = this.pictures.filter((known) => known.id !== id);
      return {};
    },
    'gallery.undelete': ({ id }) => {
      const [at, picture] = this.#deleted.find(([, known]) => known?.id === id) ?? [0, undefined];
      if (picture !== undefined) this.pictures = this.pictures.toSpliced(at, 0, picture);
      return {};
    },
    'gallery.send': ({ id, name }) => {
      const picture = this.pictures.find((known) => known.id === id);
      return { id: `sent-${id}`, name, size: picture?.bytes ?? 0, from: 'seller', high_risk: false };
    },
    'gallery.rate': ({ id, rating }) => {
      this.pictures = this.pictures.map((picture) => (picture.id === id ? { ...picture, rating } : picture));
      return {};
    },
    'gallery.save': () => ({}),
    'listings.list': () => ({ listings: this.listings }),
    'listings.get': ({ id }) => this.#listing(id),
    'listings.check': (form) => {
      const advice: Advice[] = [];
      if (form.name.trim() === '') advice.push({ field: 'name', code: 'empty', weight: 'stop', detail: {} });
      else advice.push({ field: 'name', code: 'good', weight: 'good', detail: {} });
      if (form.description.trim() === '') advice.push({ field: 'description', code: 'empty', weight: 'stop', detail: {} });
      else if (!/send|发/i.test(form.description)) advice.push({ field: 'description', code: 'says_nothing_to_send', weight: 'better', detail: {} });
      else advice.push({ field: 'description', code: 'good', weight: 'good', detail: {} });
      const whole = /^[1-9]\d*$/.test(form.price);
      if (!whole) advice.push({ field: 'price', code: form.price === '' ? 'empty' : 'not_whole', weight: 'stop', detail: {} });
      if (form.recipe.resolution === '4K') advice.push({ field: 'order_cap_usd', code: 'cap_stops_all', weight: 'better', detail: { needed: '0.85', cap: '0.5' } });
      return {
        advice,
        ready: advice.every(({ weight }) => weight !== 'stop'),
        fee_percent: '5',
        fee: whole ? String(Number(form.price) * 0.05) : null,
        take_home: whole ? String(Number(form.price) * 0.95) : null,
        order_cap_usd: form.recipe.order_cap_usd === '' ? '0.5' : form.recipe.order_cap_usd,
        cap_is_listings: form.recipe.order_cap_usd !== '',
      };
    },
    'listings.save': ({ id, form }) => this.#saveListing(id, { form }),
    'listings.publish': ({ id }) => {
      const published = this.#saveListing(id, { status: 'active', market_status: 'active', market_listing_id: 'sku_new', sold: 0, views: 0 });
      if (this.stall.mode === 'practice') {
        setTimeout(() => {
          this.walk(published);
        }, this.#scenario.stepMs);
      }
      return published;
    },
    'listings.hide': ({ id, hidden }) => this.#showOrHide(id, { hidden_by_seller: hidden }),
    'listings.pause': ({ id, paused }) => this.#showOrHide(id, { paused }),
    'listings.delete': ({ id }) => {
      this.listings = this.listings.filter((listing) => listing.id !== id);
      this.emit({ kind: 'listing_changed', id });
      return {};
    },
    'listings.refresh': () => ({ listings: this.listings }),
    'listings.metrics': () => ({ numbers: { views: '1203', orders: '41', conversion: '3.4' } }),
    'practice.buyer': ({ listing_id }) => {
      this.walk(this.#listing(listing_id));
      return {};
    },
    'practice.speed': ({ speed }) => {
      this.stall = { ...this.stall, practice_speed: speed };
      return this.#counted();
    },
    'practice.weather': () => this.weather,
    'practice.set_weather': (change) => {
      this.weather = changedWeather(this.weather, change);
      return this.weather;
    },
    'connection.get': () => data.connection(this.stall.mode === 'practice'),
    'connection.check_up': () => data.checkUp(this.stall.mode === 'practice'),
    'connection.test': () => ({
      steps: ['key', 'heartbeat', 'feed', 'push_registered', 'push_signed', 'model_key'].map((code, nth) => ({ code, ok: true, ms: 90 + nth * 37, detail: null })),
    }),
    'connection.set_public_address': () => data.connection(this.stall.mode === 'practice'),
    'connection.tunnel_save': (request) => {
      const view = data.connection(this.stall.mode === 'practice');
      return { ...view, tunnel: { ...view.tunnel, kind: request.kind, fields: request.fields } };
    },
    'connection.tunnel_test': () => data.connection(this.stall.mode === 'practice'),
    'connection.host_key_confirm': () => data.connection(this.stall.mode === 'practice'),
    'connection.bucket_save': (request) => {
      const view = data.connection(this.stall.mode === 'practice');
      const way = request.fields === null || request.choice === 'own_address' ? 'own_address' : 'bucket';
      return { ...view, links: { ...view.links, choice: request.choice, way, has_keys: request.fields !== null, is_ready: request.fields !== null, bucket: request.fields } };
    },
    'connection.bucket_test': () => ({ ok: true, at: data.at(0), steps: ['put', 'open', 'private', 'remove'].map((code, nth) => ({ code: `bucket_${code}`, ok: true, ms: 40 + nth * 20, detail: null })) }),
    'connection.bucket_forget': () => data.connection(this.stall.mode === 'practice'),
    'orders.stop_file': () => {
      this.#stopFile?.();
      return {};
    },
    'orders.end_links': ({ id }) => {
      this.endedLinks.add(id);
      this.change(id, {});
      return {};
    },
    'connection.redeliver': () => ({}),
    'settings.get': () => ({ values: { ...this.settings, stall_name: this.stall.name }, accounts: data.accounts(this.stall.mode === 'practice'), data_folder: '/home/lin/.local/share/stallkeeper', fixed_by_environment: [], template_warnings: [] }),
    'settings.save': (form) => {
      this.settings = form;
      this.stall = { ...this.stall, name: form.stall_name, language: form.language, theme: form.theme, text_size: form.text_size, automation: form.automation };
      this.emit({ kind: 'settings_changed' });
      this.emit({ kind: 'stall_changed' });
      return { values: form, accounts: data.accounts(this.stall.mode === 'practice'), data_folder: '/home/lin/.local/share/stallkeeper', fixed_by_environment: [], template_warnings: [] };
    },
    'settings.models': () => ({
      text: [{ id: 'google/gemini-2.5-flash', name: 'Gemini 2.5 Flash', price_usd: '0.0004', retires: null, takes_pictures: true }],
      picture: [
        { id: 'google/gemini-2.5-flash-image', name: 'Gemini 2.5 Flash Image', price_usd: '0.0387', retires: null, takes_pictures: true },
        { id: 'openai/gpt-image-1-mini', name: 'GPT Image 1 mini', price_usd: '0.011', retires: '2027-03-01', takes_pictures: false },
      ],
    }),
    'data.get': () => data.stored(),
    'data.back_up': () => data.stored(),
    'data.restore': () => ({}),
    'data.export': () => ({ ...data.stored(), export: data.archive() }),
    'data.stop_export': () => ({}),
    'help.make': () => ({ path: '/home/lin/.local/share/stallkeeper/help/stallkeeper-help-20261122T084500Z.txt', text: 'Stallkeeper help file\nversion: 0.1.0' }),
    'settings.forget_account': () => ({ values: this.settings, accounts: [], data_folder: '/home/lin/.local/share/stallkeeper', fixed_by_environment: [], template_warnings: [] }),
  };
}

function proofOf(key: string, name: string, balance: string) {
  if (key.includes('offline')) return { ok: false, code: 'unreachable', name: null, balance: null, detail: null };
  return key.includes('good')
    ? { ok: true, code: 'key_works', name, balance, detail: null }
    : { ok: false, code: 'key_refused', name: null, balance: null, detail: 'invalid api key' };
}

export function sampleBackend(chosen: Scenario): SampleBackend {
  return new SampleBackend(chosen);
}
