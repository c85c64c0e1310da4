/**
 * The picture check: what a picture shows, by nsfwjs's network (models/picture), and whether that may be filmed, by the limits in rules/pictures.json. It knows
 * nakedness and sex, photographed or drawn, and nothing of the other rules.
 */
import * as v from 'valibot'
import source from './rules/pictures.json'
import { policyRules, type Picture, type PictureRefusal } from './types'

/** In the order of the network's output. */
export const pictureClasses = ['drawing', 'hentai', 'neutral', 'porn', 'sexy'] as const

/** How likely each class is, 0…1, in the order of `pictureClasses`. */
export type Likelihoods = ArrayLike<number>

/** px, the side of what the network looks at. */
export const pictureSide = 224

const Rule = v.strictObject({
  rule: v.picklist(policyRules),
  about: v.string(),
  /** Classes whose likelihoods are added. */
  classes: v.array(v.picklist(pictureClasses)),
  /** Refused when that many pictures in succession are above. */
  limits: v.array(v.strictObject({ above: v.pipe(v.number(), v.minValue(0), v.maxValue(1)), pictures: v.pipe(v.number(), v.integer(), v.minValue(1)) })),
})
const rules = v.parse(v.array(Rule), source)

/** What is refused first of pictures in the order in which they are seen; null when all may pass. */
export function judge(seen: readonly Likelihoods[]): PictureRefusal | null {
  for (const { rule, classes, limits } of rules) {
    const scores = seen.map((likelihoods) => classes.reduce((sum, name) => sum + likelihoods[pictureClasses.indexOf(name)]!, 0))
    for (const { above, pictures } of limits) {
      let run = 0
      for (const [index, score] of scores.entries()) {
        run = score > above ? run + 1 : 0
        if (run === pictures) return { rule, index: index - pictures + 1 }
      }
    }
  }
  return null
}

/** A picture as the network takes it: `[3, 224, 224]` f32, 0…1, squeezed to a square, its corners on the corners (bilinear, as nsfwjs does). */
export function pictureInput({ width, height, rgba }: Picture): Float32Array<ArrayBuffer> {
  const area = pictureSide ** 2
  const input = new Float32Array(3 * area)
  const [across, down] = [axis(width), axis(height)]
  for (let y = 0; y < pictureSide; y++) {
    const { low: top, high: bottom, share: below } = down[y]!
    for (let x = 0; x < pictureSide; x++) {
      const { low: left, high: right, share: beside } = across[x]!
      for (let channel = 0; channel < 3; channel++) {
        const at = (row: number, column: number) => rgba[(row * width + column) * 4 + channel]!
        const above = at(top, left) + (at(top, right) - at(top, left)) * beside
        const under = at(bottom, left) + (at(bottom, right) - at(bottom, left)) * beside
        input[channel * area + y * pictureSide + x] = (above + (under - above) * below) / 255
      }
    }
  }
  return input
}

function axis(size: number): { low: number; high: number; share: number }[] {
  return Array.from({ length: pictureSide }, (_, i) => {
    const place = (i * (size - 1)) / (pictureSide - 1)
    const low = Math.floor(place)
    return { low, high: Math.min(size - 1, Math.ceil(place)), share: place - low }
  })
}
