/**
 * A storyboard as data: shots one after another, what was made of each, and the film that they were put into. What the person writes (`Script`) can
 * be taken back; takes only ever come, and are chosen among.
 */
import type { Told } from '../enhance/write.ts'
import type { Slot } from '../enhance/slots.ts'

/** As many shots as one storyboard may have. */
export const MAX_SHOTS = 64
export const MAX_SECONDS = 20

/** 'continues': goes on from the last moments of the shot before; 'cut': begins anew. */
export type Join = 'cut' | 'continues'

export interface Shot {
  id: string
  prompt: string
  /** Whole seconds, as long as it is seen. */
  seconds: number
  join: Join
  /** A value of the captions' vocabulary; null: as the look of the whole has it. */
  style: string | null
  /** null: as the words say, else a camera at rest. */
  camera: string | null
  /** What this shot does not take over from the others. */
  without: readonly Slot[]
  /** The caption as the person changed it. It belongs to the prompt that it was made for. */
  rewritten: { prompt: string; caption: string } | null
}

/** What the person writes. */
export interface Script {
  name: string
  shots: readonly Shot[]
  /** What every shot shares, where the person decided it; the first shot decides the rest. */
  look: Told
  /** Chooses what nobody said, the same for all shots. */
  detailsSeed: number
}

/** One clip that was made of a shot. Its latents and its sound are kept under its id: see Media in src/timeline/schema.ts. */
export interface Take {
  id: string
  shot: string
  /** ms since 1970 */
  made: number
  /** See `recipeOf`. */
  recipe: string
  seed: number
  /** The take it goes on from; null for a cut. */
  parent: string | null
  /** The clip's frame at which the shot begins: before it stand the last moments of the parent. */
  start: number
  /** Of the shot. */
  frames: number
  /** frames/s */
  fps: number
  /** A data: URL. */
  thumbnail: string
}

export interface Board extends Script {
  id: string
  /** ms since 1970 */
  created: number
  changed: number
  /** In the order they were made. */
  takes: readonly Take[]
  /** Which take of a shot is its own: by the shot's id. */
  picks: Readonly<Record<string, string>>
  /** The film it was put into, and what of it: a clip of that film has the id of its shot. */
  film: { id: string; placed: readonly Placed[] } | null
}

/** What was last given to the film of a shot. */
export interface Placed {
  shot: string
  take: string
  start: number
  frames: number
}

export function newShot(id: string, change: Partial<Omit<Shot, 'id'>> = {}): Shot {
  return { id, prompt: '', seconds: 2, join: 'cut', style: null, camera: null, without: [], rewritten: null, ...change }
}

export function newBoard(id: string, name: string, now: number, detailsSeed: number): Board {
  return { id, name, created: now, changed: now, shots: [], look: {}, detailsSeed, takes: [], picks: {}, film: null }
}

/** How a shot begins: the first one has none to go on from. */
export function joinOf({ shots }: Pick<Script, 'shots'>, index: number): Join {
  return index === 0 ? 'cut' : (shots[index]?.join ?? 'cut')
}

/** The longest that a shot can be: before one that goes on, the end of another has to fit. */
export function maxSeconds(join: Join, windowSeconds: number): number {
  return join === 'continues' ? MAX_SECONDS - Math.ceil(windowSeconds) : MAX_SECONDS
}

export function takesOf({ takes }: Pick<Board, 'takes'>, shot: string): Take[] {
  return takes.filter((take) => take.shot === shot)
}

/** The take that stands for the shot: the one that was chosen, else the last. */
export function pickOf(board: Pick<Board, 'takes' | 'picks'>, shot: string): Take | undefined {
  const own = takesOf(board, shot)
  return own.find(({ id }) => id === board.picks[shot]) ?? own.at(-1)
}

/** What a take is made of, to tell whether it is still what the card says. */
export function recipeOf(caption: string, seconds: number, join: Join): string {
  return JSON.stringify([caption.trim(), seconds, join])
}

/**
 * 'none': nothing was made yet. 'changed': the card says something else than when its take was made. 'stale': it goes on from a take of the shot
 * before that is no longer that shot's.
 */
export type Standing = 'none' | 'made' | 'changed' | 'stale'

/** @param recipes of the cards as they are now, in their order */
export function standings(board: Pick<Board, 'shots' | 'takes' | 'picks'>, recipes: readonly string[]): Standing[] {
  return board.shots.map(({ id }, index) => {
    const take = pickOf(board, id)
    if (!take) return 'none'
    if (take.recipe !== recipes[index]) return 'changed'
    const before = board.shots[index - 1]
    return joinOf(board, index) === 'continues' && before && take.parent !== pickOf(board, before.id)?.id ? 'stale' : 'made'
  })
}

/** The shots that making these brings up to date: they, and those that go on from one of them. */
export function withFollowers(board: Pick<Script, 'shots'>, wanted: ReadonlySet<string>): Shot[] {
  let before = false
  return board.shots.filter(({ id }, index) => {
    before = wanted.has(id) || (before && joinOf(board, index) === 'continues')
    return before
  })
}
