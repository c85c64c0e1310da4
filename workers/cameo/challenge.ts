/**
 * The live check: what is asked for, and whether a person in front of the camera did it. A picture does not turn, a replayed video turns
 * when it likes, and nobody knows beforehand what will be asked. It is a judge of numbers alone; what makes them of frames is sight.ts.
 */
import type { Consent, Look, Progress, Refusal, Task, Turn } from './types'

export interface Challenge {
  turns: Turn[]
  /** Indices into the list of words (src/cameo/words.ts). */
  words: number[]
}

const allTurns: Turn[] = ['left', 'right', 'up', 'down']
/**
 * Of the 4 · 3 · 3 · 3 = 108 sequences of four turns, 62 have both sides in them: a photo that is tilted or bent looks up or down a little, but never
 * aside (README.md, Cameo). A video that turns otherwise is refused at its first wrong one.
 */
const turnCount = 4
const wordCount = 4
/** How many words the page has to choose from. */
export const vocabularySize = 24

/** @param random whole numbers from 0 below its argument */
export function drawChallenge(random: (below: number) => number): Challenge {
  let turns = drawTurns(random)
  while (!turns.includes('left') || !turns.includes('right')) turns = drawTurns(random)
  const words: number[] = []
  while (words.length < wordCount) {
    const word = random(vocabularySize)
    if (!words.includes(word)) words.push(word)
  }
  return { turns, words }
}

function drawTurns(random: (below: number) => number): Turn[] {
  const turns: Turn[] = []
  while (turns.length < turnCount) {
    const turn = allTurns[random(allTurns.length)]!
    // The same twice in a row cannot be told from one that was held.
    if (turn !== turns.at(-1)) turns.push(turn)
  }
  return turns
}

/** ms */
export const limits: Record<Task['kind'], number> = { still: 12_000, back: 8_000, turn: 8_000, read: 15_000 }

/** Degrees from where the person looks straight ahead. Up and down move the landmarks less than left and right. */
const turned = { yaw: 16, pitch: 7 }
const straight = { yaw: 9, pitch: 5.5 }
/** Further to the side than this, up and down cannot be told. */
const aside = 12
/** Looks in a row that must say the same: one frame may be misread. */
const sure = 2
/** ms without a face: detection loses it for a moment in a fast turn. */
const absence = 2_500
const stillLooks = 6
/** A face this small (share of the picture's height) has too few pixels to be judged. */
const smallest = 0.2
/** Share of the face's height it may move between two looks half a second apart at most. */
const leap = 0.9
/** Below these medians the anti-spoof or the liveness model takes it for a picture or a screen. */
const least = 0.5
/** Speech: louder than this, and than three times the quiet before; ms in all. */
const audible = 0.01
const spokenMs = 1_500
/** Spread (highest less lowest) of the lips' opening while something is heard. */
const lipsMove = 0.02
/** From so many looks with a voice and without one on, the lips have to be further apart with it: who speaks over a film of somebody else has them at any time. */
const comparable = 4

export class Judge {
  readonly challenge: Challenge
  readonly #tasks: Task[]
  #index = 0
  #taskSince: number | undefined
  #last: Look | undefined
  #lastFaceAt: number | undefined
  #severalInRow = 0
  #rightInRow = 0
  #wrongInRow = 0
  /** Straight ahead, as this person does it in front of this camera. */
  #centre = { yaw: 0, pitch: 0 }
  #stillSeen: NonNullable<Look['face']>[] = []
  /** Of the task: how far the face has turned at all. */
  #yaws: number[] = []
  #pitches: number[] = []
  readonly #reals: number[] = []
  readonly #lives: number[] = []
  #quiet: number[] = []
  #spokenMs = 0
  #lips: number[] = []
  /** The same while nothing is heard. */
  #silentLips: number[] = []
  #refusal: Refusal | undefined

  constructor(challenge: Challenge) {
    this.challenge = challenge
    this.#tasks = [{ kind: 'still' }, ...challenge.turns.flatMap((to): Task[] => [{ kind: 'turn', to }, { kind: 'back' }]), { kind: 'read' }]
  }

  get passed(): boolean {
    return this.#index === this.#tasks.length
  }

  /** Whether the face looks straight ahead and says nothing: the picture is taken then. */
  get facing(): boolean {
    return this.#task.kind === 'back' && this.#rightInRow > 0
  }

