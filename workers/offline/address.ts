/** What a request to our own origin means for the precache. */

/**
 * The address under which the answer is precached, as the build names it; undefined for what only the network can answer.
 * `scope` is where the service worker lies. Every visit to the scope itself is the page, whatever its query asks for.
 */
export function precachedAddress({ method, mode, url }: Pick<Request, 'method' | 'mode' | 'url'>, scope: string): string | undefined {
  if (method !== 'GET' || !url.startsWith(scope)) return undefined
  const path = url.slice(scope.length).split(/[?#]/, 1)[0] ?? ''
  if (mode === 'navigate') return path === '' || path === 'index.html' ? new URL('index.html', scope).href : undefined
  return new URL(path, scope).href
}
