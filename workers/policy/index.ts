/** The policy worker: screens what a page is about to make, name or take in, and offers another sentence. */
import * as Comlink from 'comlink'
import { CancelledError, openNetwork, type Network } from './network'
import { judge, type Likelihoods } from './picture'
import { review } from './rewrite'
import type { Policy } from './types'

let network: Promise<Network> | undefined
let cancelled = false

const policy: Policy = {
  async screenTexts(texts, use, language) {
    return review(texts, use, language)
  },
  async screenPictures(pictures) {
    cancelled = false
    network ??= openNetwork()
    const { look } = await network
    const seen: Likelihoods[] = []
    for (const picture of pictures) {
      if (cancelled) throw new CancelledError()
      seen.push(await look(picture))
    }
    return judge(seen)
  },
  cancel() {
    cancelled = true
  },
}

Comlink.expose(policy)
