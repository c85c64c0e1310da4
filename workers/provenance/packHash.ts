/** Which weights made a film: the SHA-256 of the pack's manifest, which in turn holds those of all its graphs and weights. */
import { hash } from '../packs/cache'
import { keptManifest } from '../packs/store'

/** undefined when the manifest of just this version is neither kept here nor to be fetched. */
export async function packHash(name: string, version: string, baseUrl: URL): Promise<string | undefined> {
  const text = (await keptManifest(name).catch(() => undefined)) ?? (await fetchManifest(name, baseUrl).catch(() => undefined))
  if (text === undefined || versionOf(text) !== version) return undefined
  return hash(new TextEncoder().encode(text))
}

async function fetchManifest(name: string, baseUrl: URL): Promise<string | undefined> {
  const response = await fetch(new URL(`packs/${encodeURIComponent(name)}/manifest.json`, baseUrl))
  return response.ok ? response.text() : undefined
}

function versionOf(json: string): unknown {
  try {
    return (JSON.parse(json) as { version?: unknown }).version
  } catch {
    return undefined
  }
}
