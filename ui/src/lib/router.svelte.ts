// Which screen the address asks for. The address is the only place a screen's choice is kept.
export type Route =
  | { screen: 'today' }
  | { screen: 'orders' }
  | { screen: 'order'; id: string }
  | { screen: 'listings' }
  | { screen: 'listing'; id: string | null }
  | { screen: 'gallery' }
  | { screen: 'picture'; id: string }
  | { screen: 'messages' }
  | { screen: 'jobs' }
  | { screen: 'job'; id: string }
  | { screen: 'profile' }
  | { screen: 'people' }
  | { screen: 'person'; id: string }
  | { screen: 'connection' }
  | { screen: 'settings' }
  | { screen: 'welcome' };

export function parseRoute(hash: string): Route {
  const [noun = '', rest, last] = hash.replace(/^#?\/?/, '').split('/');
  const person = last === undefined || last === '' ? null : decodeURIComponent(last);
  const id = rest === undefined || rest === '' ? null : decodeURIComponent(rest);
  switch (noun) {
    case 'orders':
      return id === null ? { screen: 'orders' } : { screen: 'order', id };
    case 'listings':
      if (id === null) return { screen: 'listings' };
      return { screen: 'listing', id: id === 'new' ? null : id };
    case 'gallery':
      return id === null ? { screen: 'gallery' } : { screen: 'picture', id };
    case 'jobs':
      if (id === 'profile') return { screen: 'profile' };
      if (id === 'people') return person === null ? { screen: 'people' } : { screen: 'person', id: person };
      return id === null ? { screen: 'jobs' } : { screen: 'job', id };
    case 'messages':
    case 'connection':
    case 'settings':
    case 'welcome':
      return { screen: noun };
    default:
      return { screen: 'today' };
  }
}

export function href(route: Route): string {
  switch (route.screen) {
    case 'order':
      return `#/orders/${encodeURIComponent(route.id)}`;
    case 'listing':
      return `#/listings/${route.id === null ? 'new' : encodeURIComponent(route.id)}`;
    case 'job':
      return `#/jobs/${encodeURIComponent(route.id)}`;
    case 'profile':
    case 'people':
      return `#/jobs/${route.screen}`;
    case 'person':
      return `#/jobs/people/${encodeURIComponent(route.id)}`;
    case 'picture':
      return `#/gallery/${encodeURIComponent(route.id)}`;
    default:
      return `#/${route.screen}`;
  }
}

export class Router {
  route = $state<Route>(parseRoute(location.hash));

  constructor() {
    $effect(() => {
      const follow = () => {
        this.route = parseRoute(location.hash);
      };
      window.addEventListener('hashchange', follow);
      return () => {
        window.removeEventListener('hashchange', follow);
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
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}
