/** What few people need and nobody fetches at the first visit: what sees a face, and what looks at films from elsewhere. Kept at its first use, for use without a network. */

const cacheName = 'kinora-kept'

/** @param scope where the service worker lies */
export function isKept(address: string, scope: string): boolean {
  return /^(cameo\/|assets\/(human\.esm|tfjs-backend-wasm|nsfw)-)/.test(address.slice(scope.length))
}

/** From where it was kept, else from the network, then kept. */
export async function fetchKept(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName).catch(() => undefined)
  const kept = await cache?.match(request.url)
  if (kept) return kept
  const response = await fetch(request)
  // Without room for it, it is fetched again next time.
  if (response.ok) await cache?.put(request.url, response.clone()).catch(() => undefined)
  return response
}

/** A new version of Kinora may need others: who still uses them fetches them again. */
export async function forgetKept(): Promise<void> {
  await caches.delete(cacheName).catch(() => undefined)
}
