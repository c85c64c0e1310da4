/**
 * Phones become what a mouth and a voice do, frame by frame: the same as models/kinora/world/speech.py computes, which the net learned to follow.
 *
 * A line is written in the phones of phones.json: `hh ax l ow1 | w er1 l d .`, a vowel's stress behind it (1 main, 2 side), `|` between words, and the mark that
 * ends a phrase (`,` `.` `!` `?`).
 */
import table from './phones.json'

export type VoiceName = keyof typeof table.voices

export interface Manner {
  voice: VoiceName
  style: 'spoken' | 'whispered'
  /** How many times as fast as a calm reader: 1 by default. Beyond `fastest` nobody understands it. */
  pace?: number
}

/** A held target: `[features]`, from a moment to another (s). */
interface Part {
  start: number
  end: number
  targets: number[]
}

export interface Line {
  parts: Part[]
  seconds: number
}

interface Phone {
  kind: string
  lips: number[]
  parts: number[][]
}

export const features = table.features
export const framesPerSecond = table.framesPerSecond
/** About 8 syllables a second. */
export const fastest = 1.4
const slowest = 0.8

const phones: Record<string, Phone> = table.phones
const widths = features.map((name) => (table.smoothing as Record<string, number>)[name]!)
/** Seconds of the pause behind a phrase. */
const pauses: Record<string, number> = { ',': 0.2, '.': 0.38, '!': 0.38, '?': 0.38 }
/** A shorter part (a burst, a tap) keeps its length at any pace, seconds. */
const short = 0.03

export class UnknownPhoneError extends Error {
  override name = 'UnknownPhoneError'
  constructor(token: string) {
    super(`“${token}” is not a phone that Kinora can say.`)
  }
}

interface Spoken {
  phone: Phone
  stress: number
  word: number
}

interface Phrase {
  spoken: Spoken[]
  mark: string
}

function read(line: string): Phrase[] {
  const phrases: Phrase[] = [{ spoken: [], mark: '.' }]
  let word = 0
  for (const token of line.split(/\s+/u).filter((token) => token !== '')) {
    const phrase = phrases.at(-1)!
    if (token in pauses) {
      phrase.mark = token
      phrases.push({ spoken: [], mark: '.' })
      word++
    } else if (token === '|') word++
    else {
      const phone = phones[token.replace(/[012]$/u, '')]
      if (phone === undefined) throw new UnknownPhoneError(token)
      phrase.spoken.push({ phone, stress: /[12]$/u.test(token) ? Number(token.at(-1)) : 0, word })
    }
  }
  return phrases.filter(({ spoken }) => spoken.length > 0)
}

const isVowel = ({ kind }: Phone) => kind === 'vowel' || kind === 'diphthong'
const isVoiceless = ({ kind, parts }: Phone) => (kind === 'plosive' || kind === 'fricative' || kind === 'affricate') && parts[0]![1] === 0

/** seconds, voice, breath, hiss, f1, f2, f3, centre, semitones, open, spread. In the table the last three are open, spread and give. */
type Row = [number, number, number, number, number, number, number, number, number, number, number]

/** How long a phone is held beside what the table says. */
function stretch(spoken: Spoken[], i: number, last: number): number {
  const { phone, stress, word } = spoken[i]!
  const beside = (j: number) => (spoken[j]?.word === word ? spoken[j].phone : undefined)
  const [before, after] = [beside(i - 1), beside(i + 1)]
  if (isVowel(phone)) return [0.8, 1.1, 0.95][stress]! * (i === last ? 1.3 : 1) * (after !== undefined && isVoiceless(after) ? 0.85 : 1)
  return ([before, after].some((other) => other !== undefined && !isVowel(other)) ? 0.85 : 1) * (i > last ? 1.2 : 1)
}

/** Melody, in semitones, at a phone and at its end: it declines, rises on accents, and its end is told by the mark. */
function melody(i: number, count: number, accents: number[], last: number, mark: string): [tone: number, end: number] {
  const nucleus = accents.at(-1) ?? last
  let tone = 2.5 - (5 * i) / Math.max(count - 1, 1)
  if (accents.includes(i)) tone += (i === accents[0] ? 4 : 3) * (mark === '!' ? 1.4 : 1)
  if (mark === '?') return i < nucleus ? [tone, tone] : [i === nucleus ? tone - 4 : 2, i >= last ? 7 : 1]
  if (mark === ',') return [tone, tone + (i >= last ? 3 : 0)]
  if (i > nucleus) tone -= 1.5
  return [tone, tone - (i >= last ? 2.5 : 0)]
}

