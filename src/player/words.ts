/** The words that stand in the picture: what is quoted in the prompts, broken into lines, as large as there is room for. The stage and the files show the same. */
import type { PictureWords } from '../../workers/media/types.ts'
import { captionsOf, type Told } from './captions.ts'

/** Width of a text, in font sizes. */
export type Measure = (text: string) => number

/** Of the picture's shorter side: the size of a few letters, and the one from which on a long word is broken rather than made smaller. */
const LARGEST = 0.12
const SMALL = 0.06
/** Of the width, left free on either side. */
const EDGE = 0.06
/** Of the height: what is left free below, where a visible mark may be, and above, and the most that the lines may take. */
const FOOT = 0.1
const HEAD = 0.07
const MOST = 1 / 3
/** In font sizes: from line to line, and what stands above the first baseline and hangs below the last. */
const LINE = 1.18
const ASCENT = 0.8
const DESCENT = 0.25

/** @param aspect width / height of the picture that they stand in */
export function wordsIn(film: Told, aspect: number, measure: Measure = systemFont): PictureWords[] {
  return captionsOf(film, { from: 0, to: film.frameCount }, 'speech').map(({ start, end, text, atHead }) => {
    const { size, lines } = layOut(text, aspect, measure, atHead)
    return { from: start * film.fps, to: end * film.fps, text, size, lines }
  })
}

/** Those that are to be read at a frame of the film; in a dissolve, the later ones. */
export function wordsAt(words: readonly PictureWords[], frame: number): PictureWords | undefined {
  return words.findLast(({ from, to }) => frame + 0.5 >= from && frame + 0.5 < to)
}

/** Lines of about the same width, centred at the foot of the picture, or at its head. Lengths are shares of its height. */
export function layOut(text: string, aspect: number, measure: Measure, atHead = false): Pick<PictureWords, 'size' | 'lines'> {
  const shorter = Math.min(1, aspect)
  const words = text.trim().split(/\s+/)
  const widest = Math.max(...words.map(measure))
  let size = LARGEST * shorter
  for (;;) {
    const room = ((1 - 2 * EDGE) * aspect) / size
    const lines = broken(words, room, measure)
    if ((widest <= room || size < SMALL * shorter) && lines.length * LINE * size <= MOST) {
      const last = atHead ? HEAD + (ASCENT + (lines.length - 1) * LINE) * size : 1 - FOOT - DESCENT * size
      return { size, lines: balanced(words, lines, Math.min(widest, room), room, measure).map((text, i) => ({ text, baseline: last - (lines.length - 1 - i) * LINE * size })) }
    }
    size *= 0.94
  }
}

/** As many lines, in the narrowest room that takes no more of them. */
function balanced(words: readonly string[], lines: string[], narrowest: number, room: number, measure: Measure): string[] {
  let [from, to, best] = [narrowest, room, lines]
  for (let i = 0; i < 8 && lines.length > 1; i++) {
    const middle = (from + to) / 2
    const tried = broken(words, middle, measure)
    if (tried.length > lines.length) from = middle
    else [to, best] = [middle, tried]
  }
  return best
}

/** @param room in font sizes */
function broken(words: readonly string[], room: number, measure: Measure): string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of words.flatMap((word) => pieces(word, room, measure))) {
    const longer = line && `${line} ${piece}`
    if (longer && measure(longer) <= room) line = longer
    else {
      if (line) lines.push(line)
      line = piece
    }
  }
  return [...lines, line]
}

/** A word that is wider than the room in parts that are not. */
function pieces(word: string, room: number, measure: Measure): string[] {
  if (measure(word) <= room) return [word]
  const parts: string[] = []
  for (const { segment } of new Intl.Segmenter().segment(word)) {
    const longer = (parts.at(-1) ?? '') + segment
    if (parts.length > 0 && measure(longer) <= room) parts[parts.length - 1] = longer
    else parts.push(segment)
  }
  return parts
}

let context: OffscreenCanvasRenderingContext2D | null | undefined

/** In the letters that the stage and the files are written in (Stage.svelte, workers/media/words.ts). */
function systemFont(text: string): number {
  context ??= new OffscreenCanvas(1, 1).getContext('2d')
  if (!context) return text.length
  context.font = '700 100px system-ui, sans-serif'
  return context.measureText(text).width / 100
}
