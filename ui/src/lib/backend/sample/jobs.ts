// The sample stall's jobs: found, applied for and posted, one of each state; in memory.
import type { ApplicantView, ApplicationView, DeskEvent, FitReasonView, JobForm, JobHistoryLine, JobView, PostedJobView, ProfileView, SavedSearchView } from '../generated/contract';
import { DeskFailure, type Command, type Request, type Response } from '../backend';
import { DAY, HOUR, MINUTE, at } from './data';

type Mine = Extract<Command, `${'jobs' | 'hiring'}.${string}`>;
export type JobHandlers = { [C in Mine]: (request: Request<C>) => Response<C> };

const PAGE = 10;
const ETH = '0x52908400098527886E0F7030069857D2E4169EE7';
const BTC = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4';
const LONG = 'Umschlaggestaltung für ein außerordentlich umfangreiches Bilderbuch über Leuchttürme 以及一段非常非常长的中文标题用来检查换行 https://example.example/averyveryverylongaddresswithoutanybreakwhatsoever';

function jobsIn(zh: boolean): JobView[] {
  const poster: ProfileView = {
    id: 'p1', name: 'Harbour Books', is_ai: false, verified: true, skills: ['publishing'], rating: 4.6, review_count: 12, hourly_rate: null, profile_url: null,
    bio: zh ? '做绘本的小出版社。' : 'A small house for picture books.',
    reviews: [
      { rating: 5, text: zh ? '沟通清楚，付款及时。' : 'Clear words, paid the same day.', by: 'Ana', created_at: at(-9 * DAY) },
      { rating: 4, text: zh ? '修改意见有点多。' : 'Many wishes for changes, but friendly.', by: 'Bolt', created_at: at(-40 * DAY) },
    ],
  };
  const job = (id: string, change: Partial<JobView>): JobView => ({
    id, title: '', description: '', skills: ['illustration'], budget_min: '40', budget_max: '80', timeline: null, promoted: false, status: 'open', deadline_at: at(5 * DAY + 3 * HOUR), deadline_timezone: 'Europe/Lisbon',
    success_criteria: [], poster_id: 'p1', poster_name: 'Harbour Books', poster_is_ai: false, poster: null, application_count: 3, created_at: at(-6 * HOUR), url: null, fit: 82, reasons: [], delivery: 'yes', needs_yes: false, application: null, ...change,
  });
  const good: FitReasonView[] = [
    { code: 'skills_common', points: 25, detail: { skills: 'illustration', count: '1', of: '1' } },
    { code: 'picture_job', points: 15, detail: {} },
    { code: 'budget_covers', points: 10, detail: { budget: '80', cost: '0.2' } },
    { code: 'criteria_fine', points: 10, detail: { count: '2' } },
    { code: 'poster_good', points: 10, detail: { rating: '4.6', reviews: '12' } },
    { code: 'language_ours', points: 3, detail: { language: 'en' } },
    { code: 'deadline_far', points: 2, detail: { days: '5' } },
  ];
  const more = zh ? ['民宿招牌插画', '播客封面', '茶叶包装插图', '宠物肖像', '明信片一套', '地图插画', '菜单小图', '圣诞贺卡', '书签六枚'] : ['Sign for a guest house', 'Podcast cover', 'Drawings for a tea box', 'Portrait of a dog', 'A set of postcards', 'An illustrated map', 'Small pictures for a menu', 'Christmas cards', 'Six bookmarks'];
  return [
    job('j1', {
      title: zh ? '童书封面：月光下的灯塔' : 'Cover for a picture book: a lighthouse by moonlight',
      description: zh ? '需要一张竖版水彩封面，灯塔、月亮和一只狐狸。\n\n书名由我们自己加，请在上方留出三分之一的空白。' : 'One upright watercolour cover with a lighthouse, a moon and a fox.\n\nWe add the title ourselves: please keep the upper third calm.',
      success_criteria: zh ? ['竖版 2:3', '画面里有灯塔和狐狸', '上方三分之一留白'] : ['Upright, 2:3', 'A lighthouse and a fox are in it', 'The upper third is calm'],
      reasons: good, poster, timeline: zh ? '一周内' : 'Within a week', promoted: true, skills: ['illustration', 'watercolour'],
    }),
    job('j2', {
      title: zh ? '网店横幅三张' : 'Three banners for a shop', description: zh ? '先付押金，再上 Telegram 联系。' : 'Pay a deposit first, then write to me on Telegram.', fit: 31, delivery: 'needs_public_address', needs_yes: true, poster_id: 'p2', poster_name: 'quickcash', poster_is_ai: true,
      budget_min: null, budget_max: '500', deadline_at: at(7 * HOUR), deadline_timezone: null, application_count: 41,
      reasons: [{ code: 'sign', points: -25, detail: { sign: 'pay_first' } }, { code: 'sign', points: -25, detail: { sign: 'off_platform' } }, { code: 'picture_job', points: 15, detail: {} }, { code: 'deadline_soon', points: -10, detail: { hours: '7' } }, { code: 'criteria_none', points: -5, detail: {} }],
    }),
    job('j3', {
      title: zh ? '商品说明翻译成英文' : 'Logo as a vector file', description: zh ? '需要矢量源文件。' : 'We need the logo as a layered vector file.', fit: 44, delivery: 'needs_source_files', needs_yes: true, deadline_at: null, skills: ['logo', 'branding'],
      success_criteria: ['SVG'],
      reasons: [{ code: 'criterion_unmet', points: -20, detail: { criterion: 'SVG', why: 'needs_source_files' } }, { code: 'skills_none', points: -10, detail: { of: '2' } }, { code: 'poster_unknown', points: -3, detail: {} }],
    }),
    ...more.map((title, number) => job(`m${String(number)}`, { title, description: title, fit: 78 - number * 5, reasons: good.slice(0, 3), created_at: at(-(number + 8) * HOUR) })),
  ];
}

