/** Vite's own server, for the pages in e2e/harness that test a worker alone. */
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

const port = 5278
export const harnessOrigin = `http://localhost:${port}/e2e/harness/`

/** @returns what stops it */
export async function serveHarness(): Promise<() => Promise<void>> {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const server = await createServer({ root, configFile: `${root}vite.config.ts`, server: { port, strictPort: true, hmr: false }, logLevel: 'error' })
  await server.listen()
  return () => server.close()
}
