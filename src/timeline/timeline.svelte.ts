/** The film being cut: what is done to it, what is kept of it, and how it plays. It is there once a clip was added to it. */
import type { Clip, Origin } from '../../workers/generate/types.ts'
import type { Film as FilmToSave, Shot } from '../../workers/media/types.ts'
import type { Engine } from '../lib/engine.svelte.ts'
import type { Library } from '../library/library.svelte.ts'
import type { Entry } from '../library/store.ts'
import { frameBytes } from '../player/frames.ts'
import { Player, type Range, type Reel } from '../player/player.svelte.ts'
import { Autosave } from './autosave.ts'
import { compose, type Layer } from './compose.ts'
import * as edits from './edits.ts'
import { filmFrames, layout, newFilm, partsAt, placeAt, type Film, type FilmClip, type Format, type Placed } from './film.ts'
import { Footage } from './footage.svelte.ts'
import { edit, History } from './history.ts'
import { KeyChoice } from './keyChoice.svelte.ts'
import { mix } from './mix.ts'
import type { EncodePictures } from './proxies.ts'
import type { Cut } from './remake.ts'
import { markIn, markOut, within } from './range.ts'
import { mediaOf, type Media } from './schema.ts'
import { FilmStore, indexedShelf } from './store.ts'
import { TrackView } from './trackView.svelte.ts'

/** Frames from the one that is looked at to those that may be next, in that order: half a second ahead, and a little back. */
const NEAR = [1, -1, 2, -2, 3, -3, 4, 5, 6, 7, 8]

export type EditName = 'add' | 'remove' | 'move' | 'trim' | 'split' | 'volume' | 'fade' | 'dissolve' | 'rename' | 'storyboard'

/** A clip of another size or rate than the film's. */
export class FormatError extends Error {
  override readonly name = 'FormatError'
}

export interface TimelineHost {
  engine: Engine
  library: Library
  /** Something could not be kept or read. */
  onError: (error: unknown) => void
  encodePictures: EncodePictures
  /** The film wants the stage. */
  takeStage: () => void
  /** Something was done to the film, or taken back. */
  onEdit: (name: EditName, way: 'done' | 'undone') => void
  /** Another part of the film is marked, or none any more. */
  onMark: (range: Range | null) => void
  /** Another tab changed the film that is open here; or it had done so before this tab's changes were kept, which are now in a copy. */
  onElsewhere: (what: 'changed' | 'copied', film: Film) => void
  /** The name of a film's copy. */
  copyName: (name: string) => string
}

/** What tabs tell each other when they have written a film; `changed` is undefined when it was deleted. */
interface Word {
  id: string
  changed?: number
}

type FilmReel = Reel & Format

export class Timeline {
  film = $state.raw<Film | null>(null)
  /** All films kept here, the one changed last first. */
  films = $state.raw<readonly Film[]>([])
  selectedId = $state<string | null>(null)
  /** The part that is marked, to be played over and over or made a file of. */
  range = $state.raw<Range | null>(null)
  undoLabel = $state<EditName>()
  redoLabel = $state<EditName>()

