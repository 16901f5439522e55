// The sample stall's MoltMarket account and the people there, in memory, in every state the screens know.
import type { AgentView, DeskError, DeskEvent, EventView, Language, MoltBudget, MoltProfile, MoltView } from '../generated/contract';
import { DeskFailure, type Command, type Request, type Response } from '../backend';
import { DAY, HOUR, MINUTE, at } from './data';

/** How the account stands at first. */
export const MOLT_STATES = ['none', 'opening', 'refused_key', 'unclaimed', 'open', 'practice', 'pending', 'refused', 'crowd', 'long'] as const;
export type MoltState = (typeof MOLT_STATES)[number];

type Mine = Extract<Command, `molt.${string}` | 'people.agents' | 'people.agent' | 'people.report'>;
export type AccountHandlers = { [C in Mine]: (request: Request<C>) => Response<C> };

const ETH = '0x52908400098527886E0F7030069857D2E4169EE7';
const LONG = 'Ein außerordentlich ausführlich beschriebenes Aquarellatelier für Bilderbuchumschläge 以及一段非常非常长的中文名字用来检查换行 https://example.example/averyveryverylongaddresswithoutanybreakwhatsoever';
const BTC = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4';

export function budgets(): MoltBudget[] {
  const budget = (operation: string, used: number, limit: number, window_seconds: number, free_again_at: string | null = null, subject: string | null = null, subject_title: string | null = null): MoltBudget => ({ operation, subject, subject_title, used, limit, window_seconds, free_again_at });
  return [
    budget('send-message', 4, 30, 3600),
    budget('apply-job', 1, 20, 86_400),
    budget('post-job', 0, 10, 86_400),
    budget('edit-job', 1, 1, 1200, at(12 * MINUTE), 'j1', 'Translate my listing'),
    budget('update-profile', 1, 1, 1800, at(18 * MINUTE)),
    budget('update-profile', 2, 6, 86_400),
    budget('leave-review', 0, 10, 86_400),
    budget('report-user', 1, 5, 86_400),
    budget('check-notifications', 2, 90, 60),
    budget('skill-version', 1, 1, 3600, at(40 * MINUTE)),
  ];
}

function person(id: string, change: Partial<AgentView>): AgentView {
  return { id, name: null, is_ai: false, verified: false, featured: false, skills: [], rating: null, review_count: 0, hourly_rate: null, response_time: null, bio: null, profile_url: `https://moltmarket.example/agents/${id}`, capabilities: [], wallets: [], reviews: [], signs: [], ...change };
}

function crowd(zh: boolean, many: number): AgentView[] {
  const known = [
    person('p1', {
      name: 'Harbour Books', verified: true, featured: true, skills: ['publishing', 'editing'], rating: 4.6, review_count: 12, hourly_rate: '30', response_time: zh ? '一小时内' : 'within an hour',
      bio: zh ? '做绘本的小出版社，常找人画封面。' : 'A small house for picture books. We often look for covers and pay on the day of delivery.', capabilities: ['picture books'], wallets: [{ kind: 'eth', address: ETH }, { kind: 'btc', address: BTC }],
      reviews: [{ rating: 5, text: zh ? '很好合作，付款及时。' : 'A pleasure to work with, and paid at once.', reviewer: 'Ana', at: at(-9 * DAY) }, { rating: 4, text: null, reviewer: null, at: null }],
    }),
    person('p2', { name: 'Bolt', is_ai: true, skills: ['translation', 'summaries', 'spreadsheets', 'research', 'proofreading', 'captions', 'subtitles', 'glossaries'], rating: 3.9, review_count: 4, hourly_rate: '12', bio: zh ? '翻译和摘要，随时开工。' : 'Translation and summaries, at any hour.' }),
    person('p3', { name: 'quickcash', is_ai: null, skills: ['promotion'], bio: zh ? '先付押金，再上 Telegram 联系。' : 'Pay a deposit first, then write to me on Telegram.', signs: ['pay_first', 'off_platform'], review_count: null }),
    person('me', { name: 'Lin’s Studio', verified: true, skills: ['illustration'], rating: 4.8, review_count: 9, bio: zh ? '水彩插画' : 'Watercolour pictures' }),
  ];
  const more = Array.from({ length: Math.max(0, many - known.length) }, (_, nth) => person(`c${String(nth)}`, { name: `${zh ? '画师' : 'Painter'} ${String(nth + 1)}`, is_ai: nth % 3 === 0, skills: ['illustration'], rating: nth % 4 === 0 ? null : 4.1 }));
  return [...known, ...more];
}

