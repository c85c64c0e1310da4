/**
 * What happens on the page: prompt → request → clip → library → file. Buttons, shortcuts and the automation interface all come through here,
 * so there is one way to make a film.
 */
import { transfer } from 'comlink'
import type { Clip, EngineInfo, GenerateEvent, GenerateRequest, Latents, LoadOptions, MediaRef, Preview, Source } from '../workers/generate/types.ts'
import type { FilmTags, Media, Plan } from '../workers/media/types.ts'
import type { Refusal } from '../workers/policy/types.ts'
import type { Provenance } from '../workers/provenance/types.ts'
import { Cast, type SubjectWithCast } from './cameo/cast.svelte.ts'
import { download, Exporter } from './export/exporter.svelte.ts'
import { plainName } from './export/filename.ts'
import { rememberParent } from './export/lineage.ts'
import { Several } from './export/several.svelte.ts'
import { clipSubject, filmSubject, type Subject } from './export/subject.ts'
import { Importer } from './import/importer.svelte.ts'
import { Hold } from './hold/hold.svelte.ts'
import { m } from './i18n/paraglide/messages.js'
import type { Bridge } from './lib/bridge.ts'
import { Engine } from './lib/engine.svelte.ts'
import { trouble, wasCancelled, type Way } from './lib/errors.ts'
import { fixed, inQuotes } from './lib/format.ts'
import { Notices, type NoticeAction } from './lib/notices.svelte.ts'
import { place } from './lib/place.svelte.ts'
import { Update } from './lib/update.svelte.ts'
import { cameoBridge, generatorBridge, mediaBridge, packsBridge, policyBridge, provenanceBridge } from './lib/workers.ts'
import { Library } from './library/library.svelte.ts'
import { isClip, liveClip, liveCuts, liveName } from './live/keep.ts'
import { LiveFilm } from './live/live.svelte.ts'
import { LiveSound } from './live/sound.ts'
import type { Entry } from './library/store.ts'
import { thumbnail } from './library/thumbnail.ts'
import { PackShelf } from './packs/shelf.svelte.ts'
import { frameSource } from './player/frames.ts'
import { Player } from './player/player.svelte.ts'
import { PictureScreen } from './policy/pictures.ts'
import { RefusedError, Screen } from './policy/policy.svelte.ts'
import { ruleSentence } from './policy/rules.ts'
import { Begin } from './prompt/begin.svelte.ts'
import { Draft } from './prompt/draft.svelte.ts'
import { explainVariations } from './prompt/explain.ts'
import { loadRules } from './prompt/rules.svelte.ts'
import { rollSeed } from './prompt/seed.ts'
import { escapeBraces } from './prompt/variations.ts'
import { boardEditNames } from './prompt/storyboard/editNames.ts'
import { clipOf, follow, placedOf } from './prompt/storyboard/film.ts'
import { Storyboard } from './prompt/storyboard/storyboard.svelte.ts'
import type { Take } from './prompt/storyboard/board.ts'
import { Queue } from './queue/queue.svelte.ts'
import { indexedShelf, type ShotRef } from './queue/store.ts'
import { Settings, type BackendChoice } from './settings/settings.svelte.ts'
import { SignerSettings } from './settings/signer.svelte.ts'
import { editNames } from './timeline/editNames.ts'
import { sayableProject } from './export/sayable.ts'
import { fromParts, PROJECT_ENDING, ProjectError, refsOf, toParts, withRefs } from './timeline/project.ts'
import { cutsOf, recipesOf } from './timeline/remake.ts'
import { mediaOf, type Media as FilmMedia } from './timeline/schema.ts'
import { FormatError, Timeline } from './timeline/timeline.svelte.ts'
import { Verifier } from './verify/verifier.svelte.ts'

/** A film in the making. */
export interface Making {
  request: GenerateRequest
  /** null until the model is loaded and the job begins. */
  event: GenerateEvent | null
  stage: 'running' | 'stopping'
}

export const DEFAULT_PACK = 'kinora-s'

/** `?pack=…&backend=…` choose for this visit alone. */
function chosenInAddress(): Partial<LoadOptions> {
  const query = new URLSearchParams(location.search)
  const pack = query.get('pack')
  const backend = query.get('backend')
  return {
    ...(pack && /^[\w.-]+$/.test(pack) ? { pack } : {}),
    ...(backend === 'wasm' || backend === 'webgpu' || backend === 'auto' ? { backend } : {}),
  }
}

/** Why something could not be kept. */
function reasonOf(error: unknown): string {
  const full = error instanceof DOMException && error.name === 'QuotaExceededError'
  return full ? m.library_no_space() : m.library_forbidden()
}

const reducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches

