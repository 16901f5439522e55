// The sample stall's MoltMarket: its account, jobs and people, each in a file of its own.
import type { DeskEvent, Language } from '../generated/contract';
import type { Command, Request, Response } from '../backend';
import { accountHandlers, budgets, type MoltState } from './account';
import { jobHandlers } from './jobs';
import type { MessagesHandlers } from './messages';

type Mine = Exclude<Extract<Command, `${'jobs' | 'hiring' | 'people' | 'molt'}.${string}`>, keyof MessagesHandlers>;
export type MoltHandlers = { [C in Mine]: (request: Request<C>) => Response<C> };

export function moltHandlers(full: boolean, long: boolean, language: Language, emit: (event: DeskEvent) => void, state: MoltState = full ? 'open' : 'none'): MoltHandlers {
  return {
    ...jobHandlers(full, language === 'zh-CN', long, emit),
    ...accountHandlers(state, language, emit),
    'people.budgets': () => ({ budgets: budgets() }),
  };
}
