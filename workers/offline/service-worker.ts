/**
 * Makes the second visit work with the network cable out, and gives every answer the isolation headers that threads need,
 * also on hosts which cannot set headers.
 *
 * The app and ONNX Runtime are precached. Packs are not our business: workers/packs keeps them in IndexedDB, verified.
 *
 * A new version takes over when the last page of the old one is closed, or when the only page there is asks for it (src/lib/update.svelte.ts),
 * which it does when nothing runs: an open page never finds half of itself replaced.
 */
import { PrecacheController } from 'workbox-precaching'
import { precachedAddress } from './address'
import { isolated, needsIsolation } from './isolated'
import { fetchKept, forgetKept, isKept } from './kept'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: Array<{ url: string; revision: string | null }> }

const precache = new PrecacheController()
precache.addToCacheList(self.__WB_MANIFEST)

self.addEventListener('install', (event) => void precache.install(event))
self.addEventListener('activate', (event) => {
  void precache.activate(event)
  event.waitUntil(forgetKept().then(() => self.clients.claim()))
})

self.addEventListener('message', (event) => {
  if (event.data === 'take over') event.waitUntil(takeOver(event.source))
})

async function takeOver(asking: ExtendableMessageEvent['source']): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const ours = pages.filter(({ url }) => url.startsWith(self.registration.scope))
  if (ours.length > 1) asking?.postMessage('other tabs')
  else await self.skipWaiting()
}

self.addEventListener('fetch', (event) => {
  const address = precachedAddress(event.request, self.registration.scope)
  if (address === undefined) return
  if (precache.getCacheKeyForURL(address) !== undefined) event.respondWith(answer(address, event.request))
  else if (isKept(address, self.registration.scope)) event.respondWith(fetchKept(event.request).then(isolated))
})

/** From the cache; from the network when the browser has thrown the cache away. */
async function answer(address: string, request: Request): Promise<Response> {
  const response = (await precache.matchPrecache(address)) ?? (await fetch(request))
  return needsIsolation(request) ? isolated(response) : response
}
