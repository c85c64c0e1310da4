/**
 * The generated clips that a film is cut from: their sound at once, their frames drawn by the engine when they are needed, one clip at a time and
 * what is looked at first. Of those only the last few clips are kept, see Library; what was drawn once is there again as pictures, see Proxies; the
 * strip keeps small ones of all, see Atlas.
 */
import type { Clip } from '../../workers/generate/types.ts'
import { isUnreadable } from '../import/importer.svelte.ts'
import type { Engine } from '../lib/engine.svelte.ts'
import type { Library } from '../library/library.svelte.ts'
import { frameImage, frameSource } from '../player/frames.ts'
import { peaks } from '../player/waveform.ts'
import { Atlas, type Tile } from './atlas.ts'
import type { Wish } from './frameCache.ts'
import { Proxies, type EncodePictures } from './proxies.ts'
import type { Media } from './schema.ts'
import type { FilmStore } from './store.ts'

/** Frames between two small pictures of a clip: half a second at 16 frames/s. */
const TILE_FRAMES = 8

/** Stretches of the waveform in a frame: more than the closest view has pixels would be waste. */
export const PEAKS_PER_FRAME = 8

/** The clip was made with a model that is not the one loaded. */
export class OtherModelError extends Error {
  override readonly name = 'OtherModelError'
}

export class Footage {
  /** Raised when something became ready to show: what reads it is drawn again. */
  version = $state(0)
  /** Raised when a frame that is looked at was decoded. */
  decoded = $state(0)
  readonly atlas = new Atlas()
  readonly proxies: Proxies
  /** How long the last clip took to draw. */
  drawMs = 0

  readonly #engine: Engine
  readonly #library: Library
  readonly #store: FilmStore
  readonly #media = new Map<string, Media>()
  readonly #waves = new Map<string, Float32Array>()
  readonly #drawing = new Map<string, Promise<Clip>>()
  /** Why clips could not be drawn: not tried again before they are needed, or the next film is opened. */
  readonly #failed = new Map<string, unknown>()
  readonly #canvas = new OffscreenCanvas(1, 1)
  /** Clips whose small pictures are being decoded, one after another. */
  readonly #tiling = new Set<string>()
  #tiled: Promise<void> = Promise.resolve()
  /** What is looked at. */
  #looked: readonly Wish[] = []
  /** Media whose frames are wanted, the most urgent first. */
  #wanted: string[] = []
  #busy = false

