import { afterEach, describe, expect, test, vi } from 'vitest'
import * as rules from './rulebook.ts'
import { askBrowserModel, findBrowserModel, useful, type BrowserModel } from './browserModel.ts'

const options = { families: ['balls', 'water', 'cars'], seed: 1, maxBytes: 192, language: 'en' as const }

function fake(answer: () => string, state = 'available') {
  const destroy = vi.fn()
  const create = vi.fn<BrowserModel['create']>(() => Promise.resolve({ prompt: () => Promise.resolve().then(answer), destroy }))
  return { model: { availability: () => Promise.resolve(state), create } satisfies BrowserModel, create, destroy }
}

afterEach(() => void vi.unstubAllGlobals())

test('it is asked only where it is already on the device', async () => {
  expect(await findBrowserModel()).toBeNull()
  for (const [state, there] of [['available', true], ['downloadable', false], ['downloading', false], ['unavailable', false]] as const) {
    const { model } = fake(() => '', state)
    vi.stubGlobal('LanguageModel', model)
    expect((await findBrowserModel()) === model).toBe(there)
  }
  vi.stubGlobal('LanguageModel', { availability: () => Promise.reject(new TypeError('language')) })
  expect(await findBrowserModel()).toBeNull()
})

describe('an answer', () => {
  test('is taken when it keeps what was said, and gets its details', () => {
    expect(useful('“A red rubber ball bounces on ice.”', 'a scarlet bouncy thing dances over a frozen pond', options, rules)).toMatch(/red.* ball .*ice/)
  })
  test('is refused when a colour was lost, when it is no scene, too long or empty', () => {
    expect(useful('A green ball bounces.', 'a red ball with a party hat', options, rules)).toBeNull()
    expect(useful('I cannot help with that.', 'a party', options, rules)).toBeNull()
    expect(useful(`A red ball ${'bounces '.repeat(40)}`, 'a red ball', options, rules)).toBeNull()
    expect(useful(' "" ', 'a red ball', options, rules)).toBeNull()
  })
})

test('the session ends with its answer, also when it fails, and is told what the film can show', async () => {
  const { signal } = new AbortController()
  const good = fake(() => 'a red ball falls into water')
  expect(await askBrowserModel(good.model, 'a red ball takes a bath', options, signal)).toMatch(/red/)
  expect(good.create.mock.calls[0]?.[0].initialPrompts[0]?.content).toContain('- ')
  expect(good.destroy).toHaveBeenCalledOnce()
  const bad = fake(() => {
    throw new DOMException('busy', 'OperationError')
  })
  await expect(askBrowserModel(bad.model, 'a red ball', options, signal)).rejects.toThrow('busy')
  expect(bad.destroy).toHaveBeenCalledOnce()
})
