/** The provenance worker: signs films, and examines files from anywhere. */
import * as Comlink from 'comlink'
import { adopt, forgetAdopted } from './adopted'
import { forgetAncestors } from './ancestors'
import { examine } from './examine'
import { bringIdentity, deleteIdentity, makeIdentity, readIdentity, signerOf } from './identity'
import { keptWasm } from './library'
import { readMarks } from './marks'
import { sealPicture, signFile } from './sign'
import type { Provenance } from './types'

/** In a build the worker lies in `assets/`, one below the page; while developing the page is at the root. */
const baseUrl = import.meta.env.DEV ? new URL('/', globalThis.location.href) : new URL('../', globalThis.location.href)

const provenance: Provenance = {
  async prepare() {
    await keptWasm().catch(() => undefined)
  },
  sign: (file, facts, target) => signFile(file, facts, baseUrl, target),
  seal: (picture, facts) => sealPicture(picture, facts, baseUrl),
  examine,
  marks: readMarks,
  adopt,
  async signer() {
    const identity = await readIdentity()
    return identity && signerOf(identity)
  },
  renew: async (name) => signerOf(await makeIdentity(name)),
  bring: async (pem) => signerOf(await bringIdentity(pem)),
  async forget() {
    await deleteIdentity()
    await forgetAncestors()
    await forgetAdopted()
  },
  // Signing takes a second or two and cannot be interrupted: the page ends the worker (src/lib/bridge.ts).
  cancel: () => undefined,
}

Comlink.expose(provenance)
