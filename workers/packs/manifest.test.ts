import { describe, expect, it } from 'vitest'
import { PackError } from './errors'
import { checkPackName, parseManifest, type Manifest } from './manifest'
import { tinyManifest } from './testPack'

const parse = (manifest: unknown) => parseManifest(JSON.stringify(manifest), 'tiny')

function changed(change: (manifest: Manifest) => void): Manifest {
  const manifest = tinyManifest()
  change(manifest)
  return manifest
}

describe('parseManifest', () => {
  it('reads a good manifest', () => {
    expect(parse(tinyManifest())).toEqual(tinyManifest())
  })

  it('passes over keys it does not know', () => {
    expect(parse({ ...tinyManifest(), quality: { f1: 0.9 }, future: true })).toEqual(tinyManifest())
  })

  it.each<[string, unknown]>([
    ['another format', { ...tinyManifest(), format: 2 }],
    ['another name than its folder', changed((m) => (m.name = 'other'))],
    ['a file name with a slash', changed((m) => (m.weights[0]!.file = 'a/b.bin'))],
    ['a file name that climbs', changed((m) => (m.weights[0]!.file = '..'))],
    ['a file name with an address', changed((m) => (m.graphs.step.file = 'https://example.org/x'))],
    ['a hash that is none', changed((m) => (m.weights[0]!.sha256 = 'A'.repeat(64)))],
    ['weights without end', changed((m) => (m.weights[0]!.bytes = 2 ** 33))],
    ['a negative size', changed((m) => (m.video.tokens = -12))],
    ['a fraction of a token', changed((m) => (m.sound.tokens = 7.5))],
    ['values outside the weights', changed((m) => (m.graphs.step.tensors[0]!.at = 11))],
    ['scales outside the weights', changed((m) => (m.graphs.step.tensors[0]!.scaleAt = 12))],
    ['unaligned scales', changed((m) => (m.graphs.step.tensors[0]!.scaleAt = 2))],
    ['f32 values outside the weights', changed((m) => (m.graphs.step.tensors[0]!.encoding = 'f32'))],
    ['an expansion outside the data', changed((m) => (m.graphs.step.tensors[0]!.offset = 4))],
    ['an axis the tensor does not have', changed((m) => (m.graphs.step.tensors[0]!.axis = 2))],
    ['tensors on top of each other', changed((m) => m.graphs.step.tensors.push({ name: 'v', dims: [1], encoding: 'f32', at: 0, offset: 20 }))],
    ['a window its frames do not fill', changed((m) => (m.video.fps = 5))],
    ['a history that ends inside a token', changed((m) => (m.window.historyFraction = 0.4))],
    ['a default outside its bounds', changed((m) => (m.sampler.steps = 1))],
    ['golden values without their places', changed((m) => m.golden.checks[0]!.index.pop())],
    ['parts that are more than a token', changed((m) => (m.state = { ...m.state, parts: { objects: 2, camera: 1 } }))],
    ['objects that their numbers do not fill', changed((m) => (m.state = { ...m.state, objects: 1, parts: { objects: 2 }, object: ['x'] }))],
    ['sound tokens that their layout does not fill', changed((m) => (m.sound.layout = { frames: 2, bands: 3 }))],
    ['a part without a proper name', changed((m) => (m.state = { ...m.state, parts: { 'a b': 1 } }))],
    ['nothing', null],
  ])('refuses %s', (_, manifest) => {
    expect(() => parse(manifest)).toThrow(PackError)
  })

  it('draws again only by what is asked for and told', () => {
    const rule = (still: object, parts: object = { flash: 1, kind: 1 }) => changed((m) => Object.assign(m, { state: { ...m.state, dim: 2, parts }, sampler: { ...m.sampler, redraw: { tries: 1, at: 0.25, still: [still] } } }))
    expect(parse(rule({ kind: 0, flash: 0.2 })).sampler.redraw?.still).toEqual([{ kind: 0, flash: 0.2 }])
    for (const wrong of [rule({ kind: 0 }), rule({ kind: 1, flash: 0.2 }), rule({ kind: 0, speed: 0.2 }), rule({ kind: 0, height: 0.2 }), rule({ kind: 0, flash: 0.2 }, { kind: 1 })]) expect(() => parse(wrong)).toThrow('draws scenes again')
  })

  it('reads where a state token keeps what, in its order', () => {
    const told = changed((m) => (m.state = { ...m.state, objects: 1, parts: { objects: 1, camera: 1 }, object: ['x'] }))
    expect(Object.keys(parse(told).state.parts!)).toEqual(['objects', 'camera'])
  })

  it('says where a manifest is wrong', () => {
    expect(() => parse(changed((m) => (m.weights[1]!.file = '../x')))).toThrow(/weights\.1\.file is not a plain file name/)
  })

  it('refuses what is not JSON, as a host answers with its front page', () => {
    expect(() => parseManifest('<!doctype html>', 'tiny')).toThrow(PackError)
  })
})

describe('checkPackName', () => {
  it.each(['../secret', 'a/b', '', '.', 'https:', 'a b', 'x'.repeat(65)])('refuses "%s"', (name) => {
    expect(() => checkPackName(name)).toThrow(PackError)
  })

  it('accepts the names of our packs', () => {
    expect(() => checkPackName('kinora-s')).not.toThrow()
  })
})
