import { afterEach, expect, test } from 'vitest';
import { language } from './language.svelte';
import { tunnelWords } from './words';

afterEach(() => language.choose('en'));

test.each([
  ['key_unusable', { path: '/k', what: 'missing' }],
  ['key_unusable', { path: '/k', what: 'passphrase' }],
  ['this_computer', { doing: 'make a folder', what: 'permission denied' }],
  ['this_computer', { doing: 'start cloudflared', what: 'something never heard of' }],
])('why %s is said in one language', (problem, detail) => {
  language.choose('zh-CN');
  expect(tunnelWords(problem, detail).replaceAll(/\/k|cloudflared/g, '')).not.toMatch(/[a-z]{3}/i);
  language.choose('en');
  expect(tunnelWords(problem, detail)).not.toMatch(/[\u3400-\u9fff]/);
});
