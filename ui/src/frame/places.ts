// Screens and parts of the settings by name, for the search.
import { m } from '$lib/paraglide/messages';
import type { Route } from '$lib/router.svelte';

export type Place = { kind: 'screen' | 'setting'; name: string; route: Route };

export function places(practice: boolean): Place[] {
  const screens: [string, Route][] = [
    [m.frame_today(), { screen: 'today' }],
    [m.frame_orders(), { screen: 'orders' }],
    [m.frame_listings(), { screen: 'listings' }],
    [m.frame_gallery(), { screen: 'gallery' }],
    [m.frame_jobs(), { screen: 'jobs' }],
    [m.frame_messages(), { screen: 'messages' }],
    [m.frame_money(), { screen: 'money' }],
    [m.frame_connection(), { screen: 'connection' }],
    [m.frame_settings(), { screen: 'settings' }],
  ];
  const parts: [string, string][] = [
    ...(practice ? ([['practice', m.settings_practice()], ['weather', m.weather_title()]] as [string, string][]) : []),
    ['stall', m.settings_stall()],
    ['look', m.settings_look()],
    ['accounts', m.settings_accounts()],
    ['automation', m.settings_automation()],
    ['models', m.settings_models()],
    ['caps', m.settings_caps()],
    ['templates', m.settings_part_templates()],
    ['notices', m.settings_part_notices()],
    ['data', m.settings_data()],
  ];
  return [
    ...screens.map(([name, route]): Place => ({ kind: 'screen', name, route })),
    ...parts.map(([part, name]): Place => ({ kind: 'setting', name, route: { screen: 'settings', part } })),
  ];
}
