// What is said in the sample stall: conversations on MoltMarket, threads of orders, saved replies.
import type { DeskEvent, Language, Letter, OrderCard, SavedReply, ThreadCard } from '../generated/contract';
import { DeskFailure, type Command, type Request, type Response } from '../backend';
import { DAY, HOUR, MINUTE, at } from './data';

type Mine = Extract<Command, 'messages.list' | `replies.${string}` | 'people.conversations' | 'people.conversation' | 'people.older' | 'people.send' | 'people.send_held' | 'people.discard_held' | 'people.take_back' | 'people.picture_address' | 'people.start'>;
export type MessagesHandlers = { [C in Mine]: (request: Request<C>) => Response<C> };

const PAGE = 50;
const LETTERS = 60;

let made = 0;

export function letter(conversation: string, text: string, change: Partial<Letter> = {}): Letter {
  made += 1;
  return { id: String(made), conversation_id: conversation, to_id: null, who: 'them', name: null, text, image_url: null, state: 'received', problem: null, found: null, secret: false, at: at(-30 * MINUTE), signs: [], ...change };
}

type Talk = { card: ThreadCard; letters: Letter[] };

function talk(id: string, name: string, change: Partial<ThreadCard>, letters: Letter[]): Talk {
  return {
    card: { kind: 'conversation', id, person_id: `p-${id}`, name, is_ai: false, title: null, stage: null, job_id: null, order_id: null, last: null, newest_at: null, unread: 0, needs_you: null, reading: false, ...change },
    letters: letters.map((each) => ({ ...each, name: each.who === 'them' ? name : null })),
  };
}

function talks(zh: boolean): Talk[] {
  const own = (id: string, text: string, change: Partial<Letter> = {}) => letter(id, text, { who: 'seller', state: 'sent', ...change });
  return [
    talk('c1', 'Harbour Books', { person_id: 'p1', job_id: 'j1', order_id: 'o-paid-moon', stage: 'making', title: zh ? '童书封面：月光下的灯塔' : 'Cover for a picture book: a lighthouse by moonlight', unread: 1 }, [
      letter('c1', zh ? '您好！我们在找能画水彩封面的人。' : 'Hello! We are looking for somebody who paints covers in watercolour.', { at: at(-2 * DAY) }),
      own('c1', zh ? '您好，我很乐意。请问封面上要有什么？' : 'Hello, I would gladly do that. What should be on the cover?', { at: at(-2 * DAY + 20 * MINUTE) }),
      letter('c1', zh ? '一座灯塔，一轮月亮，还有一只狐狸。竖版，2:3。' : 'A lighthouse, a moon and a fox. Upright, two to three.', { at: at(-DAY - 3 * HOUR) }),
      letter('c1', zh ? '这是我们上一本书的封面，供您参考。' : 'This is the cover of our last book, so that you see the style.', { image_url: 'https://pictures.harbour-books.example/covers/2025/little-boat.png', at: at(-DAY - 3 * HOUR + MINUTE) }),
      letter('c1', zh ? '收到，已经开始画了，有结果会马上告诉您。' : 'Thank you, I start now and will write here as soon as there is something to see.', { who: 'robot', state: 'sent', at: at(-DAY - 2 * HOUR) }),
      own('c1', zh ? '草图好了，月亮在右上角。' : 'The sketch is ready; the moon stands at the upper right.', { at: at(-50 * MINUTE) }),
      letter('c1', zh ? '您好，能画得亮一些吗？' : 'Hello, could it be a little brighter?'),
      own('c1', zh ? '当然可以。详情请发邮件到 lin@example.example' : 'Of course. Mine is lin@example.example if you want to send the text.', { state: 'held', problem: 'email', found: 'lin@example.example', at: at(-5 * MINUTE) }),
      own('c1', zh ? '明天早上给您看新的一版。' : 'You will see a new one tomorrow morning.', { state: 'failed', problem: 'market_invalid', at: at(-4 * MINUTE) }),
      own('c1', zh ? '谢谢您的耐心！' : 'Thank you for your patience!', { state: 'waiting', problem: 'market_budget', at: at(-3 * MINUTE) }),
    ]),
    talk('c2', 'quickcash-bot', { is_ai: true, unread: 2 }, [
      letter('c2', zh ? '三张横幅，先付押金，再加 Telegram 联系。' : 'Three banners. Pay a deposit first, then write to me on Telegram.', { signs: ['pay_first', 'off_platform'], at: at(-2 * HOUR) }),
      letter('c2', zh ? '请点这个链接登录确认：http://log-in.example' : 'Log in here to confirm: http://log-in.example', { signs: ['phishing'], at: at(-2 * HOUR + MINUTE) }),
    ]),
    talk('c3', 'Ana', { person_id: 'w' }, [letter('c3', zh ? '两段话都译好了。' : 'Both paragraphs are translated.', { at: at(-3 * DAY) }), own('c3', zh ? '太好了，谢谢您！' : 'Wonderful, thank you!', { at: at(-3 * DAY + HOUR) })]),
    talk(
      'c4',
      zh ? '山海出版社' : 'Mountain & Sea Press',
      {},
      Array.from({ length: 150 }, (_, nth) => (nth % 3 === 0 ? letter : own)('c4', zh ? `第 ${String(nth + 1)} 条：关于插图顺序的讨论。` : `Number ${String(nth + 1)}: about the order of the illustrations.`, { at: at(-20 * DAY + nth * HOUR) })),
    ),
  ];
}

