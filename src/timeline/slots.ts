/** Places in a store of fixed size; the one asked for longest ago is given away when all are taken. */
export class Slots {
  readonly #capacity: number
  /** In the order of their last use. */
  readonly #places = new Map<string, number>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Where `key` lies, which is thereby used; undefined when it lies nowhere. */
  use(key: string): number | undefined {
    const place = this.#places.get(key)
    if (place === undefined) return undefined
    this.#places.delete(key)
    this.#places.set(key, place)
    return place
  }

  /** A place for `key`: its own, a free one, or the one used longest ago. */
  take(key: string): number {
    const own = this.use(key)
    if (own !== undefined) return own
    const oldest = this.#places.size < this.#capacity ? undefined : this.#places.entries().next().value
    const place = oldest ? oldest[1] : this.#places.size
    if (oldest) this.#places.delete(oldest[0])
    this.#places.set(key, place)
    return place
  }
}