  constructor(engine: Engine, library: Library, store: FilmStore, encode: EncodePictures) {
    this.#engine = engine
    this.#library = library
    this.#store = store
    this.proxies = new Proxies(encode, ({ id, frame }) => {
      if (this.#looked.some((wish) => wish.id === id && wish.frame === frame)) this.decoded++
    })
  }

  add(media: Media): void {
    this.#media.set(media.id, media)
    this.version++
  }

  /** Reads what is not in memory yet, and forgets everything else. */
  async open(ids: readonly string[]): Promise<void> {
    this.#failed.clear()
    this.#wanted = []
    for (const id of this.#media.keys()) if (!ids.includes(id)) this.#media.delete(id)
    this.#waves.clear()
    for (const id of ids) {
      const media = this.#media.has(id) ? undefined : await this.#store.media(id)
      if (media) this.#media.set(id, media)
    }
    await this.proxies.open(ids)
    this.version++
  }

  media(id: string): Media | undefined {
    return this.#media.get(id)
  }

  /** The sentence that the person wrote for it. */
  sentence(id: string): string {
    const request = this.#media.get(id)?.request
    return request?.written ?? request?.prompt ?? ''
  }

  /** The clip with all its frames, if they are at hand. */
  ready(id: string): Clip | undefined {
    return this.#library.ready(id)
  }

  /** The clip with all its frames. @throws OtherModelError, and whatever the engine throws */
  async clip(id: string): Promise<Clip> {
    const ready = this.ready(id)
    if (ready) return ready
    const drawing = this.#drawing.get(id) ?? this.#draw(id).finally(() => this.#drawing.delete(id))
    this.#drawing.set(id, drawing)
    return drawing
  }

  /** Whether every frame of it can be shown at once. */
  shows(id: string): boolean {
    return this.proxies.has(id) || this.ready(id) !== undefined
  }

  /** One frame, to be drawn now; undefined when it is not at hand. */
  picture(id: string, frame: number): CanvasImageSource | undefined {
    const ready = this.ready(id)
    return ready ? this.#paint(ready, frame) : this.proxies.picture({ id, frame })
  }

  /** Has frames decoded: `now` is looked at, `next` may be soon. What was asked for before is no more. */
  look(now: readonly Wish[], next: readonly Wish[]): void {
    this.#looked = now
    this.proxies.want([...now, ...next].filter(({ id }) => !this.ready(id)))
  }

  /** A clip whose frames are at hand: its pictures are kept. */
  keep(id: string, clip: Clip): void {
    this.#tile(id, clip)
    void this.proxies.keep(id, clip)
  }

  /** Sees to it that the frames, and the small pictures, of `id` will be there: before all else, or when nothing else is to do. */
  want(id: string, when: 'now' | 'later'): void {
    const ready = this.ready(id)
    if (ready) this.keep(id, ready)
    else if (this.proxies.has(id)) void this.#tileDecoded(id)
    if (this.shows(id) || this.#failed.has(id) || !this.#media.has(id)) return
    const others = this.#wanted.filter((other) => other !== id)
    this.#wanted = when === 'now' ? [id, ...others] : this.#wanted.includes(id) ? this.#wanted : [...others, id]
    void this.#work()
  }

  /** The small picture nearest before `frame`. */
  tile(id: string, frame: number): Tile | undefined {
    return this.atlas.tile(tileKey(id, frame - (frame % TILE_FRAMES))) ?? this.atlas.tile(stillKey(id))
  }

  /** The name of the file from elsewhere that this clip is, if it was found to be gone, or not to be readable here. */
  unreadable(id: string): string | undefined {
    const { from } = this.#media.get(id)?.request ?? {}
    return from?.how === 'import' && isUnreadable(this.#failed.get(id)) ? from.media?.name : undefined
  }

  /** The loudest sample, 0…1, of each stretch of a frame's 1 / PEAKS_PER_FRAME. */
  wave(id: string): Float32Array | undefined {
    const media = this.#media.get(id)
    const known = this.#waves.get(id)
    if (known || !media) return known
    const wave = peaks(media.pcm, media.frameCount * PEAKS_PER_FRAME)
    this.#waves.set(id, wave)
    return wave
  }

  async #work(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    for (let id = this.#wanted.shift(); id !== undefined; id = this.#wanted.shift()) await this.clip(id).catch(() => undefined)
    this.#busy = false
  }

  async #draw(id: string): Promise<Clip> {
    try {
      const media = this.#media.get(id)
      if (!media) throw new TypeError('The latents of this clip are missing.')
      const { pack } = this.#engine.info ?? (await this.#engine.load())
      if (pack.name !== media.pack.name || pack.version !== media.pack.version) throw new OtherModelError(`Made with ${media.pack.name} ${media.pack.version}.`)
      const began = performance.now()
      const clip = await this.#engine.render(media.request, media.latents)
      this.drawMs = performance.now() - began
      this.#failed.delete(id)
      this.#library.remember(id, clip)
      this.keep(id, clip)
      this.version++
      return clip
    } catch (error) {
      this.#failed.set(id, error)
      await this.#standIn(id).catch(() => undefined)
      this.version++
      throw error
    }
  }

  /** In place of a file from elsewhere that cannot be read, the picture that the list of films has of it. */
  async #standIn(id: string): Promise<void> {
    if (this.unreadable(id) === undefined || this.atlas.tile(stillKey(id))) return
    const picture = new Image()
    picture.src = this.#media.get(id)?.thumbnail ?? ''
    await picture.decode()
    this.atlas.put(stillKey(id), picture)
  }

  /** A canvas with this frame on it, until the next one is asked for. */
  #paint(clip: Clip, frame: number): OffscreenCanvas {
    const { width, height } = clip
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height })
    this.#canvas.getContext('2d', { alpha: false })?.putImageData(frameImage(clip, frame), 0, 0)
    return this.#canvas
  }

  #tile(id: string, clip: Clip): void {
    if (this.atlas.tile(tileKey(id, 0))) return
    const frameOf = frameSource(clip)
    for (let frame = 0; frame < clip.frameCount; frame += TILE_FRAMES) this.atlas.put(tileKey(id, frame), frameOf(frame))
    this.version++
  }

  /** The small pictures out of the kept ones, in a row: the one that is looked at must not stand behind them all. */
  async #tileDecoded(id: string): Promise<void> {
    const media = this.#media.get(id)
    if (!media || this.#tiling.has(id) || this.atlas.tile(tileKey(id, 0))) return
    this.#tiling.add(id)
    this.#tiled = this.#tiled.then(async () => {
      for (let frame = 0; frame < media.frameCount; frame += TILE_FRAMES) {
        const picture = await this.proxies.decode({ id, frame }).catch(() => undefined)
        if (!picture) return
        this.atlas.put(tileKey(id, frame), picture)
        picture.close()
      }
      this.#tiling.delete(id)
      this.version++
    })
    await this.#tiled
  }
}

const stillKey = (id: string) => `${id}:still`
const tileKey = (id: string, frame: number) => `${id}:${frame}`