export function messagesHandlers(full: boolean, language: Language, long: string | undefined, orders: () => OrderCard[], emit: (event: DeskEvent) => void): MessagesHandlers & { unread: () => number; hear: (id: string, text: string) => void } {
  const zh = language === 'zh-CN';
  let all: Talk[] = full ? talks(zh) : [];
  if (long !== undefined) {
    const crowd = Array.from({ length: 70 }, (_, nth) => talk(`crowd${String(nth)}`, long.slice(0, 90), {}, [letter(`crowd${String(nth)}`, long, { at: at(-40 * DAY - nth * HOUR) })]));
    all = [...all.map((each) => ({ card: { ...each.card, name: long.slice(0, 120), title: long }, letters: [...each.letters, letter(each.card.id, `${long}\n\n${long}`, { name: long.slice(0, 120), image_url: `https://${'a-very-long-name.'.repeat(8)}example/${'x'.repeat(200)}.png`, at: at(-2 * MINUTE) })] })), ...crowd];
  }
  let first: Letter[] = full ? [letter('', zh ? '您好，我看到您在找插画师。' : 'Hello, I saw that you are looking for an illustrator.', { conversation_id: null, to_id: 'p9', who: 'seller', state: 'waiting', problem: 'rate_limited', at: at(-MINUTE) })] : [];
  let replies: SavedReply[] = full ? [{ name: zh ? '多谢' : 'Thank you', text: zh ? '{name} 您好，谢谢您！{stall} 会尽快回复。' : 'Thank you, {name}! You will hear from {stall} soon.' }] : [];

  const find = (id: string): Talk => {
    const found = all.find(({ card }) => card.id === id);
    if (found === undefined) throw new DeskFailure({ code: 'not_found', message: id, detail: {} });
    return found;
  };
  const card = ({ card: kept, letters }: Talk): ThreadCard => {
    const last = letters.findLast((each) => each.state === 'sent' || each.state === 'received');
    const troubled = letters.find((each) => each.state === 'held' || each.state === 'failed');
    return { ...kept, last: last === undefined ? null : { who: last.who, text: last.text.slice(0, 160) }, newest_at: last?.at ?? null, needs_you: troubled?.state ?? null };
  };
  const orderCards = (): ThreadCard[] =>
    orders()
      .filter(({ stage }) => stage !== 'waiting')
      .map((order) => ({
        kind: 'order', id: order.id, person_id: null, name: order.buyer_name, is_ai: null, title: order.title, stage: order.stage, job_id: null, order_id: order.id,
        last: { who: order.stage === 'asking' ? 'them' : 'robot', text: zh ? '已经开始画了，有结果会马上告诉您。' : 'I start now and will write here as soon as there is something to see.' },
        newest_at: order.updated_at, unread: order.unread ? 1 : 0, needs_you: order.hold === null ? null : 'order', reading: false,
      }));
  const cards = (): ThreadCard[] => [...all.map(card), ...orderCards()].toSorted((one, other) => (other.newest_at ?? '').localeCompare(one.newest_at ?? ''));
  const change = (id: string, by: (letter: Letter) => Letter | undefined): void => {
    const apply = (letters: Letter[]) => letters.flatMap((each) => (each.id === id ? (by(each) ?? []) : [each]));
    all = all.map((each) => ({ ...each, letters: apply(each.letters) }));
    first = apply(first);
    emit({ kind: 'people_changed' });
  };
  const oneOf = (id: string): Letter => {
    const found = [...all.flatMap(({ letters }) => letters), ...first].find((each) => each.id === id);
    if (found === undefined) throw new DeskFailure({ code: 'not_found', message: id, detail: {} });
    return found;
  };
  const page = (letters: Letter[], end: number) => ({ letters: letters.slice(Math.max(0, end - LETTERS), end), has_older: end > LETTERS });

  return {
    hear: (id, text) => {
      const found = find(id);
      found.letters = [...found.letters, letter(id, text, { name: found.card.name, at: at(0) })];
      found.card = { ...found.card, unread: found.card.unread + 1 };
      emit({ kind: 'letter_received', conversation_id: id });
    },
    unread: () => cards().filter(({ unread }) => unread > 0).length,
    'messages.list': ({ only, search, after, limit }) => {
      const words = search?.trim().toLowerCase() ?? '';
      const fits = (each: ThreadCard) =>
        (only === 'unread' ? each.unread > 0 : only === 'unanswered' ? each.last?.who === 'them' : only === 'needs_you' ? each.needs_you !== null : true) &&
        (words === '' || [each.name, each.title, each.last?.text].some((text) => text?.toLowerCase().includes(words) === true));
      const found = cards().filter(fits);
      const from = after === null ? 0 : Number(after);
      const to = from + (limit ?? PAGE);
      return { threads: found.slice(from, to), next: to < found.length ? String(to) : null, unread: cards().filter(({ unread }) => unread > 0).length, first_letters: after === null && words === '' && (only ?? 'all') === 'all' ? first : [], molt: full ? 'open' : 'none' };
    },
    'replies.list': () => ({ replies }),
    'replies.save': (request) => {
      replies = request.replies;
      emit({ kind: 'settings_changed' });
      return { replies };
    },
    'people.conversations': () => ({
      conversations: all.map((each) => ({ id: each.card.id, person_id: each.card.person_id, name: each.card.name, is_ai: each.card.is_ai, job_id: each.card.job_id, last: each.letters.at(-1) ?? null, newest_at: each.letters.at(-1)?.at ?? null, unread: each.card.unread, reading: false })),
      total: all.length, unread: all.reduce((sum, each) => sum + each.card.unread, 0), outbox: all.flatMap(({ letters }) => letters).filter(({ state }) => state === 'held'),
    }),
    'people.conversation': ({ id }) => {
      const found = find(id);
      found.card = { ...found.card, unread: 0 };
      return { card: card(found), ...page(found.letters, found.letters.length) };
    },
    'people.older': ({ conversation_id, before }) => {
      const { letters } = find(conversation_id);
      return page(letters, letters.findIndex(({ id }) => id === before));
    },
    'people.send': ({ conversation_id, text, image_url }) => {
      const kept = find(conversation_id);
      const held = /\bwww\./.test(text);
      const sent = letter(conversation_id, text, { who: 'seller', state: held ? 'held' : 'sent', problem: held ? 'link' : null, found: held ? 'www.' : null, image_url, at: at(0) });
      kept.letters = [...kept.letters, sent];
      emit({ kind: 'people_changed' });
      return sent;
    },
    'people.send_held': ({ id }) => {
      change(id, (each) => ({ ...each, state: 'sent', problem: null, at: at(0) }));
      return {};
    },
    'people.discard_held': ({ id }) => {
      change(id, () => undefined);
      return {};
    },
    'people.take_back': ({ id }) => {
      const { text, image_url } = oneOf(id);
      change(id, () => undefined);
      return { text, image_url };
    },
    'replies.suggest': () => ({ text: zh ? '谢谢您的提问！我看一下，马上在这里回复您。' : 'Thank you for asking! I will look into it and answer you here shortly.' }),
    'people.picture_address': ({ id }) => ({ address: `https://stall.example/files/${'0'.repeat(26)}${id}`, expires_at: at(30 * DAY), way: 'own_address' }),
    'people.start': ({ person_id, text, image_url }) => {
      const sent = letter('', text, { conversation_id: null, to_id: person_id, who: 'seller', state: 'waiting', image_url, at: at(0) });
      first = [...first, sent];
      emit({ kind: 'people_changed' });
      return sent;
    },
  };
}
