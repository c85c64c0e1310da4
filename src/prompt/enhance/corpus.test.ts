/** How much of what people write is understood: `corpus.tsv`, written as people write, without sight of the rules. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import manifest from '../../../models/packs/kinora-s/manifest.json'
import { enhance } from './enhance.ts'
import type { Slot } from './slots.ts'
import { vocabulary } from './vocabulary.ts'

const every = Object.keys(vocabulary.families)
const shipped: string[] = manifest.families
const rows = readFileSync(new URL('corpus.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => line.split('\t'))
  .map(([half, prompt, scenes, asked = '']) => ({ half, prompt: prompt!, scenes: scenes!.split('|'), asked: asked.split(',').filter(Boolean).map((pair) => pair.split('=') as [Slot, string]) }))

/** Shares of prompts with a scene that get theirs, that get another one, and of what is asked for that is told. */
function measure(which: string, families: readonly string[]) {
  const seen = rows
    .filter(({ half, scenes }) => half === which && !scenes.includes('none'))
    .map(({ prompt, scenes, asked }) => ({ scenes, asked, made: enhance(prompt, { families, seed: 3, maxBytes: 192, language: 'en' }) }))
  const right = seen.filter(({ made, scenes }) => made.family !== null && scenes.includes(made.family))
  const asked = right.flatMap(({ asked: pairs, made }) => pairs.map(([slot, value]) => made.told[slot] === value || made.told[`${slot}2` as Slot] === value))
  const share = (part: number, all: number) => Math.round((1000 * part) / all) / 1000
  return { prompts: seen.length, right: share(right.length, seen.length), wrong: share(seen.filter(({ made, scenes }) => made.family !== null && !scenes.includes(made.family)).length, seen.length), told: share(asked.filter(Boolean).length, asked.length) }
}

describe('what people write', () => {
  it.each<[string, string, readonly string[], number, number, number]>([
    ['tuned', 'the shipped pack', shipped, 0.95, 0.04, 0.84],
    ['held', 'the shipped pack', shipped, 0.87, 0.06, 0.86],
    ['tuned', 'all scenes', every, 0.95, 0.04, 0.84],
    ['held', 'all scenes', every, 0.87, 0.06, 0.86],
    ['tuned+', 'all scenes', every, 0.95, 0.04, 0.95],
    ['held+', 'all scenes', every, 0.95, 0.04, 0.95],
  ])('of the prompts %s, with %s, enough are understood', (half, name, families, right, wrong, told) => {
    const found = measure(half, families)
    console.log(half, name, found)
    expect(found.prompts).toBeGreaterThan(half.endsWith('+') ? 35 : 150)
    expect(found.right).toBeGreaterThanOrEqual(right)
    expect(found.wrong).toBeLessThanOrEqual(wrong)
    expect(found.told).toBeGreaterThanOrEqual(told)
  })

  it('says what stands for what it does not know', () => {
    for (const { prompt, scenes } of rows.filter((row) => row.half === 'tuned' && row.scenes[0] === 'none')) {
      const { family, notes } = enhance(prompt, { families: shipped, seed: 3, maxBytes: 192, language: 'en' })
      expect(notes.length, `${prompt} (${scenes}): ${family}`).toBeGreaterThan(0)
    }
  })
})
