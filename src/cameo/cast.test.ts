import { expect, it } from 'vitest'
import { withFigure } from './cast.svelte.ts'

/** 4 × 2 px of grey 100. */
const grey = () => new Uint8ClampedArray(4 * 2 * 4).map((_, i) => (i % 4 === 3 ? 255 : 100))
const reds = (frame: Uint8ClampedArray) => Array.from({ length: 8 }, (_, i) => frame[4 * i])

it.each([
  ['left', [100, 100, 100, 100, 200, 150, 100, 100]],
  ['right', [100, 100, 100, 100, 100, 100, 200, 150]],
] as const)('a figure stands in the lower %s corner, opaque where it is, and the film itself stays as it was', async (side, expected) => {
  const film = grey()
  const figure = { rgba: new Uint8ClampedArray([200, 0, 0, 255, 200, 0, 0, 128]), width: 2, height: 1 }
  const frame = await withFigure(async () => film, figure, side, 4, 2)(0)
  expect(reds(frame)).toEqual(expected)
  expect(film).toEqual(grey())
})
