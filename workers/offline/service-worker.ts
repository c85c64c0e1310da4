/**
 * Makes the second visit work with the network cable out, and gives every answer the isolation headers that threads need
 * on hosts which cannot set headers themselves.
 *
 * The app and ONNX Runtime are precached. A pack's manifest and graphs (small) are kept when they are first fetched; its
 * weights never are: workers/packs stores those in IndexedDB, verified.
 */
import { addPlugins, cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching'
import { isolated } from './isolated'
import { isKeptPackFile, networkThenCache } from './pack-files'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: Array<{ url: string; revision: string | null }> }

addPlugins([{ handlerWillRespond: async ({ response }) => isolated(response) }])
precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()

// A page that was loaded before this worker took over must reach it for its packs, or the next visit has no manifest.
self.addEventListener('install', () => void self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (isKeptPackFile(url.pathname)) event.respondWith(networkThenCache(request).then(isolated))
  else if (request.mode === 'navigate') event.respondWith(navigate(request).then(isolated))
})

/** Any address below our scope is the one page; offline, that page is in the precache under its own name. */
async function navigate(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (cause) {
    const page = await caches.match(new URL('index.html', self.registration.scope).href, { ignoreSearch: true })
    if (page) return page
    throw cause
  }
}
