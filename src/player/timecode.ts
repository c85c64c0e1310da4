/** Time is counted in frames; seconds are only a way to show them. */

const two = (n: number) => String(n).padStart(2, '0')

/** `0:01:07`: minutes, seconds, frames within the second. */
export function timecode(frame: number, fps: number): string {
  const seconds = Math.floor(frame / fps)
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}:${two(frame % fps)}`
}

/** The frame that is visible at `seconds`, clamped to the film. */
export function frameAt(seconds: number, fps: number, frameCount: number): number {
  // A frame's own start time, once divided and multiplied, may fall a hair short of the frame.
  const frame = Math.floor(seconds * fps + 1e-6)
  return Math.min(Math.max(frame, 0), frameCount - 1)
}

/** The frame under a point of the timeline, `fraction` 0…1 from its left edge: each frame owns an equal share. */
export function frameAtFraction(fraction: number, frameCount: number): number {
  return Math.min(Math.max(Math.floor(fraction * frameCount), 0), frameCount - 1)
}
