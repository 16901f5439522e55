// Which screen the address asks for. The address is the only place a screen's choice is kept.
/** The lists of Jobs; what is found is the first. */
export type JobsTab = 'mine' | 'hiring';
/** A thread of a market, or a letter to somebody new; without an id somebody is still to be chosen. */
export type OpenThread = { kind: 'conversation' | 'order'; id: string } | { kind: 'new'; id: string | null };

export type Route =
  | { screen: 'today' }
  | { screen: 'orders' }
  | { screen: 'order'; id: string }
  | { screen: 'listings' }
  | { screen: 'listing'; id: string | null; /** A picture a new one begins with. */ example?: string }
  | { screen: 'gallery' }
  | { screen: 'picture'; id: string }
  | { screen: 'messages'; open?: OpenThread }
  | { screen: 'jobs'; tab?: JobsTab }
  | { screen: 'job'; id: string }
  | { screen: 'application'; id: string }
  | { screen: 'posted'; id: string | null }
  | { screen: 'profile' }
  | { screen: 'people' }
  | { screen: 'person'; id: string }
  | { screen: 'money' }
  | { screen: 'connection' }
  /** With the part of it to go to. */
  | { screen: 'settings'; part?: string }
  | { screen: 'welcome' };

export function parseRoute(hash: string): Route {
  const [noun = '', rest, further] = hash.replace(/^#?\/?/, '').split('/');
  const read = (part: string | undefined) => (part === undefined || part === '' ? null : decodeURIComponent(part));
  const id = read(rest);
  switch (noun) {
    case 'orders':
      return id === null ? { screen: 'orders' } : { screen: 'order', id };
    case 'listings':
      if (id === null) return { screen: 'listings' };
      return id === 'new' ? newListing(read(further)) : { screen: 'listing', id };
    case 'gallery':
      return id === null ? { screen: 'gallery' } : { screen: 'picture', id };
    case 'jobs':
      return jobsRoute(id, read(further));
    case 'messages':
      return parseThread(rest, further);
    case 'settings':
      return id === null ? { screen: 'settings' } : { screen: 'settings', part: id };
    case 'money':
    case 'connection':
    case 'welcome':
      return { screen: noun };
    default:
      return { screen: 'today' };
  }
}

function newListing(example: string | null): Route {
  return example !== null && /^[0-9a-f]{64}$/.test(example) ? { screen: 'listing', id: null, example } : { screen: 'listing', id: null };
}

function jobsRoute(first: string | null, second: string | null): Route {
  switch (first) {
    case null:
      return { screen: 'jobs' };
    case 'profile':
      return { screen: 'profile' };
    case 'people':
      return second === null ? { screen: 'people' } : { screen: 'person', id: second };
    case 'mine':
      return second === null ? { screen: 'jobs', tab: 'mine' } : { screen: 'application', id: second };
    case 'hiring':
      return second === null ? { screen: 'jobs', tab: 'hiring' } : { screen: 'posted', id: second === 'new' ? null : second };
    default:
      return { screen: 'job', id: first };
  }
}

function parseThread(kind: string | undefined, rest: string | undefined): Route {
  const id = rest === undefined || rest === '' ? null : decodeURIComponent(rest);
  if (kind === 'new') return { screen: 'messages', open: { kind, id } };
  if ((kind === 'conversation' || kind === 'order') && id !== null) return { screen: 'messages', open: { kind, id } };
  return { screen: 'messages' };
}

/** Two addresses of one page: going between them is no change of screen. */
export function samePage(one: Route, other: Route): boolean {
  if (one.screen === 'messages' || one.screen === 'settings') return other.screen === one.screen;
  return JSON.stringify(one) === JSON.stringify(other);
}

export function href(route: Route): string {
  switch (route.screen) {
    case 'order':
      return `#/orders/${encodeURIComponent(route.id)}`;
    case 'listing':
      if (route.id !== null) return `#/listings/${encodeURIComponent(route.id)}`;
      return route.example === undefined ? '#/listings/new' : `#/listings/new/${route.example}`;
    case 'jobs':
      return route.tab === undefined ? '#/jobs' : `#/jobs/${route.tab}`;
    case 'application':
      return `#/jobs/mine/${encodeURIComponent(route.id)}`;
    case 'posted':
      return `#/jobs/hiring/${route.id === null ? 'new' : encodeURIComponent(route.id)}`;
    case 'job':
      return `#/jobs/${encodeURIComponent(route.id)}`;
    case 'profile':
    case 'people':
      return `#/jobs/${route.screen}`;
    case 'person':
      return `#/jobs/people/${encodeURIComponent(route.id)}`;
    case 'settings':
      return route.part === undefined ? '#/settings' : `#/settings/${encodeURIComponent(route.part)}`;
    case 'picture':
      return `#/gallery/${encodeURIComponent(route.id)}`;
    case 'messages':
      if (route.open === undefined) return '#/messages';
      return `#/messages/${route.open.kind}${route.open.id === null ? '' : `/${encodeURIComponent(route.open.id)}`}`;
    default:
      return `#/${route.screen}`;
  }
}

/** The address was replaced by the page itself. */
const INSTEAD = 'stallkeeper:instead';

/** Told where the seller would have gone. */
type Hold = (hash: string) => void;
let hold: Hold | undefined;

/** Keeps the seller on the page while something on it is not saved, however they would leave it. Answers how to let go. */
export function holdPage(then: Hold): () => void {
  hold = then;
  return () => {
    if (hold === then) hold = undefined;
  };
}

/** Whether the page is kept instead of the new address; the old one is put back then. */
export function isHeld(page: Route, hash: string): boolean {
  if (hold === undefined || samePage(page, parseRoute(hash))) return false;
  history.pushState(null, '', href(page));
  hold(hash);
  return true;
}

export class Router {
  route = $state<Route>(parseRoute(location.hash));

  constructor() {
    $effect(() => {
      const follow = (event: Event) => {
        // What a page itself puts in its place is never leaving it.
        if (event.type !== INSTEAD && isHeld(this.route, location.hash)) return;
        this.route = parseRoute(location.hash);
      };
      window.addEventListener('hashchange', follow);
      window.addEventListener(INSTEAD, follow);
      return () => {
        window.removeEventListener('hashchange', follow);
        window.removeEventListener(INSTEAD, follow);
      };
    });
  }
}

export function go(route: Route): void {
  location.hash = href(route);
}

/** Goes there without leaving a step to come back to. */
export function goInstead(route: Route): void {
  history.replaceState(null, '', href(route));
  window.dispatchEvent(new Event(INSTEAD));
}
