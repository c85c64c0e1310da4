/**
 * The one place where an address becomes a script. The page's policy (vite.config.ts) demands Trusted Types: a string that reaches a
 * script sink, `new Worker` or the registration of the service worker, is asked about here first. HTML from strings has no policy but
 * Svelte's own, for its templates. Imported before everything else; where a browser has no Trusted Types, nothing changes.
 */

interface Factory {
  createPolicy(name: string, rules: { createScriptURL(address: string): string | null }): unknown
}

const { trustedTypes } = globalThis as { trustedTypes?: Factory }

// The name "default" makes it the policy for plain strings.
trustedTypes?.createPolicy('default', { createScriptURL: (address) => (isOurs(address, location.href) ? address : null) })

/** Whether a script lies on the page's own origin; a blob: or data: address is made of a string and does not. */
export function isOurs(address: string, page: string): boolean {
  const { protocol, origin } = new URL(address, page)
  return /^https?:$/.test(protocol) && origin === new URL(page).origin
}
