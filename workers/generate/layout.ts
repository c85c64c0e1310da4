/** Where the numbers of picture tokens lie (`video.layout`, models/PACKS.md). */
import type { Manifest } from '../packs/manifest'

/** Tokens are ordered by time, then place; a token's numbers by time, channel, cell. */
export function layoutOf(video: Float32Array, { video: { tokens, dim, latentFrames, layout } }: Manifest) {
  const { frames, channels } = layout!
  const cells = dim / (frames * channels)
  const places = tokens / (latentFrames / frames)
  return {
    frames,
    channels,
    cells,
    places,
    times: (video.length / dim / places) * frames,
    index: (time: number, place: number, channel: number, cell: number) =>
      (Math.floor(time / frames) * places + place) * dim + ((time % frames) * channels + channel) * cells + cell,
  }
}

/** Sorts. */
export function median(values: Float64Array): number {
  values.sort()
  const middle = values.length >> 1
  return values.length % 2 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2
}
