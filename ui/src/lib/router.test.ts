import { expect, test } from 'vitest';
import { href, parseRoute, type Route } from './router.svelte';

const routes: Route[] = [
  { screen: 'today' },
  { screen: 'orders' },
  { screen: 'order', id: 'a/b c' },
  { screen: 'listings' },
  { screen: 'listing', id: null },
  { screen: 'listing', id: '7' },
  { screen: 'gallery' },
  { screen: 'picture', id: 'p1' },
  { screen: 'messages' },
  { screen: 'messages', open: { kind: 'conversation', id: 'c/1 2' } },
  { screen: 'messages', open: { kind: 'order', id: 'o1' } },
  { screen: 'messages', open: { kind: 'new', id: null } },
  { screen: 'messages', open: { kind: 'new', id: 'agent/7' } },
  { screen: 'job', id: 'j1' },
  { screen: 'profile' },
  { screen: 'people' },
  { screen: 'person', id: 'a/b c' },
  { screen: 'connection' },
  { screen: 'settings' },
  { screen: 'welcome' },
];

test.each(routes)('$screen is found again by its address', (route) => {
  expect(parseRoute(href(route))).toEqual(route);
});

test('an address nobody knows is today', () => {
  expect(parseRoute('#/casino/1')).toEqual({ screen: 'today' });
  expect(parseRoute('')).toEqual({ screen: 'today' });
});
