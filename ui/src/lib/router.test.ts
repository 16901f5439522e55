import { expect, test, vi } from 'vitest';
import { holdPage, href, isHeld, parseRoute, type Route } from './router.svelte';

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
  { screen: 'money' },
  { screen: 'connection' },
  { screen: 'settings', part: 'caps' },
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

test('a page that holds keeps its address and is told where the seller would have gone', () => {
  const page: Route = { screen: 'listing', id: '7' };
  const told = vi.fn();
  const letGo = holdPage(told);
  location.hash = '#/orders';
  expect(isHeld(page, location.hash)).toBe(true);
  expect(told).toHaveBeenCalledExactlyOnceWith('#/orders');
  expect(location.hash).toBe('#/listings/7');
  expect(isHeld(page, '#/listings/7')).toBe(false);
  letGo();
  expect(isHeld(page, '#/orders')).toBe(false);
});
