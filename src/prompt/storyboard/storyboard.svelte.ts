/** The storyboard being written: what is done to it, what is kept of it, and what is asked of the queue. */
import type { Clip, GenerateRequest, Latents } from '../../../workers/generate/types.ts'
import { locale } from '../../i18n/locale.svelte.ts'
import { cutLatents } from '../../live/pieces.ts'
import type { Queue } from '../../queue/queue.svelte.ts'
import type { ShotRef } from '../../queue/store.ts'
import { Autosave } from '../../timeline/autosave.ts'
import { edit, History } from '../../timeline/history.ts'
import type { Media } from '../../timeline/schema.ts'
import { indexedShelf, type Shelf } from '../../timeline/store.ts'
import type { Enhancement } from '../enhance/enhance.ts'
import type { Draft } from '../draft.svelte.ts'
import type { Slot } from '../enhance/slots.ts'
import { rules } from '../rules.svelte.ts'
import { rollSeed } from '../seed.ts'
import { joinOf, MAX_SHOTS, maxSeconds, newBoard, newShot, pickOf, recipeOf, standings, takesOf, withFollowers, type Board, type Join, type Script, type Shot, type Take } from './board.ts'
import { cutsOf } from './film.ts'
import { readScript } from './script.ts'
import { BoardStore, livingTakes } from './store.ts'

export type BoardEdit = 'add' | 'remove' | 'move' | 'copy' | 'change' | 'look' | 'rename' | 'script'

/** The shot before has no take that this one could go on from. */
export class NoBeginningError extends Error {
  override readonly name = 'NoBeginningError'
}

export interface BoardHost {
  /** Tells what the loaded pack can do, and how many steps a film takes. */
  draft: Pick<Draft, 'pack' | 'steps' | 'minSeconds'>
  queue: Pick<Queue, 'add' | 'cancel' | 'jobs'>
  onEdit: (name: BoardEdit, way: 'done' | 'undone') => void
  /** Something could not be kept or read. */
  onError: (error: unknown) => void
  /** Another tab changed the board first; this tab's goes on as a copy. */
  onCopied: (name: string) => void
  /** The name of a new storyboard, and of a copy. */
  newName: () => string
  copyName: (name: string) => string
}

/** What a shot's film begins from, and the request with that before it. */
export interface Beginning {
  request: GenerateRequest
  /** null for a cut. */
  parent: { take: Take; latents: Latents; tail: Latents; seconds: number } | null
}

type Made = Pick<Board, 'takes' | 'picks' | 'film'>

const NOTHING_MADE: Made = { takes: [], picks: {}, film: null }

export class Storyboard {
  script = $state.raw<Script>({ name: '', shots: [], look: {}, detailsSeed: 0 })
  made = $state.raw<Made>(NOTHING_MADE)
  /** All storyboards kept here. */
  boards = $state.raw<readonly Pick<Board, 'id' | 'name'>[]>([])
  id = $state('')
  undoLabel = $state<BoardEdit>()
  redoLabel = $state<BoardEdit>()
  /** ms of computing for a second of film, as measured last; null before the first. */
  pace = $state<number | null>(null)