export class Studio {
  readonly settings = new Settings()
  readonly draft = new Draft()
  readonly begin = new Begin()
  readonly hold = new Hold()
  readonly player = new Player()
  readonly library = new Library()
  readonly notices = new Notices()
  readonly queue = new Queue({ busy: () => this.#wish ?? this.live.busy(), make: (request, shot) => (shot ? this.#makeShot(request, shot) : this.make(request)), stop: () => this.cancel() }, indexedShelf())
  readonly packs = new PackShelf(packsBridge())
  readonly policy = new Screen(policyBridge())
  readonly pictures = new PictureScreen(policyBridge())
  readonly engine: Engine
  readonly exporter: Exporter
  readonly several: Several
  readonly verifier: Verifier
  readonly signer: SignerSettings
  readonly importer: Importer
  readonly timeline: Timeline
  readonly board: Storyboard
  readonly live: LiveFilm
  readonly liveSound = new LiveSound()
  readonly cast = new Cast(cameoBridge())
  readonly update = new Update({
    busy: () => this.busy,
    onReady: (take) => this.notices.offer(m.update_ready, [{ label: m.update_take, run: take }]),
    onLater: () => this.notices.info(m.update_later),
    onOthers: (take) => this.notices.offer(m.update_others, [{ label: m.update_take, run: take }]),
  })

  making = $state.raw<Making | null>(null)
  /** The library's film on the stage, or on its way there. */
  current = $state.raw<Entry | null>(null)
  opening = $state(false)
  /** What the stage shows when nothing is being made: the clip, or the film that is cut from clips. */
  onStage = $state<'clip' | 'film'>('clip')
  /** What the prompt box says and may not be filmed, since it was last tried. */
  refusal = $state.raw<Refusal | null>(null)
  /** Said to screen readers. */
  announcement = $state('')

  readonly #media: Bridge<Media>
  readonly #provenance: Bridge<Provenance>
  readonly #address = chosenInAddress()
  #abort = new AbortController()
  /** The film asked for outside the queue, while it is being made. */
  #wish: Promise<void> | null = null
  /** Counts what is put on the stage; a slower, older wish gives way. */
  #turn = 0

  constructor() {
    this.#media = mediaBridge()
    this.#provenance = provenanceBridge()
    this.exporter = new Exporter(this.#media, this.#provenance, () => this.settings, this.policy)
    this.several = new Several({ exporter: this.exporter, offer: download, clipOf: (entry) => this.#keptClip(entry) })
    this.verifier = new Verifier(this.#provenance)
    this.signer = new SignerSettings(this.#provenance)
    this.engine = new Engine(generatorBridge(), this.#loadOptions())
    const info = async () => this.engine.info ?? (await this.engine.load())
    this.importer = new Importer({ media: this.#media, provenance: this.#provenance, pictures: this.pictures, info })
    this.engine.footageOf = (origin) => this.importer.footage(origin)
    this.timeline = new Timeline({
      engine: this.engine,
      library: this.library,
      encodePictures: (rgba, width, height) => this.#media.run((media) => media.encodePictures(transfer(rgba, [rgba.buffer]), width, height)),
      takeStage: () => this.#takeStage('film'),
      onEdit: (name, way) => {
        const what = editNames[name]()
        const { places, frames, fps } = this.timeline
        this.announcement = `${way === 'done' ? what : m.film_undo_what({ what })}. ${m.film_length({ n: places.length, seconds: fixed(frames / fps, 1) })}`
      },
      onMark: (range) => {
        const seconds = (frame: number) => fixed(frame / this.timeline.fps, 2)
        this.announcement = range ? m.range_spoken({ from: seconds(range.from), to: seconds(range.to) }) : m.range_cleared()
      },
      onElsewhere: (what, { id, name }) => {
        const sentence = what === 'copied' ? m.film_copied_elsewhere : m.film_changed_elsewhere
        this.notices.info(() => sentence({ name }), [{ label: m.film_show_theirs, run: () => void this.timeline.openFilm(id) }])
      },
      copyName: (name) => m.film_copy({ name }),
      onError: (error) => this.notices.error(() => m.film_unsaved({ reason: reasonOf(error) }), [], String(error)),
    })
    this.board = new Storyboard({
      draft: this.draft,
      queue: this.queue,
      onEdit: (name, way) => {
        const what = boardEditNames[name]()
        this.announcement = `${way === 'done' ? what : m.film_undo_what({ what })}. ${m.board_count({ n: this.board.script.shots.length })}`
      },
      onCopied: (name) => this.notices.info(() => m.board_copied_elsewhere({ name })),
      newName: m.board_new_name,
      copyName: (name) => m.film_copy({ name }),
      onError: (error) => this.notices.error(() => m.board_unsaved({ reason: reasonOf(error) }), [], String(error)),
    })
    this.live = new LiveFilm({
      engine: this.engine,
      clock: this.liveSound,
      caption: (written) => this.draft.captionFor(written),
      seed: rollSeed,
      thumbnail: ({ rgba, frameCount }, { format: { width, height } }) => thumbnail({ rgba, frameCount, width, height }),
      onError: (error) => this.#explain(error, () => (this.live.canGoOn ? this.live.goOn() : this.live.again())),
    })
    this.player.setVolume(this.settings.volume)
  }

  /** Whether something runs, or is there and nowhere kept: what would be lost if the page were closed now. */
  get busy(): boolean {
    const { making, queue, live, exporter, packs, hold, library } = this
    const directed = live.running || (live.reel !== null && !live.kept)
    return making !== null || queue.running || directed || exporter.busy || packs.work !== null || (this.held !== null && hold.changed) || library.holdsUnkept
  }

  get backend(): BackendChoice {
    return this.#address.backend ?? this.settings.backend
  }

  /** Loads the model, then brings the last film back. Resolves when the model is ready; what fails is shown and thrown. */
  async start(): Promise<EngineInfo> {
    const loading = this.#load(() => this.engine.load())
    // Whoever needs them and finds them missing tells of it.
    loadRules().catch(() => undefined)
    // It may fail before the caller gets to hear of it.
    loading.then(() => setTimeout(() => this.player.open()), () => undefined)
    const untouched = this.#turn
    void this.board.start()
    void this.queue.open()
    await this.library.open()
    void this.timeline.start().then(() => this.#sweepImports())
    const [last] = this.library.entries
    if (last && this.#turn === untouched) void this.#bringBack(last)
    return loading
  }

  /** Files from elsewhere stay as long as a film in the library, on the timeline or of the other tab is made from them. */
  async #sweepImports(): Promise<void> {
    await this.importer
      .sweep(async () => {
        const origins = [...this.library.entries.map(({ request }) => request.from), ...(await this.timeline.origins())]
        return new Set(origins.flatMap((origin) => [origin?.media?.id, origin?.end?.id].filter((id) => id !== undefined)))
      })
      .catch(() => undefined)
  }

  setBackend(backend: BackendChoice): void {
    this.settings.backend = backend
    delete this.#address.backend
    this.notices.clearErrors()
    this.#load(() => this.engine.reload(this.#loadOptions())).catch(() => undefined)
  }

  /** The model that makes films. */
  get pack(): string {
    return this.#address.pack ?? (this.settings.pack || DEFAULT_PACK)
  }

  /** Makes films with another model from now on. */
  usePack(name: string): void {
    this.settings.pack = name === DEFAULT_PACK ? '' : name
    delete this.#address.pack
    this.notices.clearErrors()
    this.#load(() => this.engine.reload(this.#loadOptions())).catch(() => undefined)
  }

  /** After a model was deleted: if it made the films, the standard one does now. */
  packGone(name: string): void {
    if (name !== this.pack || name === DEFAULT_PACK) return
    this.usePack(DEFAULT_PACK)
    this.notices.info(() => m.pack_gone({ name }))
  }

  /** Makes what the prompt box says, several films by the queue; every failure becomes a notice. */
  async generate(): Promise<void> {
    if (this.making || this.#wish || !this.#makesSense()) return
    if (this.draft.filmCount > 1 || this.queue.running) {
      await this.enqueue()
      return
    }
    const again = () => void this.generate()
    this.#wish = this.#attempt(() => this.#makeWhatIsWritten(), again).finally(() => (this.#wish = null))
    await this.#wish
  }

  /** The clip that the next film may begin from: the one on the stage, if this model made it. */
  get parent(): Clip | null {
    const { clip } = this.player
    const pack = this.engine.info?.pack
    return this.onStage === 'clip' && clip && pack && clip.pack.name === pack.name && clip.pack.version === pack.version ? clip : null
  }

  async #makeWhatIsWritten(): Promise<void> {
    const { parent } = this
    await this.draft.ready()
    const wish = this.draft.take()
    await this.#insist([wish])
    const { request, source } = await this.begin.from(wish, parent, {
      clip: (clip) => this.#tokensOf(clip),
      still: async (picture) => this.engine.encodeStill(await this.importer.footageOf(picture)),
    })
    const clip = await this.make(request, undefined, source)
    // A file from elsewhere is known by its own hash.
    if (source && parent && !request.from?.media) await rememberParent(clip.latents, parent.latents)
    this.begin.how = 'anew'
  }

  /** A film from elsewhere gets its tokens when something is made from it. */
  async #tokensOf({ request: { from }, latents }: Clip): Promise<Latents> {
    return from?.how === 'import' && from.media ? this.engine.encode(await this.importer.footageOf(from.media)) : latents
  }

  /** Offers a film or a picture from elsewhere, to be made a clip. */
  async bring(file: File): Promise<void> {
    await this.#attempt(() => this.importer.offer(file))
  }

  /** Makes what was offered a clip: on the stage and in the library, and what the next film begins from. */
  async acceptImport(): Promise<void> {
    await this.#attempt(async () => {
      const taken = await this.importer.accept()
      if (!taken) return
      const { clip, sound } = taken
      this.#turn++
      this.opening = false
      this.exporter.forget()
      this.notices.clearErrors()
      this.#takeStage('clip')
      this.player.show(clip)
      await this.#keep(clip)
      const { begin } = this
      if (clip.request.from?.media?.kind === 'image') {
        begin.first = clip.request.from.media
        begin.how = 'frames'
      } else begin.choose('remix', clip, this.draft)
      this.announcement = m.import_done()
      location.hash = '#studio'
      if (sound === 'undecodable') this.notices.info(m.import_no_sound)
    })
  }

  /** The frame on the stage, kept as a picture to begin or to end with. */
  async frameAsPicture(): Promise<MediaRef | null> {
    const { clip, frame } = this.player
    if (!clip) return null
    try {
      const png = await frameSource(clip)(frame).convertToBlob({ type: 'image/png' })
      const title = clip.request.written ?? clip.request.prompt
      return await this.importer.keepFrame(png, m.begin_frame_of({ frame: frame + 1, title: title.length > 40 ? `${title.slice(0, 39)}…` : title }))
    } catch (error) {
      this.#explain(error)
      return null
    }
  }

  /** The clip that can be taken hold of: the one on the stage, if this model made it and tells what happens in it. */
  get holdable(): Clip | null {
    const { parent } = this
    return this.engine.info?.pack.tellsScene && parent && parent.latents.state.length > 0 ? parent : null
  }

  /** The clip that is held now. */
  get held(): Clip | null {
    const { clip } = this.hold
    return clip && !this.making && clip === this.holdable ? clip : null
  }

  /** Shows what can be moved in the clip on the stage, or lets go of it. */
  async takeHold(): Promise<void> {
    const clip = this.holdable
    if (this.held || !clip) {
      this.hold.letGo()
      return
    }
    await this.#attempt(async () => {
      const scene = await this.engine.readScene(clip.latents.state)
      if (clip !== this.holdable) return
      this.notices.clearErrors()
      if (scene && scene.things.length > 0) {
        this.player.pause()
        this.hold.take(clip, scene)
      } else this.notices.info(m.hold_nothing)
    })
  }

  /** Makes the held clip again around what was moved in it: a new clip, of the same words and the same noise. */
  async generateHeld(): Promise<void> {
    const { held, hold } = this
    const { now, changed } = hold
    if (!held || !now || !changed || this.#wish) return
    this.#wish = this.#attempt(
      async () => {
        const state = await this.engine.writeScene(held.latents.state, now)
        const { prompt, seed } = held.request
        const clip = await this.make({ ...held.request, from: { how: 'hold', prompt, seed } }, undefined, { how: 'hold', state })
        hold.letGo()
        await rememberParent(clip.latents, held.latents)
      },
      () => void this.generateHeld(),
    ).finally(() => (this.#wish = null))
    await this.#wish
  }

  /** Puts what the prompt box says at the end of the queue. */
  async enqueue(): Promise<void> {
    if (!this.#makesSense()) return
    await this.#attempt(async () => {
      await this.draft.ready()
      const requests = this.draft.takeAll()
      await this.#insist(requests)
      this.queue.add(requests)
    })
  }

  /** @throws RefusedError when the prompt box, or what it stands for, says something that may not be filmed. What was written stays. */
  async #insist(requests: readonly GenerateRequest[]): Promise<void> {
    this.refusal = null
    const texts = [this.draft.prompt, ...requests.flatMap(({ prompt, written = prompt }) => [written, prompt])]
    await this.policy.insist([...new Set(texts)])
  }

  /** Takes the sentence that was offered instead of what was refused. */
  useRewrite(rewrite: string): void {
    const { draft, refusal } = this
    if (!refusal) return
    const { prompt: before, rewritten } = draft
    this.refusal = null
    const undo = () => {
      draft.prompt = before
      draft.rewritten = rewritten
    }
    // The caption is changed where only the caption was refused; with variations, all of them give way to the one sentence.
    if (refusal.text === draft.caption && refusal.text !== before.trim()) draft.rewrite(rewrite)
    else draft.prompt = refusal.text.trim() === before.trim() ? rewrite : escapeBraces(rewrite)
    this.notices.info(m.policy_used, [{ label: m.undo, run: undo }])
  }

  /** Gives a film on the timeline another name. What it may not be called is told, and it keeps the one it has. */
  async renameFilm(id: string, name: string): Promise<void> {
    await this.#attempt(async () => {
      const refusal = await this.policy.review([name], 'title')
      if (!refusal) {
        await this.timeline.renameFilm(id, name)
        return
      }
      const { rewrite, found, rule } = refusal
      const use = rewrite === null ? [] : [{ label: () => m.policy_call({ name: rewrite }), run: () => void this.renameFilm(id, rewrite) }]
      this.notices.error(() => `${m.policy_name({ words: found })} ${ruleSentence(rule)}`, use)
    })
  }

  /** Whether the prompt box holds something to make; says what is wrong if not. */
  #makesSense(): boolean {
    const { draft } = this
    const sentence = draft.prompt.trim() ? explainVariations(draft) : m.prompt_missing
    if (sentence) this.notices.error(sentence, [])
    else this.notices.clearErrors()
    return sentence === null
  }

  /** Makes one film, shows it and keeps it. @throws whatever the generator throws; CancelledError when stopped */
  async make(request: GenerateRequest, onEvent?: (event: GenerateEvent) => void, source?: Source): Promise<Clip> {
    this.#turn++
    this.#abort = new AbortController()
    this.notices.clearErrors()
    this.exporter.forget()
    this.#takeStage('clip')
    this.player.pause()
    this.player.prepare()
    this.player.preview = null
    this.opening = false
    this.making = { request, event: null, stage: 'running' }
    this.announcement = m.announce_started()
    if (request.from?.media) this.pictures.prepare()
    try {
      const clip = await this.engine.generate(
        request,
        (event) => {
          if (this.making) this.making = { ...this.making, event }
          if (event.phase === 'step' && event.preview) this.player.preview = event.preview satisfies Preview
          onEvent?.(event)
        },
        this.#abort.signal,
        source,
      )
      // What is made of a file from elsewhere may show what the file does.
      if (request.from?.media) await this.pictures.insist(clip, 'made', this.#abort.signal)
      this.making = null
      this.player.show(clip)
      this.announcement = m.announce_done({ seconds: clip.frameCount / clip.fps })
      // Who is elsewhere by now hears nothing.
      if (!reducedMotion() && (place() === 'studio' || place() === 'storyboard')) void this.player.play()
      await this.#keep(clip)
      this.exporter.prepare()
      const { speechEnd = 0 } = clip
      if (speechEnd > clip.frameCount / clip.fps) this.notices.info(() => m.speech_cut({ seconds: Math.ceil(speechEnd) }))
      return clip
    } catch (error) {
      this.making = null
      this.player.preview = null
      if (wasCancelled(error)) this.announcement = m.announce_cancelled()
      throw error
    }
  }

  cancel(): void {
    if (this.making?.stage !== 'running') return
    this.making = { ...this.making, stage: 'stopping' }
    this.#abort.abort()
  }

  /** Shows a kept film again and puts its recipe into the prompt box. */
  async openFilm(entry: Entry): Promise<void> {
    if (this.making) return
    const imported = entry.request.from?.how === 'import'
    // The name of a file is no sentence to film.
    if (!imported) this.draft.restore(entry.request)
    this.begin.how = 'anew'
    this.exporter.forget()
    this.notices.clearErrors()
    this.#takeStage('clip')
    if (entry.request.from && !imported) this.notices.info(m.begin_not_again)
    if (entry.request.live) this.notices.info(m.live_not_again, [{ label: m.live_again, run: () => this.#directAgain(entry.request) }])
    await this.#bringBack(entry)
  }

  /** Puts the live film where the others are: as a clip, or as a film of clips when it is longer than a clip may be. */
  async keepLive(): Promise<void> {
    const { live } = this
    if (!live.reel || live.running || live.kept) return
    await this.#attempt(
      async () => {
        if (isClip(live, this.engine.info?.pack)) await this.#keepLiveClip()
        else {
          await this.timeline.startFilm(liveName(live), liveCuts(live))
          this.#takeStage('film')
        }
        live.kept = true
        this.announcement = m.live_kept()
        location.hash = '#studio'
      },
      () => void this.keepLive(),
    )
  }

  async #keepLiveClip(): Promise<void> {
    const { request, latents } = liveClip(this.live)
    const clip = await this.engine.render(request, latents)
    this.#turn++
    this.opening = false
    this.exporter.forget()
    this.#takeStage('clip')
    this.player.show(clip)
    await this.#keep(clip)
    this.exporter.prepare()
  }

  /** Makes a live film again that was kept. */
  #directAgain({ seed, steps, live }: Pick<GenerateRequest, 'seed' | 'steps' | 'live'>): void {
    if (this.live.running || !live) return
    location.hash = '#live'
    this.live.again(seed, steps, live)
  }

  async deleteFilm(entry: Entry): Promise<void> {
    const undo = await this.library.remove(entry.id)
    if (this.current?.id === entry.id && !this.player.clip) this.current = null
    this.notices.info(m.library_deleted, [{ label: m.undo, run: () => void undo() }])
  }

  /** Makes a shot of a storyboard, and keeps it as its take. */
  async #makeShot(wish: GenerateRequest, shot: ShotRef): Promise<void> {
    const beginning = await this.board.beginning(wish, shot)
    const { request, parent } = beginning
    const clip = await this.make(request, undefined, parent ? { how: 'extend', latents: parent.tail, seconds: parent.seconds } : undefined)
    const { current } = this
    const entry = current && this.library.ready(current.id) === clip ? current : null
    const id = entry?.id ?? crypto.randomUUID()
    this.library.remember(id, clip)
    await this.board.take(shot, beginning, clip, { id, thumbnail: entry?.thumbnail ?? thumbnail(clip) })
    if (parent) await rememberParent(clip.latents, parent.latents)
  }

  /** Shows a take of a shot on the stage. */
  async showTake({ id, start }: Take): Promise<void> {
    if (this.making) return
    const turn = ++this.#turn
    await this.#attempt(async () => {
      let clip = this.library.ready(id)
      if (!clip) {
        const media = await this.board.media(id)
        const { pack } = this.engine.info ?? (await this.engine.load())
        if (!media || pack.name !== media.pack.name || pack.version !== media.pack.version) {
          this.notices.info(() => (media ? m.library_other_model({ pack: media.pack.name, version: media.pack.version }) : m.library_broken()))
          return
        }
        clip = await this.engine.render(media.request, media.latents)
        this.library.remember(id, clip)
      }
      if (turn !== this.#turn) return
      this.opening = false
      this.current = this.library.entries.find((entry) => entry.id === id) ?? null
      this.exporter.forget()
      this.#takeStage('clip')
      this.player.show(clip)
      this.player.seek(start)
      if (!reducedMotion()) void this.player.play()
    })
  }

  /** Puts the shots in their order on the timeline: into the film that they made before, as one edit, else into a new one. */
  async putShotsInFilm(): Promise<void> {
    const { board, timeline } = this
    await this.#attempt(
      async () => {
        const { cuts } = board
        const media = (await Promise.all(cuts.map(({ take }) => board.media(take.id)))).filter((item) => item !== undefined)
        const [first] = media
        if (!first || media.length < cuts.length) throw new TypeError('A take is missing.')
        const format = JSON.stringify(first.format)
        const { film } = board.made
        const known = film && timeline.films.find(({ id }) => id === film.id)
        if (media.some((item) => JSON.stringify(item.format) !== format) || (known?.format && JSON.stringify(known.format) !== format)) {
          this.notices.error(m.board_other_format, [])
          return
        }
        if (film && known) {
          if (timeline.film?.id !== known.id) await timeline.openFilm(known.id)
          await timeline.rearrange('storyboard', media, (clips) => follow(clips, cuts, film.placed))
        } else await timeline.startFilm(board.script.name, cuts.map((cut, i) => ({ ...clipOf(cut), media: media[i]! })))
        if (timeline.film) board.setFilm({ id: timeline.film.id, placed: cuts.map(placedOf) })
        this.#takeStage('film')
        this.announcement = m.film_length({ n: timeline.places.length, seconds: fixed(timeline.frames / timeline.fps, 1) })
      },
      () => void this.putShotsInFilm(),
    )
  }

  /** Deletes the storyboard that is open. */
  async deleteBoard(): Promise<void> {
    const undo = await this.board.deleteBoard()
    this.notices.info(m.board_deleted, [{ label: m.undo, run: () => void undo() }])
  }

  /** Takes a shot out of its storyboard. */
  removeShot(id: string): void {
    const undo = this.board.remove(id)
    this.notices.info(m.board_shot_removed, [{ label: m.undo, run: undo }])
  }

  /** Deletes a take of a shot. */
  dropTake(take: Take): void {
    const undo = this.board.dropTake(take)
    this.notices.info(m.board_take_deleted, [{ label: m.undo, run: undo }])
  }

  /** Puts the clip on the stage at the end of the film, and begins one if there is none. */
  addToFilm(): void {
    const { clip } = this.player
    if (!clip) return
    const { current } = this
    const entry = current && this.library.ready(current.id) === clip ? current : null
    try {
      this.timeline.addClip(clip, entry, entry?.thumbnail ?? thumbnail(clip))
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      this.notices.error(m.film_other_format, [{ label: m.film_new, run: () => void this.timeline.startNew().then(() => this.addToFilm()) }])
    }
  }

  async deleteTimelineFilm(id: string): Promise<void> {
    const undo = await this.timeline.deleteFilm(id)
    this.notices.info(m.library_deleted, [{ label: m.undo, run: () => void undo() }])
  }

  /** Plays or pauses what is on the stage. */
  togglePlay(): void {
    if (this.onStage === 'film') void this.timeline.toggle()
    else this.player.toggle()
  }

  pause(): void {
    this.player.pause()
    this.timeline.player.pause()
  }

  /** Saves what is on the stage. */
  async save(plan?: Plan): Promise<void> {
    if (this.exporter.busy) return
    this.notices.clearErrors()
    await this.#attempt(
      async () => {
        const subject = await this.subject()
        if (subject) await this.exporter.save(subject, plan)
      },
      () => void this.save(plan),
    )
  }

