/** Draws what can be seen of the tracks on a canvas as large as the view: ruler, pictures, sound. However long the film, it costs the same. */
import { timecode } from '../player/timecode.ts'
import { partsAt } from './film.ts'
import { PEAKS_PER_FRAME } from './footage.svelte.ts'
import type { Timeline } from './timeline.svelte.ts'
import { cellsInView, tickSeconds } from './view.ts'

/** px */
export const RULER_PX = 26
export const STRIP_PX = 60
export const SOUND_PX = 44

const FONT = '11px "Bricolage Grotesque Variable", system-ui, sans-serif'

/** `colours`: text and waveform in `color`, marks in `borderTopColor`, what is not drawn yet in `outlineColor`. */
export function paintTracks(context: CanvasRenderingContext2D, ratio: number, timeline: Timeline, colours: CSSStyleDeclaration): void {
  const { width } = timeline.view
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, RULER_PX + STRIP_PX + SOUND_PX)
  context.imageSmoothingQuality = 'high'
  paintRuler(context, timeline, colours)
  paintStrip(context, timeline, colours)
  paintSound(context, timeline, colours)
}

function paintRuler(context: CanvasRenderingContext2D, { view, fps, frames }: Timeline, colours: CSSStyleDeclaration): void {
  const { pxPerFrame, scroll, width } = view
  const step = tickSeconds(pxPerFrame * fps, 64) * fps
  context.font = FONT
  context.textBaseline = 'middle'
  for (let frame = Math.floor(scroll / pxPerFrame / step) * step; frame <= frames && frame * pxPerFrame - scroll < width; frame += step) {
    const x = frame * pxPerFrame - scroll
    context.fillStyle = colours.borderTopColor
    context.fillRect(x, RULER_PX - 9, 1, 9)
    context.fillStyle = colours.color
    context.fillText(timecode(Math.round(frame), Math.round(fps)), x + 5, RULER_PX / 2)
  }
}

function paintStrip(context: CanvasRenderingContext2D, { view, places, footage, film }: Timeline, colours: CSSStyleDeclaration): void {
  const { pxPerFrame, scroll, width } = view
  const side = STRIP_PX * ((film?.format?.width ?? 1) / (film?.format?.height ?? 1))
  for (const { media, frame, x, width: cell } of cellsInView(places, pxPerFrame, scroll, width, side)) {
    const tile = footage.tile(media, frame)
    if (tile) context.drawImage(footage.atlas.canvas, tile.x, tile.y, (tile.side * cell) / side, tile.side, x, RULER_PX, cell, STRIP_PX)
    else {
      footage.want(media, 'later')
      context.fillStyle = colours.outlineColor
      context.fillRect(x, RULER_PX, cell, STRIP_PX)
    }
  }
  context.strokeStyle = '#fff'
  context.lineWidth = 1.5
  for (const { clip, from } of places) {
    if (clip.dissolve === 0) continue
    context.beginPath()
    context.moveTo(from * pxPerFrame - scroll, RULER_PX + STRIP_PX)
    context.lineTo((from + clip.dissolve) * pxPerFrame - scroll, RULER_PX)
    context.stroke()
  }
}

function paintSound(context: CanvasRenderingContext2D, { view, places, footage, frames }: Timeline, colours: CSSStyleDeclaration): void {
  const { pxPerFrame, scroll, width } = view
  const middle = RULER_PX + STRIP_PX + SOUND_PX / 2
  const end = Math.min(width, frames * pxPerFrame - scroll)
  context.fillStyle = colours.color
  for (let x = 0; x < end; x++) {
    const at = (scroll + x) / pxPerFrame
    let loudest = 0
    for (const { clip, frame, weight } of partsAt(places, Math.floor(at))) {
      const wave = footage.wave(clip.media)
      if (!wave) continue
      const first = Math.floor((frame + (at % 1)) * PEAKS_PER_FRAME)
      const last = Math.max(first + 1, Math.floor(first + PEAKS_PER_FRAME / pxPerFrame))
      for (let i = first; i < last; i++) loudest = Math.max(loudest, (wave[i] ?? 0) * Math.min(1, clip.volume) * weight)
    }
    const height = Math.max(1, loudest * (SOUND_PX - 8))
    context.fillRect(x, middle - height / 2, 1, height)
  }
}