function news(): EventView[] {
  const event = (id: string, kind: string, minutes: number, outcome: string | null): EventView => ({ id, event_id: `n-${id}`, kind, via: 'feed', order_id: null, received_at: at(-minutes * MINUTE), handled_at: outcome === null ? null : at(-minutes * MINUTE), outcome });
  return [event('n3', 'new_message', 2, 'thread_to_read'), event('n2', 'application_status_changed', 240, 'job_read'), event('n1', 'festival_announced', 1500, 'unknown_kind')];
}

function started(state: MoltState, zh: boolean): MoltView {
  const isOpen = !['none', 'opening', 'refused_key'].includes(state);
  const profile: MoltProfile = { name: 'Lin’s Studio', description: zh ? '水彩插画，画童书和海报。' : 'Watercolour pictures for children’s books and posters.', capabilities: ['illustration', 'watercolour'], avatar_url: null, wallets: [{ kind: 'eth', address: ETH }], rating: 4.8, review_count: 9, verified: true, profile_url: 'https://moltmarket.example/agents/lin' };
  const change = { description: zh ? '水彩和水墨插画。' : 'Watercolour and ink pictures.', capabilities: null, avatar_url: null, wallets: [{ kind: 'eth', address: ETH }, { kind: 'btc', address: BTC }] };
  return {
    status: isOpen ? (state === 'unclaimed' ? 'unclaimed' : 'open') : state === 'none' ? 'none' : 'opening',
    trouble: state === 'opening' ? 'market_unreachable' : state === 'refused_key' ? 'key_refused' : null,
    base_url: state === 'none' ? '' : 'https://moltmarket.example',
    practice: state === 'practice',
    name: state === 'none' ? '' : 'Lin’s Studio',
    own_id: isOpen ? 'me' : '',
    since: state === 'none' ? null : at(-40 * DAY),
    by_environment: false,
    key_kept_in: state === 'none' || state === 'practice' ? null : 'keychain',
    claim_url: state === 'unclaimed' ? 'https://moltmarket.example/claim/7f3a9c52-lins-studio' : null,
    claim_code: state === 'unclaimed' ? 'reef-7Q2X' : null,
    inbox: { last_at: isOpen ? at(-2 * MINUTE) : null, ok: isOpen, every_seconds: isOpen ? 600 : 0, problem: null },
    inbox_tried_at: isOpen ? at(-2 * MINUTE) : null,
    inbox_next_at: isOpen ? at(8 * MINUTE) : null,
    profile: isOpen ? profile : null,
    pending:
      state === 'pending'
        ? { form: change, skill_version: null, since: at(-3 * MINUTE), next_at: at(18 * MINUTE), problem: null }
        : state === 'refused'
          ? { form: { ...change, wallets: null }, skill_version: null, since: at(-HOUR), next_at: null, problem: 'content_policy' }
          : null,
    rules: isOpen
      ? {
          own_version: '2.2.0', current_version: '2.3.0', last_updated: at(-DAY), summary: zh ? '留言和申请的新限制。' : 'New limits for messages and applications.', acknowledged: false, document_url: 'https://moltmarket.example/skill.md',
          changes: [{ version: '2.3.0', date: '2026-03-01', summary: zh ? '留言每小时最多 30 条。\n申请每天最多 20 份。' : 'Messages: at most 30 an hour.\nApplications: at most 20 a day.' }, { version: '2.2.1', date: null, summary: null }],
        }
      : null,
    news: isOpen ? news() : [],
    budgets: isOpen ? budgets() : [],
    unread: isOpen ? 1 : 0,
    outbox: isOpen ? 1 : 0,
  };
}

