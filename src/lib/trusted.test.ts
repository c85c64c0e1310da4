import { describe, expect, it } from 'vitest'
import { isOurs } from './trusted.ts'

const page = 'https://films.example/kinora/?pack=kinora-s'

describe('isOurs', () => {
  it.each(['./service-worker.js', '/assets/index-1.js', 'https://films.example/assets/index-1.js'])('takes %s', (address) => {
    expect(isOurs(address, page)).toBe(true)
  })

  it.each([
    'https://elsewhere.example/x.js', '//elsewhere.example/x.js', 'http://films.example/x.js', 'https://films.example:8443/x.js',
    'blob:https://films.example/0123', 'data:text/javascript,alert(1)', 'javascript:alert(1)', 'https://films.example@elsewhere.example/x.js',
  ])('refuses %s', (address) => {
    expect(isOurs(address, page)).toBe(false)
  })
})
