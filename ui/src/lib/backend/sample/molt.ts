// The sample stall's MoltMarket account: jobs, applications, conversations and profile, in memory.
import type { ApplicationView, ConversationCard, DeskEvent, JobForm, JobView, Language, Letter, PostedJobView, ProfileView, SavedSearchView } from '../generated/contract';
import { DeskFailure, type Command, type Request, type Response } from '../backend';
import { accountHandlers, budgets, type MoltState } from './account';
import { DAY, HOUR, MINUTE, at } from './data';

type Mine = Extract<Command, `${'jobs' | 'hiring' | 'people' | 'molt'}.${string}`>;
export type MoltHandlers = { [C in Mine]: (request: Request<C>) => Response<C> };

const poster: ProfileView = { id: 'p1', name: 'Harbour Books', is_ai: false, verified: true, skills: ['publishing'], rating: 4.6, review_count: 12, hourly_rate: null, bio: null, profile_url: null, reviews: [] };

function job(id: string, change: Partial<JobView>): JobView {
  return {
    id, title: '', description: '', skills: ['illustration'], budget_min: '40', budget_max: '80', timeline: null, promoted: false, status: 'open', deadline_at: at(5 * DAY), deadline_timezone: null,
    success_criteria: [], poster_name: 'Harbour Books', poster_is_ai: false, poster, application_count: 3, created_at: at(-6 * HOUR), url: null, fit: 82, reasons: [], delivery: 'yes', needs_yes: false, application: null, ...change,
  };
}

function jobsIn(zh: boolean): JobView[] {
  return [
    job('j1', {
      title: zh ? '童书封面：月光下的灯塔' : 'Cover for a picture book: a lighthouse by moonlight',
      description: zh ? '需要一张竖版水彩封面，灯塔、月亮和一只狐狸。' : 'One upright watercolour cover with a lighthouse, a moon and a fox.',
      success_criteria: zh ? ['竖版 2:3', '画面里有灯塔和狐狸'] : ['Upright, 2:3', 'A lighthouse and a fox are in it'],
      reasons: [{ code: 'picture_job', points: 20, detail: {} }, { code: 'budget_covers', points: 10, detail: { budget: '80', cost: '0.2' } }, { code: 'poster_good', points: 10, detail: { rating: '4.6', reviews: '12' } }],
    }),
    job('j2', {
      title: zh ? '网店横幅三张' : 'Three banners for a shop', description: zh ? '先付押金，再上 Telegram 联系。' : 'Pay a deposit first, then write to me on Telegram.', fit: 31, delivery: 'needs_public_address', needs_yes: true, poster: null, poster_name: 'quickcash',
      reasons: [{ code: 'sign', points: -25, detail: { sign: 'pay_first' } }, { code: 'poster_unknown', points: 0, detail: {} }],
    }),
  ];
}

function application(id: string, from: JobView, change: Partial<ApplicationView>): ApplicationView {
  return {
    id, job_id: from.id, title: from.title, letter: '', rate: '60', state: 'pending', reason: '', job_status: 'open', poster_id: 'p1', poster_wallets: [], accepted_at: null, delivered_at: null, reminders: 0, order_id: null, payment: 'none',
    payment_amount: null, payment_note: '', review: 'none', review_rating: null, review_text: '', created_at: at(-DAY), updated_at: at(-HOUR), history: [], ...change,
  };
}

function letter(id: string, text: string, change: Partial<Letter> = {}): Letter {
  return { id, conversation_id: 'c1', to_id: 'p1', who: 'them', name: 'Harbour Books', text, image_url: null, state: 'received', problem: null, secret: false, at: at(-30 * MINUTE), signs: [], ...change };
}

function posted(id: string, form: JobForm, change: Partial<PostedJobView> = {}): PostedJobView {
  return {
    id, market_job_id: `m-${id}`, form, state: 'open', market_status: 'open', problem: '', worker_id: null, worker_name: null, worker_wallets: [], rate: null, opinion: null, paid: null, review: 'none', review_rating: null, review_text: '',
    applicants: 2, created_at: at(-DAY), updated_at: at(-HOUR), history: [], ...change,
  };
}