export function accountHandlers(state: MoltState, language: Language, emit: (event: DeskEvent) => void): AccountHandlers {
  const zh = language === 'zh-CN';
  let molt = started(state, zh);
  if (state === 'long' && molt.profile !== null && molt.rules !== null) {
    molt = { ...molt, name: LONG.slice(0, 100), profile: { ...molt.profile, name: LONG.slice(0, 100), description: `${LONG}\n\n`.repeat(6), capabilities: [LONG.slice(0, 100), ...molt.profile.capabilities], avatar_url: `https://pictures.example/${'p'.repeat(300)}` }, rules: { ...molt.rules, changes: Array.from({ length: 12 }, (_, nth) => ({ version: `2.${String(nth)}.0`, date: null, summary: LONG })) } };
  }
  const people = molt.status === 'open' || molt.status === 'unclaimed' ? crowd(zh, state === 'crowd' ? 45 : 4).map((each) => (state === 'long' ? { ...each, name: LONG.slice(0, 100), bio: `${LONG}\n\n${LONG}`, skills: [LONG.slice(0, 100), ...each.skills], reviews: each.reviews.map((review) => ({ ...review, text: LONG, reviewer: LONG.slice(0, 100) })) } : each)) : [];
  const change = (part: Partial<MoltView>): MoltView => {
    molt = { ...molt, ...part };
    emit({ kind: 'molt_changed' });
    return molt;
  };
  const fail = (code: string, detail: Record<string, string> = {}): never => {
    throw new DeskFailure({ code, message: code, detail });
  };
  const open = (): void => {
    if (molt.status !== 'open' && molt.status !== 'unclaimed') fail('molt_closed');
  };
  const problems = (wallets: { kind: string; address: string }[]): DeskError[] =>
    wallets.flatMap(({ kind, address }, at) => {
      const code = kind === 'eth' ? (/^0x[0-9a-fA-F]{40}$/.test(address) ? undefined : 'wallet_shape') : kind === 'btc' ? (/^(bc1|[13])[0-9a-zA-Z]{20,}$/.test(address) ? undefined : 'wallet_shape') : 'wallet_kind';
      return code === undefined ? [] : [{ code, message: code, detail: { field: `wallets[${String(at)}]`, address } }];
    });

  return {
    'molt.get': () => molt,
    'molt.connect': ({ key }) => {
      if (key.includes('bad')) fail('market_unauthorized');
      molt = started('open', zh);
      return change({ since: at(0) });
    },
    'molt.register': ({ name }) => {
      if (name.includes('late')) fail('market_budget', { operation: 'register-agent', next_at: at(5 * DAY) });
      molt = { ...started('unclaimed', zh), rules: null, profile: null };
      return change({ name, since: at(0) });
    },
    'molt.disconnect': () => {
      molt = started('none', zh);
      return change({});
    },
    'molt.profile_check': (form) => ({ problems: problems(form.wallets ?? []) }),
    'molt.profile_save': (form) => {
      const before = molt.pending?.form;
      const merged = { description: form.description ?? before?.description ?? null, capabilities: form.capabilities ?? before?.capabilities ?? null, avatar_url: form.avatar_url ?? before?.avatar_url ?? null, wallets: form.wallets ?? before?.wallets ?? null };
      return change({ pending: { form: merged, skill_version: molt.pending?.skill_version ?? null, since: molt.pending?.since ?? at(0), next_at: at(18 * MINUTE), problem: null } });
    },
    'molt.profile_take_back': () => change({ pending: null }),
    'molt.acknowledge_rules': ({ version }) => {
      if (molt.rules?.current_version !== version) fail('conflict');
      return change({ rules: molt.rules === null ? null : { ...molt.rules, acknowledged: true }, pending: { form: molt.pending?.form ?? { description: null, capabilities: null, avatar_url: null, wallets: null }, skill_version: version, since: at(0), next_at: at(18 * MINUTE), problem: null } });
    },
    'molt.poll_now': () => {
      open();
      return change({ inbox: { ...molt.inbox, last_at: at(0) }, inbox_tried_at: at(0), inbox_next_at: at(10 * MINUTE) });
    },
    'people.agents': ({ kind, verified, skills, limit, offset }) => {
      open();
      const found = people.filter((each) => (kind === null || kind === 'all' || each.is_ai === (kind === 'ai')) && (verified !== true || each.verified) && (skills.length === 0 || each.skills.some((skill) => skills.includes(skill))));
      const [from, count] = [offset ?? 0, limit ?? 20];
      return { agents: found.slice(from, from + count).map((each) => ({ ...each, reviews: [], wallets: [] })), total: found.length, next_offset: from + count < found.length ? from + count : null };
    },
    'people.agent': ({ id }) => {
      open();
      return people.find((each) => each.id === id) ?? fail('market_not_found');
    },
    'people.report': ({ details }) => {
      if (details?.includes('seed phrase') === true) fail('outgoing_blocked', { found: 'seed_phrase' });
      return {};
    },
  };
}
