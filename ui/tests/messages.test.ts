// Every word in both languages, none left over, every code of the contract worded.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAMILIES } from '../src/lib/words';

type Wording = string | { match: Record<string, string> }[];
type Messages = Record<string, Wording>;

const FILES = readdirSync('messages/en');

/** Names of things, alike in every language. */
const ALIKE = new Set(['who_robot']);


function read(locale: string, file: string): Messages {
  const { $schema: _, ...messages } = JSON.parse(readFileSync(join('messages', locale, file), 'utf8')) as Messages;
  return messages;
}

function all(locale: string): Messages {
  return Object.assign({}, ...FILES.map((file) => read(locale, file))) as Messages;
}

function texts(wording: Wording): string[] {
  return typeof wording === 'string' ? [wording] : wording.flatMap(({ match }) => Object.values(match));
}

function placeholders(wording: Wording): string[] {
  return [...new Set(texts(wording).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')))].toSorted();
}

function sources(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(svelte|ts)$/.test(path) && !path.startsWith('lib/paraglide') && !path.endsWith('.test.ts'))
    .map((path) => readFileSync(join(folder, path), 'utf8'))
    .join('\n');
}

const english = all('en');
const chinese = all('zh-CN');
const code = sources('src');
const used = new Set([...code.matchAll(/\bm\s*\.\s*(\w+)/g)].map(([, key]) => key));

test('no key stands in two files', () => {
  const keys = FILES.flatMap((file) => Object.keys(read('en', file)));
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
});

test.each(FILES)('%s has the same keys with the same parameters in both languages', (file) => {
  const [en, zh] = [read('en', file), read('zh-CN', file)];
  expect(Object.keys(zh).toSorted()).toEqual(Object.keys(en).toSorted());
  for (const [key, wording] of Object.entries(en)) expect(placeholders(zh[key] ?? ''), key).toEqual(placeholders(wording));
});

test('nothing is left in the other language', () => {
  const alike = Object.keys(english).filter((key) => !ALIKE.has(key) && JSON.stringify(english[key]) === JSON.stringify(chinese[key]));
  expect(alike).toEqual([]);
  const unChinese = Object.entries(chinese).filter(([key, wording]) => !ALIKE.has(key) && texts(wording).some((text) => text.replaceAll(/\{\w+\}/g, '') !== '' && !/[\u3400-\u9fff]/.test(text)));
  expect(unChinese.map(([key]) => key).filter((key) => /[a-z]{3}/i.test(texts(chinese[key] ?? '').join(' ').replaceAll(/\{\w+\}/g, '')))).toEqual([]);
});

test('every message is used and every used message exists', () => {
  const byCode = (key: string) => FAMILIES.some((family) => key.startsWith(`${family}_`));
  expect(Object.keys(english).filter((key) => !used.has(key) && !byCode(key))).toEqual([]);
  expect([...used].filter((key) => key !== undefined && english[key] === undefined)).toEqual([]);
});

test('sellers are spoken to in the words of a stall', () => {
  const forbidden = /\bSKU\b|webhook|payload|job queue|\bagents?\b/i;
  const said = Object.entries(english).filter(([, wording]) => forbidden.test(texts(wording).join(' ').replaceAll('Agent Market', '').replaceAll(/\{\w+\}/g, '')));
  expect(said.map(([key]) => key)).toEqual([]);
});

/** The codes a field of the contract lists in its comment. */
function codesOf(type: string, field: string): string[] {
  const contract = readFileSync('src/lib/backend/generated/contract.ts', 'utf8');
  const body = new RegExp(`export type ${type} = \\{([\\s\\S]*?)\\};\\n`).exec(contract)?.[1] ?? '';
  const comments = [...body.matchAll(/\/\*\*\s*\n\s*\* ([^\n]+)\n\s*\*\/\s*\n(\w+):/g)];
  const comment = comments.find(([, , name]) => name === field)?.[1] ?? '';
  return comment
    .replace(/^[^:]*: /, '')
    .split(/[,…]\s*/)
    .map((word) => word.trim())
    .filter((word) => /^[a-z][a-z_]+$/.test(word));
}

test.each([
  ['OrderCard', 'next', 'next'],
  ['Progress', 'step', 'step'],
  ['Hold', 'code', 'hold'],
  ['Hold', 'code', 'holdhint'],
  ['Hold', 'settle', 'settle'],
  ['Deadline', 'kind', 'deadline'],
  ['RecorderEntry', 'kind', 'recorder'],
  ['OrderView', 'actions', 'action'],
  ['MessageView', 'state', 'state'],
  ['MessageView', 'signs', 'sign'],
  ['TemplateWarning', 'found', 'leak'],
  ['TruthLight', 'reason', 'light'],
  ['Proof', 'code', 'proof'],
  ['DeskError', 'code', 'failure'],
  ['ListingView', 'status', 'listings_status'],
  ['PictureView', 'state', 'gallery_state'],
  ['TestStep', 'code', 'connection_step'],
  ['CheckFinding', 'need', 'checkup_need'],
  ['CheckFinding', 'standing', 'checkup_standing'],
  ['CheckFinding', 'why', 'checkup_why'],
  ['CheckFinding', 'fix', 'checkup_fix'],
  ['TunnelStatus', 'state', 'tunnel_state'],
  ['TunnelStatus', 'problem', 'tunnel_problem'],
  ['EventView', 'via', 'connection_via'],
  ['Template', 'key', 'settings_template'],
  ['PracticeBuyer', 'kind', 'settings_buyer'],
  ['BackupView', 'kind', 'data_backup'],
  ['DataWarning', 'code', 'data_warning'],
  ['FitReasonView', 'code', 'jobs_fit'],
  ['JobView', 'delivery', 'jobs_delivery'],
  ['ApplicationView', 'state', 'jobs_state'],
  ['ApplicationView', 'state', 'jobs_stands'],
  ['ApplicationView', 'payment', 'jobs_payment'],
  ['ApplicationView', 'payment', 'jobs_payment_hint'],
  ['PostedJobView', 'state', 'jobs_posted'],
  ['ApplicantView', 'signs', 'jobs_sign'],
  ['LetterView', 'reason', 'jobs_letter_why'],
  ['JobSettingsForm', 'mode', 'jobs_mode'],
  ['JobSettingsForm', 'mode', 'jobs_mode_line'],
  ['CriterionOpinion', 'verdict', 'jobs_verdict'],
  ['MoltView', 'trouble', 'molt_trouble'],
  ['MoltView', 'trouble', 'molt_trouble_next'],
  ['MoltWallet', 'kind', 'molt_wallet'],
  ['AgentSearch', 'kind', 'people_kind'],
  ['ReportForm', 'reason', 'people_reason'],
  ['ReportForm', 'reason', 'people_reason_hint'],
  ['WeatherSlider', 'name', 'weather_slider'],
  ['WeatherSlider', 'group', 'weather_group'],
])('every code of %s.%s has words (%s)', (type, field, family) => {
  const codes = codesOf(type, field);
  expect(codes, 'the comment lists codes').not.toEqual([]);
  expect(codes.map((code) => `${family}_${code}`).filter((key) => english[key] === undefined)).toEqual([]);
});