  get evidence(): Consent['check'] {
    return { turns: this.challenge.turns, spoken: this.passed, real: median(this.#reals), live: median(this.#lives) }
  }

  get #task(): Task {
    return this.#tasks[Math.min(this.#index, this.#tasks.length - 1)]!
  }

  take(look: Look): Progress {
    this.#taskSince ??= look.at
    this.#lastFaceAt ??= look.at
    if (!this.passed && !this.#refusal) this.#refusal = this.#judge(look)
    this.#last = look
    return this.progress(look)
  }

  progress(look?: Look): Progress {
    const task = this.#task
    const { face } = look ?? {}
    return {
      state: this.#refusal ? 'refused' : this.passed ? 'passed' : 'going',
      task,
      done: this.#index,
      of: this.#tasks.length,
      leftMs: Math.max(0, limits[task.kind] - (look ? look.at - (this.#taskSince ?? look.at) : 0)),
      ...(this.#refusal && { refusal: this.#refusal }),
      ...(face && { face: { x: face.x, y: face.y, height: face.height } }),
    }
  }

  #judge(look: Look): Refusal | undefined {
    this.#severalInRow = look.faces > 1 ? this.#severalInRow + 1 : 0
    if (this.#severalInRow >= sure) return 'several'
    const { face } = look
    if (!face) return look.at - this.#lastFaceAt! > absence ? 'nobody' : this.#late(look)
    const before = this.#last?.face
    if (before && look.at - this.#last!.at < 500 && Math.hypot(face.x - before.x, face.y - before.y) > leap * face.height) return 'jump'
    this.#lastFaceAt = look.at
    this.#yaws.push(face.yaw)
    this.#pitches.push(face.pitch)
    const refusal = this.#perform(look, face)
    return refusal ?? this.#late(look)
  }

  #perform(look: Look, face: NonNullable<Look['face']>): Refusal | undefined {
    const task = this.#task
    if (task.kind === 'still') return this.#holdStill(look, face)
    const yaw = face.yaw - this.#centre.yaw
    const pitch = face.pitch - this.#centre.pitch
    if (task.kind === 'turn') {
      const to = directionOf(yaw, pitch)
      this.#rightInRow = to === task.to ? this.#rightInRow + 1 : 0
      this.#wrongInRow = to !== undefined && to !== task.to ? this.#wrongInRow + 1 : 0
      if (this.#wrongInRow >= sure) return 'otherTurn'
      if (this.#rightInRow >= sure) this.#next(look)
      return undefined
    }
    const ahead = Math.abs(yaw) < straight.yaw && Math.abs(pitch) < straight.pitch
    this.#rightInRow = ahead ? this.#rightInRow + 1 : 0
    if (ahead) this.#note(face)
    if (task.kind === 'read') return this.#listen(look, face)
    if (this.#rightInRow >= sure) this.#next(look)
    return undefined
  }

  /** The beginning: one face, large enough, that looks the same way for a while. */
  #holdStill(look: Look, face: NonNullable<Look['face']>): Refusal | undefined {
    this.#quiet.push(look.level)
    if (face.height < smallest) this.#stillSeen = []
    else this.#stillSeen.push(face)
    const seen = this.#stillSeen.slice(-stillLooks)
    if (seen.length < stillLooks || spread(seen.map(({ yaw }) => yaw)) > straight.yaw || spread(seen.map(({ pitch }) => pitch)) > straight.pitch) return undefined
    this.#centre = { yaw: median(seen.map(({ yaw }) => yaw)), pitch: median(seen.map(({ pitch }) => pitch)) }
    for (const one of seen) this.#note(one)
    this.#next(look)
    return undefined
  }

  /** Something must be heard, for long enough, while the lips move. What is said cannot be understood here. */
  #listen(look: Look, face: NonNullable<Look['face']>): Refusal | undefined {
    const heard = look.level > Math.max(audible, 3 * median(this.#quiet))
    if (heard) {
      this.#spokenMs += Math.min(500, look.at - (this.#last?.at ?? look.at))
      this.#lips.push(face.mouth)
    } else this.#silentLips.push(face.mouth)
    if (this.#spokenMs < spokenMs || spread(this.#lips) < lipsMove || !this.#lipsFollowVoice()) return undefined
    if (median(this.#reals) < least || median(this.#lives) < least) return 'spoof'
    this.#next(look)
    return undefined
  }

  #lipsFollowVoice(): boolean {
    return Math.min(this.#lips.length, this.#silentLips.length) < comparable || mean(this.#lips) > mean(this.#silentLips)
  }

  /** Time has run out: for what reason? */
  #late(look: Look): Refusal | undefined {
    const task = this.#task
    if (look.at - this.#taskSince! <= limits[task.kind]) return undefined
    if (task.kind === 'still') return look.face && look.face.height < smallest ? 'far' : 'slow'
    if (task.kind === 'read') return this.#spokenMs < spokenMs ? 'silent' : 'lips'
    return task.kind === 'turn' && spread(this.#yaws) < 6 && spread(this.#pitches) < 4 ? 'picture' : 'slow'
  }

  #note({ real, live }: NonNullable<Look['face']>): void {
    this.#reals.push(real)
    this.#lives.push(live)
  }

  #next(look: Look): void {
    this.#index++
    this.#taskSince = look.at
    this.#rightInRow = this.#wrongInRow = 0
    this.#yaws = []
    this.#pitches = []
  }
}

/** Which way a face is clearly turned, its person's way. */
function directionOf(yaw: number, pitch: number): Turn | undefined {
  if (Math.abs(yaw) >= turned.yaw) return yaw < 0 ? 'left' : 'right'
  if (Math.abs(yaw) < aside && Math.abs(pitch) >= turned.pitch) return pitch < 0 ? 'up' : 'down'
  return undefined
}

function spread(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.max(...values) - Math.min(...values)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
