/** Serves the build for the whole run. `npm test` has built it; alone, this builds what is stale. */
import { fileURLToPath } from 'node:url'
import { ensureBuilt } from '../bin/build.mjs'
import { serve } from '../bin/serve.mjs'

export const origin = 'http://localhost:5279/'

export default async function setup(): Promise<() => Promise<void>> {
  await ensureBuilt()
  const server = await serve({ folder: fileURLToPath(new URL('../dist', import.meta.url)), port: 5279 })
  return () => server.close()
}