export function moltHandlers(full: boolean, language: Language, emit: (event: DeskEvent) => void, state: MoltState = full ? 'open' : 'none'): MoltHandlers {
  const zh = language === 'zh-CN';
  const jobs = full ? jobsIn(zh) : [];
  let searches: SavedSearchView[] = [];
  let settings = { mode: 'by_hand', most_a_day: 5, least_fit: 60 };
  const [first] = jobs;
  let applications: ApplicationView[] =
    first === undefined
      ? []
      : [
          application('a1', { ...first, title: zh ? '咖啡馆海报' : 'Poster for a café' }, { state: 'accepted', job_status: 'completed', accepted_at: at(-4 * HOUR), payment: 'expected', letter: zh ? '我很乐意画。' : 'I would gladly paint it.', history: [{ at: at(-DAY), who: 'seller', kind: 'pending', reason: 'sent' }, { at: at(-4 * HOUR), who: 'market', kind: 'accepted', reason: 'market_accepted' }] }),
          application('a2', { ...first, title: zh ? '唱片封套' : 'Record sleeve' }, { state: 'held', reason: 'link', letter: zh ? '请看 https://example.example' : 'See https://example.example' }),
        ];
  let mine: PostedJobView[] = full ? [posted('h1', { title: zh ? '翻译商品说明' : 'Translate my listing', description: zh ? '中译英，两段话。' : 'Two paragraphs into Chinese.', skills: ['translation'], budget_min: '10', budget_max: '20', success_criteria: [zh ? '没有漏译' : 'Nothing left out'], deadline_at: '', deadline_timezone: '', timeline: '' })] : [];
  let letters: Letter[] = full ? [letter('w1', zh ? '您好，能画得亮一些吗？' : 'Hello, could it be a little brighter?'), letter('w2', zh ? '我的邮箱是 lin@example.example' : 'Mine is lin@example.example', { who: 'seller', state: 'held', problem: 'email', at: at(-5 * MINUTE) })] : [];
  const one = <T extends { id: string }>(list: T[], id: string): T => {
    const found = list.find((each) => each.id === id);
    if (found === undefined) throw new DeskFailure({ code: 'not_found', message: id, detail: {} });
    return found;
  };
  const changeApplication = (id: string, change: Partial<ApplicationView>): ApplicationView => {
    const next = { ...one(applications, id), ...change };
    applications = applications.map((each) => (each.id === id ? next : each));
    emit({ kind: 'application_changed', id });
    return next;
  };
  const changePosted = (id: string, change: Partial<PostedJobView>): PostedJobView => {
    const next = { ...one(mine, id), ...change };
    mine = mine.map((each) => (each.id === id ? next : each));
    emit({ kind: 'posted_job_changed', id });
    return next;
  };
  const card = (): ConversationCard => ({ id: 'c1', person_id: 'p1', name: 'Harbour Books', is_ai: false, job_id: 'j1', last: letters.at(-1) ?? null, newest_at: letters.at(-1)?.at ?? null, unread: 1, reading: false });
  const say = (text: string): Letter => {
    const sent = letter(`w${String(letters.length + 1)}`, text, { who: 'seller', state: 'sent', at: at(0) });
    letters = [...letters, sent];
    emit({ kind: 'people_changed' });
    return sent;
  };
  const withApplication = (each: JobView): JobView => ({ ...each, application: applications.find((known) => known.job_id === each.id && known.id.startsWith('mine')) ?? null });

  return {
    'jobs.search': ({ filter }) => ({ jobs: jobs.filter((each) => filter.skills.every((skill) => each.skills.includes(skill))).map(withApplication), total: jobs.length, next_offset: null, sent_today: 1, own_limit: 5, market_limit: 20 }),
    'jobs.get': ({ id }) => withApplication(one(jobs, id)),
    'jobs.saved_list': () => ({ searches }),
    'jobs.saved_save': ({ id, name, filter }) => {
      const saved = { id: id ?? `s${String(searches.length + 1)}`, name, filter, looked_at: null };
      searches = [...searches.filter((each) => each.id !== saved.id), saved];
      return saved;
    },
    'jobs.saved_delete': ({ id }) => {
      searches = searches.filter((each) => each.id !== id);
      return {};
    },
    'jobs.draft_letter': () => ({ text: zh ? '您好！我画水彩，可以按时交付。' : 'Hello! I paint in watercolour and can deliver in time.', by_model: true, reason: null }),
    'jobs.apply': ({ job_id, letter: text, rate, yes, draft }) => {
      const wanted = one(jobs, job_id);
      if (wanted.needs_yes && !yes && !draft) throw new DeskFailure({ code: 'needs_yes', message: 'yes', detail: { reason: wanted.delivery } });
      const made = application(`mine-${job_id}`, wanted, { letter: text, rate, state: draft ? 'draft' : 'pending', updated_at: at(0) });
      applications = [made, ...applications.filter((each) => each.id !== made.id)];
      emit({ kind: 'application_changed', id: made.id });
      return made;
    },
    'jobs.send_held': ({ id }) => changeApplication(id, { state: 'pending', reason: '' }),
    'jobs.applications': () => ({ applications }),
    'jobs.application': ({ id }) => one(applications, id),
    'jobs.payment': ({ id, payment, amount, note }) => changeApplication(id, { payment, payment_amount: amount, payment_note: note }),
    'jobs.review': ({ id, rating, text }) => changeApplication(id, { review: 'left', review_rating: rating, review_text: text }),
    'jobs.settings': () => settings,
    'jobs.set_settings': (form) => (settings = form),
    'hiring.post': ({ id, form }) => {
      const made = posted(id ?? `h${String(mine.length + 1)}`, form, { applicants: 0 });
      mine = [made, ...mine.filter((each) => each.id !== made.id)];
      emit({ kind: 'posted_job_changed', id: made.id });
      return made;
    },
    'hiring.edit': ({ id, form }) => changePosted(id, { form }),
    'hiring.list': () => ({ jobs: mine }),
    'hiring.get': ({ id }) => one(mine, id),
    'hiring.applicants': () => ({
      applicants: [
        { id: 'ap1', name: 'Ana', is_ai: false, verified: true, rating: 4.9, review_count: 31, letter: zh ? '我做翻译十年。' : 'I have translated for ten years.', rate: '15', status: 'pending', wallets: [{ kind: 'eth', address: '0x52908400098527886E0F7030069857D2E4169EE7' }], signs: [], profile: null, applied_at: at(-2 * HOUR) },
        { id: 'ap2', name: 'Bolt', is_ai: true, verified: false, rating: null, review_count: null, letter: zh ? '先付款就开始。' : 'Pay first and I begin.', rate: '12', status: 'pending', wallets: [], signs: ['pay_first'], profile: null, applied_at: at(-HOUR) },
      ],
    }),
    'hiring.decide': ({ id, accept, yes }) => {
      if (accept && !yes) throw new DeskFailure({ code: 'needs_yes', message: 'yes', detail: { reason: 'payment_owed' } });
      return accept ? changePosted(id, { state: 'in_progress', worker_id: 'w', worker_name: 'Ana', rate: '15', worker_wallets: [{ kind: 'eth', address: '0x52908400098527886E0F7030069857D2E4169EE7' }] }) : one(mine, id);
    },
    'hiring.opinion': ({ id }) => {
      const opinion = { criteria: one(mine, id).form.success_criteria.map((criterion) => ({ criterion, verdict: 'met', why: zh ? '两段都在。' : 'Both paragraphs are there.' })), messages: 2 };
      changePosted(id, { opinion });
      return opinion;
    },
    'hiring.paid': ({ id, kind, address, amount, note }) => changePosted(id, { paid: { kind, address, amount, note, at: at(0) } }),
    'hiring.finish': ({ id, completed }) => changePosted(id, { state: completed ? 'completed' : 'cancelled' }),
    'hiring.review': ({ id, rating, text }) => changePosted(id, { review: 'left', review_rating: rating, review_text: text }),
    ...accountHandlers(state, language, emit),
    'people.conversations': () => ({ conversations: letters.length === 0 ? [] : [card()], total: letters.length === 0 ? 0 : 1, unread: letters.length === 0 ? 0 : 1, outbox: letters.filter((each) => each.state === 'held') }),
    'people.conversation': ({ id }) => {
      if (id !== 'c1') throw new DeskFailure({ code: 'not_found', message: id, detail: {} });
      return { card: card(), letters };
    },
    'people.send': ({ text }) => say(text),
    'people.send_held': ({ id }) => {
      letters = letters.map((each) => (each.id === id ? { ...each, state: 'sent', problem: null } : each));
      emit({ kind: 'people_changed' });
      return {};
    },
    'people.discard_held': ({ id }) => {
      letters = letters.filter((each) => each.id !== id);
      emit({ kind: 'people_changed' });
      return {};
    },
    'people.start': ({ text }) => say(text),
    'people.budgets': () => ({ budgets: budgets() }),
  };
}
