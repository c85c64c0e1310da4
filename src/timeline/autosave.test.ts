import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Autosave } from './autosave.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('Autosave', () => {
  it('writes only the newest of many changes, a moment after the last', async () => {
    const written: number[] = []
    const autosave = new Autosave<number>(async (value) => void written.push(value), () => undefined, 400)
    for (let i = 1; i <= 5; i++) {
      autosave.put(i)
      await vi.advanceTimersByTimeAsync(300)
    }
    expect(written).toEqual([])
    await vi.advanceTimersByTimeAsync(100)
    expect(written).toEqual([5])
  })

  it('flushes at once, in order, and never writes two at a time', async () => {
    const log: string[] = []
    const write = async (value: string) => {
      log.push(`+${value}`)
      await new Promise((resolve) => setTimeout(resolve, 1000))
      log.push(`-${value}`)
    }
    const autosave = new Autosave<string>(write, () => undefined)
    autosave.put('a')
    void autosave.flush()
    autosave.put('b')
    const done = autosave.flush()
    await vi.advanceTimersByTimeAsync(2000)
    await done
    expect(log).toEqual(['+a', '-a', '+b', '-b'])
  })

  it('tells what failed and goes on with the next', async () => {
    const failures: unknown[] = []
    const written: number[] = []
    const autosave = new Autosave<number>(
      async (value) => {
        if (value === 1) throw new Error('full')
        written.push(value)
      },
      (error) => failures.push(error),
    )
    autosave.put(1)
    await autosave.flush()
    autosave.put(2)
    await autosave.flush()
    expect(failures).toEqual([new Error('full')])
    expect(written).toEqual([2])
  })
})