  /** Saves the kept films that were chosen, each in a file of its own. */
  async saveSeveral(): Promise<void> {
    if (this.exporter.busy || this.making) return
    this.notices.clearErrors()
    const { chosen } = this.several
    await this.#attempt(() => this.several.save(this.library.entries.filter(({ id }) => chosen.has(id))))
  }

  /** Takes the recipe out of a film that Kinora saved; any other film or picture is offered as a clip. */
  async openFile(file: File): Promise<void> {
    if (file.name.endsWith(PROJECT_ENDING)) return this.openProject(file)
    await this.#attempt(async () => {
      const tags = await this.#media.run((media) => media.readTags(file))
      if (tags && tags.from?.how !== 'import') await this.#restore(tags, file)
      else await this.importer.offer(file)
    })
  }

  /** Saves a film as one file with its clips and the storyboard it was made by; without a film, the open storyboard. */
  async saveProject(filmId?: string): Promise<void> {
    await this.#attempt(
      async () => {
        const whole = filmId === undefined ? undefined : await this.timeline.whole(filmId)
        const board = await this.board.whole(filmId)
        if (!whole && !board) throw new TypeError('There is nothing to save.')
        const media = [...new Map([...(whole?.media ?? []), ...(board?.media ?? [])].map((item) => [item.id, item])).values()]
        const refs = refsOf(media)
        const files = (await Promise.all(refs.map((ref) => this.importer.kept(ref)))).filter((file) => file !== undefined)
        const parts = toParts({ film: whole?.film ?? null, marked: whole?.marked ?? null, board: board?.board ?? null, media, files })
        const file = await this.#media.run((worker) => worker.writeProject(parts))
        download(file, plainName(whole?.film.name ?? board?.board.name ?? '') + PROJECT_ENDING)
        const missing = refs.filter(({ id }) => !files.some(({ ref }) => ref.id === id)).map(({ name }) => name)
        if (missing.length > 0) this.notices.offer(() => m.project_saved_without({ files: inQuotes(missing) }))
      },
      () => void this.saveProject(filmId),
    )
  }

  /** Takes in a film and its storyboard from a file, also where a file in it cannot be read here; what is here already stays as it is. */
  async openProject(file: File): Promise<void> {
    await this.#attempt(async () => {
      const project = fromParts(await this.#media.run((worker) => worker.readProject(file)))
      const said = await sayableProject(project, m.film_new(), (texts, use) => this.policy.review(texts, use))
      const { film, marked, board, media: described, files } = said
      const here = new Map<string, MediaRef>()
      const unread: string[] = []
      for (const brought of files) {
        const { ref, seen } = await this.importer.adopt(brought)
        if (ref.sha256 !== brought.ref.sha256) throw new ProjectError('A file in this project is not the one that its clips were made from. Nothing of it was taken.')
        here.set(brought.ref.id, ref)
        if (!seen) unread.push(ref.name)
      }
      const media = withRefs(described, here)
      const missing = (await Promise.all(refsOf(media).map(async (ref) => ((await this.importer.kept(ref)) ? [] : [ref.name])))).flat()
      const now = Date.now()
      if (board) await this.board.adopt({ ...board, changed: now }, media.filter(({ id }) => board.takes.some((take) => take.id === id)))
      if (film) await this.timeline.adopt({ ...film, changed: now }, marked, media.filter(({ id }) => film.clips.some((clip) => clip.media === id)))
      this.notices.clearErrors()
      const without = [
        ...(said === project ? [] : [m.policy_project]),
        ...(unread.length > 0 ? [() => m.project_unread({ files: inQuotes(unread) })] : []),
        ...(missing.length > 0 ? [() => m.project_missing({ files: inQuotes(missing) })] : []),
      ]
      const sentences = [() => m.project_opened({ name: film?.name ?? board?.name ?? '' }), ...without]
      this.notices[without.length > 0 ? 'offer' : 'info'](() => sentences.map((sentence) => sentence()).join(' '))
      if (film) this.#takeStage('film')
      else location.hash = '#storyboard'
    })
  }

  /** Brings back what a film's file says: the film itself where it is kept here, else its recipe, with the ways to make it again. */
  async #restore(tags: FilmTags, file: File): Promise<void> {
    this.notices.clearErrors()
    const entry = tags.film === undefined ? undefined : await this.library.find(tags.film, tags.seed)
    if (entry) {
      await this.openFilm(entry)
      this.notices.info(m.recipe_here)
      return
    }
    this.draft.restore(tags)
    // It can be read and changed, as if it had been typed; made again as it is, it would be refused.
    void this.#attempt(() => this.#insist([tags]))
    const ways: NoticeAction[] = []
    if (tags.live) ways.push({ label: m.live_again, run: () => this.#directAgain(tags) })
    // A live film that is one clip has no cuts of its own.
    const several = tags.title !== undefined && recipesOf(tags).length > 0
    if (several) ways.push({ label: m.recipe_film_again, run: () => void this.remake(tags) })
    if (several) this.notices.info(() => m.recipe_film({ n: tags.shots?.length ?? 0 }), ways)
    else if (tags.live) this.notices.info(m.live_not_again, ways)
    else this.#tellRestored(tags, file)
  }

  /** Makes every clip of a film again that is not kept here, and cuts them as they were. */
  async remake(tags: FilmTags): Promise<void> {
    if (this.making || this.#wish) return
    this.#wish = this.#attempt(
      async () => {
        await this.#insist(recipesOf(tags).map(({ request }) => request))
        const made = new Map<string, FilmMedia>()
        let fromWords = 0
        for (const { key, request, film } of recipesOf(tags)) {
          const kept = film === undefined ? undefined : await this.library.find(film, request.seed)
          let clip = kept && (await this.#keptClip(kept))
          if (!clip) {
            const { from, ...words } = request
            if (from) fromWords++
            clip = await this.make(words)
          }
          const entry = kept ?? this.current
          made.set(key, mediaOf(clip, entry?.id ?? crypto.randomUUID(), entry?.thumbnail ?? thumbnail(clip)))
        }
        await this.timeline.startFilm(tags.title ?? tags.written ?? tags.prompt, cutsOf(tags, made))
        this.#takeStage('film')
        if (fromWords > 0) this.notices.info(() => m.recipe_film_began({ n: fromWords }))
      },
      () => void this.remake(tags),
    ).finally(() => (this.#wish = null))
    await this.#wish
  }

  /** The clip of a kept film; undefined where this model cannot draw it, or it is damaged. */
  async #keptClip({ id, request, pack }: Entry): Promise<Clip | undefined> {
    const ready = this.library.ready(id)
    const { name, version } = (this.engine.info ?? (await this.engine.load())).pack
    if (ready || name !== pack.name || version !== pack.version) return ready
    const latents = await this.library.latents(id)
    return latents && this.engine.render(request, latents)
  }

  #tellRestored(tags: FilmTags, file: File): void {
    const { info } = this.engine
    const sameModel = !info || (info.pack.name === tags.pack && info.pack.version === tags.packVersion)
    const restored = sameModel ? m.recipe_restored : () => m.recipe_other_model({ pack: tags.pack, version: tags.packVersion })
    this.notices.info(tags.from ? m.begin_not_again : restored, [{ label: m.import_itself, run: () => void this.bring(file) }])
  }

  #takeStage(what: 'clip' | 'film'): void {
    if (this.onStage === what) return
    this.onStage = what
    this.player.pause()
    this.timeline.player.pause()
    this.exporter.forget()
  }

  /** By what name the cast knows the film on the stage; null when there is none that is kept. */
  get castKey(): string | null {
    if (this.onStage === 'film') return this.timeline.film && `film:${this.timeline.film.id}`
    return this.player.clip && this.current && `clip:${this.current.id}`
  }

  /** What is on the stage, to be saved, with the person in it; null when there is nothing, or nothing that this model can draw. */
  async subject(): Promise<SubjectWithCast | null> {
    const subject = await this.#filmOnStage()
    return subject && this.cast.into(subject, this.castKey, this.engine.info?.pack.families ?? [])
  }

  async #filmOnStage(): Promise<Subject | null> {
    if (this.onStage === 'clip') return this.player.clip && clipSubject(this.player.clip)
    const { otherModel } = this.timeline
    if (!otherModel) return filmSubject(this.timeline)
    this.notices.error(() => m.film_other_model({ pack: otherModel.name, version: otherModel.version }), [])
    return null
  }

  async #bringBack(entry: Entry): Promise<void> {
    const turn = ++this.#turn
    this.current = entry
    const ready = this.library.ready(entry.id)
    if (ready) {
      this.opening = false
      this.player.show(ready)
      return
    }
    this.player.show(null)
    this.opening = true
    try {
      const pack = (this.engine.info ?? (await this.engine.load())).pack
      if (pack.name !== entry.pack.name || pack.version !== entry.pack.version) {
        this.draft.restore(entry.request)
        this.notices.info(() => m.library_other_model({ pack: entry.pack.name, version: entry.pack.version }))
        return
      }
      const latents = await this.library.latents(entry.id)
      if (!latents) throw new TypeError('The latents of this film are missing.')
      const clip = await this.engine.render(entry.request, latents)
      this.library.remember(entry.id, clip)
      if (turn === this.#turn) this.player.show(clip)
    } catch (error) {
      // A model that cannot be loaded has its own notice.
      if (turn !== this.#turn || wasCancelled(error) || !this.engine.info) return
      this.draft.restore(entry.request)
      this.notices.error(m.library_broken, [], String(error))
    } finally {
      if (turn === this.#turn) this.opening = false
    }
  }

  async #keep(clip: Clip): Promise<void> {
    const { entry, failure } = await this.library.add(clip)
    this.current = entry
    if (failure === undefined) return
    this.notices.error(() => m.library_unsaved({ reason: reasonOf(failure) }), [{ label: m.save, run: () => void this.save() }], String(failure))
  }

  /** Loads, tells who depends on the pack, and shows what fails. */
  async #load(load: () => Promise<EngineInfo>): Promise<EngineInfo> {
    try {
      const info = await load()
      this.draft.setPack(info.pack)
      this.settings.families = info.pack.families
      return info
    } catch (error) {
      const { pack } = this.settings
      // A model that the person chose once may have been deleted or damaged since.
      if (pack && this.pack === pack && error instanceof Error && error.name === 'PackError') {
        this.settings.pack = ''
        this.notices.info(() => m.pack_gone({ name: pack }))
        return this.#load(() => this.engine.reload(this.#loadOptions()))
      }
      this.#explain(error, () => void this.#load(() => this.engine.reload()).catch(() => undefined))
      throw error
    }
  }

  /** Runs a wish of the person's; a failure becomes a notice that offers `again`. */
  async #attempt(wish: () => Promise<unknown>, again?: () => void): Promise<void> {
    try {
      await wish()
    } catch (error) {
      this.#explain(error, again)
    }
  }

  #explain(error: unknown, again?: () => void): void {
    if (wasCancelled(error)) return
    if (error instanceof RefusedError && error.refusal.use === 'scene') {
      this.refusal = error.refusal
      return
    }
    const { sentence, ways, detail } = trouble(error)
    const offers: Record<Way, NoticeAction | undefined> = {
      retry: again && { label: m.retry, run: again },
      wasm: { label: m.use_wasm, run: () => this.setBackend('wasm') },
      reload: { label: m.reload, run: () => location.reload() },
    }
    this.notices.error(
      sentence,
      ways.flatMap((way) => offers[way] ?? []),
      detail,
    )
  }

  #loadOptions(): LoadOptions {
    return { pack: this.pack, backend: this.backend }
  }
}
