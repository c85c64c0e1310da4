declare const __KINORA_POLICY__: string

/**
 * The same answer, marked so that the page stays cross-origin isolated (SharedArrayBuffer, wasm threads) and asks nobody but its own
 * origin. `require-corp`, because Safari does not know `credentialless`. The policy is that of public/_headers.
 */
export function isolated(response: Response): Response {
  // Opaque and error answers cannot be copied.
  if (response.status === 0) return response
  const headers = new Headers(response.headers)
  headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp')
  headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  headers.set('Content-Security-Policy', __KINORA_POLICY__)
  const { status, statusText } = response
  return new Response(response.body, { status, statusText, headers })
}

/**
 * Whether the answer has to say so itself: pages and workers do. What they load is not copied: only beside the answer that lies in the
 * cache itself a browser can keep what it compiled.
 */
export function needsIsolation({ mode, destination }: Pick<Request, 'mode' | 'destination'>): boolean {
  return mode === 'navigate' || destination === 'worker' || destination === 'sharedworker'
}
