/** The C2PA library: 9 MB of WebAssembly, which nobody fetches who only looks, kept at its first use so that films are signed offline too. */
import init, { WASM_SRI } from '@contentauth/c2pa-wasm'
import wasmUrl from '@contentauth/c2pa-wasm/c2pa.wasm?url'

const cacheName = 'kinora-c2pa'

let ready: Promise<unknown> | undefined

/** Starts the library, once. Rejects when it can neither be found here nor fetched. */
export async function startLibrary(): Promise<void> {
  ready ??= keptWasm().then((response) => init({ module_or_path: response }))
  try {
    await ready
  } catch (cause) {
    ready = undefined
    throw cause
  }
}

/** The WebAssembly from where it was kept, else from the network, then kept. */
export async function keptWasm(): Promise<Response> {
  // While developing, addresses have no hash: an older file would be found under the same one.
  if (import.meta.env.DEV || !globalThis.caches) return fetchWasm()
  const cache = await caches.open(cacheName).catch(() => undefined)
  const kept = await cache?.match(wasmUrl)
  if (kept) return kept
  const response = await fetchWasm()
  const copy = response.clone()
  await cache
    ?.keys()
    .then((old) => Promise.all(old.map((request) => cache.delete(request))))
    .then(() => cache.put(wasmUrl, copy))
    // Without room for it, it is fetched again next time.
    .catch(() => undefined)
  return response
}

async function fetchWasm(): Promise<Response> {
  const response = await fetch(wasmUrl, { integrity: WASM_SRI })
  if (!response.ok) throw new Error(`The C2PA library could not be fetched (${response.status}).`)
  return response
}