function form(zh: boolean, change: Partial<JobForm> = {}): JobForm {
  return {
    title: zh ? '翻译商品说明' : 'Translate my listing',
    description: zh ? '把两段商品说明从中文翻译成自然的英文，约三百字。' : 'Two paragraphs about my pictures, about three hundred words, into natural Chinese.',
    skills: [zh ? '翻译' : 'translation'], budget_min: '10', budget_max: '20', success_criteria: zh ? ['没有漏译', '读起来自然'] : ['Nothing is left out', 'It reads naturally'],
    deadline_at: at(3 * DAY), deadline_timezone: 'Asia/Shanghai', timeline: '', ...change,
  };
}

export function jobHandlers(full: boolean, zh: boolean, long: boolean, emit: (event: DeskEvent) => void): JobHandlers {
  let jobs = full ? jobsIn(zh) : [];
  if (long) jobs = jobs.map((job) => ({ ...job, title: LONG, description: `${LONG} `.repeat(12), poster_name: 'Maximiliana-Alexandra von Hohenberg-Schwarzenfels 欧阳', success_criteria: job.success_criteria.map((criterion) => `${criterion} ${LONG}`) }));
  const line = (ms: number, who: string, kind: string, reason = ''): JobHistoryLine => ({ at: at(ms), who, kind, reason });
  const application = (id: string, title: string, change: Partial<ApplicationView>): ApplicationView => ({
    id, job_id: 'j1', title: long ? LONG : title, letter: zh ? '您好！我画水彩插画，很乐意画这张封面：灯塔、狐狸和安静的上方三分之一。' : 'Hello! I paint in watercolour and would gladly make this: the lighthouse, the fox, and a calm upper third.', rate: '60', state: 'pending', reason: '', job_status: 'open',
    description: zh ? '一张给咖啡馆的海报，竖版。' : 'An upright poster for a café on the harbour.', criteria: (zh ? ['竖版 2:3', '有一杯咖啡', '不要文字'] : ['Upright, 2:3', 'A cup of coffee is in it', 'No words']).map((text) => ({ text, ticked: false })),
    deadline_at: at(2 * DAY + 5 * HOUR), deadline_timezone: 'Europe/Lisbon', poster_id: 'p1', poster_name: 'Harbour Books', poster_wallets: [], accepted_at: null, delivered_at: null, reminders: 0, order_id: null, payment: 'none',
    payment_amount: null, payment_note: '', review: 'none', review_rating: null, review_text: '', created_at: at(-DAY), updated_at: at(-HOUR), history: [line(-DAY, 'seller', 'draft'), line(-DAY + MINUTE, 'seller', 'sending'), line(-DAY + 2 * MINUTE, 'seller', 'pending', 'sent')], ...change,
  });
  let applications: ApplicationView[] = !full
    ? []
    : [
        application('a3', zh ? '书店海报' : 'Poster for a bookshop', { job_id: 'x3', state: 'accepted', job_status: 'in_progress', accepted_at: at(-5 * HOUR), order_id: 'o-drawing', poster_wallets: [{ kind: 'eth', address: ETH }], updated_at: at(-4 * MINUTE), history: [line(-DAY, 'seller', 'pending', 'sent'), line(-5 * HOUR, 'market', 'accepted', 'market_accepted'), line(-4 * HOUR, 'robot', 'begun')] }),
        application('a1', zh ? '咖啡馆海报' : 'Poster for a café', { job_id: 'x1', state: 'accepted', job_status: 'completed', accepted_at: at(-4 * DAY), delivered_at: at(-2 * DAY), reminders: 1, order_id: 'o-paid-moon', payment: 'expected', review: 'proposed', poster_wallets: [{ kind: 'eth', address: ETH }], history: [line(-5 * DAY, 'seller', 'pending', 'sent'), line(-4 * DAY, 'market', 'accepted', 'market_accepted'), line(-4 * DAY, 'robot', 'begun'), line(-3 * DAY, 'seller', 'ticked', '0'), line(-2 * DAY, 'robot', 'delivered'), line(-HOUR, 'robot', 'reminded'), line(-HOUR, 'market', 'job_completed')], criteria: (zh ? ['竖版 2:3', '有一杯咖啡', '不要文字'] : ['Upright, 2:3', 'A cup of coffee is in it', 'No words']).map((text, number) => ({ text, ticked: number === 0 })) }),
        application('a2', zh ? '唱片封套' : 'Record sleeve', { job_id: 'm1', state: 'held', reason: 'link', letter: zh ? '请看 https://example.example' : 'See https://example.example', history: [line(-2 * HOUR, 'seller', 'held', 'link')] }),
        application('a4', zh ? '明信片' : 'A set of postcards', { job_id: 'm4', updated_at: at(-3 * HOUR) }),
        application('a5', zh ? '地图插画' : 'An illustrated map', { job_id: 'm5', state: 'rejected', reason: 'market_rejected', updated_at: at(-2 * DAY), history: [line(-3 * DAY, 'seller', 'pending', 'sent'), line(-2 * DAY, 'market', 'rejected', 'market_rejected')] }),
        application('a6', zh ? '贺卡' : 'Christmas cards', { job_id: 'x6', state: 'accepted', job_status: 'cancelled', accepted_at: at(-6 * DAY), updated_at: at(-3 * DAY) }),
      ];
  let searches: SavedSearchView[] = full ? [{ id: 's1', name: zh ? '插画，40 起' : 'Illustration from 40', filter: { status: null, poster: null, promoted: null, skills: ['illustration'], budget_min: '40', budget_max: null }, looked_at: at(-12 * MINUTE) }] : [];
  let settings = { mode: 'by_hand', most_a_day: 5, least_fit: 75 };

  const posted = (id: string, given: JobForm, change: Partial<PostedJobView> = {}): PostedJobView => ({
    id, market_job_id: `m-${id}`, form: given, state: 'open', market_status: 'open', problem: '', worker_id: null, worker_name: null, worker_wallets: [], rate: null, opinion: null, paid: null, review: 'none', review_rating: null, review_text: '',
    applicants: 2, created_at: at(-DAY), updated_at: at(-HOUR), history: [line(-DAY, 'seller', 'posting'), line(-DAY, 'seller', 'open', 'posted'), line(-2 * HOUR, 'market', 'applied', 'ap1'), line(-HOUR, 'market', 'applied', 'ap2')], ...change,
  });
  const hired = { worker_id: 'w', worker_name: 'Ana', rate: '15', worker_wallets: [{ kind: 'eth', address: ETH }, { kind: 'btc', address: BTC }] };
  let mine: PostedJobView[] = !full
    ? []
    : [
        posted('h1', long ? form(zh, { title: LONG, description: `${LONG} `.repeat(8), success_criteria: [LONG, LONG + LONG] }) : form(zh)),
        posted('h2', form(zh, { title: zh ? '关于我的一段话' : 'A paragraph about me' }), { state: 'in_progress', market_status: 'in_progress', ...hired, created_at: at(-3 * DAY) }),
        posted('h3', form(zh, { title: zh ? '校对菜单' : 'Proofread a menu', deadline_at: '', deadline_timezone: '' }), { state: 'completed', market_status: 'completed', ...hired, created_at: at(-9 * DAY), review: 'proposed', paid: { kind: 'eth', address: ETH, amount: '15', note: '', at: at(-8 * DAY) } }),
        posted('h4', form(zh, { title: zh ? '背景音乐' : 'Words for a brochure', success_criteria: [], deadline_at: '', deadline_timezone: '' }), { state: 'refused', market_status: null, market_job_id: null, problem: 'content_policy', applicants: 0, created_at: at(-10 * DAY) }),
      ];
  const profileOf = (name: string): ProfileView => ({ id: name.toLowerCase(), name, is_ai: name !== 'Ana', verified: name === 'Ana', skills: ['translation', 'editing'], rating: 4.9, review_count: 31, hourly_rate: '20', bio: zh ? '翻译十年，爱茶。' : 'Ten years of translation, and tea.', profile_url: null, reviews: [{ rating: 5, text: zh ? '又快又好。' : 'Fast and good.', by: 'Harbour Books', created_at: at(-20 * DAY) }] });
  let applicants: ApplicantView[] = [
    { id: 'ap1', person_id: 'ana', name: 'Ana', is_ai: false, verified: true, rating: 4.9, review_count: 31, letter: zh ? '我做翻译十年，两段话今天就能交。' : 'I have translated for ten years and can hand over both paragraphs today.', rate: '15', status: 'pending', wallets: hired.worker_wallets, signs: [], profile: profileOf('Ana'), applied_at: at(-2 * HOUR) },
    { id: 'ap2', person_id: 'bolt', name: 'Bolt', is_ai: true, verified: false, rating: null, review_count: null, letter: zh ? '先付款就开始。' : 'Pay first and I begin.', rate: '25', status: 'pending', wallets: [], signs: ['pay_first'], profile: null, applied_at: at(-HOUR) },
    { id: 'ap3', person_id: 'mei', name: long ? LONG : zh ? '梅' : 'Mei', is_ai: false, verified: false, rating: 4.2, review_count: 3, letter: zh ? '我是译者，母语中文，可以提供两个版本供您选择。' : 'I am a translator and a native speaker. I could offer two versions to choose from, one closer to your words and one freer.', rate: '18', status: 'pending', wallets: [{ kind: 'btc', address: BTC }], signs: [], profile: profileOf('Mei'), applied_at: at(-30 * MINUTE) },
  ];

  const one = <T extends { id: string }>(list: T[], id: string): T => {
    const found = list.find((each) => each.id === id);
    if (found === undefined) throw new DeskFailure({ code: 'not_found', message: id, detail: {} });
    return found;
  };
  const changeApplication = (id: string, change: Partial<ApplicationView>, ...lines: JobHistoryLine[]): ApplicationView => {
    const before = one(applications, id);
    const next = { ...before, ...change, history: [...before.history, ...lines], updated_at: at(0) };
    applications = applications.map((each) => (each.id === id ? next : each));
    emit({ kind: 'application_changed', id });
    return next;
  };
  const changePosted = (id: string, change: Partial<PostedJobView>, ...lines: JobHistoryLine[]): PostedJobView => {
    const before = one(mine, id);
    const next = { ...before, ...change, history: [...before.history, ...lines] };
    mine = mine.map((each) => (each.id === id ? next : each));
    emit({ kind: 'posted_job_changed', id });
    return next;
  };
  const withApplication = (each: JobView): JobView => ({ ...each, application: applications.find((known) => known.job_id === each.id) ?? null });

  return {
    'jobs.search': ({ filter, offset }) => {
      const fits = (each: JobView) =>
        filter.skills.every((skill) => each.skills.includes(skill)) && (filter.budget_min === null || Number(each.budget_max ?? each.budget_min ?? 0) >= Number(filter.budget_min)) && (filter.poster === null || (filter.poster === 'ai') === (each.poster_is_ai ?? false)) && (filter.promoted === null || filter.promoted === each.promoted);
      const found = jobs.filter(fits);
      return { jobs: found.slice(offset, offset + PAGE).map(withApplication), total: found.length, next_offset: offset + PAGE < found.length ? offset + PAGE : null, sent_today: 1, own_limit: settings.most_a_day, market_limit: 20 };
    },
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
    'jobs.draft_letter': ({ id }) => (id === 'j2' ? { text: zh ? '您好！我想承接「网店横幅三张」这个任务。' : 'Hello! I would like to take on "Three banners for a shop".', by_model: false, reason: 'refused' } : { text: zh ? '您好！我画水彩，可以按时交付。' : 'Hello! I paint in watercolour and can deliver in time.', by_model: true, reason: null }),
    'jobs.apply': ({ job_id, letter: text, rate, yes, draft }) => {
      const wanted = one(jobs, job_id);
      const held = !draft && text.includes('https://');
      if (wanted.needs_yes && !yes && !draft && !held) throw new DeskFailure({ code: 'needs_yes', message: 'yes', detail: { reason: wanted.delivery } });
      const known = applications.find((each) => each.job_id === job_id);
      const state = draft ? 'draft' : held ? 'held' : 'pending';
      const made = application(known?.id ?? `mine-${job_id}`, wanted.title, { job_id, letter: text, rate, state, reason: held ? 'link' : '', updated_at: at(0), history: [line(0, 'seller', state, held ? 'link' : draft ? '' : 'sent')] });
      applications = [made, ...applications.filter((each) => each.id !== made.id)];
      emit({ kind: 'application_changed', id: made.id });
      if (held) throw new DeskFailure({ code: 'outgoing_blocked', message: 'held', detail: { leak: 'link' } });
      return made;
    },
    'jobs.send_held': ({ id }) => changeApplication(id, { state: 'pending', reason: '' }, line(0, 'seller', 'pending', 'sent')),
    'jobs.discard': ({ id }) => {
      one(applications, id);
      applications = applications.filter((each) => each.id !== id);
      emit({ kind: 'application_changed', id });
      return {};
    },
    'jobs.applications': () => ({ applications }),
    'jobs.application': ({ id }) => one(applications, id),
    'jobs.tick': ({ id, criterion, ticked }) => changeApplication(id, { criteria: one(applications, id).criteria.map((each, number) => (number === criterion ? { ...each, ticked } : each)) }, line(0, 'seller', ticked ? 'ticked' : 'unticked', String(criterion))),
    'jobs.payment': ({ id, payment, amount, note }) => changeApplication(id, { payment, payment_amount: amount, payment_note: note }, line(0, 'seller', 'payment', payment)),
    'jobs.review': ({ id, rating, text }) => changeApplication(id, { review: 'left', review_rating: rating, review_text: text }, line(0, 'market', 'review', 'left')),
    'jobs.settings': () => settings,
    'jobs.set_settings': (wanted) => (settings = wanted),
    'hiring.post': ({ id, form: given, draft }) => {
      if (given.title.includes('!!')) throw new DeskFailure({ code: 'market_limit', message: 'limit', detail: { field: 'title', least: '5', most: '200', given: '3' } });
      const state: Partial<PostedJobView> = draft ? { state: 'draft', market_job_id: null, market_status: null } : {};
      const made = posted(id ?? `h${String(mine.length + 1)}`, given, { applicants: 0, created_at: at(0), history: [line(0, 'seller', draft ? 'draft' : 'open', draft ? '' : 'posted')], ...state });
      mine = [made, ...mine.filter((each) => each.id !== made.id)];
      emit({ kind: 'posted_job_changed', id: made.id });
      return made;
    },
    'hiring.edit': ({ id, form: given }) => changePosted(id, { form: given }, line(0, 'seller', 'edited')),
    'hiring.discard': ({ id }) => {
      mine = mine.filter((each) => each.id !== id);
      emit({ kind: 'posted_job_changed', id });
      return {};
    },
    'hiring.list': () => ({ jobs: mine }),
    'hiring.get': ({ id }) => one(mine, id),
    'hiring.applicants': ({ id }) => ({ applicants: one(mine, id).applicants > 0 ? applicants : [] }),
    'hiring.decide': ({ id, application_id, accept, yes }) => {
      if (accept && !yes) throw new DeskFailure({ code: 'needs_yes', message: 'yes', detail: { reason: 'payment_owed' } });
      applicants = applicants.map((each) => (each.id === application_id ? { ...each, status: accept ? 'accepted' : 'rejected' } : each));
      return accept ? changePosted(id, { state: 'in_progress', ...hired }, line(0, 'seller', 'accepted', application_id)) : changePosted(id, {}, line(0, 'seller', 'rejected', application_id));
    },
    'hiring.opinion': ({ id }) => {
      const verdicts = ['met', 'unclear', 'not_met'];
      const opinion = { criteria: one(mine, id).form.success_criteria.map((criterion, number) => ({ criterion, verdict: verdicts[number % 3] ?? 'met', why: zh ? '两段都在，语气要您自己判断。' : 'Both paragraphs are there; how they sound is yours to judge.' })), messages: 2 };
      changePosted(id, { opinion }, line(0, 'robot', 'opinion'));
      return opinion;
    },
    'hiring.paid': ({ id, kind, address, amount, note }) => {
      if (!/^(0x[0-9a-fA-F]{40}|bc1\w{20,60})$/.test(address)) throw new DeskFailure({ code: 'wallet_shape', message: 'shape', detail: { field: 'address', address } });
      return changePosted(id, { paid: { kind, address, amount, note, at: at(0) } }, line(0, 'seller', 'paid'));
    },
    'hiring.finish': ({ id, completed }) => changePosted(id, { state: completed ? 'completed' : 'cancelled', review: completed ? 'proposed' : 'none' }, line(0, 'seller', completed ? 'completed' : 'cancelled')),
    'hiring.review': ({ id, rating, text }) => changePosted(id, { review: 'left', review_rating: rating, review_text: text }, line(0, 'market', 'review', 'left')),
  };
}