  readonly #memory = new Map<string, Enhancement>()
  /** What the model is given for every shot; empty until the rules are here. */
  readonly texts = $derived.by(() => {
    const { families, maxTextBytes } = this.#host.draft.pack
    return rules()?.writeShots(this.script, { families, maxBytes: maxTextBytes, language: locale() }, this.#memory) ?? []
  })
  readonly standings = $derived.by(() => standings({ ...this.script, ...this.made }, this.#recipes()))
  /** The look of the whole: as the person decided, else as the first shot has it. */
  readonly firstLook = $derived.by(() => rules()?.lookOfFirst(this.texts, this.script.shots) ?? {})
  /** Films of this board that are still to be made, by shot. */
  readonly jobs = $derived.by(() => new Map(this.#host.queue.jobs.flatMap((job) => (job.shot && this.#isHere(job.shot.board) ? [[job.shot.shot, job] as const] : []))))
  /** Shots that can be made and are not up to date, and those that go on from them. */
  readonly wanting = $derived.by(() => {
    const { shots } = this.script
    const wanted = shots.filter(({ prompt }, i) => prompt.trim() && this.standings[i] !== 'made')
    return withFollowers(this.script, new Set(wanted.map(({ id }) => id))).filter(({ id, prompt }) => prompt.trim() && !this.isUnderWay(id))
  })
  readonly cuts = $derived.by(() => cutsOf({ ...this.script, ...this.made }, this.#host.draft.pack.windowSeconds))

  readonly #host: BoardHost
  readonly #store: BoardStore
  readonly #autosave: Autosave<Board>
  #history = new History<Script>(this.script)
  #put: Script | undefined
  #created = 0
  /** `changed` of the version that this one comes from; undefined while it was never kept. */
  #base: number | undefined
  /** Ids that it had before it became a copy: the queue may know it by them. */
  #former = new Set<string>()
  /** The field that is being typed into: all of it is one edit. */
  #typing: string | undefined
  /** Takes whose latents and sound are not kept yet. */
  #unsaved: Media[] = []

  constructor(host: BoardHost, shelf: Shelf = indexedShelf('kinora-storyboards', 'boards')) {
    this.#host = host
    this.#store = new BoardStore(shelf)
    this.#autosave = new Autosave((board) => this.#save(board), host.onError)
    this.#begin(newBoard(crypto.randomUUID(), host.newName(), Date.now(), rollSeed()))
  }

  /** Brings back the storyboards, and the one that was open. */
  async start(): Promise<void> {
    addEventListener('visibilitychange', () => void (document.hidden ? this.flush() : this.#catchUp()))
    addEventListener('pagehide', () => void this.flush())
    try {
      await sweepWhenAlone(this.#store)
      const boards = await this.#store.boards()
      this.boards = boards
      const last = await this.#store.lastOpen()
      const board = boards.find(({ id }) => id === last) ?? boards[0]
      if (board && this.#base === undefined && this.script.shots.length === 0) this.#begin(board)
    } catch {
      // Storage is forbidden: storyboards then last as long as the page.
    }
  }

  /** Writes what is not written yet. */
  flush(): Promise<void> {
    this.settle()
    return this.#autosave.flush()
  }

  // Storyboards

  async openBoard(id: string): Promise<void> {
    await this.flush()
    const board = await this.#store.board(id)
    if (!board) return
    this.#begin(board)
    await this.#store.setOpen(id)
  }

  async startNew(): Promise<void> {
    await this.flush()
    this.#begin(newBoard(crypto.randomUUID(), this.#host.newName(), Date.now(), rollSeed()))
  }

  /** Deletes the storyboard that is open and gives the way to take that back. */
  async deleteBoard(): Promise<() => Promise<void>> {
    await this.flush()
    const board = this.board()
    const media = this.#unsaved
    for (const { id } of this.jobs.values()) this.#host.queue.cancel(id)
    await this.#store.remove(board.id)
    this.boards = this.boards.filter(({ id }) => id !== board.id)
    const [next] = this.boards
    if (next) await this.openBoard(next.id)
    else await this.startNew()
    return async () => {
      await this.flush()
      await this.#store.save(board, media, undefined)
      this.boards = await this.#store.boards()
      await this.openBoard(board.id)
    }
  }

  rename(name: string): void {
    if (name.trim()) this.#apply('rename', (script) => (script.name === name.trim() ? script : { ...script, name: name.trim() }))
  }

  /** The storyboard as it is now. */
  board(): Board {
    return { ...this.script, ...this.made, id: this.id, created: this.#created, changed: this.#base ?? this.#created }
  }

  /** A take with all that is needed to draw it; undefined when it is gone. */
  async media(id: string): Promise<Media | undefined> {
    return this.#unsaved.find((media) => media.id === id) ?? this.#store.take(id)
  }

  /** The storyboard of a film with all its takes, else the open one; undefined where the film has none. */
  async whole(film?: string): Promise<{ board: Board; media: Media[] } | undefined> {
    await this.flush()
    const board = film === undefined || this.made.film?.id === film ? this.board() : (await this.#store.boards()).find((other) => other.film?.id === film)
    if (!board) return undefined
    const takes = livingTakes(board)
    const media = (await Promise.all(takes.map(({ id }) => this.media(id)))).filter((item) => item !== undefined)
    return { board: { ...board, takes: takes.filter(({ id }) => media.some((item) => item.id === id)) }, media }
  }

  /** What other pages hand over: a whole storyboard with its takes, as one of its own. */
  async adopt(board: Board, media: readonly Media[]): Promise<void> {
    await this.flush()
    await this.#store.save(board, media, undefined)
    this.boards = await this.#store.boards()
    await this.openBoard(board.id)
  }

  // Shots

  get isFull(): boolean {
    return this.script.shots.length >= MAX_SHOTS
  }

  /** @returns the new shot's id */
  add(change: Partial<Omit<Shot, 'id'>> = {}): string {
    const shot = newShot(crypto.randomUUID(), { seconds: this.#host.draft.minSeconds, ...change })
    this.#shots('add', (shots) => [...shots, shot])
    return shot.id
  }

  /** Appends a card for every line of a script. @returns how many */
  addScript(text: string): number {
    const lines = readScript(text, this.#host.draft.pack.windowSeconds).slice(0, MAX_SHOTS - this.script.shots.length)
    if (lines.length > 0) this.#shots('script', (shots) => [...shots, ...lines.map((line) => newShot(crypto.randomUUID(), line))])
    return lines.length
  }

  /** @returns the copy's id */
  duplicate(id: string): string {
    const copy = crypto.randomUUID()
    this.#shots('copy', (shots) => shots.flatMap((shot) => (shot.id === id ? [shot, { ...shot, id: copy }] : [shot])))
    return copy
  }

  /** Takes a shot out and gives the way to bring it back, whatever was done since. */
  remove(id: string): () => void {
    const { shots } = this.script
    const index = shots.findIndex((shot) => shot.id === id)
    const shot = shots[index]
    const board = this.id
    const job = this.jobs.get(id)
    if (job) this.#host.queue.cancel(job.id)
    this.#shots('remove', (all) => all.filter((other) => other.id !== id))
    return () => {
      const isBack = this.script.shots.some((other) => other.id === id)
      if (shot && !isBack && this.#isHere(board)) this.#shots('add', (all) => all.toSpliced(index, 0, shot))
    }
  }

  /** @param index counted without it */
  move(id: string, index: number): void {
    this.#shots('move', (shots) => {
      const shot = shots.find((shot) => shot.id === id)
      const others = shots.filter((other) => other !== shot)
      const to = Math.min(Math.max(index, 0), others.length)
      return !shot || shots[to] === shot ? shots : others.toSpliced(to, 0, shot)
    })
  }

  /** What is typed, letter by letter: one edit until something else is done. */
  type(id: string, change: Partial<Pick<Shot, 'prompt' | 'rewritten' | 'seconds'>>): void {
    const key = `${id} ${Object.keys(change).join(' ')}`
    if (this.#typing !== key) {
      this.settle()
      this.#typing = key
      this.#history.begin('change' satisfies BoardEdit)
    }
    this.#changeShot(id, change)
  }

  /** Ends what is being typed. */
  settle(): void {
    if (this.#typing === undefined) return
    this.#typing = undefined
    this.#history.commit()
    this.#follow()
  }

  change(id: string, change: Partial<Omit<Shot, 'id'>>): void {
    this.settle()
    this.#changeShot(id, change)
  }

  setJoin(id: string, join: Join): void {
    const most = maxSeconds(join, this.#host.draft.pack.windowSeconds)
    const shot = this.script.shots.find((shot) => shot.id === id)
    if (shot) this.change(id, { join, seconds: Math.min(shot.seconds, most) })
  }

  /** Takes something over from the other shots, or does without it. */
  toggleCarried(id: string, slot: Slot): void {
    const shot = this.script.shots.find((shot) => shot.id === id)
    if (shot) this.change(id, { without: shot.without.includes(slot) ? shot.without.filter((other) => other !== slot) : [...shot.without, slot] })
  }

  /** Decides what all shots share; '' leaves it to the first one again. */
  setLook(slot: Slot, value: string): void {
    this.#apply('look', (script) => {
      const { [slot]: _, ...rest } = script.look
      return { ...script, look: value ? { ...rest, [slot]: value } : rest }
    })
  }

  /** Chooses anew what nobody said. */
  rollDetails(): void {
    this.#apply('look', (script) => ({ ...script, detailsSeed: rollSeed() }))
  }

  undo(): void {
    this.settle()
    const name = this.undoLabel
    if (!this.#history.undo()) return
    this.#follow()
    if (name) this.#host.onEdit(name, 'undone')
  }

  redo(): void {
    this.settle()
    if (!this.#history.redo()) return
    this.#follow()
    if (this.undoLabel) this.#host.onEdit(this.undoLabel, 'done')
  }

  // Takes

  takes(shot: string): Take[] {
    return takesOf(this.made, shot)
  }

  pick(shot: string): Take | undefined {
    return pickOf(this.made, shot)
  }

  /** Has another take stand for its shot. */
  choose(take: Take): void {
    this.#keepMade({ ...this.made, picks: { ...this.made.picks, [take.shot]: take.id } })
  }

  /** Deletes a take and gives the way to take that back. What goes on from it, or has it in a film, keeps what it has. */
  dropTake(take: Take): () => void {
    const board = this.id
    this.#keepMade({ ...this.made, takes: this.made.takes.filter(({ id }) => id !== take.id) })
    return () => {
      if (this.#isHere(board)) this.#keepMade({ ...this.made, takes: [...this.made.takes, take].toSorted((a, b) => a.made - b.made) })
    }
  }

  isUnderWay(shot: string): boolean {
    const state = this.jobs.get(shot)?.state
    return state === 'running' || state === 'waiting'
  }

  /** Puts shots at the end of the queue, in their order. A shot that is as its card says gets another take, by another seed. */
  generate(shots: readonly Shot[]): void {
    this.settle()
    const orders = this.script.shots.flatMap((shot, index) => {
      const text = this.texts[index]
      if (!text || !shots.some(({ id }) => id === shot.id) || this.isUnderWay(shot.id) || !shot.prompt.trim()) return []
      // What failed or was stopped before is this wish, not another one.
      const former = this.jobs.get(shot.id)
      if (former) this.#host.queue.cancel(former.id)
      const last = this.pick(shot.id)
      const seed = last && this.standings[index] !== 'made' ? last.seed : rollSeed()
      const written = shot.prompt.trim()
      const prompt = text.caption
      const request: GenerateRequest = { prompt, ...(prompt !== written && { written }), negative: '', seed, seconds: shot.seconds, steps: this.#host.draft.steps }
      return [{ request, shot: { board: this.id, shot: shot.id, join: joinOf(this.script, index) } }]
    })
    if (orders.length > 0) this.#host.queue.add(orders.map(({ request }) => request), orders.map(({ shot }) => shot))
    void this.flush()
  }

  /** Takes all films of this storyboard out of the queue, the one that is being made too. */
  cancelAll(): void {
    for (const { id } of [...this.jobs.values()].toReversed()) this.#host.queue.cancel(id)
  }

  /** What a shot whose turn has come is made of. @throws NoBeginningError */
  async beginning(request: GenerateRequest, ref: ShotRef): Promise<Beginning> {
    if (ref.join === 'cut') return { request, parent: null }
    const board = await this.#boardOf(ref.board)
    const index = board?.shots.findIndex(({ id }) => id === ref.shot) ?? -1
    const before = board?.shots[index - 1]
    const take = board && before && pickOf(board, before.id)
    const media = take && (await this.media(take.id))
    if (!take || !media) throw new NoBeginningError('The shot before this one has no take to go on from.')
    const { prompt, seed, seconds: length } = media.request
    const seconds = Math.min(length, this.#host.draft.minSeconds)
    const tail = cutLatents(media.latents, length, length - seconds, length)
    return { request: { ...request, seconds: seconds + request.seconds, from: { how: 'extend', prompt, seed } }, parent: { take, latents: media.latents, tail, seconds } }
  }

  /** Keeps what was made of a shot; it stands for the shot from now on. */
  async take(ref: ShotRef, { request, parent }: Beginning, clip: Clip, { id, thumbnail }: { id: string; thumbnail: string }): Promise<void> {
    const { pack, backend, width, height, fps, sampleRate, frameCount, pcm, latents, timings } = clip
    const format = { width, height, fps, sampleRate }
    const media: Media = { id, request, pack, backend, thumbnail, format, frameCount, pcm, latents }
    const start = Math.round((parent?.seconds ?? 0) * fps)
    const shown = request.seconds - (parent?.seconds ?? 0)
    const made: Take = {
      id,
      shot: ref.shot,
      made: Date.now(),
      recipe: recipeOf(request.prompt, shown, ref.join),
      seed: request.seed,
      parent: parent?.take.id ?? null,
      start,
      frames: frameCount - start,
      fps,
      thumbnail,
    }
    this.pace = timings.total / shown
    if (this.#isHere(ref.board)) {
      this.#unsaved.push(media)
      this.#keepMade({ ...this.made, takes: [...this.made.takes, made], picks: { ...this.made.picks, [ref.shot]: id } })
      await this.#autosave.flush()
    } else await this.#takeElsewhere(ref, made, media)
  }

  /** Remembers the film that the shots were put into. */
  setFilm(film: Board['film']): void {
    this.#keepMade({ ...this.made, film })
  }

  #recipes(): string[] {
    return this.script.shots.map((shot, index) => recipeOf(this.texts[index]?.caption ?? '', shot.seconds, joinOf(this.script, index)))
  }

  #isHere(board: string): boolean {
    return board === this.id || this.#former.has(board)
  }

  async #boardOf(id: string): Promise<Board | undefined> {
    return this.#isHere(id) ? this.board() : this.#store.board(id)
  }

  /** For a storyboard that is not the open one. Where it is gone, the film still stands in the library. */
  async #takeElsewhere({ board: id, shot }: ShotRef, take: Take, media: Media): Promise<void> {
    for (let tries = 0; tries < 5; tries++) {
      const board = await this.#store.board(id)
      if (!board) return
      const next = { ...board, takes: [...board.takes, take], picks: { ...board.picks, [shot]: take.id }, changed: later(board.changed) }
      if (await this.#store.save(next, [media], board.changed)) return
    }
  }

  #shots(name: BoardEdit, change: (shots: readonly Shot[]) => readonly Shot[]): void {
    this.#apply(name, (script) => {
      const shots = change(script.shots)
      return shots === script.shots ? script : { ...script, shots: shots.slice(0, MAX_SHOTS) }
    })
  }

  #changeShot(id: string, change: Partial<Omit<Shot, 'id'>>): void {
    const name: BoardEdit = 'change'
    const shots = this.script.shots.map((shot) => (shot.id === id ? { ...shot, ...change } : shot))
    if (JSON.stringify(shots) !== JSON.stringify(this.script.shots)) this.#record(name, (script) => ({ ...script, shots }))
  }

  #apply(name: BoardEdit, change: (script: Script) => Script): void {
    this.settle()
    this.#record(name, change)
  }

  #record(name: BoardEdit, change: (script: Script) => Script): void {
    const before = this.#history.state
    this.#history.apply(edit(name, before, change))
    this.#follow()
    if (this.#history.state !== before && !this.#history.busy) this.#host.onEdit(name, 'done')
  }

  /** Shows the state of the history and has it kept. */
  #follow(): void {
    this.script = this.#history.state
    if (!this.#history.busy) {
      this.undoLabel = this.#history.undoLabel as BoardEdit | undefined
      this.redoLabel = this.#history.redoLabel as BoardEdit | undefined
    }
    if (this.script !== this.#put) this.#autosave.put(this.board())
    this.#put = this.script
  }

  #keepMade(made: Made): void {
    this.made = made
    this.#autosave.put(this.board())
  }

  #begin(board: Board): void {
    const { name, shots, look, detailsSeed, picks, film } = board
    this.#typing = undefined
    this.#history = new History<Script>({ name, shots, look, detailsSeed })
    this.#put = this.#history.state
    this.#created = board.created
    this.#base = this.boards.some(({ id }) => id === board.id) ? board.changed : undefined
    this.#former = new Set()
    this.id = board.id
    this.script = this.#history.state
    // Nothing can be taken back any more: takes of shots that are gone go with them.
    this.made = { takes: livingTakes(board), picks, film }
    this.undoLabel = undefined
    this.redoLabel = undefined
  }

  async #save(board: Board): Promise<void> {
    const kept = { ...board, id: this.#former.has(board.id) ? this.id : board.id, changed: later(this.#base) }
    const media = [...this.#unsaved]
    if (await this.#store.save(kept, media, this.#base)) {
      this.#base = kept.changed
      this.#unsaved = this.#unsaved.filter((item) => !media.includes(item))
      this.boards = [{ id: kept.id, name: kept.name }, ...this.boards.filter(({ id }) => id !== kept.id)]
      await this.#store.setOpen(kept.id)
      return
    }
    // Another tab changed it first: its version stays as it is.
    this.#former.add(this.id)
    this.id = crypto.randomUUID()
    this.#base = undefined
    const name = this.#host.copyName(board.name)
    this.#history.apply(edit<Script>('rename' satisfies BoardEdit, this.#history.state, (script) => ({ ...script, name })))
    this.#put = this.#history.state
    this.#follow()
    await this.#save(this.board())
    this.#host.onCopied(name)
  }

  /** Another tab may have gone on with it while this one was not looked at. */
  async #catchUp(): Promise<void> {
    await this.flush()
    const boards = await this.#store.boards().catch(() => [])
    if (boards.length === 0) return
    this.boards = boards
    const board = boards.find(({ id }) => id === this.id)
    if (board && this.#base !== undefined && board.changed > this.#base && this.#unsaved.length === 0) this.#begin(board)
  }
}

/** Now, or just after `changed` where the clock was set back: versions are told apart by it. */
function later(changed = 0): number {
  return Math.max(Date.now(), changed + 1)
}

/** Another tab may still take back a deletion, and need what this one would throw away. */
async function sweepWhenAlone(store: BoardStore): Promise<void> {
  const { locks } = navigator
  await locks.request('kinora-storyboards', { ifAvailable: true }, (lock) => (lock ? store.sweep() : undefined))
  void locks.request('kinora-storyboards', { mode: 'shared' }, () => new Promise(() => undefined))
}
