import { describe, expect, it } from 'vitest'
import { chooseLocale } from '../i18n/locale.svelte.ts'
import { trouble, wasCancelled } from './errors.ts'

/** As Comlink delivers them: an Error whose name is a plain property. */
const arrived = (name: string, message = 'in the worker’s words') => Object.assign(new Error(message), { name })

describe('trouble', () => {
  it('tells errors apart by name and offers the ways on that fit', () => {
    expect(trouble(arrived('DeviceLostError')).ways).toEqual(['retry', 'wasm'])
    expect(trouble(arrived('PackError')).ways).toEqual(['retry', 'reload'])
    expect(trouble(arrived('PolicyError')).ways).toEqual([])
  })

  it('has a sentence and the detail for what nobody foresaw', () => {
    const { sentence, ways, detail } = trouble(arrived('SomethingNewError', 'the detail'))
    expect(sentence()).toMatch(/\w+ .*\.$/)
    expect(ways).toContain('reload')
    expect(detail).toBe('the detail')
    expect(trouble('a bare string').detail).toBe('a bare string')
  })

  it('follows the language of the page, also after it was shown', () => {
    const { sentence } = trouble(arrived('QuotaError'))
    const english = sentence()
    chooseLocale('id')
    expect(sentence()).not.toBe(english)
    chooseLocale('en')
  })
})

describe('wasCancelled', () => {
  it('knows the person’s own decisions', () => {
    expect(wasCancelled(arrived('CancelledError'))).toBe(true)
    expect(wasCancelled(new DOMException('', 'AbortError'))).toBe(true)
    expect(wasCancelled(arrived('PackError'))).toBe(false)
  })
})