function rowsOf({ spoken, mark }: Phrase, pace: number): Row[] {
  const rows: Row[] = []
  const vowels = [...spoken.keys()].filter((i) => isVowel(spoken[i]!.phone))
  const accents = vowels.filter((i) => spoken[i]!.stress === 1)
  const last = vowels.at(-1) ?? spoken.length - 1
  for (const [i, { phone, stress }] of spoken.entries()) {
    const vowel = isVowel(phone)
    const factor = stretch(spoken, i, last)
    const [tone, end] = melody(i, spoken.length, accents, last, mark)
    // Whose formants it leans to: the vowel beside it, or the nearest.
    let near: number[] | undefined
    if (!vowel) {
      const nearest = [i + 1, i - 1].find((j) => vowels.includes(j)) ?? vowels.find((j) => j > i) ?? vowels.findLast((j) => j < i)
      if (nearest !== undefined) near = spoken[nearest]!.phone.parts.at(nearest > i ? 0 : -1)
    }
    // The last vowel is halved, so that the melody may move in it.
    const [whole] = phone.parts
    const halved = i === last && phone.parts.length === 1
    const half = [whole![0]! / 2, ...whole!.slice(1)]
    const parts = halved ? [half, half] : phone.parts
    for (const [m, part] of parts.entries()) {
      const [seconds, voice, breath, hiss, f1, f2, f3, centre, open, spread, give] = part as Row
      const toward = (own: number, index: number, give: number) => (near === undefined ? own : own + (near[index]! - own) * give)
      const second = toward(f2, 5, give)
      rows.push([
        seconds < short ? seconds : Math.max((seconds * factor) / pace, short),
        vowel ? voice * [0.88, 1, 0.94][stress]! : voice,
        breath,
        hiss,
        toward(f1, 4, give * give),
        second,
        toward(f3, 6, give),
        hiss === 0 ? 0 : centre || 1.3 * second,
        m < parts.length - 1 ? tone : end,
        toward(open, 8, phone.lips[0]!),
        toward(spread, 9, phone.lips[1]!),
      ])
    }
  }
  return rows
}

const still = (row: Row, seconds: number): Row => [seconds, 0, 0, 0, row[4], row[5], row[6], 0, row[8], 0, 0]

/**
 * Gives each part of each phone its place in time and its targets.
 * @throws UnknownPhoneError
 */
export function lay(line: string, { voice, style, pace = 1 }: Manner): Line {
  const { pitch, formants } = table.voices[voice]
  const { scale } = table
  const phrases = read(line)
  const rows: Row[] = []
  for (const [k, phrase] of phrases.entries()) {
    const own = rowsOf(phrase, pace)
    const before = k === 0 ? 0 : pauses[phrases[k - 1]!.mark]! / 2 / pace
    const after = k === phrases.length - 1 ? 0 : pauses[phrase.mark]! / 2 / pace
    rows.push(still(own[0]!, before), ...own, still(own.at(-1)!, after))
  }
  // Where nothing hisses the centre waits for what comes, or stays.
  for (let i = rows.length - 2; i >= 0; i--) rows[i]![7] ||= rows[i + 1]![7]
  for (let i = 1; i < rows.length; i++) rows[i]![7] ||= rows[i - 1]![7]
  let seconds = 0
  const parts = rows.map(([length, voiced, breath, hiss, f1, f2, f3, centre, tone, open, spread]): Part => {
    const whispered = style === 'whispered'
    const start = seconds
    seconds += length
    return {
      start,
      end: seconds,
      targets: [
        whispered ? 0 : voiced,
        whispered ? Math.max(breath, 0.85 * voiced) : breath,
        hiss,
        (f1 * (whispered && voiced > 0 ? 1.1 : 1) * formants) / scale.f1,
        (f2 * formants) / scale.f2,
        (f3 * formants) / scale.f3,
        ((centre || 4000) * formants ** 0.35) / scale.centre,
        Math.log2(pitch / scale.pitch) + tone / 12,
        open,
        spread,
      ],
    }
  })
  if (parts.length > 0) {
    parts[0]!.start = -Infinity
    parts.at(-1)!.end = Infinity
  }
  return { parts, seconds }
}

/** The pace at which a line takes about so many seconds: between slow and `fastest`, so that it may take longer all the same. */
export function fitPace(line: string, manner: Manner, seconds: number): number {
  let pace = 1
  // Bursts keep their length, so the pace is found again and again.
  for (let i = 0; i < 6; i++) pace = Math.min(fastest, Math.max(slowest, (pace * lay(line, { ...manner, pace }).seconds) / Math.max(seconds, 0.1)))
  return pace
}

/** The integral of a raised cosine that is 1 wide. */
function upTo(x: number): number {
  const within = Math.min(0.5, Math.max(-0.5, x))
  return 0.5 + within + Math.sin(2 * Math.PI * within) / (2 * Math.PI)
}

/**
 * The tracks of a line: its parts' targets, smoothed by raised cosines as wide as each feature asks.
 * @param startSeconds when the line begins
 * @param firstFrame frame k is at k / 64 s
 * @returns `[frames, 10] f32`, in the order of `features`; zeros for a line without phones
 */
export function tracks({ parts }: Line, startSeconds: number, frames: number, firstFrame = 0): Float32Array<ArrayBuffer> {
  const result = new Float32Array(frames * features.length)
  const reach = Math.max(...widths) / 2
  for (let frame = 0; frame < frames; frame++) {
    const time = (firstFrame + frame) / framesPerSecond - startSeconds
    for (const { start, end, targets } of parts) {
      if (end < time - reach || start > time + reach) continue
      for (const [feature, width] of widths.entries()) {
        const share = upTo((time - start) / width) - upTo((time - end) / width)
        result[frame * features.length + feature]! += share * targets[feature]!
      }
    }
  }
  return result
}
