import { readFile } from 'node:fs/promises'
import * as ort from 'onnxruntime-web/wasm'
import { describe, expect, it } from 'vitest'
import { judge, pictureClasses, pictureInput, pictureSide, type Likelihoods } from './picture'
import references from '../../models/picture/reference.json'

/** Likelihoods in which what is left is neutral. */
const seen = (some: Partial<Record<(typeof pictureClasses)[number], number>>): Likelihoods => {
  const left = 1 - Object.values(some).reduce((sum, share) => sum + share, 0)
  return pictureClasses.map((name) => some[name] ?? (name === 'neutral' ? left : 0))
}
const harmless = seen({})

describe('judge', () => {
  it('refuses what is sure in one picture, drawn and photographed likelihoods taken together', () => {
    expect(judge([harmless, seen({ porn: 0.95 })])).toEqual({ rule: 'sexual', index: 1 })
    expect(judge([seen({ hentai: 0.5, porn: 0.45 })])).toEqual({ rule: 'sexual', index: 0 })
  })

  it('refuses what is likely only when it is so three times in succession, and names the first', () => {
    const likely = seen({ porn: 0.8 })
    expect(judge([harmless, likely, likely, harmless, likely])).toBeNull()
    expect(judge([harmless, likely, likely, likely])).toEqual({ rule: 'sexual', index: 1 })
  })

  it('lets pass who stands on a beach, what is drawn, and nothing at all', () => {
    expect(judge([seen({ sexy: 0.99 }), seen({ drawing: 0.99 }), harmless])).toBeNull()
    expect(judge([])).toBeNull()
  })
})

it('sees in pictures what nsfwjs sees in them, with the network that is shipped', async () => {
  ort.env.wasm.numThreads = 1
  ort.env.wasm.numThreads = 1
  const session = await ort.InferenceSession.create(await readFile(new URL('../../models/picture/nsfw.onnx', import.meta.url)))
  for (const { name, width, height, rgb, probabilities } of references) {
    const bytes = Buffer.from(rgb, 'base64')
    const rgba = new Uint8ClampedArray(width * height * 4).map((_, i) => (i % 4 === 3 ? 255 : bytes[(i >> 2) * 3 + (i % 4)]!))
    const input = new ort.Tensor('float32', pictureInput({ width, height, rgba }), [1, 3, pictureSide, pictureSide])
    const output = (await session.run({ picture: input }))['probabilities']!.data as Float32Array
    for (const [i, expected] of probabilities.entries()) expect(output[i], `${name}: ${pictureClasses[i]}`).toBeCloseTo(expected, 3)
  }
  expect(references.filter(({ probabilities }) => judge([probabilities])).map(({ name }) => name)).toEqual(['blots of models.picture.fool'])
})
