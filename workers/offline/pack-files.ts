/** Keeps what a pack needs beside its weights: the manifest and the graphs, some hundred kilobytes. */

const cacheName = 'kinora-pack-files'

/** `path` is that of a pack's manifest or graph, at any sub-path of the host. */
export function isKeptPackFile(path: string): boolean {
  return /\/packs\/[^/]+\/[^/]+\.(json|onnx)$/.test(path)
}

/**
 * The network first, because a new manifest must never meet old graphs; what was last seen when there is no network.
 * A server's refusal is passed on as it is and replaces nothing.
 */
export async function networkThenCache(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName)
  try {
    const response = await fetch(request)
    if (response.status === 200) {
      // A full disk must not fail the request that the visitor is waiting for.
      await cache.put(request, response.clone()).catch(() => undefined)
    }
    return response
  } catch (cause) {
    const kept = await cache.match(request, { ignoreVary: true })
    if (kept) return kept
    throw cause
  }
}
