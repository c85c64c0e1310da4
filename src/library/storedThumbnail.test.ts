import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { parseFilm, serialize } from '../timeline/schema.ts'
import { newFilm } from '../timeline/film.ts'
import { StoredThumbnail } from './storedThumbnail.ts'

const kept = (address: string) => v.parse(StoredThumbnail, address)

describe('a thumbnail', () => {
  it.each(['', 'data:,', 'data:image/jpeg;base64,/9j/4AAQ', 'data:image/webp;base64,UklGRg==', 'data:image/png;base64,iVBORw0KGgo='])('stays when it is pixels: %s', (address) => {
    expect(kept(address)).toBe(address)
  })

  it.each([
    'data:image/svg+xml;base64,PHN2Zy8+', 'data:image/svg+xml,<svg onload="alert(1)"/>', 'data:text/html,<b>x</b>', 'https://elsewhere.example/seen.png', 'favicon.svg', 'blob:http://localhost/x',
    'data:image/png;base64,AAAA"><b>',
  ])('is left out when it is not: %s', (address) => {
    expect(kept(address)).toBe('')
  })

  it('does not cost the film that it came with', () => {
    const film = { ...newFilm('a', 'a', 1), thumbnail: 'data:image/svg+xml,<svg/>' }
    expect(parseFilm(serialize(film))).toEqual({ ...film, thumbnail: '' })
  })
})
