import { describe, expect, it } from 'vitest'
import { parseProxy, pictureOf, proxyOf } from './proxyStore.ts'

const pictures = ['one', 'second', '3'].map((text) => new Blob([text], { type: 'image/jpeg' }))

describe('the pictures of a clip in one file', () => {
  it('come out each as it went in', async () => {
    const proxy = proxyOf(pictures)
    const bytes = new Uint8Array(await proxy.file.arrayBuffer())
    expect([0, 1, 2].map((frame) => new TextDecoder().decode(pictureOf(proxy, bytes, frame)))).toEqual(['one', 'second', '3'])
    expect(pictureOf(proxy, bytes, 3)).toBeUndefined()
  })

  it('are not taken when they are damaged', () => {
    const proxy = proxyOf(pictures)
    expect(parseProxy(structuredClone(proxy))).toBeDefined()
    expect(parseProxy({ ...proxy, file: proxy.file.slice(0, -1) })).toBeUndefined()
    expect(parseProxy({ ...proxy, ends: Uint32Array.of(3, 3, 10) })).toBeUndefined()
    expect(parseProxy({ ...proxy, version: 2 })).toBeUndefined()
    expect(parseProxy(undefined)).toBeUndefined()
  })
})
