/** Captions as WebVTT: a file of their own, or a track in the MP4. https://www.w3.org/TR/webvtt1/ */
import type { Caption } from './types'

export function toWebVtt(captions: readonly Caption[]): string {
  const cues = captions.map(({ start, end, text }) => `${timestamp(start)} --> ${timestamp(end)}\n${escaped(text)}\n`)
  return ['WEBVTT\n', ...cues].join('\n')
}

/** 61.5 → "00:01:01.500" */
function timestamp(seconds: number): string {
  const ms = Math.round(seconds * 1000)
  const part = (value: number, digits: number) => String(value).padStart(digits, '0')
  return `${part(Math.floor(ms / 3_600_000), 2)}:${part(Math.floor(ms / 60_000) % 60, 2)}:${part(Math.floor(ms / 1000) % 60, 2)}.${part(ms % 1000, 3)}`
}

/** One line or several, none of them empty: an empty one would end the cue, and an arrow begin another. */
function escaped(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, '\n').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
