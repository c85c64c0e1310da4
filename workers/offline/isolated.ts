/**
 * The same answer, marked so that the page stays cross-origin isolated (SharedArrayBuffer, wasm threads). `require-corp`,
 * because Safari does not know `credentialless`.
 */
export function isolated(response: Response): Response {
  // Opaque and error answers cannot be copied.
  if (response.status === 0) return response
  const headers = new Headers(response.headers)
  headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp')
  headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  const { status, statusText } = response
  return new Response(response.body, { status, statusText, headers })
}
