/** Words out of the prompt, in the picture for as long as they are to be read. */
import { contextOf, type Label } from './label'
import type { PictureWords } from './types'

/** In font sizes: the dark line around the letters, and how far their shadow reaches. As on the stage (Stage.svelte). */
const outline = 0.16
const shadow = 0.2

/** @returns what is to be laid over a frame of the film, drawn once for all the frames that have it and made what the caller needs */
export function wordDrawer<Drawn>(words: readonly PictureWords[], width: number, height: number, as: (label: Label) => Drawn): (frame: number) => Drawn | undefined {
  let last: { words: PictureWords; drawn: Drawn } | undefined
  return (frame) => {
    const now = words.findLast(({ from, to }) => frame + 0.5 >= from && frame + 0.5 < to)
    if (!now) return undefined
    if (last?.words !== now) last = { words: now, drawn: as(drawWords(now, width, height)) }
    return last.drawn
  }
}

function drawWords({ size, lines }: PictureWords, pictureWidth: number, pictureHeight: number): Label {
  const pixels = size * pictureHeight
  const font = `700 ${pixels}px system-ui, sans-serif`
  const around = Math.ceil((outline + shadow) * pixels)
  const baselines = lines.map(({ baseline }) => baseline * pictureHeight)
  const measure = contextOf(1, 1)
  measure.font = font
  const across = Math.min(pictureWidth, Math.max(...lines.map(({ text }) => measure.measureText(text).width)) + 2 * around)
  const left = Math.floor((pictureWidth - across) / 2)
  const top = Math.max(0, Math.floor((baselines[0] ?? 0) - pixels) - around)
  const width = pictureWidth - 2 * left
  const height = Math.min(pictureHeight, Math.ceil((baselines.at(-1) ?? 0) + 0.35 * pixels) + around) - top
  const context = contextOf(width, height)
  context.font = font
  context.textAlign = 'center'
  context.lineJoin = 'round'
  context.lineWidth = outline * pixels
  context.strokeStyle = 'rgb(0 0 0 / 0.85)'
  context.fillStyle = '#fff'
  context.shadowColor = 'rgb(0 0 0 / 0.6)'
  context.shadowBlur = shadow * pixels
  // Another font than the page's would be squeezed, not cut off.
  const write = (how: 'strokeText' | 'fillText') => lines.forEach(({ text }, i) => context[how](text, width / 2, baselines[i]! - top, width - around))
  write('strokeText')
  context.shadowColor = 'transparent'
  write('fillText')
  return { left, top, width, height, rgba: context.getImageData(0, 0, width, height).data }
}
