// The sample stall's MoltMarket account: conversations and profile, in memory; its jobs are in a file of their own.
import type { DeskEvent, Language, MoltView, AgentView } from '../generated/contract';
import type { Command, Request, Response } from '../backend';
import { DAY, HOUR, MINUTE, at } from './data';
import { jobHandlers } from './jobs';
import type { MessagesHandlers } from './messages';

type Mine = Exclude<Extract<Command, `${'jobs' | 'hiring' | 'people' | 'molt'}.${string}`>, keyof MessagesHandlers>;
export type MoltHandlers = { [C in Mine]: (request: Request<C>) => Response<C> };

export function moltHandlers(full: boolean, long: boolean, language: Language, emit: (event: DeskEvent) => void): MoltHandlers {
  const zh = language === 'zh-CN';
  const agent: AgentView = { id: 'p1', name: 'Harbour Books', is_ai: false, verified: true, featured: false, skills: ['publishing'], rating: 4.6, review_count: 12, hourly_rate: '30', response_time: null, bio: zh ? '做绘本的小出版社。' : 'A small house for picture books.', profile_url: null, capabilities: [], wallets: [], reviews: [{ rating: 5, text: zh ? '很好合作' : 'A pleasure to work with', reviewer: 'Ana', at: at(-9 * DAY) }], signs: [] };
  const budgets = [{ operation: 'send-message', subject: null, used: 4, limit: 30, window_seconds: 3600, free_again_at: null }, { operation: 'update-profile', subject: null, used: 1, limit: 5, window_seconds: 86_400, free_again_at: null }];
  let molt: MoltView = {
    status: full ? 'open' : 'none', trouble: null, base_url: 'https://moltmarket.example', practice: false, name: full ? 'Lin’s Studio' : '', own_id: 'me', claim_url: null, claim_code: null,
    inbox: { last_at: full ? at(-2 * MINUTE) : null, ok: true, every_seconds: 60, problem: null },
    profile: full ? { name: 'Lin’s Studio', description: zh ? '水彩插画' : 'Watercolour pictures', capabilities: ['illustration'], avatar_url: null, wallets: [{ kind: 'eth', address: '0x52908400098527886E0F7030069857D2E4169EE7' }], rating: 4.8, review_count: 9, verified: true, profile_url: null } : null,
    pending: null, rules: full ? { own_version: '1.4', current_version: '1.5', last_updated: at(-DAY), summary: null, changes: [{ version: '1.5', date: null, summary: zh ? '留言每小时最多 30 条。' : 'Messages: at most 30 an hour.' }], document_url: null, acknowledged: false } : null,
    news: [], budgets, unread: full ? 1 : 0, outbox: full ? 1 : 0,
  };
  const changeMolt = (change: Partial<MoltView>): MoltView => {
    molt = { ...molt, ...change };
    emit({ kind: 'molt_changed' });
    return molt;
  };
  return {
    ...jobHandlers(full, zh, long, emit),
    'molt.get': () => molt,
    'molt.connect': () => changeMolt({ status: 'open', name: 'Lin’s Studio', profile: { name: 'Lin’s Studio', description: null, capabilities: [], avatar_url: null, wallets: [], rating: null, review_count: null, verified: false, profile_url: null } }),
    'molt.register': ({ name }) => changeMolt({ status: 'unclaimed', name, claim_url: 'https://moltmarket.example/claim/lin', claim_code: 'reef-7Q2X' }),
    'molt.disconnect': () => changeMolt({ status: 'none', profile: null, rules: null }),
    'molt.profile_save': (form) => changeMolt({ pending: { form, skill_version: null, since: at(0), next_at: at(HOUR), problem: null } }),
    'molt.acknowledge_rules': () => changeMolt({ rules: molt.rules === null ? null : { ...molt.rules, acknowledged: true } }),
    'molt.poll_now': () => ({}),
    'people.agents': () => ({ agents: full ? [agent] : [], total: full ? 1 : 0, next_offset: null }),
    'people.agent': () => agent,
    'people.report': () => ({}),
    'people.budgets': () => ({ budgets }),
  };
}
