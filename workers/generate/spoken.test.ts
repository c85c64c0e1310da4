import { describe, expect, test } from 'vitest'
import { spokenIn } from './spoken'

const said = (written: string, prompt = written) => spokenIn({ prompt, written })

describe('what is said in a film', () => {
  test('are the quoted words of who speaks', () => {
    expect(said('a man says "good morning" in the city')).toEqual({ words: 'good morning', voice: 'man', whispered: false })
    expect(said('seorang wanita berkata “selamat pagi”')).toEqual({ words: 'selamat pagi', voice: 'woman', whispered: false })
    expect(said('a child whispers "this way", and says "hurry"')).toEqual({ words: 'this way. hurry', voice: 'child', whispered: true })
  })

  test('is nothing where words are only to be read', () => {
    expect(said('"grand opening", fireworks over the city')).toBeNull()
    expect(said('a red ball says nothing')).toBeNull()
    expect(said('a woman walks on snow')).toBeNull()
    expect(said('a shop with a sign "the man says no"')).toBeNull()
  })

  test('is a greeting where nobody wrote the words', () => {
    expect(said('a woman talks to the camera')).toMatchObject({ words: 'Hello there. Nice to see you.', voice: 'woman' })
    expect(said('seorang guru menjelaskan')).toMatchObject({ words: 'Halo. Senang bertemu denganmu.' })
  })

  test('is not taken for who says it', () => {
    expect(said('a woman says "he is my father"')?.voice).toBe('woman')
    expect(said('someone says "hello"', 'someone says hello, a man in a red sweater')?.voice).toBe('man')
    expect(said('someone says "hello"')?.voice).toBe('woman')
  })
})
