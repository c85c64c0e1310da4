import { describe, expect, it } from 'vitest'
import { timesteps } from './schedule'

describe('timesteps', () => {
  it('is even without a shift', () => {
    const times = timesteps(4, 1)
    ;[0, 0.25, 0.5, 0.75, 1].forEach((t, i) => expect(times[i]).toBeCloseTo(t, 12))
  })

  it('spends more steps near noise with a shift of 3', () => {
    // σ = 1/2 → 3·½ / (1 + 2·½) = 3/4 → t = 1/4
    expect(timesteps(2, 3)[1]).toBeCloseTo(0.25, 12)
  })

  it('begins at 0, ends at exactly 1 and never goes back', () => {
    const times = timesteps(48, 2.2)
    expect(times[0]).toBe(0)
    expect(times[48]).toBe(1)
    expect(times.every((t, i) => i === 0 || t > times[i - 1]!)).toBe(true)
  })
})
