import { describe, expect, it } from 'vitest'
import { tinyManifest } from '../packs/testPack'
import { FakeRunner, halvingStep, type FakeGraph } from './fakeRunner'
import { checkGolden } from './golden'
import { fillNoise } from './noise'

function setUp(step?: FakeGraph) {
  const manifest = tinyManifest()
  const noise = fillNoise(new Float32Array(36), 1, 0, 'video')
  manifest.golden.checks = [{ output: 'videoNext', index: [0, 35], value: [noise[0]! / 2, noise[35]! / 2] }]
  const runner = new FakeRunner({
    text: ({ bytes }) => ({ text: new Float32Array(42).fill(bytes![0]!) }),
    step: step ?? halvingStep(manifest),
  })
  return { manifest, runner }
}

describe('checkGolden', () => {
  it('passes a backend that computes what the manifest lists', async () => {
    const { manifest, runner } = setUp()
    expect(await checkGolden(runner, manifest)).toMatchObject({ passed: true })
    expect(runner.live).toBe(0)
    // The prompt first ('a ball' begins with 97), then the empty negative.
    const { text } = runner.calls.at(-1)!.inputs
    expect([text![0], text![42]]).toEqual([97, 0])
  })

  it('fails one that is off by more than the tolerance', async () => {
    const { manifest, runner } = setUp()
    manifest.golden.checks[0]!.value[0]! += 0.05
    const result = await checkGolden(runner, manifest)
    expect(result.passed).toBe(false)
    expect(result.difference).toBeCloseTo(0.025, 5)
  })

  it('fails one that answers NaN', async () => {
    const bad = new Float32Array(36).fill(NaN)
    const { manifest, runner } = setUp(() => ({ videoNext: bad, soundNext: bad, stateNext: bad, videoClean: bad, stateClean: bad }))
    expect((await checkGolden(runner, manifest)).passed).toBe(false)
  })
})