  readonly places: readonly Placed[] = $derived(layout(this.film?.clips ?? []))
  readonly frames = $derived(filmFrames(this.places))
  readonly fps = $derived(this.film?.format?.fps ?? 1)
  readonly selected = $derived(this.places.find(({ clip }) => clip.id === this.selectedId))
  /** The clip under the playhead. */
  readonly placeHere = $derived.by(() => placeAt(this.places, this.player.frame))
  /** How each clip was made, and what is seen and heard of it. */
  readonly shots: readonly Shot[] = $derived.by(() => (this.footage.version < 0 ? [] : this.places.map((place) => this.#shot(place))))
  /** Whether there is anything to see, or to take back. */
  readonly open = $derived(this.frames > 0 || this.undoLabel !== undefined || this.redoLabel !== undefined)

  /** The model that a clip of the film was made with, if it is not the one loaded: without it there are no pictures. */
  readonly otherModel = $derived.by(() => {
    const { info } = this.#host.engine
    if (!info || this.footage.version < 0) return undefined
    const packs = this.places.flatMap(({ clip }) => this.footage.media(clip.media)?.pack ?? [])
    return packs.find(({ name, version }) => name !== info.pack.name || version !== info.pack.version)
  })

  /** Files from elsewhere that are clips of the film, and are gone or cannot be read here. */
  readonly unreadable = $derived.by(() => {
    if (this.footage.version < 0) return []
    return [...new Set(this.places.flatMap(({ clip }) => this.footage.unreadable(clip.media) ?? []))]
  })

  /** The frame that stands on the stage exactly as it is, not only in small; null while there is none. */
  exact: number | null = null

  readonly player = new Player<FilmReel>()
  readonly footage: Footage
  readonly view: TrackView
  readonly keyChoice = new KeyChoice()

  readonly #host: TimelineHost
  readonly #store = new FilmStore(indexedShelf())
  readonly #autosave: Autosave<Film>
  #history = new History<Film>(newFilm('', '', 0))
  /** The film as it was last given to the autosave. */
  #put: Film | undefined
  /** `changed` of the version that this tab's film comes from; undefined while it was never kept. */
  #base: number | undefined
  /** The id under which it goes on since another tab changed it; its history has the former one. */
  #copyId: string | undefined
  #warned = false
  #tabs: BroadcastChannel | undefined
  /** Clips whose latents and sound are not kept yet. */
  #unsaved: string[] = []

  constructor(host: TimelineHost) {
    this.#host = host
    this.footage = new Footage(host.engine, host.library, this.#store, host.encodePictures)
    this.view = new TrackView(this)
    this.#autosave = new Autosave((film) => this.#save(film), host.onError)
    this.player.setAtEnd('stop')
  }

  /** Brings back the films, and the one that was open. */
  async start(): Promise<void> {
    addEventListener('visibilitychange', () => document.hidden && void this.#autosave.flush())
    addEventListener('pagehide', () => void this.#autosave.flush())
    this.#tabs = new BroadcastChannel('kinora-films')
    this.#tabs.addEventListener('message', ({ data }: MessageEvent<Word>) => void this.#hear(data))
    try {
      await this.#sweepWhenAlone()
      this.films = await this.#store.films()
      const last = await this.#store.lastOpen()
      const film = this.films.find(({ id }) => id === last)
      if (film && !this.film) await this.#show(film)
    } catch {
      // Storage is forbidden: films then last as long as the page.
    }
  }

  /** What the clips of all films were made from. */
  origins(): Promise<Origin[]> {
    return this.#store.origins()
  }

  // Films

  async openFilm(id: string): Promise<void> {
    await this.#autosave.flush()
    const film = this.films.find((film) => film.id === id)
    if (!film) return
    await this.#show(film)
    await this.#store.setOpen(id)
  }

  /** Puts the film away; the next clip that is added begins another one. */
  async startNew(): Promise<void> {
    await this.#autosave.flush()
    this.#close()
    await this.#store.setOpen(null)
  }

  async duplicateFilm(id: string, name: string): Promise<void> {
    await this.#autosave.flush()
    const film = this.films.find((film) => film.id === id)
    if (!film) return
    const copy = { ...film, id: crypto.randomUUID(), name, created: Date.now() }
    await this.#store.mark(copy.id, await this.#store.marked(id)).catch(() => undefined)
    await this.#show(copy)
    this.#base = undefined
    this.#autosave.put(this.#history.state)
    await this.#autosave.flush()
  }

  async renameFilm(id: string, name: string): Promise<void> {
    if (!name.trim()) return
    if (this.film?.id === id) this.#apply('rename', (film) => (film.name === name.trim() ? film : { ...film, name: name.trim() }))
    else {
      const film = await this.#store.film(id)
      if (!film) return
      const renamed = { ...film, name: name.trim(), changed: later(film.changed) }
      if (await this.#store.save(renamed, [], film.changed)) this.#wrote(renamed)
      await this.#store.setOpen(this.film?.id ?? null)
    }
  }

  /** A film with all its clips, as it is now. @throws TypeError when one of them is gone */
  async whole(id: string): Promise<{ film: Film; marked: Range | null; media: Media[] } | undefined> {
    await this.#autosave.flush()
    const film = await this.#store.film(id)
    if (!film) return undefined
    const ids = [...new Set(film.clips.map(({ media }) => media))]
    const media = await Promise.all(ids.map(async (id) => this.footage.media(id) ?? (await this.#store.media(id))))
    if (media.includes(undefined)) throw new TypeError('A clip of this film is missing.')
    return { film, marked: await this.#store.marked(id), media: media.filter((item) => item !== undefined) }
  }

  /** Takes in a film from elsewhere, whose id nothing here has, and opens it. */
  async adopt(film: Film, marked: Range | null, media: readonly Media[]): Promise<void> {
    await this.#autosave.flush()
    await this.#store.save(film, media)
    await this.#store.mark(film.id, marked)
    this.#wrote(film)
    await this.openFilm(film.id)
  }

  /** Deletes a film and gives the way to take that back. */
  async deleteFilm(id: string): Promise<() => Promise<void>> {
    await this.#autosave.flush()
    // As it is now: another tab may have changed it since the list was read.
    const film = (await this.#store.film(id)) ?? this.films.find((film) => film.id === id)
    const wasOpen = this.film?.id === id
    if (wasOpen) this.#close()
    this.films = this.films.filter((film) => film.id !== id)
    if (film) await this.#store.remove(id, film.changed)
    this.#tabs?.postMessage({ id } satisfies Word)
    return async () => {
      if (!film) return
      if (await this.#store.save(film)) this.#wrote(film)
      if (wasOpen) await this.openFilm(id)
    }
  }

  // Edits

  /** Adds a generated clip at the end. `entry` is its place in the library, if it has one. @throws FormatError */
  addClip(clip: Clip, entry: Entry | null, thumbnail: string): void {
    const { request, frameCount } = clip
    const id = entry?.id ?? crypto.randomUUID()
    const media = mediaOf(clip, id, thumbnail)
    const { format } = media
    const film = this.film ?? newFilm(crypto.randomUUID(), request.written ?? request.prompt, Date.now())
    if (film.format && JSON.stringify(film.format) !== JSON.stringify(format)) throw new FormatError('The clip is of another size or rate than the film.')
    if (!this.film) this.#begin(film)
    this.#host.library.remember(id, clip)
    this.footage.add(media)
    this.footage.keep(id, clip)
    this.#unsaved.push(id)
    const added: FilmClip = { id: crypto.randomUUID(), media: id, mediaFrames: frameCount, start: 0, frames: frameCount, volume: 1, fadeIn: 0, fadeOut: 0, dissolve: 0 }
    this.#apply('add', (film) => edits.withClips({ ...film, format }, edits.add(film.clips, added)))
    void this.#autosave.flush()
  }

  /** Begins a film of clips whose frames may not be at hand: the engine draws them when they are looked at. */
  async startFilm(name: string, cuts: readonly Cut[]): Promise<void> {
    const [first] = cuts
    if (!first) return
    await this.startNew()
    this.#begin(newFilm(crypto.randomUUID(), name, Date.now()))
    const clips = cuts.map(({ id = crypto.randomUUID(), media, start, frames, volume = 1, fadeIn = 0, fadeOut = 0, dissolve = 0 }): FilmClip => {
      this.footage.add(media)
      this.#unsaved.push(media.id)
      return { id, media: media.id, mediaFrames: media.frameCount, start, frames, volume, fadeIn, fadeOut, dissolve }
    })
    this.#apply('add', (film) => edits.withClips({ ...film, format: first.media.format }, edits.settle(clips)))
    await this.#autosave.flush()
  }

  /** Changes the open film's clips as a whole, which is one edit; `media` may be new in it. */
  async rearrange(name: EditName, media: readonly Media[], change: (clips: readonly FilmClip[]) => FilmClip[]): Promise<void> {
    for (const item of media) {
      if (this.footage.media(item.id)) continue
      this.footage.add(item)
      this.#unsaved.push(item.id)
    }
    this.#change(name, change)
    await this.#autosave.flush()
  }

  removeClip(id: string): void {
    this.#change('remove', (clips) => edits.remove(clips, id))
  }

  moveClip(id: string, index: number): void {
    this.#change('move', (clips) => edits.move(clips, id, index))
  }

  trim(id: string, end: 'start' | 'end', frames: number): void {
    this.#change('trim', (clips) => (end === 'start' ? edits.trimStart(clips, id, frames) : edits.trimEnd(clips, id, frames)))
  }

  setLevel(id: string, level: Partial<edits.Level>): void {
    const name: EditName = level.volume !== undefined ? 'volume' : level.dissolve !== undefined ? 'dissolve' : 'fade'
    this.#change(name, (clips) => edits.setLevel(clips, id, level))
  }

  /** Cuts the clip under the playhead in two. */
  split(): void {
    this.#change('split', (clips) => edits.split(clips, this.player.frame, crypto.randomUUID()))
  }

  /** Makes the clip under the playhead begin, or end, with the frame that is shown. */
  trimHere(end: 'start' | 'end'): void {
    const place = this.placeHere
    if (!place) return
    this.trim(place.clip.id, end, end === 'start' ? this.player.frame - place.from : this.player.frame + 1 - place.to)
    this.#seekQuietly(end === 'start' ? place.from : this.player.frame)
  }

  /** What follows until `commit` is one edit. */
  begin(name: EditName): void {
    this.#history.begin(name)
  }

  commit(): void {
    this.#history.commit()
    this.#follow()
    this.#tell()
  }

  cancel(): void {
    this.#history.cancel()
    this.#follow()
  }

  /** Takes back what was done since `begin`, and begins again. */
  restart(name: EditName): void {
    this.#history.cancel()
    this.#history.begin(name)
  }

  undo(): void {
    const name = this.undoLabel
    if (!this.#history.undo()) return
    this.#follow()
    if (name) this.#host.onEdit(name, 'undone')
  }

  redo(): void {
    if (!this.#history.redo()) return
    this.#follow()
    this.#tell()
  }

  select(id: string | null): void {
    this.selectedId = id
  }

  // The marked part

  /** Marks the frame that is shown as the first, or the last, of a part. */
  mark(end: 'in' | 'out'): void {
    if (this.frames === 0) return
    const { frame } = this.player
    this.#mark(end === 'in' ? markIn(this.range, frame, this.frames) : markOut(this.range, frame))
  }

  unmark(): void {
    if (this.range) this.#mark(null)
  }

  #mark(range: Range | null): void {
    this.#setRange(range)
    this.#keepMark()
    this.#host.onMark(range)
  }

  #keepMark(): void {
    // Where nothing can be kept, the film itself has said so.
    if (this.film) void this.#store.mark(this.film.id, this.range).catch(() => undefined)
  }

  #setRange(range: Range | null): void {
    this.range = range
    this.player.setRange(range)
  }

  // Playing

  seek(frame: number): void {
    this.#host.takeStage()
    this.player.seek(frame)
  }

  step(frames: number): void {
    this.#host.takeStage()
    this.player.step(frames)
  }

  async toggle(): Promise<void> {
    if (this.player.playing) {
      this.player.pause()
      return
    }
    this.#host.takeStage()
    this.player.prepare()
    const place = placeAt(this.places, this.player.firstFrame)
    // Without its frames the small pictures stand in; what failed is told where it matters, at the export.
    if (place && !this.footage.shows(place.clip.media)) await this.footage.clip(place.clip.media).catch(() => undefined)
    await this.player.play()
  }

  /** The nearest cut before (−1) or after (1) the playhead. */
  jump(direction: 1 | -1): void {
    const cuts = [0, ...this.places.map(({ from }) => from), Math.max(0, this.frames - 1)]
    const next = direction === 1 ? cuts.find((cut) => cut > this.player.frame) : cuts.findLast((cut) => cut < this.player.frame)
    if (next !== undefined) this.seek(next)
  }

  /** Has the frames of what is seen at `frame`, and of what comes next, drawn. */
  prepare(frame: number): void {
    const place = placeAt(this.places, frame)
    if (!place) return
    const next = this.places[place.index + 1]
    if (next) this.footage.want(next.clip.media, 'later')
    for (const { clip } of partsAt(this.places, frame)) this.footage.want(clip.media, 'now')
    const wishes = (frame: number) => partsAt(this.places, frame).map(({ clip, frame }) => ({ id: clip.media, frame }))
    this.footage.look(wishes(frame), NEAR.flatMap((by) => wishes(frame + by)))
  }

  /** Draws what is seen at `frame`; from small pictures where the frames are not at hand yet. */
  draw(context: CanvasRenderingContext2D, frame: number): void {
    const { width, height } = context.canvas
    let exact = true
    context.globalCompositeOperation = 'copy'
    context.fillRect(0, 0, width, height)
    // Light adds up: what the shares lack to 1 stays black.
    context.globalCompositeOperation = 'lighter'
    for (const { clip, frame: at, weight } of partsAt(this.places, frame)) {
      context.globalAlpha = weight
      const picture = this.footage.picture(clip.media, at)
      const tile = picture ? undefined : this.footage.tile(clip.media, at)
      if (picture) context.drawImage(picture, 0, 0, width, height)
      else exact = false
      if (tile) context.drawImage(this.footage.atlas.canvas, tile.x, tile.y, tile.side, tile.side, 0, 0, width, height)
    }
    context.globalAlpha = 1
    context.globalCompositeOperation = 'source-over'
    this.exact = exact ? frame : null
  }

  // Saving as a file

  /** What the encoder needs but for the frames; null when there is no film. */
  sequence(): Omit<FilmToSave, 'mark'> | null {
    const { film, places, frames } = this
    const [first] = places
    const media = first && this.footage.media(first.clip.media)
    if (!film?.format || !media) return null
    const { shots } = this
    const tags = { ...media.request, pack: media.pack.name, packVersion: media.pack.version, backend: media.backend, title: film.name, shots: [...shots] }
    return { ...film.format, frameCount: frames, pcm: this.#mix(film.format), tags }
  }

  #shot({ clip, from }: Placed): Shot {
    const { prompt = '', written, negative = '', seed = 0, steps, seconds, from: origin } = this.footage.media(clip.media)?.request ?? {}
    const { start: clipStart, frames, volume, fadeIn, fadeOut, dissolve } = clip
    return {
      prompt,
      negative,
      seed,
      ...(written !== undefined && { written }),
      ...(steps !== undefined && { steps }),
      ...(seconds !== undefined && { seconds }),
      ...(origin && { from: origin }),
      startFrame: from,
      frames,
      clipStart,
      volume,
      fadeIn,
      fadeOut,
      dissolve,
    }
  }

  /** The frames of the film as it is now, drawn one by one. @throws OtherModelError, and whatever the engine throws */
  frameReader(): (index: number) => Promise<Uint8ClampedArray<ArrayBuffer>> {
    const { places, film } = this
    const bytes = (film?.format?.width ?? 0) * (film?.format?.height ?? 0) * 4
    return async (index) => {
      const parts = partsAt(places, index)
      const layers: Layer[] = []
      for (const { clip, frame, weight } of parts) layers.push({ rgba: frameBytes(await this.footage.clip(clip.media), frame), weight })
      return compose(layers, bytes)
    }
  }

  #change(name: EditName, change: (clips: readonly FilmClip[]) => FilmClip[]): void {
    this.#apply(name, (film) => edits.withClips(film, change(film.clips)))
  }

  #apply(name: EditName, change: (film: Film) => Film): void {
    if (!this.film) return
    const before = this.#history.state
    this.#history.apply(edit(name, before, change))
    this.#follow()
    if (this.#history.state !== before) this.#tell()
  }

  /** Tells of the last edit, unless it is still going on. */
  #tell(): void {
    if (this.undoLabel && !this.#history.busy) this.#host.onEdit(this.undoLabel, 'done')
  }

  /** Shows the state of the history, and keeps it once nothing is in the middle of a change. */
  #follow(): void {
    const film = this.#history.state
    this.film = this.#copyId === undefined ? film : { ...film, id: this.#copyId }
    if (!film.clips.some(({ id }) => id === this.selectedId)) this.selectedId = null
    if (this.#history.busy) return
    this.undoLabel = this.#history.undoLabel as EditName | undefined
    this.redoLabel = this.#history.redoLabel as EditName | undefined
    this.#rewind()
    if (film !== this.#put) this.#autosave.put(film)
    this.#put = film
  }

  /** Gives the player the film as it is now. */
  #rewind(): void {
    const { film, frames } = this
    if (film?.format && frames > 0) this.player.replace({ ...film.format, frameCount: frames, pcm: this.#mix(film.format) })
    else this.player.show(null)
    const range = within(this.range, frames)
    if (range !== this.range) this.#setRange(range)
  }

  #mix(format: Format): Float32Array<ArrayBuffer> {
    return mix(this.places, format, (media) => this.footage.media(media)?.pcm)
  }

  /** The playhead to `frame`, without a sound and without taking the stage. */
  #seekQuietly(frame: number): void {
    this.player.frame = Math.min(Math.max(frame, 0), Math.max(0, this.frames - 1))
  }

  #begin(film: Film): void {
    this.#history = new History(film)
    this.#put = film
    this.#base = undefined
    this.#copyId = undefined
    this.#warned = false
    this.film = film
    this.#setRange(null)
    this.selectedId = null
    this.undoLabel = undefined
    this.redoLabel = undefined
  }

  async #show(film: Film): Promise<void> {
    await this.footage.open([...new Set(film.clips.map(({ media }) => media))])
    const marked = await this.#store.marked(film.id).catch(() => null)
    this.#begin(film)
    this.#base = film.changed
    this.player.frame = 0
    this.#rewind()
    this.#setRange(within(marked, this.frames))
  }

  #close(): void {
    this.film = null
    this.#setRange(null)
    this.selectedId = null
    this.undoLabel = undefined
    this.redoLabel = undefined
    this.player.show(null)
  }

  async #save(state: Film): Promise<void> {
    const film = this.#copyId === undefined ? state : { ...state, id: this.#copyId }
    if (film.clips.length === 0) {
      this.films = this.films.filter(({ id }) => id !== film.id)
      if (this.#base !== undefined) await this.#store.remove(film.id, this.#base)
      this.#base = undefined
      this.#tabs?.postMessage({ id: film.id } satisfies Word)
      return
    }
    const thumbnail = this.footage.media(film.clips[0]?.media ?? '')?.thumbnail ?? film.thumbnail
    const kept = { ...film, thumbnail, changed: later(this.#base) }
    const media = this.#unsaved.flatMap((id) => this.footage.media(id) ?? [])
    // Listed even where it cannot be kept: it is there as long as the page.
    this.films = this.#listed(kept)
    if (await this.#store.save(kept, media, this.#base)) {
      this.#base = kept.changed
      this.#unsaved = this.#unsaved.filter((id) => !media.some((item) => item.id === id))
      this.#wrote(kept)
    } else await this.#goOnInCopy(film)
  }

  /** Another tab changed the film first: its version stays as it is, and this tab's goes on under a name of its own, with its history. */
  async #goOnInCopy(film: Film): Promise<void> {
    this.#copyId = crypto.randomUUID()
    this.#base = undefined
    const name = this.#host.copyName(film.name)
    this.#history.apply(edit<Film>('rename', this.#history.state, (state) => ({ ...state, name })))
    this.#put = this.#history.state
    this.#follow()
    this.#keepMark()
    await this.#save(this.#history.state)
    this.films = await this.#store.films()
    this.#host.onElsewhere('copied', film)
  }

  /** Lists a film that was written, and tells the other tabs. */
  #wrote(film: Film): void {
    this.films = this.#listed(film)
    this.#tabs?.postMessage({ id: film.id, changed: film.changed } satisfies Word)
  }

  /** What another tab wrote. */
  async #hear({ id, changed }: Word): Promise<void> {
    this.films = await this.#store.films().catch(() => this.films)
    const { film } = this
    if (film?.id !== id || changed === undefined || changed === this.#base || this.#warned) return
    this.#warned = true
    this.#host.onElsewhere('changed', film)
  }

  #listed(film: Film): Film[] {
    return [film, ...this.films.filter(({ id }) => id !== film.id)].toSorted((a, b) => b.changed - a.changed)
  }

  async #sweep(): Promise<void> {
    await this.#store.sweep()
    await this.footage.proxies.sweep(await this.#store.mediaIds())
  }

  /** Another tab may still take back an edit, and need what this one would throw away. */
  async #sweepWhenAlone(): Promise<void> {
    await navigator.locks.request('kinora-timeline', { ifAvailable: true }, (lock) => (lock ? this.#sweep() : undefined))
    void navigator.locks.request('kinora-timeline', { mode: 'shared' }, () => new Promise(() => undefined))
  }
}

/** Now, or just after `changed` where the clock was set back: versions of a film are told apart by it. */
function later(changed = 0): number {
  return Math.max(Date.now(), changed + 1)
}
