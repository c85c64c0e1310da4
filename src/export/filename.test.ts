import { describe, expect, it } from 'vitest'
import { fileName } from './filename.ts'

describe('fileName', () => {
  it('is made of the sentence and the seed', () => {
    expect(fileName('A red rubber ball bounces!', 7)).toBe('a-red-rubber-ball-bounces-7.mp4')
  })

  it('has nothing in it that a file system could mind', () => {
    expect(fileName('../../etc: "rain"? <b>|*\\', 1)).toMatch(/^[\p{Letter}\p{Number}-]+\.mp4$/u)
    expect(fileName('  …  ', 1)).toBe('kinora-1.mp4')
  })

  it('ends a long sentence at a word', () => {
    const name = fileName('a thunderstorm over the city at night with very distant thunder rolling', 3)
    expect(name).toBe('a-thunderstorm-over-the-city-at-night-with-very-3.mp4')
  })
})
