/** Every frame of a film's clips at once: encoded when a clip is first drawn, kept on this device, and decoded around the playhead. */
import { frameBytes, type Frames } from '../player/frames.ts'
import { FrameCache, type Wish } from './frameCache.ts'
import { pictureOf, proxyOf, ProxyStore, type Proxy } from './proxyStore.ts'

/** Decoded frames held: 64 of 256 × 256 px. */
const CACHE_BYTES = 16 * 2 ** 20
/** Encoded clips held: five minutes of the small model's, less of a larger one. */
const READ_BYTES = 32 * 2 ** 20
/** Frames handed to the encoder at a time, so that a file being written waits a moment and no longer. */
const ENCODED_AT_ONCE = 16

/** Gives every picture of `rgba` (n · height · width · 4) as a JPEG. The buffer is handed over. */
export type EncodePictures = (rgba: Uint8ClampedArray<ArrayBuffer>, width: number, height: number) => Promise<Blob[]>

export class Proxies {
  readonly #encode: EncodePictures
  readonly #store = new ProxyStore()
  readonly #there = new Map<string, Proxy>()
  /** What is being encoded, or could not be. */
  readonly #tried = new Set<string>()
  /** The bytes of clips that were looked at, in the order of their last use. */
  readonly #read = new Map<string, Promise<Uint8Array<ArrayBuffer>>>()
  readonly #cache: FrameCache<ImageBitmap>

  constructor(encode: EncodePictures, onReady: (wish: Wish) => void) {
    this.#encode = encode
    this.#cache = new FrameCache((wish) => this.decode(wish), onReady, CACHE_BYTES)
  }

  /** Finds those of these clips, and forgets all others. */
  async open(ids: readonly string[]): Promise<void> {
    this.#cache.clear()
    this.#tried.clear()
    for (const id of this.#there.keys()) if (!ids.includes(id)) this.#forget(id)
    for (const id of ids) {
      const found = this.#there.has(id) ? undefined : await this.#store.find(id).catch(() => undefined)
      if (found) this.#there.set(id, found)
    }
  }

  has(id: string): boolean {
    return this.#there.has(id)
  }

  /** The frame, if it is decoded. It is closed at some time after: draw it now. */
  picture(wish: Wish): ImageBitmap | undefined {
    return this.#cache.get(wish)
  }

  /** Has these frames decoded, in this order, and what was wished for before no more. */
  want(wishes: readonly Wish[]): void {
    this.#cache.want(wishes.filter(({ id }) => this.#there.has(id)))
  }

  /** The frame, for whoever closes it. */
  async decode({ id, frame }: Wish): Promise<ImageBitmap | undefined> {
    const proxy = this.#there.get(id)
    if (!proxy) return undefined
    try {
      const picture = pictureOf(proxy, await this.#bytesOf(id, proxy), frame)
      // ImageDecoder is faster, but left 310 MB more resident after 800 pictures in Chromium where this leaves 57.
      return picture && (await createImageBitmap(new Blob([picture], { type: 'image/jpeg' })))
    } catch (error) {
      // Damaged, or gone from the disk: the clip is drawn from its latents again.
      this.#forget(id)
      throw error
    }
  }

  #bytesOf(id: string, { file }: Proxy): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = this.#read.get(id) ?? file.arrayBuffer().then((buffer) => new Uint8Array(buffer))
    this.#read.delete(id)
    this.#read.set(id, bytes)
    let total = 0
    for (const other of [...this.#read.keys()].toReversed()) {
      total += this.#there.get(other)?.file.size ?? 0
      if (total > READ_BYTES && other !== id) this.#read.delete(other)
    }
    return bytes
  }

  #forget(id: string): void {
    this.#there.delete(id)
    this.#read.delete(id)
  }

  /** Encodes a clip's frames and keeps them. What fails is a cache that is not there: the frames are then drawn from latents whenever they are needed. */
  async keep(id: string, clip: Frames & { frameCount: number }): Promise<void> {
    if (this.#there.has(id) || this.#tried.has(id)) return
    this.#tried.add(id)
    try {
      const pictures: Blob[] = []
      for (let first = 0; first < clip.frameCount; first += ENCODED_AT_ONCE) {
        const size = frameBytes(clip, 0).length
        const some = clip.rgba.slice(first * size, Math.min(first + ENCODED_AT_ONCE, clip.frameCount) * size)
        pictures.push(...(await this.#encode(some, clip.width, clip.height)))
      }
      const proxy = proxyOf(pictures)
      this.#there.set(id, proxy)
      await this.#store.keep(id, proxy)
    } catch {
      // See above.
    }
  }

  /** Throws away those of clips that are not `used` any more. */
  async sweep(used: ReadonlySet<string>): Promise<void> {
    await this.#store.sweep(used)
  }
}
