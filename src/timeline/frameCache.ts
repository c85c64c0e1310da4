/**
 * Decoded frames around the playhead, a fixed number of bytes, and the order in which more are decoded: what is looked at before all else, what may be
 * looked at next when nothing waits, and nothing that nobody waits for any more.
 */

/** How many are decoded at a time: the browser has threads of its own for that, and a newer wish must not stand behind a row of old ones. */
const AT_ONCE = 2

/** A frame as it is drawn: an ImageBitmap, and whatever a test puts in its place. */
export interface Picture {
  width: number
  height: number
  close(): void
}

export interface Wish {
  id: string
  frame: number
}

export class FrameCache<T extends Picture> {
  readonly #decode: (wish: Wish) => Promise<T | undefined>
  readonly #onReady: (wish: Wish) => void
  readonly #capacityBytes: number
  /** In the order of their last use. */
  readonly #pictures = new Map<string, T>()
  readonly #decoding = new Set<string>()
  /** What does not decode is not tried again. */
  readonly #broken = new Set<string>()
  #wishes: Wish[] = []
  #bytes = 0

  constructor(decode: (wish: Wish) => Promise<T | undefined>, onReady: (wish: Wish) => void, capacityBytes: number) {
    this.#decode = decode
    this.#onReady = onReady
    this.#capacityBytes = capacityBytes
  }

  /** Bytes of the pixels that are held. */
  get bytes(): number {
    return this.#bytes
  }

  get({ id, frame }: Wish): T | undefined {
    const key = keyOf(id, frame)
    const picture = this.#pictures.get(key)
    if (picture) {
      this.#pictures.delete(key)
      this.#pictures.set(key, picture)
    }
    return picture
  }

  /** Has these decoded, in this order, and forgets whatever else was wished for before. */
  want(wishes: readonly Wish[]): void {
    this.#wishes = wishes.filter(({ id, frame }) => !this.#pictures.has(keyOf(id, frame)))
    this.#next()
  }

  clear(): void {
    this.#wishes = []
    this.#broken.clear()
    for (const picture of this.#pictures.values()) picture.close()
    this.#pictures.clear()
    this.#bytes = 0
  }

  #next(): void {
    while (this.#decoding.size < AT_ONCE) {
      const wish = this.#wishes.shift()
      if (!wish) return
      const key = keyOf(wish.id, wish.frame)
      if (!this.#pictures.has(key) && !this.#decoding.has(key) && !this.#broken.has(key)) void this.#make(wish, key)
    }
  }

  async #make(wish: Wish, key: string): Promise<void> {
    this.#decoding.add(key)
    const picture = await this.#decode(wish).catch(() => undefined)
    this.#decoding.delete(key)
    if (picture) this.#put(key, picture)
    else this.#broken.add(key)
    this.#next()
    if (picture) this.#onReady(wish)
  }

  #put(key: string, picture: T): void {
    this.#drop(key)
    this.#pictures.set(key, picture)
    this.#bytes += bytesOf(picture)
    for (const oldest of this.#pictures.keys()) {
      if (this.#bytes <= this.#capacityBytes || oldest === key) break
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    const picture = this.#pictures.get(key)
    if (!picture) return
    this.#pictures.delete(key)
    this.#bytes -= bytesOf(picture)
    picture.close()
  }
}

const keyOf = (id: string, frame: number) => `${id}:${frame}`
const bytesOf = ({ width, height }: Picture) => width * height * 4
